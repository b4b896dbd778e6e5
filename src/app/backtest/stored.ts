/**
 * What the store of readings has of a stretch of time, as messages in the order in which they were taken: one of a gateway and an
 * instant. It asks through the port alone, so that every store will do; values of derived points are left out, they are computed.
 */
import type { PointConfig } from '../../model/point.ts';
import type { Quality } from '../../model/quality.ts';
import type { ReadingBatch } from '../../model/reading.ts';
import { FLAG, NO_SEQ, newBatch } from '../../model/reading.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { DAY_MS, MINUTE_MS } from '../../model/time.ts';
import type { ReadingsStore } from '../../store/readings/port.ts';
import { span } from './stretches.ts';

export type PastReadings = Pick<ReadingsStore, 'query'>;

interface StoredRow {
  readonly point: number;
  readonly at: EpochMs;
  readonly value: number;
  readonly quality: Quality;
  readonly gateway: number;
  readonly isBoolean: boolean;
}

export interface StoredMessage {
  readonly at: EpochMs;
  readonly rows: readonly StoredRow[];
}

/** A point that is read, and the gateway that its readings are taken to have come by. */
export interface StoredPoint {
  readonly number: number;
  readonly gateway: number;
  readonly config: Pick<PointConfig, 'valueKind'>;
}

interface Asked {
  readonly from: EpochMs;
  /** Exclusive. */
  readonly to: EpochMs;
  readonly points: readonly StoredPoint[];
  /** Called after every question; false: it is to end. */
  rest(): Promise<boolean>;
  /** The store says that readings are missing there. */
  missing(reason: string): void;
}

/** So many rows are asked for at once, about: stretches are made longer or shorter to that end. */
const ROWS_AT_ONCE = 20_000;
const SHORTEST_MS: DurationMs = MINUTE_MS;
/** After a time of which little is stored a stretch is long, and may hold a day of a whole plant: it is asked for in parts then. */
const ROWS_AT_ONCE_MAX = 2 * ROWS_AT_ONCE;

/** Throws where the store gives no answer. Ends early where `rest` says so. */
export async function* readStored(store: PastReadings, asked: Asked): AsyncGenerator<StoredMessage, void> {
  const to = Math.ceil(asked.to);
  let lengthMs = SHORTEST_MS;
  let isPause = false;
  for (let begin = Math.floor(asked.from); begin < to; ) {
    const end = Math.min(to, begin + lengthMs);
    const found = await rowsOf(store, { ...asked, from: begin, to: end });
    if (found === undefined) return;
    const { rows, isAll } = found;
    if (!isAll) {
      // Up to the first of what is too much there is little: that first, and what begins there in short stretches.
      const pauseMs = rows.reduce((first, { at }) => Math.min(first, at), end) - begin;
      isPause = pauseMs >= SHORTEST_MS;
      lengthMs = isPause ? pauseMs : Math.max(SHORTEST_MS, Math.floor((end - begin) / 4));
      continue;
    }
    yield* messagesOf(rows);
    if (isPause) lengthMs = SHORTEST_MS;
    else if (rows.length < ROWS_AT_ONCE / 2) lengthMs = Math.min(DAY_MS, lengthMs * 2);
    else if (rows.length > ROWS_AT_ONCE) lengthMs = Math.max(SHORTEST_MS, Math.floor(lengthMs / 2));
    isPause = false;
    begin = end;
  }
}

interface Found {
  readonly rows: readonly StoredRow[];
  /** False: there are too many to be held at once, and these are some. */
  readonly isAll: boolean;
}

async function rowsOf(store: PastReadings, asked: Asked): Promise<Found | undefined> {
  const { from, to, points, rest, missing } = asked;
  const rows: StoredRow[] = [];
  for (const { number, gateway, config } of points) {
    const outcome = await store.query({ point: number, from, to, max: Number.MAX_SAFE_INTEGER });
    if (!outcome.ok) throw new Error(`the store of readings gives no answer: ${outcome.reason}`);
    const { answer } = outcome;
    if (answer.downsampled) throw new Error('the store of readings gives means, where readings were asked for');
    const isBoolean = config.valueKind === 'boolean';
    // As it was sent: what span and plausibility made of it is judged again, perhaps by others.
    for (const { at, value, sentQuality } of answer.items)
      rows.push({ point: number, at, value, quality: sentQuality as Quality, gateway, isBoolean });
    if (rows.length > ROWS_AT_ONCE_MAX && to - from > SHORTEST_MS) return { rows, isAll: false };
    for (const gap of answer.gaps)
      missing(`${span(gap.from, gap.to)}: ${gap.count} are missing in the store of readings: ${gap.reason}`);
    if (!(await rest())) return undefined;
  }
  rows.sort((a, b) => a.at - b.at || a.gateway - b.gateway || a.point - b.point);
  return { rows, isAll: true };
}

function* messagesOf(rows: readonly StoredRow[]): Generator<StoredMessage> {
  for (let first = 0; first < rows.length; ) {
    const { at, gateway } = rows[first];
    let end = first + 1;
    while (end < rows.length && rows[end].at === at && rows[end].gateway === gateway) end++;
    yield { at, rows: rows.slice(first, end) };
    first = end;
  }
}

/** A batch of its own each time: what is judged is written into it. */
export function batchOf({ rows }: StoredMessage, receivedAt: EpochMs): ReadingBatch {
  const batch = newBatch(rows[0].gateway, receivedAt);
  batch.count = rows.length;
  for (const { point, at, value, quality, isBoolean } of rows) {
    batch.point.push(point);
    batch.sampledAt.push(at);
    batch.value.push(value);
    batch.quality.push(quality);
    batch.seq.push(NO_SEQ);
    // That it stands where it stands is no sign of a clock.
    batch.flags.push((isBoolean ? FLAG.BOOLEAN : 0) | FLAG.HISTORICAL);
    batch.verdict.push(0);
    batch.judgedAt.push(at);
  }
  return batch;
}
