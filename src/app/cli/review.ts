/**
 * What of packs or of a registry somebody must still look at: limits whose figure nobody has seen in its source, alarms that lack
 * a part of their rationalization, rows of the field that no type can hold. It lists and refuses nothing.
 */
import type { PointConfig } from '../../model/point.ts';
import { limitsOf } from '../../model/point.ts';
import type { Pack, PackType } from '../../rules/packs/definition.ts';
import type { Stated } from '../../rules/packs/rule-shapes-definition.ts';
import { definitions, rulesOf } from '../../rules/packs/rules-of.ts';

/** What every alarm must say (ISA-18.2 rationalization), as people write it in packs. */
const RATIONALIZED = ['consequence', 'action', 'respondMs', 'owner', 'reviewBy'] as const;
type Rationalized = Pick<PointConfig, (typeof RATIONALIZED)[number] | 'rules' | 'basis' | 'floors'>;

/** A thing with alarms, and what is to be looked at about it. */
export interface Reviewed {
  readonly name: string;
  /** What it does not say. */
  readonly missing: readonly string[];
  /** Where its figures come from, unless they were seen in their source. */
  readonly unverified: 'M' | 'OURS' | undefined;
  /** The figures in words: `H 25, HH 50`. */
  readonly figures: string;
}

/** Nothing of what has no alarms. */
function reviewed(name: string, one: Rationalized): Reviewed[] {
  const alarms = one.rules.filter(({ kind }) => definitions.some((known) => known.kind === kind && known.alarms));
  if (alarms.length === 0) return [];
  const { mark } = one.basis;
  const inForce = limitsOf(one);
  const limits = (['LL', 'L', 'H', 'HH'] as const).flatMap((limit) =>
    inForce[limit] === undefined ? [] : [`${limit} ${inForce[limit]}`],
  );
  const others = alarms.filter(({ kind }) => !kind.startsWith('limits')).map(({ id }) => id);
  return [
    {
      name,
      missing: RATIONALIZED.filter((field) => one[field] === undefined),
      unverified: mark === 'V' ? undefined : mark,
      figures: [...limits, ...others].join(', '),
    },
  ];
}

export function reviewOfPacks(packs: readonly Pack[]): Reviewed[] {
  return packs.flatMap(({ pointTypes }) => pointTypes).flatMap((type) => reviewed(type.type, inForce(type)));
}

export function reviewOfPoints(points: readonly PointConfig[]): Reviewed[] {
  return points.flatMap((point) => reviewed(point.id, point));
}

function inForce(type: PackType): Rationalized {
  const { consequence, action, respondMs, owner, reviewBy, basis } = type;
  return { consequence, action, respondMs, owner, reviewBy, basis, floors: [], rules: rulesOf(type as Stated) };
}

/** Lines for people, none where nothing is to be looked at. `all`: every name, not only how many. */
export function reviewInWords(found: readonly Reviewed[], all: boolean): string[] {
  const lines: string[] = [];
  const tell = (what: string, list: readonly Reviewed[], words: (one: Reviewed) => string): void => {
    if (list.length === 0) return;
    lines.push(`${what}: ${list.length} of ${found.length} with alarms`);
    if (all) lines.push(...list.map((one) => `  ${one.name}: ${words(one)}`));
  };
  tell(
    'not rationalized',
    found.filter(({ missing }) => missing.length > 0),
    ({ missing }) => `no ${missing.join(', ')}`,
  );
  for (const mark of ['M', 'OURS'] as const) {
    const source = mark === 'M' ? 'from memory' : 'our own proposal';
    const list = found.filter(({ unverified }) => unverified === mark);
    tell(`in force and not verified 依据未核实, ${mark} (${source})`, list, ({ figures }) => figures);
  }
  return lines;
}

/** Rows of the field that the packs name and no type holds. */
export function unsupportedInWords(packs: readonly Pack[]): string[] {
  return packs.flatMap(({ id, unsupported }) =>
    unsupported.map(({ code, name, reason }) => `${code}  ${name} (${id}): not supported: ${reason}`),
  );
}
