/**
 * Admission: whether one reading is judged live, kept as history, a duplicate, or refused, and by which time it is judged, as
 * a pure function over engine state in log order. It refuses nothing for a clock: a wrong device time only moves the judging
 * to the arrival time.
 *
 * Device times are wall times and are compared with our wall clock; what is judged is judged in engine time, which no step
 * of a clock touches.
 */
import type { ReadingBatch, VerdictCode } from '../model/reading.ts';
import { FLAG, NO_SEQ, UNKNOWN_POINT, VERDICT } from '../model/reading.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { shiftPoint } from '../rules/shift.ts';
import { moveJudged, OTHER_VALUE, recall, SAME } from './points.ts';
import { isRedelivered } from './redelivery.ts';
import type { Registry } from './registry.ts';
import { STALE_INTERVALS } from './registry.ts';
import type { EngineState } from './state.ts';
import { ENGINE_VERSION } from './state.ts';

/** A device time further ahead of its arrival than this is not believed. */
const CLOCK_AHEAD_MS: DurationMs = 60_000;

/** One further behind is not believed either, where it stays as far behind from message to message. */
const CLOCK_BEHIND_MS: DurationMs = 60_000;

/** How much the delay of one way may differ from message to message, where the clock is the same. */
const STEADY_MS: DurationMs = 2_000;

/** Event-driven points have no rhythm: a reading within this time of a newer one is taken for its back-fill. */
const EVENT_PATIENCE_MS: DurationMs = 60_000;

/** What admission found, of the message and of its row; re-used for every one of them. */
export interface Admission {
  verdict: VerdictCode;
  /** Engine time that the reading is judged at. */
  at: EpochMs;
  /** The same as wall time, as it is stored: the device's own, or the arrival. */
  judgedAt: EpochMs;
  /** FLAG bits to add. */
  flags: number;
  /** It went back in time for the first time: a clock set back, or an old message. It may raise; it must not calm. */
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
  const refusal = refusalOf(registry, batch, number, batch.value[i], flags);
  if (refusal !== undefined) {
    found.verdict = refusal;
    return;
  }
  const remembered = recall(points, number, at, batch.value[i]);
  // Without a time it cannot be known again: at least once, whatever its message looks like.
  if ((flags & FLAG.NO_AT) === 0 && (remembered === SAME || found.redelivered)) {
    found.verdict = VERDICT.DUPLICATE;
    return;
  }
  if (remembered === OTHER_VALUE) found.flags |= FLAG.CONFLICT;
  found.verdict = VERDICT.LIVE;
  const { col } = points;
  const goesBack = col.seen[number] !== 0 && found.at < col.judgedAt[number];
  if (goesBack && isBackfill(registry, state, batch, i)) keepAsHistory(found);
  else if (!found.timely && isWrongClock(state, batch, i, found)) judgeAtArrival(state, batch, i, found);
  else if (goesBack) goBack(state, batch, i, found);
}

/** Older than the newest one, and nothing says why. */
function goBack(state: EngineState, batch: ReadingBatch, i: number, found: Admission): void {
  const number = batch.point[i];
  const newest = newestOf(batch, number, found);
  // Its message goes on to what is new: it reaches back, nothing was set back.
  if (newest - found.offsetMs >= state.points.col.judgedAt[number]) {
    keepAsHistory(found);
    return;
  }
  found.doubtful = !isSteady(state, batch, number, found.arrival - newest);
  judgeAtArrival(state, batch, i, found);
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

function keepAsHistory(found: Admission): void {
  found.verdict = VERDICT.HISTORY;
  found.flags |= FLAG.LATE;
}

/** Ahead of its arrival; or behind, and as far behind as the message before it: then it is a slow clock and no back-fill. */
function isWrongClock(state: EngineState, batch: ReadingBatch, i: number, found: Admission): boolean {
  const number = batch.point[i];
  const behindMs = found.arrival - newestOf(batch, number, found);
  if (behindMs < -CLOCK_AHEAD_MS) return true;
  if (behindMs <= CLOCK_BEHIND_MS || isMarked(batch.flags[i])) return false;
  return isSteady(state, batch, number, behindMs);
}

/**
 * A wrong clock stays as far behind from message to message. An old message that comes once more, without a mark, does not,
 * nor does a backlog that is sent faster than it was taken: until a second message is as late as the first, nobody knows
 * which it is. Two that come at nearly the same time are as late as each other whatever they hold, and prove nothing.
 */
function isSteady(state: EngineState, batch: ReadingBatch, number: number, behindMs: DurationMs): boolean {
  const { behindMs: knownMs, behindAt, behindSteady, liveAt, flags } = state.points.col;
  if (behindAt[number] === batch.receivedAt) return behindSteady[number] === 1;
  const inARow = behindAt[number] !== 0 && behindAt[number] === liveAt[number];
  const wasSteady = inARow && behindSteady[number] === 1;
  const wasMs = knownMs[number];
  const toleranceMs = wasSteady ? STEADY_MS : Math.min(STEADY_MS, (batch.receivedAt - behindAt[number]) / 2);
  const steady = inARow && Math.abs(behindMs - wasMs) <= toleranceMs;
  // The reading before was judged by the clock that is now known to be slow: it was taken that much later.
  if (steady && (flags[number] & FLAG.CLOCK_SKEWED) === 0 && wasMs > 0) {
    shiftPoint(state.rules, number, wasMs);
    moveJudged(state.points, number, wasMs);
  }
  knownMs[number] = behindMs;
  behindAt[number] = batch.receivedAt;
  behindSteady[number] = steady ? 1 : 0;
  return steady;
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
  const { intervalMs } = registry.points[number];
  const patienceMs = intervalMs === null ? EVENT_PATIENCE_MS : STALE_INTERVALS * intervalMs;
  return batch.receivedAt - liveAt[number] < patienceMs;
}

/** Newest device time of the point in the message. */
function newestOf({ point, sampledAt, count }: ReadingBatch, number: number, { newest }: Admission): EpochMs {
  if (newest.size === 0) for (let row = 0; row < count; row++) newest.set(point[row], sampledAt[row]);
  return newest.get(number)!;
}

/**
 * Judged as of its arrival, keeping the spacing of the point's readings inside its message: the newest of them arrived when
 * it was taken. Wrongly timed readings keep distinct times (one row per point and time in the store) and never go back.
 */
function judgeAtArrival({ points }: EngineState, batch: ReadingBatch, i: number, found: Admission): void {
  const number = batch.point[i];
  const taken = found.arrival - (newestOf(batch, number, found) - batch.sampledAt[i]);
  const notBefore = points.col.seen[number] === 0 ? taken : points.col.judgedAt[number] + found.offsetMs + 1;
  judgeAt(found, Math.max(taken, notBefore));
  found.flags |= FLAG.CLOCK_SKEWED;
}

function refusalOf(
  registry: Registry,
  batch: ReadingBatch,
  number: number,
  value: number,
  flags: number,
): VerdictCode | undefined {
  if (batch.gateway >= registry.gateways.length) return VERDICT.REFUSED_UNKNOWN_GATEWAY;
  if (number === UNKNOWN_POINT || number >= registry.points.length) return VERDICT.REFUSED_UNKNOWN_POINT;
  const publisher = registry.onlyPublisher[number];
  if (publisher !== batch.gateway && (publisher >= 0 || !registry.publishers[number].includes(batch.gateway))) {
    return VERDICT.REFUSED_NOT_AUTHORISED;
  }
  const fits = registry.booleans[number] === 0 ? (flags & FLAG.BOOLEAN) === 0 : value === 0 || value === 1;
  return fits ? undefined : VERDICT.REFUSED_WRONG_TYPE;
}
