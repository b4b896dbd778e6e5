/**
 * A registry change cut into parts that are small enough to be folded between two messages: what belongs to one source goes
 * into force together where it can, and a part names only what is in it or before it. It checks nothing.
 */
import { inputsOf } from '../../model/derivation.ts';
import type { RegistryChange } from '../../model/registry.ts';

/** Items of one part: a few milliseconds of folding, and far below what a record may hold. */
export const PART_ITEMS = 200;

/** The parts of a change in their order; a list of them is one. */
export interface Parts {
  readonly length: number;
  /** The same part may be made anew each time. */
  at(n: number): RegistryChange | undefined;
}

/**
 * Parts as bytes until they are asked for. As objects all of them would be alive at once, and the garbage collector holds
 * judging for as long as it copies them.
 */
export class PackedParts implements Parts {
  private readonly packed: Uint8Array[] = [];

  static pack(part: RegistryChange): Uint8Array<ArrayBuffer> {
    return new TextEncoder().encode(JSON.stringify(part));
  }

  get length(): number {
    return this.packed.length;
  }

  push(packed: Uint8Array): void {
    this.packed.push(packed);
  }

  at(n: number): RegistryChange | undefined {
    const packed = this.packed.at(n);
    return packed && (JSON.parse(new TextDecoder().decode(packed)) as RegistryChange);
  }
}

type Section = keyof RegistryChange;
interface Item {
  readonly section: Section;
  readonly item: unknown;
}

/** The change in parts, at least one; all of them together are the change. */
export function partsOf(change: RegistryChange, itemsMax = PART_ITEMS): RegistryChange[] {
  const parts: Item[][] = [[]];
  for (const together of bundlesOf(change)) {
    const room = itemsMax - parts[parts.length - 1].length;
    if (together.length > room && parts[parts.length - 1].length > 0) parts.push([]);
    // More than a part by itself: then it comes in several.
    for (let from = 0; from < together.length; from += itemsMax) {
      if (from > 0) parts.push([]);
      parts[parts.length - 1].push(...together.slice(from, from + itemsMax));
    }
  }
  return parts.map(changeOf);
}

/** What should go into force together, in an order in which nothing names what comes later. */
function* bundlesOf(change: RegistryChange): Generator<Item[]> {
  const each = function* (section: Section, items: Iterable<unknown>): Generator<Item[]> {
    for (const item of items) yield [{ section, item }];
  };
  yield* each('divisions', change.divisions);
  yield* each('enterprises', change.enterprises);
  const gateways = groupedBy(change.gateways, ({ enterprise }) => enterprise);
  const sources = groupedBy(change.sources, ({ enterprise }) => enterprise);
  const measured = change.points.filter(({ derive }) => derive === undefined);
  const points = groupedBy(measured, ({ source }) => source);
  for (const [enterprise, own] of gateways) {
    yield* each('gateways', own);
    yield* sourcesOf(sources.get(enterprise) ?? [], points);
    sources.delete(enterprise);
  }
  for (const own of sources.values()) yield* sourcesOf(own, points);
  // Points of sources that the change does not state.
  for (const own of points.values()) yield own.map((item) => ({ section: 'points', item }));
  yield* each('points', inOrderOfInputs(change.points));
  yield* each('links', change.links ?? []);
}

/** The derived points, each behind those that it is derived from. */
function inOrderOfInputs(points: RegistryChange['points']): RegistryChange['points'] {
  const derived = new Map(points.flatMap((point) => (point.derive === undefined ? [] : [[point.id, point]])));
  const ordered = new Map<string, RegistryChange['points'][number]>();
  const open = new Set<string>();
  const take = (id: string): void => {
    const point = derived.get(id);
    // A circle is found, and told, by whoever checks the change.
    if (point?.derive === undefined || ordered.has(id) || open.has(id)) return;
    open.add(id);
    for (const input of inputsOf(point.derive)) take(input);
    ordered.set(id, point);
  };
  for (const id of derived.keys()) take(id);
  return [...ordered.values()];
}

function* sourcesOf(
  sources: RegistryChange['sources'],
  points: Map<string, RegistryChange['points'][number][]>,
): Generator<Item[]> {
  for (const source of sources) {
    const own = points.get(source.id) ?? [];
    points.delete(source.id);
    yield [{ section: 'sources', item: source }, ...own.map((item): Item => ({ section: 'points', item }))];
  }
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function changeOf(items: readonly Item[]): RegistryChange {
  const of = <S extends Section>(section: S) =>
    items.filter((item) => item.section === section).map(({ item }) => item) as unknown as NonNullable<
      RegistryChange[S]
    >;
  return {
    divisions: of('divisions'),
    enterprises: of('enterprises'),
    sources: of('sources'),
    gateways: of('gateways'),
    points: of('points'),
    links: of('links'),
  };
}
