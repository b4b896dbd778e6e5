/**
 * What can be seen of a played case at one instant, held against what its pack expects: every difference in words, with the
 * reasons that the engine gives for its grades. It changes nothing.
 */
import { openAlerts, pointState } from '../../engine/describe.ts';
import type { Alert, Reason } from '../../model/alert.ts';
import type { GradeName } from '../../model/grade.ts';
import { GRADE_NAMES } from '../../model/grade.ts';
import { LOST_SIGHT } from '../../model/hazard.ts';
import { LEVEL_NAMES } from '../../model/level.ts';
import { QUALITY_NAMES } from '../../model/quality.ts';
import type { Expectation } from '../../rules/packs/cases-definition.ts';
import { viewSlot } from '../../rules/view.ts';
import { idOf } from './plant.ts';
import type { Newest, Play } from './play.ts';

/** Two figures that differ by less are one: what is computed is not exact to the last bit. */
const SAME_SHARE = 1e-6;

/** A difference: the key of the expectation that it is about, and the words for it. */
export interface Difference {
  readonly key: keyof Expectation;
  readonly words: string;
}

export function differences(play: Play, expected: Expectation): Difference[] {
  const open = openAlerts(play.state);
  return [...ofAlerts(open, expected), ...ofSight(open, expected), ...ofPoints(play, expected)];
}

/** By the readings, not by lost sight alone. */
const standsBy = ({ points }: Alert) => points.filter(({ active, rule }) => active && rule !== LOST_SIGHT);

function ofAlerts(open: readonly Alert[], expected: Expectation): Difference[] {
  const { grade, hazard, unit, points = [], floor, steps = [], state, alerts } = expected;
  const found: Difference[] = [];
  if (alerts !== undefined && alerts !== open.length)
    found.push({ key: 'alerts', words: `${alerts} expected, ${open.length} found: ${inWords(open)}` });
  if (grade === undefined) return found;
  const about = open.filter(
    (one) =>
      one.kind === 'hazard' &&
      (hazard === undefined || one.hazard === hazard) &&
      (unit === undefined || one.unit === unit),
  );
  const standing = about.filter((one) => standsBy(one).length > 0);
  const worst = worstOf(standing.map((one) => one.grade));
  if (worst !== grade)
    return [...found, { key: 'grade', words: `${grade} expected, ${worst} found: ${inWords(about)}` }];
  const graded = standing.filter((one) => one.grade === grade);
  const missing = points.filter((tag) => !graded.some((one) => standsBy(one).some(({ id }) => id === idOf(tag))));
  for (const tag of missing) found.push({ key: 'points', words: `${tag} is not in it: ${inWords(about)}` });
  const reasons = graded.flatMap((one) => one.reasons);
  if (floor !== undefined && !reasons.some(({ step, detail }) => step === 'floor' && detail.floor === floor))
    found.push({ key: 'floor', words: `${floor} is not what gives the grade: ${inWords(about)}` });
  for (const name of steps) {
    if (!reasons.some(({ step, value }) => step === name && value !== 0))
      found.push({ key: 'steps', words: `${name} does not count: ${inWords(about)}` });
  }
  if (state !== undefined && !graded.some((one) => one.state === state))
    found.push({ key: 'state', words: `${state} expected, ${graded.map((one) => one.state).join(', ')} found` });
  return found;
}

function ofSight(open: readonly Alert[], { coverage, device }: Expectation): Difference[] {
  const found: Difference[] = [];
  const blind = open.filter(({ points }) => points.some(({ active, rule }) => active && rule === LOST_SIGHT));
  const lost = worstOf(
    blind.flatMap(({ reasons, grade }) => {
      const fixed = reasons.find(({ step }) => step === LOST_SIGHT);
      return [fixed === undefined ? grade : (GRADE_NAMES[fixed.value] as GradeName)];
    }),
  );
  if (coverage !== undefined && coverage !== lost)
    found.push({ key: 'coverage', words: `${coverage} expected, ${lost} found: ${inWords(blind)}` });
  if (device === undefined) return found;
  const standing = open
    .filter(({ kind, active, hazard }) => kind === 'device' && active && hazard !== LOST_SIGHT)
    .flatMap(({ points, hazard }) => points.filter(({ active }) => active).map(({ id }) => `${tagOf(id)} ${hazard}`));
  for (const one of device) {
    if (!standing.includes(one)) found.push({ key: 'device', words: `${one} does not stand: ${listed(standing)}` });
  }
  for (const one of standing) {
    if (!device.includes(one)) found.push({ key: 'device', words: `${one} stands and is not expected` });
  }
  return found;
}

function ofPoints(play: Play, { level = {}, rules = {}, quality = {}, value = {} }: Expectation): Difference[] {
  const found: Difference[] = [];
  const differ = (key: keyof Expectation, tag: string, expected: unknown, seen: unknown): void => {
    if (expected === seen) return;
    found.push({ key, words: `${tag}: ${expected} expected, ${seen} found (${pointInWords(play, tag)})` });
  };
  for (const [tag, one] of Object.entries(level)) differ('level', tag, one, LEVEL_NAMES[levelOf(play, tag)]);
  for (const [tag, names] of Object.entries(rules))
    differ('rules', tag, listed(names), listed(standingRules(play, tag)));
  for (const [tag, one] of Object.entries(quality)) differ('quality', tag, one, qualityOf(play, tag));
  for (const [tag, one] of Object.entries(value)) {
    const seen = newest(play, tag)?.value;
    if (!isSame(one, seen)) differ('value', tag, Array.isArray(one) ? one.join(' to ') : one, seen);
  }
  return found;
}

function isSame(expected: number | boolean | readonly [number, number], seen: number | undefined): boolean {
  if (seen === undefined) return false;
  if (typeof expected === 'object') return expected[0] <= seen && seen <= expected[1];
  const figure = Number(expected);
  return Math.abs(seen - figure) <= SAME_SHARE * Math.max(1, Math.abs(figure));
}

function numberOf({ state }: Play, tag: string): number {
  return state.registry.pointNumbers.get(idOf(tag)) ?? -1;
}

function slotsOf({ state: { rules } }: Play, number: number) {
  return rules.slotsOf(number).map((slot) => viewSlot(rules, slot));
}

function levelOf(play: Play, tag: string): number {
  return slotsOf(play, numberOf(play, tag)).reduce((worst, { level }) => Math.max(worst, level), 0);
}

function standingRules(play: Play, tag: string): string[] {
  return slotsOf(play, numberOf(play, tag)).flatMap(({ rule, level }) => (level > 0 ? [rule] : []));
}

function newest(play: Play, tag: string): Newest | undefined {
  const number = numberOf(play, tag);
  const { registry, points } = play.state;
  if (registry.points[number]?.derive !== undefined) return play.derived.get(number);
  if (points.col.seen[number] !== 1) return undefined;
  return { value: points.col.value[number], quality: points.col.quality[number] };
}

function qualityOf(play: Play, tag: string): string {
  const number = numberOf(play, tag);
  const known = pointState(play.state, number);
  const last = newest(play, tag);
  if (known === 'stale' || known === 'offline') return known;
  return last === undefined ? 'never-seen' : QUALITY_NAMES[last.quality];
}

function pointInWords(play: Play, tag: string): string {
  const rules = standingRules(play, tag);
  return `value ${newest(play, tag)?.value ?? 'none'}, ${qualityOf(play, tag)}, ${LEVEL_NAMES[levelOf(play, tag)]} by ${listed(rules)}`;
}

function inWords(alerts: readonly Alert[]): string {
  const words = alerts.map(({ grade, hazard, state, points, reasons }) => {
    const standing = points.filter(({ active }) => active);
    const each = standing.map(({ id, rule, level, value }) => `${tagOf(id)} ${rule} ${level} ${value ?? ''}`.trim());
    return `${grade} ${hazard}, ${state}: ${listed(each)}; ${reasons.map(reasonInWords).filter(Boolean).join(', ')}`;
  });
  return words.length === 0 ? 'no alert' : words.join(' | ');
}

function reasonInWords({ step, value, detail }: Reason): string {
  if (value === 0) return '';
  return `${step} ${value}${step === 'floor' ? ` ${detail.floor}` : ''}`;
}

const tagOf = (id: string): string => id.slice(id.indexOf('/') + 1);
const listed = (words: readonly string[]): string => (words.length === 0 ? 'none' : [...words].sort().join(', '));

function worstOf(grades: readonly GradeName[]): GradeName | 'none' {
  const worst = grades.reduce((most, grade) => Math.max(most, GRADE_NAMES.indexOf(grade)), 0);
  return GRADE_NAMES[worst] as GradeName | 'none';
}
