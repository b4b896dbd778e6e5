import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStored } from '../../../../src/app/backtest/stored.ts';
import type { ExportLedger } from '../../../../src/store/readings/export/ledger.ts';
import { memoryLedger } from '../../../../src/store/readings/export/ledger.ts';
import type { InfluxServer } from '../../../../src/store/readings/influx/client.ts';
import type { PointName } from '../../../../src/store/readings/influx/lines.ts';
import { openInflux } from '../../../../src/store/readings/influx/open-influx.ts';
import type { ReadingsStore } from '../../../../src/store/readings/port.ts';
import { needs } from '../../../support/available.ts';
import type { RunningServer } from '../../../support/servers.ts';
import { startInflux1, tellInflux1 } from '../../../support/servers.ts';
import { appendAll, ask, raw, readingsContract, rowsFrom } from '../../readings-contract.ts';

const need = needs('influxd');
const T = 1_763_775_600_000;

describe.skipIf(need.missing)(`InfluxDB 1${need.note}`, () => {
  let influx: RunningServer;
  beforeAll(async () => {
    influx = await startInflux1({ database: 'fenghuo' });
  });
  afterAll(async () => {
    await influx.stop();
  });

  function openStore(
    over: {
      name?: (point: number) => PointName | undefined;
      ledger?: ExportLedger;
      server?: Partial<InfluxServer>;
    } = {},
  ): ReadingsStore {
    return openInflux({
      server: { api: 'v1', url: influx.url, database: 'fenghuo', ...over.server } as InfluxServer,
      ledger: over.ledger ?? memoryLedger(),
      name: over.name ?? ((point) => ({ enterprise: `e${Math.floor(point / 1_000)}`, tag: `P-${point}` })),
      now: () => T,
      timeoutMs: 5_000,
    });
  }

  let point = 1_000_000;
  readingsContract(() => ({
    open: async () => openStore(),
    firstPoint: () => (point += 1_000),
    numRuns: 8,
  }));

  it('reads a plant in a handful of questions, however many points it has', async () => {
    const store = openStore();
    const points = Array.from({ length: 400 }, (_, i) => 9_000_000 + i);
    await appendAll(
      store,
      Array.from({ length: 25 }, (_, i) => points.map((one) => ({ point: one, at: T + i * 60_000, value: i }))).flat(),
      10_000,
    );
    const before = await questions();
    let readings = 0;
    const asking = { from: T, to: T + 3_600_000, rest: async () => true, missing: () => undefined };
    const known = points.map((number) => ({ number, gateway: 1, config: { valueKind: 'number' as const } }));
    for await (const { rows } of readStored(store, { ...asking, points: known })) readings += rows.length;
    // The last one is about the number itself.
    const asked = (await questions()) - before - 1;
    expect(readings).toBe(10_000);
    expect(asked).toBeLessThanOrEqual(4);
    // Point by point it is two for each.
    for (const one of points.slice(0, 10)) await raw(store, { point: one, from: T, to: T + 3_600_000 });
    expect((await questions()) - before - asked - 2).toBe(20);
  });

  /** So many has the server been asked, as it counts itself. */
  async function questions(): Promise<number> {
    const answer = await fetch(`${influx.url}/query?${new URLSearchParams({ q: "SHOW STATS FOR 'httpd'" })}`);
    const body = (await answer.json()) as { results: { series: { columns: string[]; values: number[][] }[] }[] };
    const [{ columns, values }] = body.results[0].series;
    return values[0][columns.indexOf('queryReq')];
  }

  it('keeps any two names apart, whatever stands in them', async () => {
    const awkward = fc.constantFrom(
      ',',
      '=',
      ' ',
      '\\',
      "'",
      '"',
      '%',
      '\n',
      '\t',
      '\u0000',
      '液',
      '🔥',
      '\ud800',
      'a',
      '/',
    );
    const name = fc.array(awkward, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 2, maxLength: 12 }), async (names) => {
        run += 1;
        // Each name is once an enterprise and once a tag, each with a value of its own.
        const named = (number: number): PointName =>
          number % 2 === 0
            ? { enterprise: `${names[number >> 1]}`, tag: `t${run}` }
            : { enterprise: `e${run}`, tag: `${names[number >> 1]}` };
        const store = openStore({ name: named });
        const rows = Array.from({ length: names.length * 2 }, (_, number) => ({ point: number, at: T, value: number }));
        await appendAll(store, rows);
        for (let number = 0; number < rows.length; number += 1) {
          const items = await raw(store, { point: number, from: T, to: T + 1 });
          expect(items.map((item) => item.value)).toEqual([number]);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('stores what the readme of the schema says', async () => {
    const store = openStore({ name: () => ({ enterprise: 'yt-chem', tag: 'GD 1,=' }) });
    const row = { point: 1, at: T, value: 12.5, quality: 1, flags: 32, receivedAt: T + 7, deviceAt: T + 600_000 };
    await appendAll(store, [row]);
    const q = `SELECT * FROM reading WHERE enterprise = 'yt-chem'`;
    const answer = await fetch(`${influx.url}/query?${new URLSearchParams({ db: 'fenghuo', epoch: 'ms', q })}`);
    const body = (await answer.json()) as { results: { series: { columns: string[]; values: unknown[][] }[] }[] };
    const { columns, values } = body.results[0].series[0];
    expect(Object.fromEntries(columns.map((column, i) => [column, values[0][i]]))).toEqual({
      time: T,
      enterprise: 'yt-chem',
      tag: 'GD%201,=',
      value: 12.5,
      quality: 1,
      flags: 32,
      received: T + 7,
      device: T + 600_000,
    });
  });

  it('sets aside exactly the readings the server will never take, and records them as a gap', async () => {
    const ledger = memoryLedger();
    const store = openStore({ ledger });
    const rows = Array.from({ length: 300 }, (_, i) => ({ point: 5_000, at: T + i, value: i }));
    rows[17].at = 9e15;
    rows[203].at = 9.1e15;
    const columns = rowsFrom(rows.map((row) => ({ ...row, receivedAt: T + row.value })));
    const outcome = await store.append(columns, 40);
    expect(outcome).toEqual({ ok: true, refused: { count: 2, reason: expect.stringMatching(/^HTTP 400: .*time/) } });
    expect(await raw(store, { point: 5_000, from: T, to: T + 1_000 })).toHaveLength(298);
    expect(ledger.gaps()).toEqual([
      {
        cause: 'refused',
        from: 1,
        to: 40,
        count: 2,
        fromAt: T + 17,
        toAt: T + 203,
        reason: expect.any(String),
        recordedAt: T,
      },
    ]);
    const answer = await ask(store, { point: 5_000, from: T + 100, to: T + 150, max: 1_000 });
    expect(answer.gaps).toEqual([{ from: T + 17, to: T + 203, count: 2, reason: expect.any(String) }]);
    expect((await ask(store, { point: 5_000, from: T + 500, to: T + 501, max: 1 })).gaps).toEqual([]);
    await store.close();
    expect(store.position()).toBe(40);
  });

  it('counts as refused what a retention policy drops', async () => {
    await tellInflux1(influx.url, 'CREATE RETENTION POLICY "short" ON "fenghuo" DURATION 1h REPLICATION 1');
    const store = openStore({ server: { retentionPolicy: 'short' } as Partial<InfluxServer> });
    const now = Date.now();
    const outcome = await store.append(
      rowsFrom([
        { point: 5_100, at: 1_000_000, value: 1 },
        { point: 5_100, at: now, value: 2 },
        { point: 5_100, at: 2_000_000, value: 3 },
      ]),
      1,
    );
    expect(outcome).toEqual({ ok: true, refused: { count: 2, reason: expect.stringContaining('retention policy') } });
    expect(await raw(store, { point: 5_100, from: 0, to: now + 1 })).toEqual([
      { at: now, value: 2, quality: 0, sentQuality: 0 },
    ]);
  });

  it('counts a field that has another type there as refused, and takes what has not', async () => {
    const line = 'reading,enterprise=e5,tag=P-5150 value=1i 1000000000000';
    await fetch(`${influx.url}/write?db=fenghuo&precision=ms`, { method: 'POST', body: line });
    const store = openStore();
    const old = rowsFrom([0, 1, 2].map((i) => ({ point: 5_150, at: 1_000_000_000_001 + i, value: i })));
    const reason = expect.stringMatching(
      /^HTTP 400: partial write: field type conflict.*already exists as type integer/,
    );
    expect(await store.append(old, 1)).toEqual({ ok: true, refused: { count: 3, reason } });
    expect(await store.append(rowsFrom([{ point: 5_150, at: T, value: 5 }]), 2)).toEqual({ ok: true });
    const answer = await ask(store, { point: 5_150, from: 1_000_000_000_001, to: 1_000_000_000_009, max: 10 });
    expect(answer).toMatchObject({ items: [], gaps: [{ from: 1_000_000_000_001, to: 1_000_000_000_003, count: 3 }] });
  });

  it('says at start that the database is not there', async () => {
    const store = openStore({ server: { database: 'nowhere' } as Partial<InfluxServer> });
    expect(await store.selfTest()).toEqual({
      ok: false,
      reason: expect.stringMatching(/influx\.bucket "nowhere".*HTTP 404: database not found: "nowhere"/),
    });
  });

  it('names what is wrong and moves nowhere when the database is not there', async () => {
    const store = openStore({ server: { database: 'nowhere' } as Partial<InfluxServer> });
    const rows = rowsFrom([{ point: 5_200, at: T, value: 1 }]);
    expect(await store.append(rows, 9)).toEqual({ ok: false, reason: 'HTTP 404: database not found: "nowhere"' });
    await store.flush();
    expect(store.position()).toBe(0);
    expect(await store.query({ point: 5_200, from: 0, to: T, max: 5 })).toMatchObject({ ok: false });
  });

  it('goes on after a restart from what its ledger says', async () => {
    const ledger = memoryLedger();
    const first = openStore({ ledger });
    await appendAll(first, [{ point: 5_300, at: T, value: 1 }]);
    await first.close();
    const second = openStore({ ledger });
    expect(second.position()).toBe(1);
    expect((await ask(second, { point: 5_300, from: T, to: T + 1, max: 5 })).completeTo).toBe(T + 20);
    const repeated = rowsFrom([{ point: 5_300, at: T, value: 99 }]);
    expect(await second.append(repeated, 1)).toEqual({ ok: true });
    expect(await raw(second, { point: 5_300, from: T, to: T + 1 })).toEqual([
      { at: T, value: 1, quality: 0, sentQuality: 0 },
    ]);
  });
});
