/**
 * How the grade of an open alert comes down: one step at a time, and only on good readings that have shown less for the
 * whole hold. The hold is counted in engine time: two gateways have two clocks, we have one. It tells nobody.
 */
import type { Reason } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { DAY_MS, MINUTE_MS } from '../../model/time.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { AlertRecord, GroupRef } from '../record.ts';
import type { GradingResult } from './grading.ts';
import { gradeCounted } from './ladder.ts';

/** How long good readings must show less before each step down (docs/grading.md, "Up at once, down slowly"). */
const EASING_MS: Readonly<Record<GroupRef['response'], DurationMs>> = { process: 10 * MINUTE_MS, geotechnical: DAY_MS };
/** An alert nobody has verified does not come down further than this by itself. */
const UNVERIFIED_MIN: Grade = 2;
/** A device clock that is judged by may differ from ours by this much. */
const DEVICE_CLOCK_MS: DurationMs = MINUTE_MS;

/**
 * An alert that had returned is active again: the grade it left with comes down by one step for every whole hold of good
 * readings in between. So a relapse within minutes is as red as it was, and one after a quiet day is graded by itself.
 */
export function relapse(record: AlertRecord): void {
  const { easingSince, sightedAt, group, handling } = record;
  record.easingSince = null;
  record.sightedAt = null;
  if (easingSince === null || sightedAt === null) return;
  const steps = Math.max(0, Math.floor((sightedAt - easingSince) / EASING_MS[group.response]));
  const lowest = Math.min(record.grade, handling === 'new' ? UNVERIFIED_MIN : 1);
  if (steps === 0 || record.grade <= lowest) return;
  record.grade = Math.max(lowest, record.grade - steps) as Grade;
  record.reasons = [...record.reasons, { step: 'easing', value: record.grade, detail: { steps } }];
}

/**
 * When the next hold is over, or, where that has passed and nothing came of it, when to ask again; undefined where nothing is
 * shown to be less, or where no step is left to take.
 */
export function easingDueAt({ easingSince, sightedAt, group, grade }: AlertRecord, now: EpochMs): EpochMs | undefined {
  if (easingSince === null) return undefined;
  const holdMs = EASING_MS[group.response];
  const holds = sightedAt === null ? 0 : Math.max(0, Math.floor((sightedAt - easingSince) / holdMs));
  if (holds >= grade - 1) return undefined;
  const dueAt = easingSince + (holds + 1) * holdMs;
  return dueAt > now ? dueAt : now + holdMs;
}

/** Whether a good reading taken at `sampledAt` completes the hold: cheap, and asked for every one. */
export function mayStepDown(record: AlertRecord, sampledAt: EpochMs, now: EpochMs): boolean {
  if (record.easingSince === null) return false;
  if (record.handling === 'new' && record.grade <= UNVERIFIED_MIN) return false;
  // By one clock, ours; a reading of long ago that arrives now says nothing of the time since.
  const shownUntil = Math.min(now, sampledAt + DEVICE_CLOCK_MS);
  return shownUntil - record.easingSince >= EASING_MS[record.group.response];
}

/** One step down if good readings have shown less for the whole hold; undefined when it stays as it is. */
export function stepDown(alert: OpenAlert, sampledAt: EpochMs, now: EpochMs): GradingResult | undefined {
  const { record } = alert;
  if (!mayStepDown(record, sampledAt, now)) return undefined;
  if (alert.blindSince !== undefined) {
    // Nobody sees the whole of it: what others show meanwhile is no evidence that it became better.
    record.easingSince = now;
    return undefined;
  }
  const result = gradeCounted(alert.counted, record.group, now);
  if (result.grade >= record.grade) {
    record.easingSince = null;
    return undefined;
  }
  record.grade = (record.grade - 1) as Grade;
  const further = result.grade < record.grade;
  record.easingSince = further ? now : null;
  record.reasons = further ? heldReasons(result, record.grade) : result.reasons;
  return result;
}

/** What stands, and that the grade is a worse one until good readings have shown less for long enough. */
export function heldReasons(
  { grade, reasons }: Pick<GradingResult, 'grade' | 'reasons'>,
  held: Grade,
): readonly Reason[] {
  const others = reasons.filter(({ step }) => step !== 'easing');
  return [...others, { step: 'easing', value: held, detail: { computed: grade } }];
}
