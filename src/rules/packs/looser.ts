/**
 * The one table of what loosens a point, a rule on it, a source, a gateway or an enterprise, for every door by which configuration comes in: file,
 * API, pack upgrade, and a first import against its pack. It knows two statements of one item, and no state.
 */
import { gradeOf } from '../../model/grade.ts';
import type { Floor, PointConfig, RuleConfig } from '../../model/point.ts';
import type { Enterprise, Gateway, Source, Stated } from '../../model/registry.ts';
import { alarmClassOf } from '../../model/source.ts';
import type { Loosened, Strictness, Strictnesses } from '../looser.ts';
import { describes, firstOnly, higher, lower, only, same, sameData, stricterOf } from '../looser.ts';
import { comparable, plain } from '../points/attribute-stricter.ts';
import { definitionOf, definitions } from './rules-of.ts';

/** Every old floor is still there, or replaced by one at least as strict. */
const floors: Strictness<readonly Floor[]> = {
  atLeast: (old, next) => old.every((before) => next.some((floor) => covers(floor, before))),
};

/** Publishers in any order. One more may calm what another one raised; one less is no longer heard. */
const gateways: Strictness<readonly string[]> = {
  atLeast: (old, next) => sameData([...old].sort(), [...next].sort()),
};

const POINT: Strictnesses<Omit<PointConfig, 'rules'>> = {
  id: same,
  enterprise: same,
  tag: same,
  // Another source or unit is another alert: what corroborated the point, or is corroborated by it, no longer does.
  source: same,
  unitGroup: same,
  name: describes,
  type: same,
  // What they lead to is compared; where it comes from moves no alarm.
  pack: describes,
  stated: describes,
  hazard: same,
  hazardLow: same,
  valueKind: same,
  unit: same,
  gateways,
  derive: same,
  intervalMs: lower,
  // Either way something is lost: narrower makes true readings doubtful, wider takes over-range for a value.
  span: same,
  plausible: same,
  onDelayMs: lower,
  offDelayMs: higher,
  latching: only(true),
  response: only('geotechnical'),
  persistenceMs: lower,
  responseMs: higher,
  floors,
  // From a base of its own to a step for others, or to another step: it may come to less.
  step: same,
  gradeAtMost: { atLeast: (old, next) => (next ?? 4) >= (old ?? 4) },
  // Points on one transmitter do not corroborate each other.
  transmitter: { atLeast: (old, next) => next === undefined || next === old },
  // A drill that becomes real, or the other way, is another point.
  exercise: { atLeast: (old, next) => (old ?? false) === (next ?? false) },
  basis: describes,
  consequence: describes,
  action: describes,
  respondMs: describes,
  owner: describes,
  reviewBy: describes,
};

const SOURCE: Strictnesses<Source> = {
  id: same,
  enterprise: same,
  name: describes,
  kind: same,
  level: lower,
  // Classes are letters, A the strictest.
  class: { atLeast: (old, next) => next <= old },
  // Never the colour of an alert, but what is assessed as milder is inspected and worked at otherwise.
  riskGrade: { atLeast: (old, next) => old === undefined || (next !== undefined && gradeOf(next) >= gradeOf(old)) },
  location: describes,
  // Whose business it is decides who sees it; what was nobody's may be given to somebody.
  industry: { atLeast: (old, next) => old === undefined || next === old },
  // What they say about the class stands in the class; nothing else alarms by them.
  flags: describes,
  slopeHeightM: describes,
  downstreamPopulation: describes,
  filing: describes,
  assessmentDue: describes,
  pondSafety: describes,
  // What they say of a limit stands in the limit, and is held back there.
  attributes: describes,
  observers: {
    atLeast: (old, next) =>
      (Object.entries(old) as [keyof Source['observers'], number][]).every(([hazard, n]) => (next[hazard] ?? 1) >= n),
  },
};

const GATEWAY: Strictnesses<Gateway> = {
  id: same,
  enterprise: same,
  // Whoever has the credential speaks for its points, and may calm every one of them.
  secretHash: firstOnly,
  // Where only silence counts, a connection that is gone is told late, and of what speaks on change alone perhaps never.
  presence: { atLeast: (old, next) => (next ?? 'connection') === 'connection' || next === old },
};

const ENTERPRISE: Strictnesses<Enterprise> = {
  id: same,
  name: describes,
  // Another duty desk would answer for it, and the one that does would not see it any more.
  division: same,
  contacts: describes,
  enterpriseRiskLevel: describes,
  // With another one the sounders of the site fall silent.
  siteSecretHash: firstOnly,
};

/** What a new service has in force: where it is stated looser than its pack, the pack's figures. */
export function inForceAtFirst({ byPack, ...point }: Stated<PointConfig>): PointConfig {
  return byPack === undefined ? point : stricterPoint(byPack, point).inForce;
}

/** The new point with every loosening taken back, and what was taken back. */
export function stricterPoint(old: PointConfig, next: PointConfig): { inForce: PointConfig; held: Loosened[] } {
  const held: Loosened[] = [];
  const { rules: oldRules, ...before } = old;
  const { rules: nextRules, ...after } = next;
  const fields = stricterOf(POINT, before, after, held);
  const lost = held.find(({ field }) => field === 'floors');
  const kept = lost === undefined ? fields.floors : stricterFloors(old.floors, next.floors);
  const inForce = { ...fields, floors: kept, rules: stricterRules(oldRules, nextRules, held) };
  if (held.length === 0 || sameData(old.basis, next.basis)) return { inForce, held };
  // What a figure stands on, and why it is looser, goes with the figure: the second person reads it, and it says nothing before.
  held.push({ field: 'basis', from: old.basis, to: next.basis });
  return { inForce: { ...inForce, basis: old.basis }, held };
}

/** Likewise. Fewer declared observers, or a lower class, would end or calm an alert. */
export function stricterSource(old: Source, next: Source): { inForce: Source; held: Loosened[] } {
  const held: Loosened[] = [];
  const inForce = stricterOf(SOURCE, old, next, held);
  const at = held.findIndex(({ field }) => field === 'class');
  if (at >= 0) held[at] = { field: 'alarmClass', from: alarmClassOf(old.class), to: alarmClassOf(next.class) };
  if (!held.some(({ field }) => field === 'observers')) return { inForce, held };
  const observers = { ...next.observers };
  for (const [hazard, declared] of Object.entries(old.observers) as [keyof Source['observers'], number][]) {
    if ((next.observers[hazard] ?? 1) < declared) observers[hazard] = declared;
  }
  return { inForce: { ...inForce, observers }, held };
}

/** Likewise. */
export function stricterGateway(old: Gateway, next: Gateway): { inForce: Gateway; held: Loosened[] } {
  const held: Loosened[] = [];
  return { inForce: stricterOf(GATEWAY, old, next, held), held };
}

/** Likewise. */
export function stricterEnterprise(old: Enterprise, next: Enterprise): { inForce: Enterprise; held: Loosened[] } {
  const held: Loosened[] = [];
  return { inForce: stricterOf(ENTERPRISE, old, next, held), held };
}

/** Rules by their id: a new one alarms more; one that is gone, or is another kind now, stays. */
function stricterRules(old: readonly RuleConfig[], next: readonly RuleConfig[], held: Loosened[]): RuleConfig[] {
  const rules = next.map((rule) => {
    const before = old.find(({ id }) => id === rule.id);
    if (before === undefined) return rule;
    if (before.kind !== rule.kind) {
      held.push({ field: rule.id, from: before, to: rule });
      return before;
    }
    const found: Loosened[] = [];
    const inForce = plain(stricterOf(tableOf(rule.kind), ...comparable(before, rule), found));
    const own =
      found.length === 0 || sameData(before.basis, rule.basis) ? inForce : { ...inForce, basis: before.basis };
    if (own !== inForce) found.push({ field: 'basis', from: before.basis ?? null, to: rule.basis ?? null });
    held.push(...found.map((one) => ({ ...one, field: `${rule.id}.${one.field}` })));
    return own;
  });
  for (const before of old) {
    if (next.some(({ id }) => id === before.id)) continue;
    held.push({ field: before.id, from: before, to: null });
    rules.push(before);
  }
  return rules.sort((a, b) => place(a) - place(b));
}

function tableOf(kind: string): Readonly<Record<string, Strictness<unknown>>> {
  return definitionOf(kind)?.strictness ?? {};
}

/** `limits-high.H` as files call it: `limits.H`; `limit-high-red`: `limits.high.red`. A rule with an id of its own keeps that. */
export function wordOf(field: string): string {
  const [rule, own = ''] = field.split('.');
  const definition = definitions.find(({ kind }) => rule === kind || rule.startsWith(`${kind}-`));
  if (definition === undefined || (own === '' && rule === definition.kind)) return field;
  return definition.wordOf(own, rule);
}

const place = ({ kind }: RuleConfig): number => definitions.findIndex((definition) => definition.kind === kind);

function covers(floor: Floor, before: Floor): boolean {
  const strict = floor.grade >= before.grade && floor.points <= before.points && floor.level <= before.level;
  return floor.id === before.id && strict;
}

/** All new floors, and the old ones that none of the new replaces by one at least as strict. */
function stricterFloors(old: readonly Floor[], next: readonly Floor[]): Floor[] {
  const lost = old.filter((before) => !next.some((floor) => covers(floor, before)));
  return [...next.filter((floor) => !lost.some((before) => covers(before, floor))), ...lost];
}
