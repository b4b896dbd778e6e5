/**
 * What the engine remembers of each point besides its rules: the newest reading, what was heard of it, and how its clock
 * goes. The table and its simple writers; it decides nothing.
 */
import { inOrder } from '../model/clock-mistake.ts';
import { Columns } from '../model/columns.ts';
import type { ReadingBatch } from '../model/reading.ts';
import { NO_SEQ } from '../model/reading.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';

/** How many of a point's newest readings are remembered, so that one that comes again in another message is known. */
const REMEMBERED = 8;

const LAYOUT = {
  /** 1 once a reading was admitted. */
  seen: 'u8',
  /** Engine time that the newest live reading was judged at: its device time, or its arrival where that clock was wrong. */
  judgedAt: 'f64',
  /** Largest device time of all that was admitted; of seconds, the ms they stand for. */
  ringMaxAt: 'f64',
  ringAt: ['f64', REMEMBERED],
  ringValue: ['f64', REMEMBERED],
  ringNext: 'u8',
  /** Sequence number, gateway and arrival of the newest live reading. */
  seq: 'f64',
  speaker: 'u32',
  liveAt: 'f64',
  /**
   * How far the clock was behind when a reading last came oddly timed, and when that message arrived; since when it is so, and
   * in how many messages before (lateness.ts). A state stored before that was asked begins to count anew.
   */
  behindMs: 'f64',
  behindAt: 'f64',
  behindSince: ['f64', 1, Number.POSITIVE_INFINITY],
  behindSteady: 'u8',
  /** Newest sequence number that is no old message's, kept while the clock is wrong. */
  countedTo: ['f64', 1, Number.POSITIVE_INFINITY],
  /** Newest live reading, for state and silence. */
  value: 'f64',
  quality: 'u8',
  flags: 'u16',
  /** 1 where it is good but for the doubt of a watch of clock or instrument. */
  certain: 'u8',
  /** Engine time of the last sign of life: a live reading, else registration or resumption. */
  heardAt: 'f64',
  /** When its silence timer falls due; 0 when none is pending. */
  lookAt: 'f64',
  /** Who took its sight (observers.ts): nobody where it observes. What is uncertain does not end blindness. */
  lostBy: ['u32', 1, 3],
  /** 1 while it is lost and has come back with a doubtful word: usable for what is computed from it, and no observer yet. */
  vague: 'u8',
  /** 0 heard, 1 stale, 2 offline. */
  silent: 'u8',
  /** 1 while what it sends is unusable, 2 since a named person let go of it. */
  faulty: 'u8',
  /** 1 while an alarm of the point rests on uncertain readings alone. */
  doubtful: 'u8',
  /** Number + 1 of the gateway that last sent it with a wrong clock; 0 where its clock is right. */
  skewedBy: 'u32',
} as const;

export type PointTable = Columns<typeof LAYOUT>;
export const newPointTable = (): PointTable => new Columns(LAYOUT, 64);

/** What `recall` finds: no reading of this device time, the same, or one of another value. */
const ABSENT = 0;
export const SAME = 1;
export const OTHER_VALUE = 2;

/** Whether a reading of this device time is among those remembered. */
export function recall({ col }: PointTable, number: number, at: EpochMs, value: number): number {
  if (at > col.ringMaxAt[number]) return ABSENT;
  const { ringAt, ringValue, ringNext } = col;
  const start = number * REMEMBERED;
  // The last word of that time counts: a contact that bounces within one time stamp ends where it was, not where it passed.
  for (let back = 1; back <= REMEMBERED; back++) {
    const k = start + ((ringNext[number] + REMEMBERED - back) % REMEMBERED);
    if (ringAt[k] === at) return ringValue[k] === value ? SAME : OTHER_VALUE;
  }
  return ABSENT;
}

/**
 * Remembers an admitted reading: for the duplicate check, and who spoke last where it is a live one. `arrivedAt`: of its
 * message, as wall time.
 */
export function remember(table: PointTable, batch: ReadingBatch, i: number, live: boolean, arrivedAt: EpochMs): void {
  const number = batch.point[i];
  const { col } = table;
  const at = batch.sampledAt[i];
  let next = col.ringNext[number];
  // A back-fill, however long, does not make the newest reading unknown.
  const oldest = inOrder(col.ringAt[number * REMEMBERED + next], arrivedAt);
  if (!live && oldest === col.ringMaxAt[number]) next = (next + 1) % REMEMBERED;
  col.ringAt[number * REMEMBERED + next] = at;
  col.ringValue[number * REMEMBERED + next] = batch.value[i];
  col.ringNext[number] = (next + 1) % REMEMBERED;
  const inTurn = inOrder(at, arrivedAt);
  if (inTurn > col.ringMaxAt[number]) col.ringMaxAt[number] = inTurn;
  if (!live) return;
  col.speaker[number] = batch.gateway;
  col.liveAt[number] = batch.receivedAt;
  if (batch.seq[i] !== NO_SEQ) col.seq[number] = batch.seq[i];
}

/** Device time of the reading that was admitted last, as it was sent. */
export function newestRemembered({ col }: PointTable, number: number): EpochMs {
  return col.ringAt[number * REMEMBERED + ((col.ringNext[number] + REMEMBERED - 1) % REMEMBERED)];
}

/** Clears what a fresh row must not take for a reading: no sequence number yet, no time seen. */
export function initPointRow(table: PointTable, number: number, now: EpochMs): void {
  table.ensure(number + 1);
  table.col.seq[number] = NO_SEQ;
  table.col.ringMaxAt[number] = Number.NEGATIVE_INFINITY;
  table.col.ringAt.fill(Number.NaN, number * REMEMBERED, (number + 1) * REMEMBERED);
  table.col.heardAt[number] = now;
}

/** The clock that a point's readings are judged by is now believed to be so much later: what it has counted moves with it. */
export function moveJudged(table: PointTable, number: number, byMs: DurationMs): void {
  table.col.judgedAt[number] += byMs;
}
