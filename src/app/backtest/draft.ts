/**
 * What a draft states of points that are registered, as whole points: the fields it names are its own, what it leaves out stays as
 * it is in force, and where it brings a pack, whatever a site took from its type follows the pack. It changes nothing.
 */
import { nearby } from '../../model/nearest-names.ts';
import type { PointConfig } from '../../model/point.ts';
import { sameData } from '../../rules/looser.ts';
import type { Pack, PackType, RegistryPoint } from '../../rules/packs/definition.ts';
import { readPack, readRegistryFile } from '../../rules/packs/definition.ts';
import type { ExposureTable } from '../../rules/packs/exposure-definition.ts';
import { restated } from '../../rules/packs/origin.ts';
import { resolvePoint } from '../../rules/packs/resolve.ts';
import { definitions } from '../../rules/packs/rules-of.ts';

/** As it comes from outside: items of a registry file, each with no more than it changes, and packs. */
export interface StatedDraft {
  readonly points?: readonly unknown[] | undefined;
  readonly packs?: readonly unknown[] | undefined;
}

/** Where the draft is looked at: what is registered, and the packs in force. */
export interface DraftSurroundings {
  readonly packs: readonly Pack[];
  /** Exposure limits that toxic ones are computed from. */
  readonly exposure?: ExposureTable | undefined;
  /** As far as the draft concerns them, and whoever asks may draft them: another one is as if it were not there. */
  readonly points: readonly PointConfig[];
  /** Ids to be meant by one that is not there. */
  readonly names: readonly string[];
}

/** By point id: the fields that are another under the draft. */
export type Drafted = ReadonlyMap<string, Partial<PointConfig>>;

export type ReadDraft =
  | { readonly ok: true; readonly drafted: Drafted }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Said of a draft that is right and leaves everything as it is. */
export const CHANGES_NOTHING = 'changes nothing of what is in force';

/** Every error at once; what is right and changes nothing is left out. */
export function readDraft(stated: StatedDraft, around: DraftSurroundings): ReadDraft {
  const { points = [], packs = [] } = stated;
  const errors: string[] = [];
  const readPacks = packs.map((data, i) => {
    const { value, errors: wrong } = readPack(data, undefined, around.exposure);
    errors.push(...wrong.map((error) => `packs[${i}]: ${error}`));
    return value;
  });
  if (points.length === 0 && packs.length === 0) errors.push('states nothing: `points`, `packs`, or both are needed');
  if (errors.length > 0) return { ok: false, errors };
  const before = typesOf(around.packs);
  const after = new Map([...before, ...typesOf(readPacks)]);
  const items = itemsOf(points, readPacks, around, errors);
  const drafted = new Map<string, Partial<PointConfig>>();
  for (const [point, item] of items) {
    const changed = changedBy(point, item, { before: before.get(point.type), after: after.get(point.type) });
    if (changed.errors.length > 0) errors.push(...changed.errors.map((error) => `point ${point.id}: ${error}`));
    else if (Object.keys(changed.fields).length > 0) drafted.set(point.id, changed.fields);
  }
  return errors.length > 0 ? { ok: false, errors: [...new Set(errors)] } : { ok: true, drafted };
}

type Types = ReadonlyMap<string, PackType>;

const typesOf = (packs: readonly Pack[]): Types =>
  new Map(packs.flatMap(({ pointTypes }) => pointTypes.map((type) => [type.type, type])));

/** Which points are drafted, and what is stated of each; of those that only a pack concerns, nothing. */
function itemsOf(
  stated: readonly unknown[],
  packs: readonly Pack[],
  { points, names }: DraftSurroundings,
  errors: string[],
): Map<PointConfig, RegistryPoint> {
  const registered = new Map(points.map((point) => [point.id, point]));
  const known = stated.map((item) => registered.get(idOf(item) ?? ''));
  const file = { points: stated.map((item, i) => ({ ...(known[i] && bareItem(known[i])), ...Object(item) })) };
  const { value, errors: wrong } = readRegistryFile(file);
  for (const [i, item] of stated.entries()) {
    if (known[i] !== undefined) continue;
    const id = idOf(item);
    errors.push(id === undefined ? `points[${i}]: has no id` : `point ${id}: is not registered${nearby(id, names)}`);
  }
  // Of one that is not there only that is told.
  const isElse = (error: string) => !known.some((point, i) => point === undefined && error.startsWith(`points[${i}]`));
  errors.push(...wrong.filter(isElse));
  const items = new Map<PointConfig, RegistryPoint>();
  const ofPacks = new Set(packs.flatMap(({ pointTypes }) => pointTypes.map(({ type }) => type)));
  for (const point of points) if (ofPacks.has(point.type)) items.set(point, bareItem(point) as RegistryPoint);
  for (const item of value.points) {
    const point = registered.get(item.id);
    if (point === undefined) continue;
    if (item.type === point.type) items.set(point, item);
    else errors.push(`point ${item.id}: type: a draft keeps the type, ${point.type}`);
  }
  return items;
}

export function idOf(item: unknown): string | undefined {
  const { id } = Object(item) as { readonly id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

/** The point as a registry file would have to state it, with nothing restated but what its type must leave to the site. */
function bareItem(point: PointConfig) {
  const { id, source, gateways, type, name, unitGroup, transmitter, exercise, inputs, parameters } = restated(point);
  // Of one that was registered before it was kept what a site had stated, all figures may be the site's.
  const figures = point.pack === undefined ? point.derive?.parameters : parameters;
  return { id, source, gateways, type, name, unitGroup, transmitter, exercise, inputs, parameters: figures };
}

interface TypeChange {
  readonly before: PackType | undefined;
  readonly after: PackType | undefined;
}

/** From what the type gives to what the draft makes of it: that, and no more, is changed of the point in force. */
function changedBy(point: PointConfig, item: RegistryPoint, { before, after }: TypeChange) {
  const type = after ?? before;
  if (type === undefined) return { fields: {}, errors: [`no pack has its type ${point.type}`] };
  // Nobody acts on either, so that looser needs no reason.
  const bare = resolvePoint({ ...bareItem(point), reason: 'registered' } as RegistryPoint, before ?? type);
  const next = resolvePoint({ ...item, reason: item.reason ?? 'draft' }, type);
  if (!next.ok) return { fields: {}, errors: next.errors.map((error) => error.replace(`point ${point.id}: `, '')) };
  if (!bare.ok) return { fields: {}, errors: bare.errors.map((error) => error.replace(`point ${point.id}: `, '')) };
  const { byPack: _before, basis: _basis, ...from } = bare.point;
  const { byPack: _after, basis: _draft, ...to } = next.point;
  const drafted = mergedChange(point, from, to) as PointConfig;
  const fields = Object.entries(drafted).filter(
    ([field, value]) => !sameData(value, point[field as keyof PointConfig]),
  );
  const errors = drafted.rules.flatMap(
    (rule) => definitions.find(({ kind }) => kind === rule.kind)?.check(rule, drafted) ?? [],
  );
  return { fields: Object.fromEntries(fields) as Partial<PointConfig>, errors };
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNamed = (value: unknown): value is readonly { readonly id: string }[] =>
  Array.isArray(value) && value.every((item) => typeof Object(item).id === 'string');

/** `current` with the change from `from` to `to`, field by field; lists whose items have an id, item by item. */
function mergedChange(current: unknown, from: unknown, to: unknown): unknown {
  if (sameData(from, to)) return current;
  if (isPlain(current) && isPlain(from) && isPlain(to)) {
    const fields = new Set([...Object.keys(current), ...Object.keys(to)]);
    return Object.fromEntries(
      [...fields].flatMap((field) => {
        const value = mergedChange(current[field], from[field], to[field]);
        return value === undefined ? [] : [[field, value]];
      }),
    );
  }
  if (isNamed(current) && isNamed(from) && isNamed(to)) {
    const byId = (list: readonly { readonly id: string }[], id: string) => list.find((item) => item.id === id);
    const ids = new Set([...current, ...to].map(({ id }) => id));
    return [...ids].flatMap((id) => mergedChange(byId(current, id), byId(from, id), byId(to, id)) ?? []);
  }
  return to;
}
