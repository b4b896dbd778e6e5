/**
 * LADDER: the dynamic grade of one alert group from its contributors, with the reasons for every step. Pure and monotone:
 * a further contributor, a worse level or more time never lowers the result; it keeps no memory and eases nothing.
 */
import type { Reason } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import type { Level } from '../../model/level.ts';
import { HIGH, HIGH_HIGH, LEVEL_NAMES, PRE } from '../../model/level.ts';
import type { SourceClass } from '../../model/source.ts';
import { alarmClassOf } from '../../model/source.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { MINUTE_MS } from '../../model/time.ts';
import type { Counting, Standers } from './counted.ts';
import { Counted } from './counted.ts';
import type { BestFloor } from './floors.ts';
import { bestFloor } from './floors.ts';
import type { GradedSource, GradingInput, GradingResult } from './grading.ts';

/** A single uncorroborated point may not exceed orange before it has stood this long. */
const CAP_MS: DurationMs = MINUTE_MS;
const CAP_GRADE: Grade = 3;

/** One base level with the steps that hold for it. Persistence and cap are kept as instants: only they depend on time. */
interface Rung {
  readonly base: Level;
  /** Reasons that do not depend on time: base, class, trend, breadth, quality. */
  readonly fixed: readonly Reason[];
  readonly sum: number;
  /** Contributor that persists first, and from when on. */
  readonly persists: Counting;
  readonly persistsAt: EpochMs;
  readonly cappedUntil: EpochMs;
}

/** Grades one group. No contributor in alarm and no floor: grade 0, no alert. */
export function gradeLadder(input: GradingInput): GradingResult {
  const { contributors, now } = input;
  const counting = contributors.filter((c) => c.excluded === undefined || c.held);
  const places = new Map<string, number[]>();
  for (const [place, { point }] of counting.entries()) places.set(point, [...(places.get(point) ?? []), place]);
  const counted = new Counted((point) => places.get(point) ?? []);
  for (const [place, c] of counting.entries()) counted.put(place, c);
  return gradeCounted(counted, input, now);
}

/** The same of contributors that are kept counted. */
export function gradeCounted(counted: Counted, ofSource: GradedSource, now: EpochMs): GradingResult {
  const breadth = breadthReason(counted);
  // The letter of the ladder takes the worst level as base. Read alone, it would lower the grade when a point that has
  // stood at H for an hour (persistence, no cap) reaches HH and both start anew. So every level reached is a base of its
  // own, with the time and the evidence *at that level or worse*, and the best one counts.
  const rungs: Rung[] = [];
  for (let base: Level = HIGH_HIGH; base >= PRE; base--) {
    const rung = rungAt(base as Level, counted, ofSource, breadth);
    if (rung !== undefined) rungs.push(rung);
  }
  const floor = bestFloor(counted);
  const { grade, reasons } = judge(rungs, floor, now);
  return { grade, reasons, dueAt: nextRise(rungs, floor, now, grade) };
}

function rungAt(base: Level, counted: Counted, ofSource: GradedSource, breadth: Reason): Rung | undefined {
  const standing = counted.standersAt(base);
  if (standing === null) return undefined;
  const { first, persists, persistsAt, since, certain, source } = standing;
  const corroborated = isCorroborated(standing, counted.standersAt(HIGH));
  const fixed: Reason[] = [
    { step: 'base', value: base, detail: { point: first.point, rule: first.rule, level: LEVEL_NAMES[base] } },
    { step: 'class', value: classStep(ofSource.sourceClass, base), detail: inWords(ofSource) },
    trendReason(counted.trendAt(base)),
    breadth,
  ];
  // "Any contributing point UNCERTAIN" read to the letter would let a second, uncertain detector lower the grade of the
  // first, good one. The step counts only when nobody at this level has good evidence.
  const doubtful = !corroborated && !certain;
  fixed.push({ step: 'quality', value: doubtful ? -1 : 0, detail: doubtful ? { point: first.point } : {} });
  const single = !corroborated && source !== undefined;
  return {
    base,
    fixed,
    sum: fixed.reduce((total, reason) => total + reason.value, 0),
    persists,
    persistsAt,
    cappedUntil: single ? since + CAP_MS : Number.NEGATIVE_INFINITY,
  };
}

/** The letter is the ladder's own: what is told is what the register says, in its words. */
function inWords({ sourceClass, sourceLevel }: GradedSource): Reason['detail'] {
  const alarmClass = alarmClassOf(sourceClass);
  return sourceLevel === undefined ? { alarmClass } : { alarmClass, sourceLevel };
}

function classStep(sourceClass: SourceClass, base: Level): number {
  if (sourceClass === 'A') return 1;
  return sourceClass === 'D' && base <= HIGH ? -1 : 0;
}

function trendReason(c: Counting | undefined): Reason {
  if (c?.timeToLimitMs === undefined || c.r2 === undefined) return { step: 'trend', value: 0, detail: {} };
  const { point, timeToLimitMs, r2, responseMs } = c;
  return { step: 'trend', value: 1, detail: { point, timeToLimitMs, r2, responseMs } };
}

function breadthReason(counted: Counted): Reason {
  const atHighHigh = counted.breadthAt(HIGH_HIGH);
  if (atHighHigh >= 2) return { step: 'breadth', value: 1, detail: { points: atHighHigh, level: 'HH' } };
  const atHigh = counted.breadthAt(HIGH);
  if (atHigh >= 3) return { step: 'breadth', value: 1, detail: { points: atHigh, level: 'H' } };
  return { step: 'breadth', value: 0, detail: {} };
}

/**
 * A second, independent point of the group at H or worse. One that stands there now is within five minutes of now, whenever
 * it came: a head that goes over range beside a neighbour long at H is believed.
 */
function isCorroborated(here: Standers, high: Standers | null): boolean {
  if (high === null) return false;
  return high.source === undefined || here.source === undefined || here.source !== high.source;
}

/** Height of a rung at an instant, before floors and clamp. */
function heightOf(rung: Rung, at: EpochMs): number {
  const climbed = rung.sum + (at >= rung.persistsAt ? 1 : 0);
  return at < rung.cappedUntil ? Math.min(CAP_GRADE, climbed) : climbed;
}

function highestRung(rungs: readonly Rung[], at: EpochMs): Rung | undefined {
  let best: Rung | undefined;
  for (const rung of rungs) {
    if (best === undefined || heightOf(rung, at) > heightOf(best, at)) best = rung;
  }
  return best;
}

const clamp = (height: number): Grade => Math.max(1, Math.min(4, height)) as Grade;

function gradeAt(rungs: readonly Rung[], floor: BestFloor | undefined, at: EpochMs): Grade {
  const rung = highestRung(rungs, at);
  if (rung === undefined) return floor?.grade ?? 0;
  return clamp(Math.max(floor?.grade ?? 0, heightOf(rung, at)));
}

function judge(
  rungs: readonly Rung[],
  floor: BestFloor | undefined,
  now: EpochMs,
): { grade: Grade; reasons: Reason[] } {
  const grade = gradeAt(rungs, floor, now);
  const rung = highestRung(rungs, now);
  if (rung === undefined) return { grade, reasons: floor === undefined ? [] : [floor.reason] };
  const [base, ofClass, ...others] = rung.fixed;
  const persistent = now >= rung.persistsAt;
  const { point, persistenceMs } = rung.persists;
  const reasons: Reason[] = [
    base,
    ofClass,
    { step: 'persistence', value: persistent ? 1 : 0, detail: persistent ? { point, persistenceMs } : {} },
    ...others,
  ];
  const height = heightOf(rung, now);
  if (height < rung.sum + (persistent ? 1 : 0)) {
    reasons.push({
      step: 'cap',
      value: CAP_GRADE,
      detail: { point: String(base.detail.point), untilMs: rung.cappedUntil },
    });
  }
  const lifted = floor !== undefined && floor.grade > height;
  if (lifted) reasons.push(floor.reason);
  if (!lifted && grade !== height) reasons.push({ step: 'clamp', value: grade, detail: { height } });
  return { grade, reasons };
}

function nextRise(
  rungs: readonly Rung[],
  floor: BestFloor | undefined,
  now: EpochMs,
  grade: Grade,
): EpochMs | undefined {
  const instants = rungs.flatMap((rung) => [rung.persistsAt, rung.cappedUntil]).filter((at) => at > now);
  return instants.sort((a, b) => a - b).find((at) => gradeAt(rungs, floor, at) > grade);
}
