/**
 * Which points the limits of a point depend on (`while`). A type names a part that the registry fills (`inputs`); one that it
 * leaves open puts no limit out of force. A registry point names a tag of its enterprise.
 */
import type { PackType, RegistryPoint } from './definition.ts';

type Limits = PackType['limits'];
type Side = NonNullable<NonNullable<Limits>['high']>;

/** Both with the ids of points in place of names. What `inputs` says of these parts alone stands in them no more. */
export function boundConditions(
  point: RegistryPoint,
  type: PackType,
): { readonly point: RegistryPoint; readonly type: PackType } {
  const [enterprise] = point.id.split('/');
  const parts = new Set<string>();
  const filled = (name: string): string | undefined => {
    parts.add(name);
    const tag = point.inputs?.[name];
    return typeof tag === 'string' ? `${enterprise}/${tag}` : undefined;
  };
  const boundType = bound(type, filled);
  const boundPoint = bound(point, (tag) => `${enterprise}/${tag}`);
  const others = Object.entries(point.inputs ?? {}).filter(
    ([name]) => !parts.has(name) || type.derive?.inputs[name] !== undefined,
  );
  const inputs = others.length === 0 ? undefined : Object.fromEntries(others);
  return { point: parts.size === 0 ? boundPoint : { ...boundPoint, inputs }, type: boundType };
}

function bound<T extends { readonly limits?: unknown }>(item: T, idOf: (name: string) => string | undefined): T {
  const limits = item.limits as Limits;
  if (limits === undefined) return item;
  const side = (of: Side | null | undefined) => {
    if (of === undefined || of === null) return of;
    const entries = Object.entries(of).map(([grade, limit]) => [
      grade,
      typeof limit?.while === 'string' ? { ...limit, while: idOf(limit.while) } : limit,
    ]);
    return Object.fromEntries(entries);
  };
  const sides = { high: side(limits.high), low: side(limits.low) };
  return { ...item, limits: { ...limits, ...withoutAbsent(sides) } };
}

function withoutAbsent(sides: object): object {
  return Object.fromEntries(Object.entries(sides).filter(([, side]) => side !== undefined));
}
