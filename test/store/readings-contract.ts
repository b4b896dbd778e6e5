// What every readings store must do, run by each adapter's own test file. Points and times of the cases do not overlap,
// so that one server may serve them all.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GOOD } from '../../src/model/quality.ts';
import { FLAG, sentQualityOf, withSentQuality } from '../../src/model/reading.ts';
import type {
  PointsQuery,
  RawItem,
  ReadingsAnswer,
  ReadingsQuery,
  ReadingsStore,
} from '../../src/store/readings/port.ts';
import { addRow, newRows } from '../../src/store/readings/rows.ts';

export type Row = { point: number; at: number; value: number; quality?: number; flags?: number; receivedAt?: number };

export function rowsFrom(rows: readonly Row[]): ReturnType<typeof newRows> {
  const columns = newRows();
  for (const row of rows) addRow(columns, { quality: 0, flags: 0, receivedAt: row.at + 20, ...row });
  return columns;
}

/** Takes the rows in log order, one record each, in calls of `size` records. */
export async function appendAll(store: ReadingsStore, rows: readonly Row[], size = 100): Promise<void> {
  const first = store.position();
  for (let row = 0; row < rows.length; row += size) {
    const part = rows.slice(row, row + size);
    expect(await store.append(rowsFrom(part), first + row + part.length)).toEqual({ ok: true });
  }
  expect(await store.flush()).toEqual({ ok: true });
  expect(store.position()).toBe(first + rows.length);
}

export async function ask(store: ReadingsStore, query: ReadingsQuery): Promise<ReadingsAnswer> {
  const outcome = await store.query(query);
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.answer;
}

export async function raw(store: ReadingsStore, query: Omit<ReadingsQuery, 'max'>): Promise<RawItem[]> {
  const answer = await ask(store, { ...query, max: 1_000_000 });
  if (answer.downsampled) throw new Error('down-sampled');
  return answer.items;
}

/** A row as it comes back. */
const itemOf = ({ at, value, quality = GOOD, flags = 0 }: Row): RawItem => ({
  at,
  value,
  quality,
  sentQuality: sentQualityOf(flags, quality),
});

/** What a store that keeps everything in a list would answer. */
export function bruteForce(rows: readonly Row[], { point, from, to, max }: ReadingsQuery): unknown[] {
  const first = new Map<number, Row>();
  for (const row of rows) if (row.point === point && !first.has(row.at)) first.set(row.at, row);
  const found = [...first.values()].filter((r) => r.at >= from && r.at < to).sort((a, b) => a.at - b.at);
  if (found.length <= max) return found.map(itemOf);
  const width = Math.max(1, Math.ceil((to - from) / max));
  const buckets = new Map<number, number[]>();
  for (const { at, value } of found) {
    const begin = from + Math.floor((at - from) / width) * width;
    buckets.set(begin, [...(buckets.get(begin) ?? []), value]);
  }
  return [...buckets].map(([at, values]) => ({
    at,
    min: Math.min(...values),
    max: Math.max(...values),
    count: values.length,
    mean: expect.closeTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6),
  }));
}

const T = 1_763_775_600_000;

export interface ContractSubject {
  /** A store with nothing in it for the points of this call. */
  open(): Promise<ReadingsStore>;
  /** The first point number this call may use; each call gives another thousand. */
  firstPoint(): number;
  /** How many histories the property tests try. */
  readonly numRuns: number;
}

/** Registers the contract's cases. */
export function readingsContract(subject: () => ContractSubject): void {
  describe('readings contract', () => {
    it('gives back what it took: every double, quality, in order of time, from inclusive, to exclusive', async () => {
      const [store, point] = [await subject().open(), subject().firstPoint()];
      const values = [-0, 0, 0.1, 1, -17.25, 5e-324, 2 ** -1030, 1.7976931348623157e308, 1e21, 1e-7, 123456789.125];
      // As it was judged, and beside it as it was sent.
      const flagsOf = (i: number) => withSentQuality(FLAG.BOOLEAN, i % 3, i % 5);
      const rows = values.map((value, i) => ({ point, at: T + i * 1_000, value, quality: i % 5, flags: flagsOf(i) }));
      await appendAll(store, rows, 3);
      const items = await raw(store, { point, from: T, to: T + 1e6 });
      expect(items).toEqual(rows.map(itemOf));
      const part = await raw(store, { point, from: T + 1_000, to: T + 4_000 });
      expect(part.map((item) => item.at)).toEqual([T + 1_000, T + 2_000, T + 3_000]);
      expect(await raw(store, { point: point + 1, from: T, to: T + 1e6 })).toEqual([]);
      await store.close();
    });

    it('gives every reading as it is to who asks without a bound, as a backtest does', async () => {
      const [store, point] = [await subject().open(), subject().firstPoint()];
      const rows = Array.from({ length: 5_000 }, (_, i) => ({ point, at: T + i * 100, value: i, quality: i % 3 }));
      await appendAll(store, rows, 1_000);
      const query = { point, from: T, to: T + 1e6, max: Number.MAX_SAFE_INTEGER };
      const answer = await ask(store, query);
      expect([answer.downsampled, answer.gaps]).toEqual([false, []]);
      expect(answer.items).toEqual(rows.map(itemOf));
      await store.close();
    });

    it('changes nothing when the same rows come again', async () => {
      const [store, point] = [await subject().open(), subject().firstPoint()];
      const rows = Array.from({ length: 50 }, (_, i) => ({ point, at: T + i * 1_000, value: i }));
      await appendAll(store, rows);
      const before = await raw(store, { point, from: T, to: T + 1e6 });
      await appendAll(store, [...rows, ...rows]);
      expect(await raw(store, { point, from: T, to: T + 1e6 })).toEqual(before);
      await store.close();
    });

    it('keeps the first of two values for one instant', async () => {
      const [store, point] = [await subject().open(), subject().firstPoint()];
      await appendAll(
        store,
        [
          { point, at: T, value: 1 },
          { point, at: T, value: 2, flags: FLAG.CONFLICT },
          { point, at: T + 5_000, value: 3 },
          { point, at: T + 5_000, value: 4 },
          { point, at: T + 9_000, value: 5 },
        ],
        10,
      );
      await appendAll(store, [
        { point, at: T, value: 6, flags: FLAG.CONFLICT },
        { point, at: T + 5_000, value: 7, flags: FLAG.LATE },
        { point, at: T + 2_000, value: 8, flags: FLAG.LATE },
      ]);
      await appendAll(store, [{ point, at: T + 2_000, value: 9, flags: FLAG.LATE }]);
      const items = await raw(store, { point, from: T, to: T + 1e6 });
      expect(items.map((item) => [item.at - T, item.value])).toEqual([
        [0, 1],
        [2_000, 8],
        [5_000, 3],
        [9_000, 5],
      ]);
      await store.close();
    });

    it('down-samples to at most max buckets of min, mean, max and count, and leaves gaps open', async () => {
      const [store, point] = [await subject().open(), subject().firstPoint()];
      const rows = Array.from({ length: 1_000 }, (_, i) => ({ point, at: T + i * 100, value: Math.sin(i / 9) }));
      const holed = rows.filter((row) => row.at < T + 30_000 || row.at >= T + 60_000);
      await appendAll(store, holed);
      const query = { point, from: T, to: T + 100_000, max: 20 };
      // Begins and widths that are no multiples of each other: buckets are counted from the begin, not from the epoch.
      const odd = { point, from: T + 1_234, to: T + 99_000, max: 17 };
      expect((await ask(store, odd)).items).toEqual(bruteForce(holed, odd));
      const answer = await ask(store, query);
      expect(answer.downsampled && answer.bucketMs).toBe(5_000);
      expect(answer.items).toEqual(bruteForce(holed, query));
      expect(answer.items.map((item) => item.at)).toHaveLength(14);
      expect(await ask(store, { ...query, max: 700 })).toMatchObject({ downsampled: false });
      expect(await ask(store, { ...query, max: 699 })).toMatchObject({ downsampled: true });
      await store.close();
    });

    it('agrees with a plain list on any history, late rows and repeats included', async () => {
      const gap = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.constantFrom(1_000, 60_000, 40_000_000));
      const step = fc.record({
        late: fc.boolean(),
        gap,
        back: fc.nat(200_000),
        value: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
        quality: fc.integer({ min: 0, max: 4 }),
      });
      const range = fc.record({ from: fc.nat(3_000_000), length: fc.integer({ min: 1, max: 4e6 }), max: fc.nat(300) });
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 800 }),
          fc.array(range, { minLength: 1, maxLength: 4 }),
          fc.integer({ min: 1, max: 90 }),
          async (steps, ranges, size) => {
            const [store, point] = [await subject().open(), subject().firstPoint()];
            const rows = historyOf(steps, point);
            await appendAll(store, rows, size);
            for (const { from, length, max } of ranges) {
              const query = { point, from: T + from, to: T + from + length, max: max + 1 };
              expect((await ask(store, query)).items).toEqual(bruteForce(rows, query));
            }
            await store.close();
          },
        ),
        { numRuns: subject().numRuns },
      );
    });

    it('gives the first readings of many points together, bit by bit and every one of them once, as a backtest reads', async () => {
      const step = fc.record({
        point: fc.nat(4),
        at: fc.oneof(fc.nat(50), fc.nat(5_000_000)),
        value: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0),
        quality: fc.integer({ min: 0, max: 4 }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 1, maxLength: 600 }),
          fc.integer({ min: 1, max: 60 }),
          fc.nat(60),
          fc.integer({ min: 1, max: 90 }),
          async (steps, max, from, size) => {
            const [store, point] = [await subject().open(), subject().firstPoint()];
            const rows = steps.map((one) => ({ ...one, point: point + one.point, at: T + one.at, flags: FLAG.LATE }));
            await appendAll(store, rows, size);
            // The fifth is not asked for, and of the sixth nothing was ever heard.
            const points = [0, 1, 2, 3, 5].map((one) => point + one);
            const range = { from: T + from, to: T + 4_000_000 };
            expect(sorted(await readAll(store, { points, ...range, max }))).toEqual(
              sorted(points.flatMap((one) => firstOf(rows, one, range))),
            );
            await store.close();
          },
        ),
        { numRuns: subject().numRuns },
      );
    });

    it('gives one instant whole, however many points have a reading then', async () => {
      const [store, point] = [await subject().open(), subject().firstPoint()];
      const points = Array.from({ length: 300 }, (_, i) => point + i);
      await appendAll(
        store,
        [T, T + 1_000].flatMap((at) => points.map((one) => ({ point: one, at, value: one }))),
      );
      const first = await store.queryPoints({ points, from: T, to: T + 5_000, max: 10 });
      expect(first).toMatchObject({ ok: true, rows: { count: 300 }, gaps: [] });
      expect(await readAll(store, { points, from: T, to: T + 5_000, max: 10 })).toHaveLength(600);
      await store.close();
    });

    it('leaves out what nobody has any more, once, and says so in the history of that time', async () => {
      const [store, point] = [await subject().open(), subject().firstPoint()];
      await appendAll(store, [{ point, at: T, value: 1 }]);
      const at = { fromAt: T + 60_000, toAt: T + 90_000, recordedAt: T + 90_000 };
      const gap = { cause: 'moved-on', from: 2, to: 9, count: 8, ...at, reason: 'disk budget used up' } as const;
      expect(await store.giveUp(gap)).toEqual({ ok: true });
      expect(await store.giveUp(gap)).toEqual({ ok: true });
      expect(store.position()).toBe(9);
      expect(store.gaps()).toEqual([gap]);
      // Records that were given up are not taken after all, the next one is.
      await store.append(rowsFrom([{ point, at: T + 70_000, value: 2 }]), 9);
      await store.append(rowsFrom([{ point, at: T + 95_000, value: 3 }]), 10);
      const answer = await ask(store, { point, from: T, to: T + 100_000, max: 10 });
      expect(answer.items.map((item) => item.at)).toEqual([T, T + 95_000]);
      expect(answer.gaps).toEqual([{ from: T + 60_000, to: T + 90_000, count: 8, reason: 'disk budget used up' }]);
      expect((await ask(store, { point, from: T, to: T + 50_000, max: 10 })).gaps).toEqual([]);
      await store.close();
    });

    it('finds nothing wrong with itself where nothing is', async () => {
      const store = await subject().open();
      expect(await store.selfTest()).toEqual({ ok: true });
      await store.close();
    });

    it('says up to which arrival it is complete', async () => {
      const [store, point] = [await subject().open(), subject().firstPoint()];
      await appendAll(store, [{ point, at: T, value: 1, receivedAt: T + 5_000_000 }]);
      expect((await ask(store, { point, from: T, to: T + 1, max: 10 })).completeTo).toBeGreaterThanOrEqual(
        T + 5_000_000,
      );
      await store.close();
    });
  });
}

interface Told {
  readonly point: number;
  readonly at: number;
  readonly value: number;
  readonly sentQuality: number;
}

/** Question after question, each from where the last one ended. */
async function readAll(store: ReadingsStore, query: PointsQuery): Promise<Told[]> {
  const told: Told[] = [];
  for (let from = query.from; from < query.to; ) {
    const outcome = await store.queryPoints({ ...query, from });
    if (!outcome.ok) throw new Error(outcome.reason);
    const { rows, upTo } = outcome;
    expect(upTo).toBeGreaterThan(from);
    for (let row = 0; row < rows.count; row++) {
      const [point, at, value, sentQuality] = [rows.point[row], rows.at[row], rows.value[row], rows.sentQuality[row]];
      expect(at >= from && at < upTo).toBe(true);
      told.push({ point, at, value, sentQuality });
    }
    from = upTo;
  }
  return told;
}

function firstOf(rows: readonly Row[], point: number, { from, to }: { from: number; to: number }): Told[] {
  const items = bruteForce(rows, { point, from, to, max: Number.MAX_SAFE_INTEGER }) as RawItem[];
  return items.map(({ at, value, sentQuality }) => ({ point, at, value, sentQuality }));
}

const sorted = (told: readonly Told[]): Told[] => [...told].sort((a, b) => a.point - b.point || a.at - b.at);

/** Rows in order, now and then an older one: flagged late, as admission does, and an instant already seen left out of it. */
function historyOf(
  steps: readonly { late: boolean; gap: number; back: number; value: number; quality: number }[],
  point: number,
): Row[] {
  const rows: Row[] = [];
  let newest = T;
  for (const { late, gap, back, value, quality } of steps) {
    if (late && rows.length > 0) {
      rows.push({ point, at: Math.max(T, newest - back), value, quality, flags: FLAG.LATE });
    } else {
      newest += gap;
      rows.push({ point, at: newest, value, quality });
    }
  }
  return rows;
}
