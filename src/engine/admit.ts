/**
 * Admission: whether one reading is judged live, kept as history, a duplicate, or refused, as a pure function over engine
 * state in log order. It refuses nothing for a clock: a wrong device time only moves the judging to the arrival time.
 */
import { Columns } from '../model/columns.ts';
import type { ReadingBatch, VerdictCode } from '../model/reading.ts';
import { FLAG, NO_SEQ, UNKNOWN_POINT, VERDICT } from '../model/reading.ts';
import type { EpochMs } from '../model/time.ts';
import type { Registry } from './registry.ts';
import { STALE_INTERVALS } from './registry.ts';

/** A device time further ahead of its arrival than this is not believed. */
export const CLOCK_AHEAD_MS = 60_000;

/**
 * How many of a point's newest readings are remembered to know a redelivered one again. QoS 1 redelivers what was in
 * flight; anything older that comes again is marked DUP by the transport and becomes `late` history, where the store
 * keeps one row per (point, at).
 */
const REMEMBERED = 8;

const LAYOUT = {
  /** 1 once a reading was admitted. */
  seen: 'u8',
  /** Time the newest live reading was judged at: device time, or arrival where the clock was wrong. */
  judgedAt: 'f64',
  /** Largest device time in the ring. */
  ringMaxAt: 'f64',
  ringAt: ['f64', REMEMBERED],
  ringValue: ['f64', REMEMBERED],
  ringNext: 'u8',
  /** Sequence number, gateway and arrival of the newest live reading. */
  seq: 'f64',
  speaker: 'u32',
  liveAt: 'f64',
  /** How far the clock was behind when a reading last went back, when that message arrived, and whether it was so before. */
  behindMs: 'f64',
  behindAt: 'f64',
  behindSteady: 'u8',
  /** Newest live reading, for state and silence. */
  value: 'f64',
  quality: 'u8',
  flags: 'u16',
  /** Engine time of the last sign of life: a live reading, else registration or resumption. */
  heardAt: 'f64',
  /** When its silence timer falls due; 0 when none is pending. */
  lookAt: 'f64',
  /** 1 since it fell silent or became unusable, until a good reading: what is uncertain does not end blindness. */
  lost: 'u8',
  /** 0 heard, 1 stale, 2 offline. */
  silent: 'u8',
  /** Who answers for the silence: 0 nobody, 1 its gateway, 2 the point. */
  blame: 'u8',
  /** 1 while a bad-quality device alarm of the point is open. */
  faulty: 'u8',
  /** 1 while an alarm of the point rests on uncertain readings alone. */
  doubtful: 'u8',
} as const;

export type PointTable = Columns<typeof LAYOUT>;
export const newPointTable = (): PointTable => new Columns(LAYOUT, 64);

/** What admission found, re-used for every reading. */
export interface Admission {
  verdict: VerdictCode;
  /** Time the reading is judged at. */
  judgedAt: EpochMs;
  /** FLAG bits to add. */
  flags: number;
  /** It went back in time for the first time: a clock set back, or an old message. It may raise; it must not calm. */
  doubtful: boolean;
}

export const newAdmission = (): Admission => ({ verdict: VERDICT.LIVE, judgedAt: 0, flags: 0, doubtful: false });

/** How much the delay of one way may differ from message to message, where the clock is the same. */
const STEADY_MS = 2_000;

/** Event-driven points have no rhythm: a reading within this time of a newer one is taken for its back-fill. */
const EVENT_PATIENCE_MS = 60_000;

/** Admits row `i` of the batch. */
export function admit(registry: Registry, table: PointTable, batch: ReadingBatch, i: number, result: Admission): void {
  const number = batch.point[i];
  const flags = batch.flags[i];
  result.flags = 0;
  result.doubtful = false;
  result.judgedAt = batch.sampledAt[i];
  const refusal = refusalOf(registry, batch, number, batch.value[i], flags);
  if (refusal !== undefined) {
    result.verdict = refusal;
    return;
  }
  const at = batch.sampledAt[i];
  const { col } = table;
  const remembered = at <= col.ringMaxAt[number] ? inRing(table, number, at, batch.value[i]) : ABSENT;
  if (remembered === SAME && (flags & FLAG.NO_AT) === 0) {
    result.verdict = VERDICT.DUPLICATE;
    return;
  }
  if (remembered === OTHER_VALUE) result.flags |= FLAG.CONFLICT;
  result.verdict = VERDICT.LIVE;
  if (at - batch.receivedAt > CLOCK_AHEAD_MS) {
    atArrival(col.judgedAt[number], arrivalOf(batch, i), result);
    return;
  }
  if (col.seen[number] === 0 || at >= col.judgedAt[number]) return;
  if (isBackfill(registry, table, batch, i)) {
    result.verdict = VERDICT.HISTORY;
    result.flags |= FLAG.LATE;
    return;
  }
  const arrival = arrivalOf(batch, i);
  atArrival(col.judgedAt[number], arrival, result);
  result.doubtful = !isSteady(table, batch, number, arrival - at, registry.points[number].intervalMs);
}

/**
 * A clock that was set back stays as far behind from message to message. An old message that comes once more, without a
 * mark, does not: until a second one is as late as the first, nobody knows which it is.
 */
function isSteady(
  table: PointTable,
  batch: ReadingBatch,
  number: number,
  behindMs: number,
  intervalMs: number | null,
): boolean {
  const { behindMs: known, behindAt, behindSteady } = table.col;
  if (behindAt[number] === batch.receivedAt) return behindSteady[number] === 1;
  const jitterMs = Math.min(STEADY_MS, (intervalMs ?? STEADY_MS * 2) / 2);
  const steady = behindAt[number] !== 0 && Math.abs(behindMs - known[number]) <= jitterMs;
  known[number] = behindMs;
  behindAt[number] = batch.receivedAt;
  behindSteady[number] = steady ? 1 : 0;
  return steady;
}

/**
 * A reading older than the newest one judged: back-fill, or a clock set back? Marked ones are back-fill. So are those whose
 * sequence number does not rise and those of another gateway that lags behind, but only while newer ones keep coming: a
 * gateway that starts counting anew with a wrong clock, or stands in for a dead one, must not be put aside for good.
 */
function isBackfill(registry: Registry, table: PointTable, batch: ReadingBatch, i: number): boolean {
  if ((batch.flags[i] & (FLAG.HISTORICAL | FLAG.REDELIVERED)) !== 0) return true;
  const { seq, speaker, liveAt } = table.col;
  const number = batch.point[i];
  const behind = (batch.seq[i] !== NO_SEQ && batch.seq[i] <= seq[number]) || speaker[number] !== batch.gateway;
  if (!behind) return false;
  const { intervalMs } = registry.points[number];
  const patienceMs = intervalMs === null ? EVENT_PATIENCE_MS : STALE_INTERVALS * intervalMs;
  return batch.receivedAt - liveAt[number] < patienceMs;
}

/** Arrival, keeping the spacing of the point's readings inside its message: the newest of them arrived when it was taken. */
function arrivalOf(batch: ReadingBatch, i: number): EpochMs {
  let newest = batch.count - 1;
  while (batch.point[newest] !== batch.point[i]) newest--;
  return batch.receivedAt - (batch.sampledAt[newest] - batch.sampledAt[i]);
}

/** Remembers an admitted reading: for the duplicate check, and who spoke last where it is a live one. */
export function remember(table: PointTable, batch: ReadingBatch, i: number, live: boolean): void {
  const number = batch.point[i];
  const { col } = table;
  const next = col.ringNext[number];
  const at = batch.sampledAt[i];
  col.ringAt[number * REMEMBERED + next] = at;
  col.ringValue[number * REMEMBERED + next] = batch.value[i];
  col.ringNext[number] = (next + 1) % REMEMBERED;
  if (at > col.ringMaxAt[number]) col.ringMaxAt[number] = at;
  if (!live) return;
  col.speaker[number] = batch.gateway;
  col.liveAt[number] = batch.receivedAt;
  if (batch.seq[i] !== NO_SEQ) col.seq[number] = batch.seq[i];
}

/** Clears what a fresh row must not take for a reading: no sequence number yet, no time seen. */
export function initPointRow(table: PointTable, number: number, now: EpochMs): void {
  table.ensure(number + 1);
  table.col.seq[number] = NO_SEQ;
  table.col.ringMaxAt[number] = Number.NEGATIVE_INFINITY;
  table.col.ringAt.fill(Number.NaN, number * REMEMBERED, (number + 1) * REMEMBERED);
  table.col.heardAt[number] = now;
}

/** Wrongly timed readings keep distinct times (one row per point and time in the store) and never go back. */
function atArrival(newest: EpochMs, arrival: EpochMs, result: Admission): void {
  result.judgedAt = Math.max(arrival, newest + 1);
  result.flags |= FLAG.CLOCK_SKEWED;
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

const ABSENT = 0;
const SAME = 1;
const OTHER_VALUE = 2;

function inRing(table: PointTable, number: number, at: EpochMs, value: number): number {
  const { ringAt, ringValue } = table.col;
  const start = number * REMEMBERED;
  let found = ABSENT;
  for (let k = start; k < start + REMEMBERED; k++) {
    if (ringAt[k] !== at) continue;
    if (ringValue[k] === value) return SAME;
    found = OTHER_VALUE;
  }
  return found;
}
