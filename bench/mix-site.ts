/**
 * The site that the mix of all packs is measured on: one point of every type of every shipped pack, so each type counts as
 * often as it is stated, and on some points what no pack states of a type but sites do. Derived points take points of their
 * units. It is resolved once as any registry file, and copied as often as points are wanted. It measures nothing.
 */
import type { DrivenTypes } from '../simulators/generic.ts';
import { createGeneric, genericSignal } from '../simulators/generic.ts';
import { drivenTypes, loadPacks, shippedPacks } from '../src/app/seeds.ts';
import type { PointConfig, RuleConfig } from '../src/model/point.ts';
import type { RegistryChange } from '../src/model/registry.ts';
import type { Pack, PackType } from '../src/rules/packs/definition.ts';
import { NOTHING_KNOWN } from '../src/rules/packs/references.ts';
import { resolveRegistry } from '../src/rules/packs/resolve.ts';

/** Every point sends once in so long; what is timed by its own interval is scaled with it. */
export const INTERVAL_MS = 10_000;
const SITE = 'mix-1';
export const GATEWAY = 'gw1';
/** A list of a derived point is of so many points, where there are as many of the unit. */
const LIST = 3;
/** What a site states where a derived type leaves a figure open, tried in turn; undefined: what its input usually is. */
const FIGURES: readonly (number | undefined)[] = [1e6, undefined, 1, 100];
/** Readings of the plant in order that a band learns from: as few as it takes. */
export const REFERENCE = 300;
/** What sites state besides their packs: on every n-th number that is measured at intervals, counted from `from` so that no point has them all. */
const STATED: readonly { readonly every: number; readonly from: number; fields(type: PackType): object }[] = [
  { every: 20, from: 3, fields: () => ({ novelty: {} }) },
  { every: 20, from: 7, fields: () => ({ band: { samples: REFERENCE, k: 1.25, inARow: 6 } }) },
  { every: 20, from: 11, fields: () => ({ spike: { atLeast: 1 } }) },
  {
    every: 20,
    from: 13,
    fields: ({ intervalMs }) => ({ stuck: { range: 1e-6, forMs: 100 * (intervalMs ?? INTERVAL_MS) } }),
  },
  { every: 100, from: 17, fields: () => ({ runAway: {} }) },
  {
    every: 50,
    from: 19,
    fields: ({ intervalMs }) => ({ drift: { everyMs: 100 * (intervalMs ?? INTERVAL_MS), sdAtLeast: 1 } }),
  },
];
/** Kinds that remember how a point usually is: they may take more. */
export const SLOW_KINDS: ReadonlySet<string> = new Set(['band', 'novelty', 'run-away', 'drift', 'periodic-forecast']);

export interface SitePoint {
  readonly config: PointConfig;
  /** Where its values lie, and how far its nearest limit is from there. */
  readonly usual: number;
  readonly reach: number;
  /** What its instrument can show. */
  readonly least: number;
  readonly most: number;
}

export interface Site {
  readonly change: RegistryChange;
  readonly points: readonly SitePoint[];
}

/** Whatever is computed and stands in a site where all is well is bound otherwise, as often as this; then it is left out. */
const ATTEMPTS = 12;

/**
 * @param standing types of which a point stands in alarm in a site like this one, where every value is as usual.
 */
export function mixedSite(standing: (site: Site) => ReadonlySet<string>): Site {
  const { packs, errors } = loadPacks(shippedPacks());
  if (errors.length > 0) throw new Error(errors.join('\n'));
  const attempts = new Map<string, number>();
  for (;;) {
    const site = siteOf(packs, attempts);
    const found = [...standing(site)].filter((type) =>
      site.points.some(({ config }) => config.type === type && config.derive),
    );
    if (found.length === 0) return site;
    for (const type of found) attempts.set(type, (attempts.get(type) ?? 0) + 1);
  }
}

/** One point of each type; `attempts`: how often a derived type was bound already. */
function siteOf(packs: readonly Pack[], attempts: ReadonlyMap<string, number>): Site {
  const types = drivenTypes(packs);
  const usual = usualValues(packs, types);
  const taken = packs
    .flatMap(({ pointTypes }) => pointTypes)
    .filter(({ type }) => (attempts.get(type) ?? 0) < ATTEMPTS);
  const open = new Set(taken.map(({ type }) => type));
  let numbers = 0;
  const points = packs.flatMap((pack) =>
    pack.pointTypes.flatMap((type): object[] => {
      const own = { id: `${SITE}/${type.type}`, source: sourceOf(pack), type: type.type, name: type.type };
      if (type.derive !== undefined) {
        const binding = open.has(type.type)
          ? bound(type, { pack, taken, usual, attempt: attempts.get(type.type) ?? 0 })
          : undefined;
        // Whoever takes it goes without it.
        if (binding === undefined) open.delete(type.type);
        return binding === undefined ? [] : [{ ...own, ...binding }];
      }
      // What is learned or watched needs a rhythm.
      const nth = type.value === 'number' && type.intervalMs !== null ? numbers++ : -1;
      const stated = STATED.filter(({ every, from }) => nth >= 0 && nth % every === from % every);
      // What the pack states of the type stands: a site says nothing looser.
      const besides = Object.entries(Object.assign({}, ...stated.map(({ fields }) => fields(type))) as object);
      const absent = Object.fromEntries(besides.filter(([field]) => !(field in type)));
      return [{ ...own, gateways: [GATEWAY], ...absent }];
    }),
  );
  const file = {
    divisions: [{ code: '320921', name: '响水县' }],
    enterprises: [{ id: SITE, name: SITE, division: '320921' }],
    sources: packs.map((pack) => ({
      id: sourceOf(pack),
      name: pack.name,
      kind: pack.sourceKinds[0]?.kind ?? 'tank_farm',
    })),
    gateways: [{ id: GATEWAY, enterprise: SITE, secret: 'of-no-gateway' }],
    points,
  };
  const resolved = resolveRegistry(file, { packs, known: NOTHING_KNOWN, hashSecret: () => '' });
  if (!resolved.ok) throw new Error(resolved.errors.join('\n'));
  const configs = (resolved.change.points as readonly PointConfig[]).map(paced);
  return {
    change: { ...resolved.change, points: configs },
    points: configs.map((config) => withValues(config, types, usual)),
  };
}

const sourceOf = ({ id }: Pack): string => `${SITE}/${id}`;

/** So many copies of a site, each under a name of its own, in any order: what lies together in memory belongs to nobody. */
export function copiesOf({ change, points }: Site, sites: number, order: (length: number) => readonly number[]) {
  const copied = Array.from({ length: sites }, (_, n) => points.map((point) => copyOf(point, n + 1))).flat();
  const mixed = order(copied.length).map((n) => copied[n]);
  const each = <T extends object>(items: readonly T[]): T[] =>
    Array.from({ length: sites }, (_, n) => items.map((item) => renamed(item, n + 1))).flat();
  const { enterprises, sources, gateways, divisions } = change;
  const copies: RegistryChange = {
    divisions,
    enterprises: each(enterprises),
    sources: each(sources),
    gateways: each(gateways),
    points: mixed.map(({ config }) => config),
  };
  return { change: copies, points: mixed };
}

/** Every name in it that is of the site. */
function renamed<T extends object>(item: T, n: number): T {
  const named = JSON.stringify(item).replaceAll(`"${SITE}/`, `"mix-${n}/`).replaceAll(`"${SITE}"`, `"mix-${n}"`);
  return JSON.parse(named) as T;
}

/** What a point shares with its copies it shares in memory too, as points of one type do. */
function copyOf(point: SitePoint, n: number): SitePoint {
  const { id, enterprise, source, derive, rules } = point.config;
  const own = renamed({ id, enterprise, source, derive }, n);
  return { ...point, config: { ...point.config, ...own, rules } };
}

interface Around {
  readonly pack: Pack;
  /** Types that a point may be bound to. */
  readonly taken: readonly PackType[];
  readonly usual: ReadonlyMap<string, number>;
  readonly attempt: number;
}

/**
 * Points of the same value and unit for the inputs of a derived type, of its own pack where there are, and figures of the site.
 * Undefined where there are none.
 */
function bound({ derive, type: own }: PackType, { pack, taken, usual, attempt }: Around) {
  const figures = Object.entries(derive!.parameters ?? {}).filter(([, figure]) => figure === null);
  const turn = figures.length > 0 ? Math.floor(attempt / FIGURES.length) : attempt;
  const inputs: Record<string, string | string[]> = {};
  let first: string | undefined;
  for (const [name, { value, unit, many }] of Object.entries(derive!.inputs)) {
    const isLike = (type: PackType): boolean => type.value === value && type.unit === unit && type.type !== own;
    const before = pack.pointTypes.slice(
      0,
      pack.pointTypes.findIndex(({ type }) => type === own),
    );
    const measured = [...pack.pointTypes, ...taken].filter((type) => isLike(type) && type.derive === undefined);
    // What is derived itself, only where nothing is measured in that unit, and nobody in a circle.
    const derived = before.filter((type) => isLike(type) && taken.includes(type));
    const found = [...new Set((measured.length > 0 ? measured : derived).map(({ type }) => type))];
    if (found.length === 0) return undefined;
    const from = turn % found.length;
    inputs[name] = many ? found.slice(0, LIST) : found[from];
    first ??= found[many ? 0 : from];
  }
  const figure = FIGURES[attempt % FIGURES.length] ?? usual.get(first ?? '') ?? 1;
  return { inputs, parameters: Object.fromEntries(figures.map(([name]) => [name, figure || 1])) };
}

/** In a site every point comes at its own pace, with windows to match; here all come at one. */
function paced(point: PointConfig): PointConfig {
  const { intervalMs } = point;
  if (intervalMs === null || intervalMs === INTERVAL_MS || point.derive !== undefined) return point;
  const rules = point.rules.map((rule) => {
    const scaled: Record<string, unknown> = { ...rule };
    for (const field of ['windowMs', 'everyMs', 'periodMs', 'forMs']) {
      const ms = scaled[field];
      if (typeof ms === 'number') scaled[field] = Math.max(1, Math.round((ms * INTERVAL_MS) / intervalMs));
    }
    return scaled as RuleConfig;
  });
  return { ...point, intervalMs: INTERVAL_MS, rules };
}

function usualValues(packs: readonly Pack[], types: DrivenTypes): ReadonlyMap<string, number> {
  const all = packs.flatMap(({ pointTypes }) => pointTypes);
  const plant = createGeneric(
    all.map(({ type }) => ({ id: type, type, limits: {} })),
    'mix',
    types,
  );
  return new Map(plant.step(0).map(({ point, value }) => [point, Number(value)]));
}

function withValues(config: PointConfig, types: DrivenTypes, usual: ReadonlyMap<string, number>): SitePoint {
  const type = types.get(config.type);
  const { span, plausible, valueKind } = config;
  // A report is due after a fifth of the way to the nearest limit.
  const reach = type === undefined || valueKind === 'boolean' ? 0 : genericSignal(type).reportDelta / 0.2;
  const least = Math.max(span?.min ?? Number.NEGATIVE_INFINITY, plausible?.min ?? Number.NEGATIVE_INFINITY);
  const most = Math.min(span?.max ?? Number.POSITIVE_INFINITY, plausible?.max ?? Number.POSITIVE_INFINITY);
  return { config, usual: usual.get(config.type) ?? 0, reach, least, most };
}
