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
 * When the next hold is over, or, where that has passed and nothing came of it, when to ask again; undefined where nothing is
 * shown to be less, or where no step is left to take.
 */
export function easingDueAt(record: AlertRecord, now: EpochMs): EpochMs | undefined {
  if (record.easingSince === null || record.grade <= lowestOf(record)) return undefined;
  const holdMs = EASING_MS[record.group.response];
  const dueAt = record.easingSince + holdMs;
  return dueAt > now ? dueAt : now + holdMs;
}

const lowestOf = ({ handling }: AlertRecord): Grade => (handling === 'new' ? UNVERIFIED_MIN : 1);

/** Whether a good reading taken at `sampledAt` completes the hold: cheap, and asked for every one. */
export function mayStepDown(record: AlertRecord, sampledAt: EpochMs, now: EpochMs): boolean {
  if (record.easingSince === null) return false;
  if (record.grade <= lowestOf(record)) return false;
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
  // Of what has returned nothing stands: the reasons stay those of what stood last.
  const result: GradingResult = record.flags.active
    ? gradeCounted(alert.counted, record.group, now)
    : { grade: 0, reasons: record.reasons, dueAt: undefined };
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
