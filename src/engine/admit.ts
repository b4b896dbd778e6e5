/**
 * Admission: whether one reading is judged live, kept as history, a duplicate, or refused, and by which time it is judged, as
 * a pure function over engine state in log order. It refuses nothing for a clock: a wrong device time only moves the judging
 * to the arrival time.
 *
 * Device times are wall times and are compared with our wall clock; what is judged is judged in engine time, which no step
 * of a clock touches.
 */
import { inMs, inOrder } from '../model/clock-mistake.ts';
import { intervalsOf, STALE_INTERVALS } from '../model/point.ts';
import type { ReadingBatch, VerdictCode } from '../model/reading.ts';
import { FLAG, NO_SEQ, VERDICT } from '../model/reading.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { CLOCK_AHEAD_MS, CLOCK_BEHIND_MS, isBelieved, isOfKnownClock, isSteady, latenessOf } from './lateness.ts';
import { OTHER_VALUE, recall, SAME } from './points.ts';
import { isRedelivered } from './redelivery.ts';
import { refusalOf } from './refusal.ts';
import type { Registry } from './registry.ts';
import type { EngineState } from './state.ts';
import { ENGINE_VERSION } from './state.ts';

/** Event-driven points have no rhythm: a reading within this time of a newer one is taken for its back-fill. */
const EVENT_PATIENCE_MS: DurationMs = 60_000;

/** Two readings of one time stamp that arrive within this: stamps in whole seconds, and what the line adds. */
const COARSE_MS: DurationMs = 2_000;

/** What admission found, of the message and of its row; re-used for every one of them. */
export interface Admission {
  verdict: VerdictCode;
  /** Engine time that the reading is judged at. */
  at: EpochMs;
  /** The same as wall time, as it is stored: the device's own, or the arrival. */
  judgedAt: EpochMs;
  /** FLAG bits to add. */
  flags: number;
  /** It may be an old message that came once more, and no wrong clock: it may raise; it must not calm. */
  doubtful: boolean;
  /** Wall time minus engine time, for the readings of this message. */
  offsetMs: DurationMs;
  /** Wall time at which the message arrived. */
  arrival: EpochMs;
  /** No time in the message is far from its arrival. */
  timely: boolean;
  /** The same bytes came before. */
  redelivered: boolean;
  /** Newest device time by point number; filled where it is first asked for. */
  readonly newest: Map<number, EpochMs>;
}

export const newAdmission = (): Admission => ({
  verdict: VERDICT.LIVE,
  at: 0,
  judgedAt: 0,
  flags: 0,
  doubtful: false,
  offsetMs: 0,
  arrival: 0,
  timely: true,
  redelivered: false,
  newest: new Map(),
});

/** Looks at the message as a whole, before its rows are admitted one by one. */
export function beginMessage(state: EngineState, batch: ReadingBatch, found: Admission): void {
  const { sampledAt, count, receivedAt } = batch;
  found.offsetMs = offsetFor(batch, state.clockOffsetMs);
  found.arrival = receivedAt + found.offsetMs;
  found.timely =
    count === 0 ||
    (found.arrival - sampledAt[0] <= CLOCK_BEHIND_MS && sampledAt[count - 1] - found.arrival <= CLOCK_AHEAD_MS);
  if (found.newest.size > 0) found.newest.clear();
  found.redelivered = isRedelivered(state, batch);
}

/**
 * Our own clock was stepped: a message whose times fit our wall clock, or what it would show without the step, blames nobody
 * but us.
 */
function offsetFor({ sampledAt, count, receivedAt }: ReadingBatch, offsetMs: DurationMs): DurationMs {
  if (offsetMs === 0 || count === 0) return offsetMs;
  const newest = sampledAt[count - 1];
  if (isNear(receivedAt + offsetMs, newest)) return offsetMs;
  return isNear(receivedAt, newest) ? 0 : offsetMs;
}

const isNear = (arrival: EpochMs, at: EpochMs): boolean =>
  arrival - at <= CLOCK_BEHIND_MS && at - arrival <= CLOCK_AHEAD_MS;

/** Admits row `i` of the message. */
export function admit(state: EngineState, batch: ReadingBatch, i: number, found: Admission): void {
  const { registry, points } = state;
  const number = batch.point[i];
  const flags = batch.flags[i];
  const at = batch.sampledAt[i];
  found.flags = 0;
  found.doubtful = false;
  judgeAt(found, at);
  const refusal = refusalOf(registry, batch, i);
  if (refusal !== undefined) {
    found.verdict = refusal;
    return;
  }
  if (clockStandsStill(state, batch, i, found)) {
    found.verdict = VERDICT.LIVE;
    judgeAtArrival(state, batch, i, found);
    return;
  }
  const remembered = recall(points, number, at, batch.value[i]);
  // Without a time it cannot be known again: at least once, whatever its message looks like.
  if ((flags & FLAG.NO_AT) === 0 && (remembered === SAME || found.redelivered)) {
    // The same bytes as before, against what was said in between at the newest time: a contact that bounced back, or a message
    // that comes again unmarked. It may raise, and calms nothing.
    const bouncesBack = remembered === OTHER_VALUE && isOfNewestTime(state, batch, i, found) && !isMarked(flags);
    if (!bouncesBack) {
      found.verdict = VERDICT.DUPLICATE;
      return;
    }
    found.doubtful = true;
  }
  if (remembered === OTHER_VALUE) found.flags |= FLAG.CONFLICT;
  found.verdict = VERDICT.LIVE;
  const { col } = points;
  const goesBack = col.seen[number] !== 0 && found.at < col.judgedAt[number];
  if (goesBack && isBackfill(registry, state, batch, i)) keepAsHistory(found);
  else if (goesBack || !found.timely) admitOddlyTimed(state, batch, i, found);
}

/** It has the time of the newest reading of its point. */
function isOfNewestTime(
  { points }: EngineState,
  { point, sampledAt }: ReadingBatch,
  i: number,
  { arrival }: Admission,
) {
  return inOrder(sampledAt[i], arrival) === points.col.ringMaxAt[point[i]];
}

/**
 * The time of the newest reading once more, in a later message of the same gateway that counts on: its clock stands still, and
 * what it says is new, also where the value is one that was said before. A clock that shows whole seconds only is none of these.
 */
function clockStandsStill(state: EngineState, batch: ReadingBatch, i: number, found: Admission): boolean {
  const { col } = state.points;
  const number = batch.point[i];
  if (col.seen[number] === 0 || !isOfNewestTime(state, batch, i, found)) return false;
  if (found.redelivered || isMarked(batch.flags[i]) || (batch.flags[i] & FLAG.NO_AT) !== 0) return false;
  const countsOn = batch.seq[i] !== NO_SEQ && col.seq[number] !== NO_SEQ && batch.seq[i] > col.seq[number];
  return countsOn && col.speaker[number] === batch.gateway && batch.receivedAt - col.liveAt[number] > COARSE_MS;
}

/** Older than the newest one and nothing says why, or in a message with times that are far from its arrival. */
function admitOddlyTimed(state: EngineState, batch: ReadingBatch, i: number, found: Admission): void {
  const number = batch.point[i];
  const { ringMaxAt, judgedAt } = state.points.col;
  const { arrival } = found;
  const newest = newestOf(batch, number, found);
  const lateness = latenessOf(newest, arrival, isMarked(batch.flags[i]));
  const isWrong =
    lateness.isImpossible ||
    (lateness.isFar &&
      (isSteady(state, batch, number, lateness.behindMs) || isOfKnownClock(state, batch.gateway, lateness)));
  const newestBefore = ringMaxAt[number];
  if (isWrong && inOrder(batch.sampledAt[i], arrival) < newestBefore && lateness.newest >= newestBefore) {
    judgeAt(found, takenAt(batch, i, found));
    keepAsHistory(found);
    found.flags |= FLAG.CLOCK_SKEWED;
  } else if (isWrong || newest - found.offsetMs < judgedAt[number]) {
    const believed = isBelieved(state, batch, i, lateness);
    found.doubtful ||= !believed;
    judgeAtArrival(state, batch, i, found);
  } else if (found.at < judgedAt[number]) keepAsHistory(found);
}

/**
 * A record of another engine version: the verdict it was given stands. What that version made of a clock is not made again
 * otherwise years later.
 */
export function admitAsRecorded(
  { clockOffsetMs }: EngineState,
  batch: ReadingBatch,
  i: number,
  found: Admission,
): void {
  found.verdict = batch.verdict[i] as VerdictCode;
  found.flags = 0;
  found.doubtful = false;
  found.offsetMs = clockOffsetMs;
  judgeAt(found, batch.judgedAt[i]);
}

/** Whether what is folded was judged by another engine version, which is on record. */
export function isRecorded({ installed }: EngineState): boolean {
  return installed.engineVersion !== ENGINE_VERSION;
}

function judgeAt(found: Admission, wall: EpochMs): void {
  found.judgedAt = wall;
  found.at = wall - found.offsetMs;
}

/** Its message goes on to what is new: it reaches back, nothing was set back. Or it says that it is old. */
function keepAsHistory(found: Admission): void {
  found.verdict = VERDICT.HISTORY;
  found.flags |= FLAG.LATE;
}

const isMarked = (flags: number): boolean => (flags & (FLAG.HISTORICAL | FLAG.REDELIVERED)) !== 0;

/**
 * A reading older than the newest one judged: back-fill, or a clock set back? Marked ones are back-fill. So are those whose
 * sequence number does not rise and those of another gateway that lags behind, but only while newer ones keep coming: a
 * gateway that starts counting anew with a wrong clock, or stands in for a dead one, must not be put aside for good.
 */
function isBackfill(registry: Registry, { points }: EngineState, batch: ReadingBatch, i: number): boolean {
  if (isMarked(batch.flags[i])) return true;
  const { seq, speaker, liveAt } = points.col;
  const number = batch.point[i];
  const behind = (batch.seq[i] !== NO_SEQ && batch.seq[i] <= seq[number]) || speaker[number] !== batch.gateway;
  if (!behind) return false;
  const patienceMs = intervalsOf(registry.points[number], STALE_INTERVALS, EVENT_PATIENCE_MS);
  return batch.receivedAt - liveAt[number] < patienceMs;
}

/** Newest device time of the point in the message. */
function newestOf({ point, sampledAt, count }: ReadingBatch, number: number, { newest }: Admission): EpochMs {
  if (newest.size === 0) for (let row = 0; row < count; row++) newest.set(point[row], sampledAt[row]);
  return newest.get(number)!;
}

/** When it was taken, where the newest reading of its point in the message arrived when it was taken. */
function takenAt(batch: ReadingBatch, i: number, found: Admission): EpochMs {
  const newest = newestOf(batch, batch.point[i], found);
  return found.arrival - (inMs(newest, found.arrival) - inMs(batch.sampledAt[i], found.arrival));
}

/**
 * Judged as of its arrival, keeping the spacing of the point's readings inside its message: the newest of them arrived when
 * it was taken. Wrongly timed readings keep distinct times (one row per point and time in the store) and never go back.
 */
function judgeAtArrival({ points }: EngineState, batch: ReadingBatch, i: number, found: Admission): void {
  const number = batch.point[i];
  const taken = takenAt(batch, i, found);
  const notBefore = points.col.seen[number] === 0 ? taken : points.col.judgedAt[number] + found.offsetMs + 1;
  judgeAt(found, Math.max(taken, notBefore));
  found.flags |= FLAG.CLOCK_SKEWED;
}
