/**
 * What the store of readings has of a stretch of time, as messages in the order in which they were taken: one of a gateway and an
 * instant. It asks through the port alone, so that every store will do; values of derived points are left out, they are computed.
 */
import type { PointConfig } from '../../model/point.ts';
import type { Quality } from '../../model/quality.ts';
import type { ReadingBatch } from '../../model/reading.ts';
import { FLAG, NO_SEQ, newBatch } from '../../model/reading.ts';
import type { EpochMs } from '../../model/time.ts';
import { DAY_MS } from '../../model/time.ts';
import type { PointRows, ReadingsStore } from '../../store/readings/port.ts';
import { span } from './stretches.ts';

export type PastReadings = Pick<ReadingsStore, 'queryPoints'>;

interface StoredRow {
  readonly point: number;
  readonly at: EpochMs;
  readonly value: number;
  readonly quality: Quality;
  readonly isBoolean: boolean;
}

export interface StoredMessage {
  readonly at: EpochMs;
  readonly gateway: number;
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

/** So many rows of a point are asked for at once, about: a store may have to unpack hundreds to give one. */
const ROWS_OF_A_POINT = 20;
/** 21 bytes each, wherever they are on their way. */
const ROWS_AT_ONCE = { min: 20_000, max: 400_000 };

/** Throws where the store gives no answer. Ends early where `rest` says so. */
export async function* readStored(store: PastReadings, asked: Asked): AsyncGenerator<StoredMessage, void> {
  const { rest, missing } = asked;
  const to = Math.ceil(asked.to);
  const points = asked.points.map(({ number }) => number);
  const known = new Map(asked.points.map((point) => [point.number, point]));
  const max = Math.min(ROWS_AT_ONCE.max, Math.max(ROWS_AT_ONCE.min, ROWS_OF_A_POINT * points.length));
  for (let from = Math.floor(asked.from); from < to && points.length > 0; ) {
    // Not more than a day at once: what is late in it is looked through at every question.
    const outcome = await store.queryPoints({ points, from, to: Math.min(to, from + DAY_MS), max });
    if (!outcome.ok) throw new Error(`the store of readings gives no answer: ${outcome.reason}`);
    const { rows, upTo, gaps } = outcome;
    if (upTo <= from) throw new Error('the store of readings does not get on');
    for (const gap of gaps)
      missing(`${span(gap.from, gap.to)}: ${gap.count} are missing in the store of readings: ${gap.reason}`);
    if (!(await rest())) return;
    yield* messagesOf(rows, known);
    from = upTo;
  }
}

function* messagesOf(columns: PointRows, known: ReadonlyMap<number, StoredPoint>): Generator<StoredMessage> {
  const { count, point, at, value, sentQuality } = columns;
  const gateways = Uint32Array.from(point, (number) => known.get(number)!.gateway);
  const order = Uint32Array.from({ length: count }, (_, row) => row);
  order.sort((a, b) => at[a] - at[b] || gateways[a] - gateways[b] || point[a] - point[b]);
  for (let first = 0; first < count; ) {
    const [when, gateway] = [at[order[first]], gateways[order[first]]];
    const rows: StoredRow[] = [];
    for (; first < count && at[order[first]] === when && gateways[order[first]] === gateway; first++) {
      const row = order[first];
      const isBoolean = known.get(point[row])!.config.valueKind === 'boolean';
      // As it was sent: what span and plausibility made of it is judged again, perhaps by others.
      rows.push({ point: point[row], at: when, value: value[row], quality: sentQuality[row] as Quality, isBoolean });
    }
    yield { at: when, gateway, rows };
  }
}

/** A batch of its own each time: what is judged is written into it. */
export function batchOf({ gateway, rows }: StoredMessage, receivedAt: EpochMs): ReadingBatch {
  const batch = newBatch(gateway, receivedAt);
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
