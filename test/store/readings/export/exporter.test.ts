import { describe, expect, it } from 'vitest';
import { pauseUnless } from '../../../../src/app/clock.ts';
import { judgeBudget } from '../../../../src/store/readings/export/budget.ts';
import type { ExporterState, ExportItem } from '../../../../src/store/readings/export/exporter.ts';
import { runExporter } from '../../../../src/store/readings/export/exporter.ts';
import { memoryLedger } from '../../../../src/store/readings/export/ledger.ts';
import { openInflux } from '../../../../src/store/readings/influx/open-influx.ts';
import type { AppendOutcome, ExportGap, ReadingsStore } from '../../../../src/store/readings/port.ts';
import { newRows } from '../../../../src/store/readings/rows.ts';
import { needs } from '../../../support/available.ts';
import { freePort, startInflux1 } from '../../../support/servers.ts';
import { raw, rowsFrom } from '../../readings-contract.ts';

const T = 1_763_775_600_000;
const fast = { firstMs: 1, mostMs: 4 };

/** A log of `length` records of `size` readings each; tells how far it was read. The item is one object, re-used. */
function logOf(length: number, size = 1, point = 1) {
  const log = {
    read: 0,
    async *source(from: number): AsyncGenerator<ExportItem> {
      const item = { position: 0, rows: newRows() };
      for (let position = from + 1; position <= length; position += 1) {
        const first = (position - 1) * size;
        item.rows = rowsFrom(Array.from({ length: size }, (_, i) => ({ point, at: T + first + i, value: first + i })));
        item.position = position;
        log.read = position;
        yield item;
        item.rows.count = 0;
      }
    },
  };
  return log;
}

/** A store that answers as told, then takes everything. */
function scriptedStore(script: AppendOutcome[] = []) {
  const taken: { position: number; at: number[] }[] = [];
  const gaps: ExportGap[] = [];
  let calls = 0;
  const store: ReadingsStore = {
    position: () => taken.at(-1)?.position ?? 0,
    async append(rows, position) {
      const outcome = script[calls++] ?? { ok: true };
      if (outcome.ok) taken.push({ position, at: [...rows.at] });
      return outcome;
    },
    flush: async () => ({ ok: true }),
    query: async () => ({ ok: false, reason: 'not asked' }),
    giveUp: async (gap) => {
      gaps.push(gap);
      taken.push({ position: gap.to, at: [] });
      return { ok: true };
    },
    gaps: () => gaps,
    selfTest: async () => ({ ok: true }),
    queryPoints: async () => ({ ok: false, reason: 'not asked here' }),
    forget: async () => ({ ok: true, removed: 0 }),
    close: async () => undefined,
  };
  return { store, taken };
}

describe('exporter', () => {
  it('carries everything once, in order, in batches of at most batchRows', async () => {
    const { store, taken } = scriptedStore();
    const states: ExporterState[] = [];
    const { source } = logOf(1_000, 7);
    await runExporter({
      wait: pauseUnless,
      source,
      store,
      signal: new AbortController().signal,
      onState: (s) => states.push(s),
      batchRows: 50,
    });
    expect(taken.flatMap((batch) => batch.at)).toEqual(Array.from({ length: 7_000 }, (_, i) => T + i));
    expect(Math.max(...taken.map((batch) => batch.at.length))).toBe(49);
    expect(store.position()).toBe(1_000);
    expect(states.every((s) => s.state === 'running')).toBe(true);
  });

  it('takes a record that is larger than a batch alone, and records without readings too', async () => {
    const { store, taken } = scriptedStore();
    async function* source(): AsyncGenerator<ExportItem> {
      for (const [position, size] of [
        [1, 2],
        [2, 9],
        [3, 1],
        [4, 0],
      ]) {
        const row = { point: 1, at: T + position, value: 1 };
        yield { position, rows: rowsFrom(Array.from({ length: size }, () => row)) };
      }
    }
    const { signal } = new AbortController();
    await runExporter({ wait: pauseUnless, source, store, signal, onState: () => undefined, batchRows: 5 });
    expect(taken.map((batch) => [batch.position, batch.at.length])).toEqual([
      [1, 2],
      [2, 9],
      [4, 1],
    ]);
  });

  it('delivers what it has when no more comes, without waiting for a full batch', async () => {
    const { store, taken } = scriptedStore();
    const stop = new AbortController();
    async function* source(): AsyncGenerator<ExportItem> {
      yield { position: 1, rows: rowsFrom([{ point: 1, at: T, value: 1 }]) };
      await new Promise(() => undefined);
    }
    await runExporter({
      wait: pauseUnless,
      source,
      store,
      signal: stop.signal,
      onState: () => stop.abort(),
      lingerMs: 1,
    });
    expect(taken).toEqual([{ position: 1, at: [T] }]);
  });

  it('offers the same batch until it is taken, slower each time, and says why', async () => {
    const down: AppendOutcome = { ok: false, reason: 'connect ECONNREFUSED' };
    const { store, taken } = scriptedStore([down, down, down, down]);
    const states: ExporterState[] = [];
    const { source } = logOf(3);
    const { signal } = new AbortController();
    await runExporter({ wait: pauseUnless, source, store, signal, onState: (s) => states.push(s), backoff: fast });
    expect(states).toMatchObject([
      { state: 'backing-off', position: 0, reason: 'connect ECONNREFUSED', attempts: 1, retryMs: 1 },
      { state: 'backing-off', attempts: 2, retryMs: 2 },
      { state: 'backing-off', attempts: 3, retryMs: 4 },
      { state: 'backing-off', attempts: 4, retryMs: 4 },
      { state: 'running', position: 3 },
    ]);
    expect(taken).toEqual([{ position: 3, at: [T, T + 1, T + 2] }]);
  });

  it('waits five seconds at most between two attempts, and not at all when somebody hurries it', async () => {
    const down: AppendOutcome = { ok: false, reason: 'down' };
    const { store } = scriptedStore(Array.from({ length: 12 }, () => down));
    const waits: number[] = [];
    let hurry = (): void => undefined;
    await runExporter({
      source: logOf(1).source,
      store,
      signal: new AbortController().signal,
      onState: () => undefined,
      onHurry(retry) {
        hurry = retry;
        return () => undefined;
      },
      async wait(ms, signal) {
        if (ms < 250) return pauseUnless(ms, signal);
        waits.push(ms);
        const hurried = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        hurry();
        await hurried;
      },
    });
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, ...Array.from({ length: 7 }, () => 5_000)]);
    expect(store.position()).toBe(1);
  });

  it('passes on what was refused for good', async () => {
    const { store } = scriptedStore([{ ok: true, refused: { count: 2, reason: 'HTTP 400: bad' } }]);
    const states: ExporterState[] = [];
    const { signal } = new AbortController();
    await runExporter({ wait: pauseUnless, source: logOf(3).source, store, signal, onState: (s) => states.push(s) });
    expect(states).toEqual([{ state: 'running', position: 3, refused: { count: 2, reason: 'HTTP 400: bad' } }]);
  });

  it('ends while it backs off, and while the source waits', async () => {
    const stop = new AbortController();
    const { store } = scriptedStore([{ ok: false, reason: 'down' }]);
    const backoff = { firstMs: 3_600_000, mostMs: 3_600_000 };
    await runExporter({
      wait: pauseUnless,
      source: logOf(3).source,
      store,
      signal: stop.signal,
      onState: () => stop.abort(),
      backoff,
    });
    expect(store.position()).toBe(0);

    const waiting = new AbortController();
    const quiet = scriptedStore().store;
    let returned = false;
    const source = (): AsyncIterable<ExportItem> => ({
      [Symbol.asyncIterator]: () => ({
        next: () => {
          setImmediate(() => waiting.abort());
          return new Promise(() => undefined);
        },
        return: async () => {
          returned = true;
          return { done: true, value: undefined };
        },
      }),
    });
    await runExporter({ wait: pauseUnless, source, store: quiet, signal: waiting.signal, onState: () => undefined });
    expect(returned).toBe(true);
  });

  it('hands on what breaks the source', async () => {
    const { store } = scriptedStore();
    // biome-ignore lint/correctness/useYield: it ends before its first item
    async function* source(): AsyncGenerator<ExportItem> {
      throw new Error('log record 7 cannot be read');
    }
    const { signal } = new AbortController();
    await expect(runExporter({ wait: pauseUnless, source, store, signal, onState: () => undefined })).rejects.toThrow(
      /record 7/,
    );
  });

  it('gives up the older half when the budget is used up, records the gap and goes on', async () => {
    const { store, taken } = scriptedStore([
      { ok: false, reason: 'down' },
      { ok: false, reason: 'down' },
    ]);
    let asked = 0;
    const states: ExporterState[] = [];
    await runExporter({
      wait: pauseUnless,
      source: logOf(100).source,
      store,
      signal: new AbortController().signal,
      onState: (s) => states.push(s),
      backoff: fast,
      batchRows: 10,
      now: () => T + 999,
      budget: (position) => {
        asked += 1;
        const usage = { position, next: 101, bytes: asked === 1 ? 85 : 100, ageMs: 0 };
        return judgeBudget(usage, { bytes: 100, ageMs: 1_000 }, T + 60);
      },
    });
    expect(states.slice(0, 3)).toMatchObject([
      { state: 'backing-off', budget: { state: 'warning', share: 0.85 } },
      { state: 'moved-on', from: 1, to: 50 },
      { state: 'running', position: 60 },
    ]);
    expect(taken.flatMap((batch) => batch.at)).toEqual(Array.from({ length: 50 }, (_, i) => T + 50 + i));
    expect(store.gaps()).toEqual([
      {
        cause: 'moved-on',
        from: 1,
        to: 50,
        count: 50,
        fromAt: T + 20,
        toAt: T + 60,
        reason: 'disk budget used up: down',
        recordedAt: T + 999,
      },
    ]);
  });
});

describe('export budget', () => {
  const budget = { bytes: 1_000, ageMs: 100 };
  const usage = { position: 10, next: 31, bytes: 0, ageMs: 0 };
  it('goes by the larger share of bytes and age', () => {
    expect(judgeBudget({ ...usage, bytes: 799 }, budget, T)).toEqual({ state: 'ok', share: 0.799 });
    expect(judgeBudget({ ...usage, bytes: 1, ageMs: 80 }, budget, T)).toEqual({ state: 'warning', share: 0.8 });
    const exceeded = { state: 'exceeded', share: 1, moveTo: 20, moveToAt: T - 50 };
    expect(judgeBudget({ ...usage, ageMs: 100 }, budget, T)).toEqual(exceeded);
  });
  it('moves nobody who is not behind', () => {
    expect(judgeBudget({ position: 30, next: 31, bytes: 5_000, ageMs: 0 }, budget, T).state).toBe('warning');
  });
});

const need = needs('influxd');
describe.skipIf(need.missing)(`InfluxDB away while readings come${need.note}`, () => {
  it.each(['hangs', 'is killed'])('%s: nothing is lost, doubled or reordered, and one batch is held', async (how) => {
    const port = await freePort();
    let influx = await startInflux1({ port, database: 'fenghuo' });
    const place = {
      server: { api: 'v1', url: influx.url, database: 'fenghuo' },
      ledger: memoryLedger(),
      name: (number: number) => ({ enterprise: 'yt', tag: `P-${number}` }),
      now: () => T,
    } as const;
    // Gives up soon on a server that hangs; whoever reads what has arrived has time.
    const store = openInflux({ ...place, timeoutMs: 200 });
    const reader = openInflux(place);
    const log = logOf(40_000);
    const positions: number[] = [];
    const heldWhileAway: number[] = [];
    let failures = 0;
    const stop = new AbortController();
    const away = async (): Promise<void> => {
      if (how === 'hangs') influx.pause();
      else await influx.kill();
    };
    const back = async (): Promise<void> => {
      if (how === 'hangs') influx.resume();
      else influx = await startInflux1({ port, directory: influx.directory });
    };
    let leaving: Promise<void> = Promise.resolve();
    let returning: Promise<void> = Promise.resolve();
    const exported = runExporter({
      wait: pauseUnless,
      source: log.source,
      store,
      signal: stop.signal,
      batchRows: 1_000,
      backoff: { firstMs: 20, mostMs: 100 },
      onState(now) {
        if (now.state === 'running') {
          positions.push(now.position);
          if (positions.length === 5) leaving = away();
        } else if (now.state === 'backing-off') {
          failures += 1;
          heldWhileAway.push(log.read - positions[positions.length - 1]);
          if (failures === 3) returning = leaving.then(back);
        }
      },
    });
    await exported;
    await leaving;
    await returning;
    expect(failures).toBeGreaterThanOrEqual(3);
    // One batch, and the one record that did not fit into it.
    expect(Math.max(...heldWhileAway)).toBeLessThanOrEqual(1_001);
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    const items = await raw(reader, { point: 1, from: T, to: T + 1e6 });
    await reader.close();
    expect(items.map((item) => item.at)).toEqual(Array.from({ length: 40_000 }, (_, i) => T + i));
    expect(items.every((item, i) => item.value === i)).toBe(true);
    await store.close();
    expect(store.position()).toBe(40_000);
    await influx.stop();
  });
});
