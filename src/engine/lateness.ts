/**
 * What is known of a clock that does not fit ours: how far behind it is from message to message, and whether that is the clock,
 * or may as well be an old message that came once more. It admits nothing and moves no reading; admission asks it.
 *
 * Safety first: what may have been judged before may raise and never calms, until there is evidence that it is new.
 */
import type { ClockMistake } from '../model/clock-mistake.ts';
import { clockMistake, inMs, inOrder, OLDEST_MS } from '../model/clock-mistake.ts';
import type { ReadingBatch } from '../model/reading.ts';
import { FLAG, NO_SEQ } from '../model/reading.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { MINUTE_MS } from '../model/time.ts';
import { shiftPoint } from '../rules/shift.ts';
import { moveJudged, newestRemembered } from './points.ts';
import type { EngineState } from './state.ts';

/** A device time further ahead of its arrival than this is not believed. */
export const CLOCK_AHEAD_MS: DurationMs = 60_000;

/** One further behind is not believed either, where that is the clock and no backlog. */
export const CLOCK_BEHIND_MS: DurationMs = 60_000;

/** How much the delay of one way may differ from message to message, where the clock is the same. */
const STEADY_MS: DurationMs = 2_000;

/** A clock that was set back is believed when it has kept its lateness for longer than this, in so many messages or more. */
const KEPT_MS: DurationMs = 10 * MINUTE_MS;
const KEPT_MESSAGES = 4;

/** Counts further say nothing more. */
const COUNTED_MAX = 255;

/** The newest reading of a point in one message, beside the arrival. */
export interface Lateness {
  /** Its device time, to be put in order with those before. */
  readonly newest: EpochMs;
  /** Arrival less device time, in whatever unit that came: negative where the clock is ahead. */
  readonly behindMs: DurationMs;
  /** It is no time that a right clock shows now. */
  readonly isFar: boolean;
  /** Nor one that it ever showed: no backlog, whatever comes next. */
  readonly isImpossible: boolean;
}

export function latenessOf(newest: EpochMs, arrivedAt: EpochMs, isMarked: boolean): Lateness {
  const taken = inMs(newest, arrivedAt);
  const behindMs = arrivedAt - taken;
  const isImpossible = behindMs < -CLOCK_AHEAD_MS || (!isMarked && (taken !== newest || taken < OLDEST_MS));
  return {
    newest: inOrder(newest, arrivedAt),
    behindMs,
    isFar: isImpossible || (behindMs > CLOCK_BEHIND_MS && !isMarked),
    isImpossible,
  };
}

/**
 * A wrong clock stays as far behind from message to message. An old message that comes once more, without a mark, does not,
 * nor does a backlog that is sent faster than it was taken: until a second message is as late as the first, nobody knows
 * which it is. Two that come at nearly the same time are as late as each other whatever they hold, and prove nothing.
 *
 * Measures; asked again for the same message it gives the same answer.
 */
export function isSteady(state: EngineState, batch: ReadingBatch, number: number, behindMs: DurationMs): boolean {
  const { behindMs: knownMs, behindAt, behindSince, behindSteady, liveAt, flags } = state.points.col;
  const { receivedAt } = batch;
  const wasMs = knownMs[number];
  const count = behindSteady[number];
  if (behindAt[number] === receivedAt) return count > 0 && Math.abs(behindMs - wasMs) <= STEADY_MS;
  const inARow = behindAt[number] !== 0 && behindAt[number] === liveAt[number];
  const toleranceMs = inARow && count > 0 ? STEADY_MS : Math.min(STEADY_MS, (receivedAt - behindAt[number]) / 2);
  const steady = inARow && Math.abs(behindMs - wasMs) <= toleranceMs;
  // The reading before was judged by the clock that is now known to be slow: it was taken that much later.
  if (steady && (flags[number] & FLAG.CLOCK_SKEWED) === 0 && wasMs > 0) {
    shiftPoint(state.rules, number, wasMs);
    moveJudged(state.points, number, wasMs);
  }
  // The first of them is the measure, until they are believed: what gains on us little by little is a backlog.
  if (!steady) knownMs[number] = behindMs;
  behindAt[number] = receivedAt;
  behindSince[number] = steady ? Math.min(behindSince[number], receivedAt) : receivedAt;
  behindSteady[number] = steady ? Math.min(count + 1, COUNTED_MAX) : 0;
  return steady;
}

/** As far behind, or ahead, as a clock of this gateway that is known to be so. */
export function isOfKnownClock({ gateways }: EngineState, gateway: number, { behindMs, isFar }: Lateness): boolean {
  return isFar && Math.abs(behindMs - gateways.col.believedMs[gateway]) <= STEADY_MS;
}

/**
 * Whether a reading that is judged at its arrival is a live one, by a clock that is wrong. Nothing of the point was as new as
 * this: then it was not judged before, and a second message as late as the first is enough. Older than that, it was sent
 * again, or the clock was set back: its number says which, or that it goes on for so long, or what others of its gateway
 * have proved. To be asked for every reading so judged, once a row.
 */
export function isBelieved(state: EngineState, batch: ReadingBatch, i: number, lateness: Lateness): boolean {
  const { points, gateways } = state;
  const { behindMs, newest, isFar, isImpossible } = lateness;
  const number = batch.point[i];
  const { ringMaxAt, flags, seq, countedTo } = points.col;
  if ((flags[number] & FLAG.CLOCK_SKEWED) === 0) countedTo[number] = seq[number];
  const steady = isSteady(state, batch, number, behindMs);
  const isKnown = isOfKnownClock(state, batch.gateway, lateness);
  const isNew = newest >= ringMaxAt[number];
  const proved = isNew
    ? steady || isImpossible
    : steady && (countsOn(state, batch, i) || hasKept(state, batch, number));
  if (!isKnown && !proved) return false;
  points.col.behindMs[number] = behindMs;
  if (batch.seq[i] !== NO_SEQ) countedTo[number] = batch.seq[i];
  if (isFar && (isKnown || steady)) gateways.col.believedMs[batch.gateway] = behindMs;
  return true;
}

/** Numbered after everything that was believed of the point: sent again it would have the number it had. */
function countsOn({ points }: EngineState, { point, seq }: ReadingBatch, i: number): boolean {
  const last = points.col.countedTo[point[i]];
  return last !== NO_SEQ && seq[i] > last;
}

function hasKept({ points }: EngineState, { receivedAt }: ReadingBatch, number: number): boolean {
  const { behindSince, behindSteady } = points.col;
  return receivedAt - behindSince[number] > KEPT_MS && behindSteady[number] >= KEPT_MESSAGES - 1;
}

/**
 * The point of the gateway whose clock is furthest off, as its alarm tells it: by how much, and which slip that looks like.
 * `late` is a slow clock of which nobody knows yet whether it is one, or old readings that are sent again.
 */
export function worstClock(state: EngineState, gateway: number): WorstClock | undefined {
  const { points, gateways, registry, clockOffsetMs } = state;
  const { behindMs, behindAt, skewedBy } = points.col;
  let worst: WorstClock | undefined;
  for (const number of registry.published[gateway]) {
    if (skewedBy[number] !== gateway + 1 || behindAt[number] === 0) continue;
    const arrivedAt = behindAt[number] + clockOffsetMs;
    const isLast = (at: EpochMs) => Math.abs(arrivedAt - inMs(at, arrivedAt) - behindMs[number]) <= STEADY_MS;
    const remembered = newestRemembered(points, number);
    const sampledAt = isLast(remembered) ? remembered : arrivedAt - behindMs[number];
    const offMs = arrivedAt - sampledAt;
    if (worst !== undefined && Math.abs(offMs) <= Math.abs(worst.behindMs)) continue;
    const slip = clockMistake(sampledAt, arrivedAt);
    const isProved = Math.abs(offMs - gateways.col.believedMs[gateway]) <= STEADY_MS;
    const mistake = slip === 'slow' && !isProved ? 'late' : slip;
    worst = { worst: registry.points[number].id, mistake, behindMs: offMs };
  }
  return worst;
}

export interface WorstClock {
  /** Point id. */
  readonly worst: string;
  readonly mistake: ClockMistake | 'late';
  /** Negative where it is ahead. */
  readonly behindMs: DurationMs;
}

/** A point of the gateway shows the right time again: what was known of its clock is over. */
export function forgetClock({ gateways }: EngineState, gateway: number): void {
  gateways.col.believedMs[gateway] = Number.POSITIVE_INFINITY;
}

/**
 * Time in which nobody looked is no evidence: a lateness has to be kept from here on. Of the points there are: a cell that
 * nobody has yet is in no snapshot.
 */
export function latenessResumed({ points }: EngineState, at: EpochMs): void {
  points.col.behindSince.fill(at, 0, points.rows);
}
