/**
 * The embedded readings store: one point's hour out of many rows while 20 000 rows a second go in, and what a row costs on
 * disk. At the port of the store, without HTTP; the service adds the same on top for every store.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GOOD } from '../src/model/quality.ts';
import { openChunks } from '../src/store/readings/chunks/open-chunks.ts';
import type { ReadingRows, ReadingsStore } from '../src/store/readings/port.ts';
import { addRow, newRows } from '../src/store/readings/rows.ts';
import type { Row } from './figures.ts';
import { atMost, quantile, row } from './figures.ts';
import { newFolder } from './processes.ts';
import { monotonicMs } from './publishing.ts';
import type { Scale } from './throughput.ts';

const START = 1_763_775_600_000;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const ROWS_A_SECOND = 20_000;
const WRITE_EVERY_MS = 50;
const QUERY_EVERY_MS = 20;

/** A sensor that drifts and trembles, rounded to a tenth as its transmitter sends it, with times that jitter. */
class Sensor {
  private seed: number;
  private level: number;

  constructor(point: number) {
    this.seed = (point + 1) * 2_654_435_761;
    this.level = 20 + (point % 50);
  }

  next(): number {
    this.level += (this.random() - 0.5) * 0.2;
    return Math.round((this.level + (this.random() - 0.5) * 0.4) * 10) / 10;
  }

  jitterMs(): number {
    return Math.floor(this.random() * 20);
  }

  private random(): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.seed / 0x1_0000_0000;
  }
}

class Plant {
  readonly points: number;
  second = 0;
  position = 0;
  rowsWritten = 0;
  private readonly store: ReadingsStore;
  private readonly sensors: Sensor[];
  private point = 0;

  constructor(store: ReadingsStore, points: number) {
    this.store = store;
    this.points = points;
    this.sensors = Array.from({ length: points }, (_, point) => new Sensor(point));
  }

  /** The next `count` rows, point after point, second after second. */
  async write(count: number): Promise<void> {
    const rows = newRows();
    for (let n = 0; n < count; n++) this.add(rows);
    this.position++;
    this.rowsWritten += count;
    const outcome = await this.store.append(rows, this.position);
    if (!outcome.ok) throw new Error(outcome.reason);
  }

  private add(rows: ReadingRows): void {
    const sensor = this.sensors[this.point];
    const at = START + this.second * SECOND_MS + sensor.jitterMs();
    addRow(rows, { point: this.point, at, value: sensor.next(), quality: GOOD, receivedAt: at + 30, flags: 0 });
    this.point = (this.point + 1) % this.points;
    if (this.point === 0) this.second++;
  }
}

export async function benchHistory({ quick }: Scale): Promise<Row[]> {
  const [points, hours] = quick ? [500, 2] : [1_000, 10];
  const file = join(newFolder('history'), 'readings.db');
  const store = openChunks({ file });
  const plant = new Plant(store, points);
  const total = points * hours * 3_600;
  const startedMs = monotonicMs();
  while (plant.rowsWritten < total) await plant.write(20_000);
  await store.flush();
  const inPerSecond = (total * 1_000) / (monotonicMs() - startedMs);
  const bytes = sizeOf(file) / plant.rowsWritten;
  const { delays, written } = await questionsWhileWriting(store, plant, hours, quick ? 5 : 15);
  await store.close();
  const size = `${total / 1_000_000}M rows`;
  const name = `history: 1 point, 1 h (3 600 rows) out of ${size}, ${written} rows/s going in`;
  return [
    row(`${name}, p50`, 'ms', quantile(delays, 0.5)),
    row(`${name}, p99`, 'ms', quantile(delays, 0.99), undefined, atMost(20)),
    row(`history: on disk, sensor-like values, ${size}`, 'B/row', bytes, undefined, atMost(6)),
    row(`history: writing alone, ${size}`, 'rows/s', inPerSecond),
  ];
}

async function questionsWhileWriting(
  store: ReadingsStore,
  plant: Plant,
  hours: number,
  seconds: number,
): Promise<{ readonly delays: number[]; readonly written: number }> {
  const delays: number[] = [];
  let asking = true;
  const before = plant.rowsWritten;
  const startedMs = monotonicMs();
  const writing = (async () => {
    while (asking) {
      const owed = ((monotonicMs() - startedMs) / 1_000) * ROWS_A_SECOND - (plant.rowsWritten - before);
      if (owed >= 1) await plant.write(Math.floor(owed));
      await delay(WRITE_EVERY_MS);
    }
  })();
  for (let n = 0; monotonicMs() - startedMs < seconds * 1_000; n++) {
    const from = START + ((n * 7) % (hours - 1)) * HOUR_MS + ((n * 13) % 60) * 60_000;
    const asked = monotonicMs();
    const answer = await store.query({ point: (n * 31) % plant.points, from, to: from + HOUR_MS, max: 10_000 });
    delays.push(monotonicMs() - asked);
    if (!answer.ok || answer.answer.items.length < 3_590) throw new Error('an hour of 3 600 rows was not complete');
    await delay(QUERY_EVERY_MS);
  }
  asking = false;
  await writing;
  return { delays, written: Math.round((plant.rowsWritten - before) / seconds / 100) * 100 };
}

function sizeOf(file: string): number {
  return ['', '-wal'].reduce((sum, end) => sum + (statSync(`${file}${end}`, { throwIfNoEntry: false })?.size ?? 0), 0);
}
