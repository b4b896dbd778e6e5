import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pace } from '../../../../src/store/pace.ts';
import { openChunks } from '../../../../src/store/readings/chunks/open-chunks.ts';
import type { ReadingsStore } from '../../../../src/store/readings/port.ts';
import { openSqlite } from '../../../../src/store/state/sqlite/sqlite.ts';
import { temporaryDirectory } from '../../../support/temporary.ts';
import type { Row } from '../../readings-contract.ts';
import { appendAll, ask, bruteForce, raw, readingsContract, rowsFrom } from '../../readings-contract.ts';

let point = 0;
readingsContract(() => ({
  open: async () => openChunks({ file: ':memory:' }),
  firstPoint: () => (point += 1_000),
  numRuns: 60,
}));

const T = 1_763_775_600_000;
const series = (count: number, stepMs: number, over: Partial<Row> = {}): Row[] =>
  Array.from({ length: count }, (_, i) => ({ point: 1, at: T + i * stepMs, value: i / 10, ...over }));

/** A process that ends without flushing: nothing but what was written stays. */
async function append(store: ReadingsStore, rows: Row[], position: number): Promise<void> {
  expect(await store.append(rowsFrom(rows), position)).toEqual({ ok: true });
}

describe('chunks', () => {
  it('seals at 600 samples and at 24 h, and takes a half-full chunk up again', async () => {
    const file = join(temporaryDirectory(), 'chunks.db');
    const store = openChunks({ file });
    await append(store, series(450, 1_000), 1);
    await store.flush();
    await append(store, series(1_000, 1_000).slice(450), 2);
    await store.flush();
    await append(store, series(30, 3_600_000, { point: 2 }), 3);
    await store.close();
    const sqlite = openSqlite({ file });
    const chunks = sqlite.all('SELECT point, start, count FROM chunks ORDER BY point, start');
    expect(chunks.map((c) => [c.point, (c.start as number) - T, c.count])).toEqual([
      [1, 0, 600],
      [1, 600_000, 400],
      [2, 0, 24],
      [2, 86_400_000, 6],
    ]);
    expect(sqlite.get('SELECT count(*) AS n FROM blobs')).toEqual({ n: 4 });
    sqlite.close();
  });

  it('keeps no more of a back-fill of months in memory than of other rows', async () => {
    const file = join(temporaryDirectory(), 'chunks.db');
    const store = openChunks({ file, openRowsMax: 1_000 });
    await append(store, [{ point: 1, at: T + 1e10, value: 1 }], 1);
    for (let n = 0; n < 5; n++)
      await append(
        store,
        series(900, 1_000).map((row) => ({ ...row, at: row.at + n * 1e6 })),
        2 + n,
      );
    const sqlite = openSqlite({ file });
    expect(sqlite.get('SELECT count(*) >= 3500 AS most FROM late')).toEqual({ most: 1 });
    sqlite.close();
    expect(await raw(store, { point: 1, from: T, to: T + 1e9 })).toHaveLength(4_500);
    await store.close();
  });

  it('gives the loop back in a query of three years, whose chunks are taken by their headers alone', async () => {
    const file = join(temporaryDirectory(), 'chunks.db');
    const first = openChunks({ file });
    await append(first, series(600, 1_000), 1);
    await first.close();
    const sqlite = openSqlite({ file });
    sqlite.transaction(() => {
      for (let i = 1; i < 3_000; i++) {
        const [start, end] = [T + i * 600_000, T + i * 600_000 + 599_000];
        sqlite.run('INSERT INTO chunks SELECT point, ?, ?, count, min, max, sum, blob FROM chunks WHERE start = ?', [
          start,
          end,
          T,
        ]);
      }
    });
    sqlite.close();
    let now = 0;
    let pauses = 0;
    const store = openChunks({ file, pace: { now: () => (now += 1), pause: async () => void pauses++ } });
    const answer = await ask(store, { point: 1, from: T, to: T + 3_000 * 600_000, max: 100 });
    if (!answer.downsampled) throw new Error('not down-sampled');
    expect(answer.items.reduce((sum, { count }) => sum + count, 0)).toBe(3_000 * 600);
    expect(pauses).toBeGreaterThan(300);
    await store.close();
  });

  it('lets the log go only up to what is in the file', async () => {
    const store = openChunks({ file: ':memory:', pace: steppedPace() });
    await append(store, series(1, 1_000, { point: 7 }), 10);
    await append(store, series(600, 1_000), 20);
    expect(store.position()).toBe(0);
    await append(store, series(1, 1_000, { point: 8 }), 30);
    await store.flush();
    expect(store.position()).toBe(30);
    await append(store, [{ point: 7, at: T + 5_000, value: 2 }], 40);
    await append(store, series(600, 1_000, { point: 9 }), 50);
    expect(store.position()).toBe(30);
    await append(store, [], 60);
    expect(store.position()).toBe(30);
    await store.close();
    expect(store.position()).toBe(60);
  });

  it('flushes by age without touching what is young', async () => {
    const pace = steppedPace(0);
    const store = openChunks({ file: ':memory:', pace });
    await append(store, series(3, 1_000, { point: 1 }), 1);
    pace.time += 3_600_000;
    await append(store, series(3, 1_000, { point: 2 }), 2);
    await store.flush(3_600_000);
    expect(store.position()).toBe(1);
    await store.flush();
    expect(store.position()).toBe(2);
    await store.close();
  });

  it('keeps memory bounded by sealing the oldest first', async () => {
    const file = join(temporaryDirectory(), 'chunks.db');
    const store = openChunks({ file, openRowsMax: 1_000 });
    for (let round = 0; round < 40; round += 1) {
      const rows = Array.from({ length: 100 }, (_, p) => ({ point: p, at: T + round * 1_000, value: p }));
      await append(store, rows, round + 1);
    }
    const sqlite = openSqlite({ file });
    const sealed = sqlite.get('SELECT sum(count) AS rows FROM chunks')?.rows as number;
    sqlite.close();
    expect(4_000 - sealed).toBeLessThanOrEqual(1_000);
    expect(await raw(store, { point: 3, from: T, to: T + 1e6 })).toHaveLength(40);
    await store.close();
  });

  it('after a crash anywhere, replaying the log from its position gives the same history', async () => {
    const step = fc.record({
      point: fc.nat(3),
      late: fc.boolean(),
      gap: fc.integer({ min: 1, max: 500_000 }),
      value: fc.integer({ min: -1_000, max: 1_000 }).map((n) => n / 10),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 2_000 }),
        fc.array(
          fc.record({
            records: fc.integer({ min: 1, max: 400 }),
            flush: fc.boolean(),
            size: fc.integer({ min: 1, max: 50 }),
          }),
          {
            minLength: 1,
            maxLength: 5,
          },
        ),
        async (steps, lives) => {
          const log = logOf(steps);
          const file = join(temporaryDirectory(), 'chunks.db');
          for (const { records, flush, size } of [...lives, { records: log.length, flush: true, size: 50 }]) {
            const store = openChunks({ file });
            const start = store.position();
            const end = Math.min(log.length, start + records);
            for (let next = start; next < end; next += size) {
              const part = log.slice(next, Math.min(next + size, end));
              await append(store, part, next + part.length);
            }
            if (flush) await store.flush();
            expect(store.position()).toBeLessThanOrEqual(end);
            if (end < log.length) continue; // Left without closing: the next life opens the same file.
            for (let p = 0; p < 4; p += 1) {
              const query = { point: p, from: T, to: T + 1e12, max: 1e6 };
              expect((await ask(store, query)).items).toEqual(bruteForce(log, query));
            }
            await store.close();
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('promises after a crash no arrival that is not in the file', async () => {
    const file = join(temporaryDirectory(), 'chunks.db');
    const pace = steppedPace(1_000);
    const store = openChunks({ file, pace });
    await append(store, series(2, 1_000), 1);
    await store.flush();
    await append(store, series(5, 60_000, { point: 2 }), 2);
    expect((await ask(store, { point: 1, from: T, to: T + 10, max: 5 })).completeTo).toBe(T + 240_020);
    const again = openChunks({ file });
    expect((await ask(again, { point: 1, from: T, to: T + 10, max: 5 })).completeTo).toBe(T + 1_020);
    await again.close();
    await store.close();
  });

  it('down-samples by headers, and decodes where a bucket ends or a late row lies', async () => {
    const store = openChunks({ file: ':memory:' });
    const log = [
      ...series(6_000, 1_000),
      { point: 1, at: T + 700_500, value: -9 },
      { point: 1, at: T + 700_000, value: 1e6 },
      { point: 1, at: T + 5_999_000, value: 1e6 },
      { point: 1, at: T + 100, value: 1e5 },
    ];
    await appendAll(store, log, 500);
    for (const [from, length, max] of [
      [0, 6_000_000, 2],
      [-50_000, 7_000_000, 7],
      [1_000, 5_998_000, 5],
      [650_000, 4_000_000, 11],
    ]) {
      const query = { point: 1, from: T + from, to: T + from + length, max };
      expect((await ask(store, query)).items).toEqual(bruteForce(log, query));
    }
    await store.close();
  });

  it('removes whole chunks and late rows by age, and goes on', async () => {
    const store = openChunks({ file: ':memory:' });
    await appendAll(store, [...series(1_300, 1_000), { point: 1, at: T + 500, value: -1 }]);
    const twelve = T + 1_200_000;
    expect(await store.forget(twelve)).toEqual({ ok: true, removed: 1_201 });
    expect((await raw(store, { point: 1, from: T, to: T + 1e9 }))[0].at).toBe(twelve);
    expect(await store.forget(T + 1e9)).toEqual({ ok: true, removed: 100 });
    await appendAll(store, [{ point: 1, at: T + 2_000_000, value: 5 }]);
    expect(await raw(store, { point: 1, from: T, to: T + 1e9 })).toHaveLength(1);
    await store.close();
  });

  it('answers with the reason when a chunk is damaged', async () => {
    const file = join(temporaryDirectory(), 'chunks.db');
    const store = openChunks({ file });
    await append(store, series(10, 1_000), 1);
    await store.flush();
    const sqlite = openSqlite({ file });
    sqlite.run('UPDATE blobs SET bytes = ?', [new Uint8Array([7, 7, 7])]);
    sqlite.close();
    const outcome = await store.query({ point: 1, from: T, to: T + 1e6, max: 100 });
    expect(outcome).toEqual({ ok: false, reason: 'chunks of point 1 cannot be read: chunk version 7 is not known' });
    await store.close();
  });

  it('says why when the disk refuses, keeps the rows, and takes the same call again', async () => {
    const file = join(temporaryDirectory(), 'chunks.db');
    const store = openChunks({ file });
    await append(store, series(3, 1_000), 1);
    await store.flush();
    const other = openSqlite({ file });
    other.exec("CREATE TRIGGER refuse BEFORE INSERT ON chunks BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
    const rows = rowsFrom(series(700, 1_000).slice(3));
    expect(await store.append(rows, 2)).toEqual({ ok: false, reason: expect.stringContaining('disk is full') });
    expect(store.position()).toBe(1);
    expect(await raw(store, { point: 1, from: T, to: T + 1e6 })).toHaveLength(700);
    other.exec('DROP TRIGGER refuse');
    expect(await store.append(rows, 2)).toEqual({ ok: true });
    expect(other.all('SELECT * FROM late')).toEqual([]);
    other.close();
    await store.flush();
    expect(store.position()).toBe(2);
    expect(await raw(store, { point: 1, from: T, to: T + 1e6 })).toHaveLength(700);
    await store.close();
  });

  it('answers a question asked while chunks are being merged and removed', async () => {
    let between: (() => Promise<unknown>) | undefined;
    let now = 0;
    const pace: Pace = {
      now: () => (now += 3),
      async pause() {
        const work = between;
        between = undefined;
        await work?.();
      },
    };
    const store = openChunks({ file: ':memory:', pace });
    await append(store, series(1_500, 1_000), 1);
    await store.flush();
    between = async () => {
      await store.forget(T + 599_001);
      await append(store, series(1_600, 1_000).slice(1_500), 2);
      await store.flush();
    };
    const items = await raw(store, { point: 1, from: T, to: T + 1e7 });
    expect(items.map((item) => item.at)).toEqual(
      series(1_600, 1_000)
        .slice(600)
        .map((row) => row.at),
    );
    await store.close();
  });
});

function steppedPace(step = 0): Pace & { time: number } {
  const pace = {
    time: 0,
    now: () => (pace.time += step),
    pause: () => Promise.resolve(),
  };
  return pace;
}

function logOf(steps: readonly { point: number; late: boolean; gap: number; value: number }[]): Row[] {
  const newest = [T, T, T, T];
  return steps.map(({ point, late, gap, value }) => {
    if (!late) newest[point] += gap;
    return { point, at: late ? Math.max(T, newest[point] - gap) : newest[point], value };
  });
}
