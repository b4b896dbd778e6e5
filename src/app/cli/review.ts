/**
 * What of packs or of a registry somebody must still look at: limits whose figure nobody has seen in its source, alarms that lack
 * a part of their rationalization, rows of the field that no type can hold. It lists and refuses nothing.
 */
import { namedLimits, rationaleOf } from '../../model/graded-limit.ts';
import type { PointConfig, RuleConfig } from '../../model/point.ts';
import { sameData } from '../../rules/looser.ts';
import type { Pack, PackType } from '../../rules/packs/definition.ts';
import { wordOf } from '../../rules/packs/looser.ts';
import type { Stated } from '../../rules/packs/rule-shapes-definition.ts';
import { definitions, rulesOf } from '../../rules/packs/rules-of.ts';
import { wallNow } from '../clock.ts';

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
  /** Day by which somebody is to look at it again. */
  readonly reviewBy: string | undefined;
  /** The figures in words: `H 25, HH 50`. */
  readonly figures: string;
}

/** Nothing of what has no alarms. A limit that answers for itself is a thing of its own; the others go with their point. */
function reviewed(name: string, one: Rationalized): Reviewed[] {
  const alarms = one.rules.filter(({ kind }) => definitions.some((known) => known.kind === kind && known.alarms));
  const byItself = alarms.filter((rule) => !sameData(rationaleOf(one, rule), rationaleOf(one, NOTHING_OWN)));
  const together = alarms.filter((rule) => !byItself.includes(rule));
  const ofLimits = byItself.map((rule) => entry(`${name} ${wordOf(rule.id)}`, rationaleOf(one, rule), [rule]));
  return together.length === 0 ? ofLimits : [entry(name, one, together), ...ofLimits];
}

const NOTHING_OWN: RuleConfig = { id: '', kind: '' };

function entry(
  name: string,
  one: Pick<Rationalized, (typeof RATIONALIZED)[number] | 'basis'>,
  rules: readonly RuleConfig[],
): Reviewed {
  const { high, low, ...pair } = namedLimits({ rules });
  const graded = Object.entries({ high, low }).flatMap(([side, limits = {}]) =>
    Object.entries(limits).map(([grade, value]) => `${side}.${grade} ${value}`),
  );
  const limits = (['LL', 'L', 'H', 'HH'] as const).flatMap((limit) =>
    pair[limit] === undefined ? [] : [`${limit} ${pair[limit]}`],
  );
  const others = rules.filter(({ kind }) => !kind.startsWith('limit')).map(({ id }) => id);
  return {
    name,
    missing: RATIONALIZED.filter((field) => one[field] === undefined),
    unverified: one.basis.mark === 'V' ? undefined : one.basis.mark,
    reviewBy: one.reviewBy,
    figures: [...limits, ...graded, ...others].join(', '),
  };
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

/** Lines for people, none where nothing is to be looked at. `all`: every name, not only how many. `today`: `2027-06-30`. */
export function reviewInWords(found: readonly Reviewed[], all: boolean, today = dayOf(wallNow())): string[] {
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
  tell(
    'review due',
    found.filter(({ reviewBy = today }) => reviewBy < today),
    ({ reviewBy = '' }) => `was to be reviewed by ${reviewBy}`,
  );
  for (const mark of ['M', 'OURS'] as const) {
    const source = mark === 'M' ? 'from memory' : 'our own proposal';
    const list = found.filter(({ unverified }) => unverified === mark);
    tell(`in force and not verified 依据未核实, ${mark} (${source})`, list, ({ figures }) => figures);
  }
  return lines;
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Rows of the field that the packs name and no type holds. */
export function unsupportedInWords(packs: readonly Pack[]): string[] {
  return packs.flatMap(({ id, unsupported }) =>
    unsupported.map(({ code, name, reason }) => `${code}  ${name} (${id}): not supported: ${reason}`),
  );
}
