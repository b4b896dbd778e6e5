/**
 * LADDER: the dynamic grade of one alert group from its contributors, with the reasons for every step. Pure and monotone:
 * a further contributor, a worse level or more time never lowers the result; it keeps no memory and eases nothing.
 */
import type { Reason } from '../../model/alert.ts';
import type { Level } from '../../model/level.ts';
import { HIGH, HIGH_HIGH, LEVEL_NAMES, PRE } from '../../model/level.ts';
import type { SourceClass } from '../../model/source.ts';
import { alarmClassOf } from '../../model/source.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { MINUTE_MS } from '../../model/time.ts';
import type { Counting, Standers } from './counted.ts';
import { Counted } from './counted.ts';
import { bestFloor } from './floors.ts';
import type { GradedSource, GradingInput, GradingResult } from './grading.ts';
import type { Rung } from './rungs.ts';
import { climb } from './rungs.ts';
import { NO_BREADTH, spreadReasons } from './spread.ts';

/** A single uncorroborated point may not exceed orange before it has stood this long. */
const CAP_MS: DurationMs = MINUTE_MS;

/** Grades one group. No contributor in alarm and no floor: grade 0, no alert. */
export function gradeLadder(input: GradingInput): GradingResult {
  const { contributors, now } = input;
  const places = new Map<string, number[]>();
  for (const [place, { point }] of contributors.entries()) places.set(point, [...(places.get(point) ?? []), place]);
  const counted = new Counted((point) => places.get(point) ?? [], input.edition ?? 1);
  for (const [place, c] of contributors.entries()) counted.put(place, c);
  return gradeCounted(counted, input, now);
}

/** The same of contributors that are kept counted. */
export function gradeCounted(counted: Counted, ofSource: GradedSource, now: EpochMs): GradingResult {
  const spread = spreadReasons(counted);
  // The letter of the ladder takes the worst level as base. Read alone, it would lower the grade when a point that has
  // stood at H for an hour (persistence, no cap) reaches HH and both start anew. So every level reached is a base of its
  // own, with the time and the evidence *at that level or worse*, and the best one counts.
  const rungs: Rung[] = [];
  for (let base: Level = HIGH_HIGH; base >= PRE; base--) {
    const standing = counted.standersAt(base as Level);
    if (standing !== null) rungs.push(rungAt(base as Level, standing, counted, ofSource, spread));
  }
  const { alone } = counted;
  if (alone !== null) rungs.push({ ...rungAt(PRE, alone, counted, ofSource, [NO_BREADTH]), upTo: alone.upTo });
  return climb(rungs, bestFloor(counted), now);
}

function rungAt(
  base: Level,
  standing: Standers,
  counted: Counted,
  ofSource: GradedSource,
  spread: readonly Reason[],
): Rung {
  const { first, persists, persistsAt, since, certain, source, upTo, harmUpTo } = standing;
  const corroborated = isCorroborated(standing, counted.standersAt(HIGH));
  const fixed: Reason[] = [
    { step: 'base', value: base, detail: { point: first.point, rule: first.rule, level: LEVEL_NAMES[base] } },
    { step: 'class', value: classStep(ofSource.sourceClass, base), detail: inWords(ofSource) },
    trendReason(counted.trendAt(base)),
    ...spread,
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
    upTo: counted.edition > 1 ? upTo : 4,
    harmUpTo,
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

/**
 * A second, independent point of the group at H or worse. One that stands there now is within five minutes of now, whenever
 * it came: a head that goes over range beside a neighbour long at H is believed.
 */
function isCorroborated(here: Standers, high: Standers | null): boolean {
  if (high === null) return false;
  return high.source === undefined || here.source === undefined || here.source !== high.source;
}
