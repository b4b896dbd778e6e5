/**
 * What the adapter makes of the words of InfluxDB 2.7, from a recorded-answers server (no InfluxDB): what is wrong with a
 * setting is a failed write that is kept and made again; what is wrong with a row is counted, once, and is a gap.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { memoryLedger } from '../../../../src/store/readings/export/ledger.ts';
import { openInflux } from '../../../../src/store/readings/influx/open-influx.ts';
import type { ReadingsStore } from '../../../../src/store/readings/port.ts';
import type { Influx2Answers, Influx2Situation } from '../../../support/influx2-answers.ts';
import { startInflux2Answers } from '../../../support/influx2-answers.ts';
import { ask, raw, rowsFrom } from '../../readings-contract.ts';

const HOUR = 3_600_000;

let running: Influx2Answers[] = [];
afterEach(async () => {
  for (const server of running) await server.stop();
  running = [];
});

async function storeOn(
  situation: Partial<Influx2Situation> = {},
  settings: { org?: string; bucket?: string; token?: string } = {},
): Promise<{ influx: Influx2Answers; store: ReadingsStore }> {
  const influx = await startInflux2Answers(situation);
  running.push(influx);
  const store = openInflux({
    server: { api: 'v2', url: influx.url, org: 'plant', bucket: 'readings', token: 'test-token', ...settings },
    ledger: memoryLedger(),
    name: (point) => ({ enterprise: 'yt-chem', tag: `GD-${point}` }),
    now: () => Date.now(),
    timeoutMs: 5_000,
  });
  return { influx, store };
}

const rowsOf = (count: number, from: number) =>
  rowsFrom(Array.from({ length: count }, (_, i) => ({ point: 1, at: from + i, value: i / 2, receivedAt: from + i })));

describe('what is wrong with a setting is a failed write', () => {
  it.each<[string, Partial<Influx2Situation>, { org?: string; bucket?: string; token?: string }, RegExp]>([
    ['no organisation', {}, { org: '' }, /^HTTP 400: Please provide either orgID or org$/],
    ['another organisation', {}, { org: 'plnat' }, /^HTTP 404: organization name "plnat" not found$/],
    ['another bucket', {}, { bucket: 'nowhere' }, /^HTTP 404: bucket "nowhere" not found$/],
    ['another token', {}, { token: 'old' }, /^HTTP 401: unauthorized access$/],
    ['a token that may only read', { may: ['read'] }, {}, /^HTTP 403: insufficient permissions for write$/],
    ['a server that is away', { away: true }, {}, /^HTTP 503: upstream connect error$/],
  ])('%s: nothing is dropped, the cursor stays, the reason is told', async (_what, situation, settings, reason) => {
    const { influx, store } = await storeOn(situation, settings);
    const outcome = await store.append(rowsOf(500, Date.now()), 7);
    expect(outcome).toEqual({ ok: false, reason: expect.stringMatching(reason) });
    await store.flush();
    expect(store.position()).toBe(0);
    expect(store.gaps()).toEqual([]);
    expect(influx.lines).toEqual([]);
  });

  it('and the same batch is taken once it is mended', async () => {
    const { influx, store } = await storeOn({ may: ['read'] });
    const from = Date.now();
    expect(await store.append(rowsOf(500, from), 7)).toMatchObject({ ok: false });
    influx.situation.may = ['read', 'write'];
    expect(await store.append(rowsOf(500, from), 7)).toEqual({ ok: true });
    await store.flush();
    expect(store.position()).toBe(7);
    expect(await raw(store, { point: 1, from, to: from + 500 })).toHaveLength(500);
  });
});

describe('what is wrong with rows is counted as the server counts it', () => {
  it('2 000 readings beyond retention: one request, one gap, where they are missing', async () => {
    const { influx, store } = await storeOn({ retentionMs: HOUR });
    const old = Date.now() - 50 * HOUR;
    const outcome = await store.append(rowsOf(2_000, old), 40);
    expect(outcome).toEqual({
      ok: true,
      refused: { count: 2_000, reason: expect.stringMatching(/outside retention/) },
    });
    expect(influx.writes).toHaveLength(1);
    expect(store.position()).toBe(40);
    const [gap] = store.gaps();
    expect(gap).toMatchObject({ cause: 'refused', from: 1, to: 40, count: 2_000, fromAt: old, toAt: old + 1_999 });
    expect(gap.reason.length).toBeLessThanOrEqual(320);
    const answer = await ask(store, { point: 1, from: old - HOUR, to: old + HOUR, max: 100 });
    expect(answer.items).toEqual([]);
    expect(answer.gaps).toEqual([{ from: old, to: old + 1_999, count: 2_000, reason: gap.reason }]);
    const today = await ask(store, { point: 1, from: Date.now() - HOUR, to: Date.now(), max: 100 });
    expect(today.gaps).toEqual([]);
  });

  it('takes what is young enough beside them', async () => {
    const { influx, store } = await storeOn({ retentionMs: HOUR });
    const now = Date.now();
    const mixed = rowsFrom(
      [0, 1, 2, 3].map((i) => ({ point: 1, at: i % 2 === 0 ? now - i : now - 9 * HOUR, value: i })),
    );
    expect(await store.append(mixed, 1)).toMatchObject({ ok: true, refused: { count: 1 } });
    expect(influx.lines).toHaveLength(2);
    expect(influx.writes).toHaveLength(1);
  });

  it('a field that has another type there: every reading, in one request', async () => {
    const { influx, store } = await storeOn({ valueIsInteger: true });
    const from = Date.now();
    const outcome = await store.append(rowsOf(5_000, from), 3);
    const reason = expect.stringMatching(/^HTTP 422: .*field type conflict.*already exists as type integer/);
    expect(outcome).toEqual({ ok: true, refused: { count: 5_000, reason } });
    expect(influx.writes).toHaveLength(1);
    expect(store.gaps()).toMatchObject([{ count: 5_000, fromAt: from, toAt: from + 4_999 }]);
  });

  it('after our own clock was set forward: they are missing where they were taken, not where engine time was', async () => {
    const { store } = await storeOn({ valueIsInteger: true });
    const at = Date.now();
    await store.append(rowsFrom([{ point: 1, at, value: 1, receivedAt: at - 46_000 }]), 1);
    const answer = await ask(store, { point: 1, from: at - 10_000, to: at + 10_000, max: 100 });
    expect(answer.gaps).toMatchObject([{ count: 1, from: at, to: at }]);
  });

  it('lines it cannot parse are left out by name and the rest is sent once more', async () => {
    const { influx, store } = await storeOn();
    const from = Date.now();
    const rows = rowsOf(3_000, from);
    for (const row of [5, 77, 2_999]) rows.at[row] = 9.3e15 + row;
    const reason = expect.stringMatching(/^HTTP 400: unable to parse 'reading,/);
    expect(await store.append(rows, 1)).toEqual({ ok: true, refused: { count: 3, reason } });
    expect(influx.writes.map((lines) => lines.length)).toEqual([3_000, 2_997]);
    expect(influx.lines).toHaveLength(2_997);
    expect(store.gaps()).toMatchObject([{ count: 3, fromAt: from + 5, toAt: from + 2_999 }]);
  });
});

describe('the self-test at start says by name what is wrong', () => {
  it('and nothing where history will find what is written', async () => {
    const { influx, store } = await storeOn();
    expect(await store.selfTest()).toEqual({ ok: true });
    expect(influx.lines).toEqual([expect.stringMatching(/^fenghuo_selftest at=\d+i \d+$/)]);
  });

  it.each<[string, Partial<Influx2Situation>, { org?: string; bucket?: string; token?: string }, RegExp]>([
    ['wrong organisation', {}, { org: 'plnat' }, /influx\.org "plnat".*organization name "plnat" not found/],
    ['wrong bucket', {}, { bucket: 'nowhere' }, /influx\.bucket "nowhere".*bucket "nowhere" not found/],
    ['token of somebody else', {}, { token: 'old' }, /could not be written.*HTTP 401: unauthorized access/],
    ['token that may only read', { may: ['read'] }, {}, /could not be written.*insufficient permissions for write/],
    ['token that may only write', { may: ['write'] }, {}, /influx\.token may write the bucket and not read it/],
    [
      'mapping to another bucket',
      { mappedElsewhere: true },
      {},
      /DBRP mapping of database "readings" points to another/,
    ],
    ['no mapping', { unmapped: true }, {}, /the bucket has no DBRP mapping of that name/],
    ['slash in the name', { bucket: 'a/b' }, { bucket: 'a/b' }, /influx\.bucket has a "\/" in its name.*"a".*"b"/],
    ['nobody there', { away: true }, {}, /could not be written.*HTTP 503/],
  ])('%s', async (_what, situation, settings, reason) => {
    const { store } = await storeOn(situation, settings);
    expect(await store.selfTest()).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });
});
