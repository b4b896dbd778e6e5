/**
 * From files to configuration: a registry point and its pack type become one PointConfig, a registry file one change that
 * the engine can take through the log. What a point states may be stricter than its type; looser needs a reason, and goes with
 * what the type alone says, so that the engine can hold it back. References to what is already registered are the engine's
 * to check.
 */
import { gradeOf } from '../../model/grade.ts';
import { HIGH, HIGH_HIGH } from '../../model/level.ts';
import type { Basis, PointConfig, RuleConfig } from '../../model/point.ts';
import type { RegistryChange, Stated } from '../../model/registry.ts';
import { checkFigures } from './check.ts';
import type { Pack, PackType, RegistryFile, RegistryPoint } from './definition.ts';
import { readRegistryFile } from './definition.ts';
import { stricterPoint, wordOf } from './looser.ts';
import { mergeStated, rulesOf, withoutStated } from './rules-of.ts';
import { kindsOf, outdated, resolveSource } from './source.ts';

export type Resolved<T> = ({ readonly ok: true } & T) | { readonly ok: false; readonly errors: readonly string[] };

/**
 * Reads and resolves a registry file (parsed YAML or JSON) against packs. `hashSecret` gives the stored form of a gateway's
 * or site's credential; `owner` is `{enterprise}/{gateway}`, or the enterprise for its site. All or nothing, every error at once.
 */
export function resolveRegistry(
  data: unknown,
  packs: readonly Pack[],
  hashSecret: (secret: string, owner: string) => string,
): Resolved<{ readonly change: RegistryChange; readonly warnings: readonly string[] }> {
  const { value: file, errors: found } = readRegistryFile(data);
  const errors = [...found, ...statedTwice(file)];
  const types = typesOf(packs);
  const points: Stated<PointConfig>[] = [];
  for (const point of file.points) {
    const type = types.get(point.type);
    if (type === undefined) {
      errors.push(`point ${point.id}: no pack has the type ${point.type}`);
      continue;
    }
    const resolved = resolvePoint(point, type);
    if (resolved.ok) points.push(resolved.point);
    else errors.push(...resolved.errors);
  }
  if (errors.length > 0) return { ok: false, errors };
  const kinds = kindsOf(packs);
  const change = {
    divisions: file.divisions,
    enterprises: file.enterprises.map(({ siteSecret, ...enterprise }) => ({
      ...enterprise,
      siteSecretHash: siteSecret === undefined ? undefined : hashSecret(siteSecret, enterprise.id),
    })),
    sources: file.sources.map((source) => resolveSource(source, kinds)),
    gateways: file.gateways.map(({ id, enterprise, secret, presence }) => ({
      id,
      enterprise,
      secretHash: hashSecret(secret, `${enterprise}/${id}`),
      presence,
    })),
    points,
    links: file.links,
  };
  return { ok: true, change, warnings: file.sources.flatMap(outdated) };
}

/** One point with everything it does not state taken from its type. */
export function resolvePoint(point: RegistryPoint, type: PackType): Resolved<{ readonly point: Stated<PointConfig> }> {
  const stated = mergeStated(type, point);
  const config: PointConfig = { ...merged(point, type), rules: rulesOf(stated) };
  const errors = checkFigures(config, stated);
  const byPack = byType(config, point, type);
  const looser = loosened(byPack, config);
  if (looser.length > 0 && point.reason === undefined) {
    errors.push(`${looser.join(', ')}: looser than the pack, which needs a reason`);
  }
  if (point.source.split('/')[0] !== config.enterprise) {
    errors.push(`source: ${point.source} is of another enterprise`);
  }
  if (errors.length > 0) return { ok: false, errors: errors.map((error) => `point ${point.id}: ${error}`) };
  return { ok: true, point: looser.length > 0 ? { ...config, byPack } : config };
}

/** Everything of a point but its rules. */
function merged(point: RegistryPoint, type: PackType): Omit<PointConfig, 'rules'> {
  const [enterprise, tag] = point.id.split('/');
  const { type: _type, name: _name, nameEn: _nameEn, value, floors, basis, ...template } = withoutStated(type);
  const { reason: _reason, basis: _basis, ...own } = withoutStated(point);
  return {
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    ...template,
    ...own,
    enterprise,
    tag,
    valueKind: value,
    floors: (floors ?? []).map((floor) => ({
      ...floor,
      level: floor.level === 'HH' ? HIGH_HIGH : HIGH,
      grade: gradeOf(floor.grade),
    })),
    basis: basisOf(point, basis),
  };
}

/** The type that each name stands for. A name given by two packs is the first one's; `fenghuo check` names the second. */
function typesOf(packs: readonly Pack[]): ReadonlyMap<string, PackType> {
  const types = new Map<string, PackType>();
  for (const type of packs.flatMap(({ pointTypes }) => pointTypes))
    if (!types.has(type.type)) types.set(type.type, type);
  return types;
}

/** Point types and kinds of sources that more than one pack (or one pack twice) gives. */
export function duplicateTypes(packs: readonly Pack[]): string[] {
  const types = packs.flatMap(({ id, pointTypes }) => pointTypes.map(({ type }) => ({ id, what: `type ${type}` })));
  const kinds = packs.flatMap(({ id, sourceKinds }) => sourceKinds.map(({ kind }) => ({ id, what: `kind ${kind}` })));
  return [types, kinds].flatMap((names) =>
    names
      .filter(({ what }, i) => names.findIndex((name) => name.what === what) !== i)
      .map(({ id, what }) => `pack ${id}: ${what} is stated twice`),
  );
}

/** The point as its type alone has it. Where and how a device is put up, no type says: that is the site's own. */
function byType({ unitGroup, transmitter, exercise }: PointConfig, point: RegistryPoint, type: PackType): PointConfig {
  const { id, source, gateways, type: typeName, name } = point;
  const bare = { id, source, gateways, type: typeName, name, unitGroup, transmitter, exercise };
  return { ...merged(bare, type), rules: rulesOf(mergeStated(type, {})) };
}

/** What the point states looser than its type, in words. */
function loosened(byPack: PointConfig, config: PointConfig): string[] {
  const { held } = stricterPoint({ ...byPack, basis: config.basis }, config);
  const words = held.map(({ field, from, to }) => `${wordOf(field)} ${figure(to)} (pack ${figure(from)})`);
  // What both sides of the limits have in common is stated once.
  return [...new Set(words)];
}

/** As a person would state it: of a rule its figures. */
function figure(value: unknown): string {
  if (value === null) return 'off';
  if (typeof value !== 'object') return String(value);
  const { id: _id, kind: _kind, ...figures } = value as Partial<RuleConfig>;
  return JSON.stringify(Array.isArray(value) ? value : figures);
}

/** The point's own basis where it states one; text alone is not verified. A reason for loosening stands with it. */
function basisOf({ basis: stated, reason }: RegistryPoint, template: Basis): Basis {
  const basis: Basis = typeof stated === 'string' ? { source: stated, mark: 'M' } : (stated ?? template);
  return reason === undefined ? basis : { ...basis, source: `${basis.source}; ${reason}` };
}

function statedTwice(file: RegistryFile): string[] {
  const names = {
    division: file.divisions.map(({ code }) => code),
    enterprise: file.enterprises.map(({ id }) => id),
    source: file.sources.map(({ id }) => id),
    gateway: file.gateways.map(({ enterprise, id }) => `${enterprise}/${id}`),
    point: file.points.map(({ id }) => id),
    link: file.links.map(({ from, kind, to }) => `${from} ${kind} ${to}`),
  };
  return Object.entries(names).flatMap(([kind, ids]) => {
    const seen = new Set<string>();
    return ids.filter((id) => seen.size === seen.add(id).size).map((id) => `${kind} ${id}: stated twice`);
  });
}
