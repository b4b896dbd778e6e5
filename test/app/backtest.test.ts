// A draft against what was: the inputs of a day as they stand in the log, judged again as they were and as the draft has it. What is
// gained, lost and graded otherwise is named; what is not kept exactly is said.
import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Judging } from '../../src/app/backtest/judging.ts';
import type { BacktestPlaces, BacktestResult } from '../../src/app/backtest/run.ts';
import { judgeBoth, runBacktest } from '../../src/app/backtest/run.ts';
import { draftInWords } from '../../src/app/backtest/words.ts';
import { pause, wallNow, watch } from '../../src/app/clock.ts';
import type { Input } from '../../src/engine/input.ts';
import { encodeState } from '../../src/engine/snapshot.ts';
import { newState } from '../../src/engine/state.ts';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import { nodeDisk } from '../../src/log/local/node-disk.ts';
import { openSnapshots } from '../../src/log/local/snapshots.ts';
import type { InputLog } from '../../src/log/port.ts';
import { RecordEncoder } from '../../src/log/record.ts';
import { openChunks } from '../../src/store/readings/chunks/open-chunks.ts';
import type { ReadingsStore } from '../../src/store/readings/port.ts';
import { addBatch, newRows } from '../../src/store/readings/rows.ts';
import type { Desk } from '../support/desk.ts';
import { T0 } from '../support/desk.ts';
import { draftOf, plant } from '../support/drafted-plant.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const clock = { wallMs: wallNow, pause, watch };

let folder: string;
/** What the service keeps of readings besides. */
let store: ReadingsStore;
beforeEach(() => {
  folder = temporaryDirectory('backtest');
  store = openChunks({ file: ':memory:' });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Calm but for what is stated: by tag, from when to when (minutes), and which value. */
type Story = readonly (readonly [tag: string, from: number, to: number, value: number])[];

function play(desk: Desk, from: number, to: number, story: Story): void {
  const calm: Readonly<Record<string, number>> = { 'GD-1': 3, 'GD-2': 4, 'TT-1': 30 };
  for (let at = from; at < to; at += 10 * SECOND) {
    const readings = Object.entries(calm).map(([tag, value]) => {
      const told = story.find(([one, begin, end]) => one === tag && at >= begin * MINUTE && at < end * MINUTE);
      return { tag, at, value: told?.[3] ?? value };
    });
    desk.send(readings);
  }
}

/** A morning: a whiff at GD-1, a leak at GD-2, and a tank that gets warm. */
const MORNING: Story = [
  ['GD-1', 30, 40, 30],
  ['GD-2', 90, 95, 30],
  ['GD-2', 95, 110, 60],
  ['TT-1', 150, 155, 46],
  ['TT-1', 155, 170, 52],
];

/** Writes what the desk folded as the service's log would have it. */
async function written(desk: Desk, options: { readonly segmentBytes?: number } = {}): Promise<InputLog> {
  const log = await openLocalLog({
    dir: join(folder, 'log'),
    archiveDir: join(folder, 'archive'),
    reserveBytes: 0,
    preallocate: false,
    ...options,
    clock,
  });
  const encoder = new RecordEncoder();
  for (const [n, input] of desk.inputs.entries()) {
    log.append(encoder.encode(input));
    if (n % 500 === 0) await log.flush();
  }
  await log.flush();
  return log;
}

/** Hands the readings store what the service hands it, of the inputs that are meant. */
async function stored(desk: Desk, isMeant: (input: Input) => boolean = () => true): Promise<void> {
  const rows = newRows();
  for (const input of desk.inputs) if (input.kind === 'readings' && isMeant(input)) addBatch(rows, input.batch);
  await store.append(rows, desk.state.n);
}

/** As it stands when `oldest` of the archive's files have gone, the log before them is freed, and only today's state is kept. */
async function pruned(desk: Desk, oldest: number): Promise<void> {
  const log = await written(desk, { segmentBytes: 64 * 1024 });
  await log.free(Math.floor(desk.state.n * 0.9));
  const { header, columns } = encodeState(desk.state);
  const snapshots = await openSnapshots({ dir: join(folder, 'snapshots'), clock });
  await snapshots.write(desk.state.n, [
    Buffer.from(JSON.stringify({ pieces: 1 })),
    Buffer.from(JSON.stringify(header)),
    ...columns.map((bytes) => bytes.slice()),
  ]);
  await log.close();
  const archived = (await readdir(join(folder, 'archive'))).sort();
  for (const name of archived.slice(0, oldest)) rmSync(join(folder, 'archive', name));
}

async function places(over: Partial<BacktestPlaces> = {}): Promise<BacktestPlaces> {
  return {
    past: { logDir: join(folder, 'log'), archiveDir: join(folder, 'archive'), disk: nodeDisk },
    snapshots: await openSnapshots({ dir: join(folder, 'snapshots'), clock }),
    readings: store,
    pace: { now: () => performance.now(), pause: () => new Promise((resolve) => setImmediate(resolve)) },
    progress: () => {},
    isCancelled: () => false,
    ...over,
  };
}

async function tried(desk: Desk, points: readonly unknown[], from = 0, to = desk.now): Promise<BacktestResult> {
  const asked = { from: T0 + from, to: T0 + to, upTo: desk.state.n, enterprises: new Set(['yt']) };
  const result = await runBacktest({ ...asked, drafted: draftOf(desk, { points }) }, await places());
  if (result === undefined) throw new Error('cancelled');
  return result;
}
const named = ({ items }: BacktestResult['gained']): string[] =>
  items.map(
    ({ points, grade, raisedAt }) => `${points.map((id) => id.slice(3)).join()} ${grade} ${(raisedAt - T0) / MINUTE}`,
  );

describe('a morning judged again', () => {
  it('as it was, by the draft that changes nothing of it: everything is the same', async () => {
    const desk = await plant();
    play(desk, 0, 4 * HOUR, MORNING);
    await (await written(desk)).close();
    const result = await tried(desk, [{ id: 'yt/GD-1', limits: { HH: 49 } }]);
    const raised = desk.transitions.filter(({ change, alert }) => /raised/.test(change) && alert.kind === 'hazard');
    expect(result).toMatchObject({
      same: raised.length,
      gained: { total: 0 },
      lost: { total: 0 },
      regraded: { total: 0 },
    });
    expect(result.lead.items.map(({ was }) => was.alert)).toEqual(raised.map(({ alert }) => alert.id));
    expect(result.approximate).toEqual([]);
    expect(result.load.was).toEqual(result.load.drafted);
    expect(result.load.was).toMatchObject({ perPeriodPeak: expect.any(Number), floods: 0, standing: 0 });
  });

  it('with a higher limit loses the whiff, names what is graded otherwise, and is a loosening all the same', async () => {
    const desk = await plant();
    play(desk, 0, 4 * HOUR, MORNING);
    await (await written(desk)).close();
    const result = await tried(desk, [
      { id: 'yt/GD-1', limits: { H: 35 } },
      { id: 'yt/GD-2', limits: { HH: 70 } },
    ]);
    expect(named(result.lost)).toEqual([expect.stringMatching(/^GD-1 \w+ 30$/)]);
    expect(result.gained.total).toBe(0);
    expect(result.regraded.items).toMatchObject([{ was: { points: ['yt/GD-2'], grade: 'red' }, to: 'orange' }]);
  });

  it('with one figure changed leaves what waits for a second person where it waits', async () => {
    // Looser than its pack, which says 25: in force is 25.
    const desk = await plant({ limits: { H: 28 }, reason: 'a draughty place' });
    const [head] = desk.state.registry.points;
    expect(JSON.stringify(head.rules)).toContain('"H":25');
    play(desk, 0, 4 * HOUR, [['GD-1', 30, 40, 27]]);
    await (await written(desk)).close();
    const result = await tried(desk, [{ id: 'yt/GD-1', onDelayMs: 11_000 }]);
    expect([result.same, result.lost.total]).toEqual([1, 0]);
  });

  it('with a lower limit gains what was not told, and tells of the rest earlier', async () => {
    const desk = await plant();
    const afternoon: Story = [
      ['GD-1', 200, 205, 18],
      ['GD-1', 205, 210, 30],
      ['GD-1', 220, 225, 18],
    ];
    play(desk, 0, 4 * HOUR, [...MORNING, ...afternoon]);
    await (await written(desk)).close();
    const result = await tried(desk, [{ id: 'yt/GD-1', limits: { H: 15 } }]);
    expect(named(result.gained)).toEqual([expect.stringMatching(/^GD-1 \w+ 220$/)]);
    expect(result.lead.items.map(({ leadMs }) => leadMs / MINUTE)).toEqual([0, 0, 0, 5]);
    expect(result.load.drafted.annunciations).toBeGreaterThan(result.load.was.annunciations);
  });

  it('tells a person who has to decide what people found of it, how many of which grade, how much earlier, what is kept', async () => {
    const desk = await plant();
    const rising: Story = [
      ['GD-1', 30, 40, 30],
      ['GD-2', 90, 95, 18],
      ['GD-2', 95, 110, 30],
    ];
    play(desk, 0, 60 * MINUTE, rising);
    const whiff = () => desk.hazards[0];
    for (const kind of ['acknowledge', 'verify'] as const) desk.command(kind, whiff(), desk.now, { level: 'province' });
    const closed = desk.command('close', whiff(), desk.now, { level: 'province', cause: 'false-alarm' });
    expect(closed.code).toBe('applied');
    play(desk, 60 * MINUTE, 4 * HOUR, rising);
    await (await written(desk)).close();
    const result = await tried(desk, [
      { id: 'yt/GD-1', limits: { H: 35 } },
      { id: 'yt/GD-2', limits: { H: 15 } },
    ]);
    expect(result.lost.items).toMatchObject([{ points: ['yt/GD-1'], cause: 'false-alarm' }]);
    const lines = draftInWords(result).join('\n');
    expect(lines).toMatch(
      /^新增 0，消失 1（橙 1），改级 0，相同 1 · gained 0, lost 1 \(1 orange\), graded otherwise 0, the same 1$/m,
    );
    expect(lines).toMatch(
      /^消失 lost .* 橙 orange +可燃气体 flammable-gas {2}yt\/GD-1 {2}\(\S+ min, 误报 closed as false-alarm\)$/m,
    );
    expect(lines).toMatch(
      /^提前 lead +试算前后都有的 1 条中：提前 1（中位 5 min，最多 5 min），同时 0，推迟 0 · of 1 alerts .*: 1 \(median 5 min, most 5 min\) earlier, 0 at the same time, 0 later$/m,
    );
    expect(lines).toMatch(/^提前 lead +\S+ +橙 orange .* 提前 5 min · 5 min earlier$/m);
    expect(lines).toMatch(/^负荷 load +最多的 10 min worst period .* ≤ 10 +达标 kept$/m);
    expect(lines).toMatch(/^负荷 load +\S+ % ten most frequent, % .* 太少难判 too few to say$/m);
    expect(lines).toMatch(/此处为 240 min · ISA-18.2 .* of 30 days or more; these are of 240 min$/m);
  });

  it('what the officer did to an alert he would have done to the drafted one', async () => {
    const desk = await plant();
    const morning: Story = [['GD-2', 85, 90, 18], ...MORNING.filter(([tag]) => tag === 'GD-2')];
    play(desk, 0, 100 * MINUTE, morning);
    const [alert] = desk.hazards.filter(({ active }) => active);
    desk.command('acknowledge', alert, desk.now, { level: 'county' });
    const stretch = { from: T0, to: T0 + desk.now, enterprises: undefined };
    // Under the draft it was raised earlier: another occurrence, by another id.
    const drafted = draftOf(desk, { points: [{ id: 'yt/GD-2', limits: { H: 15 } }] });
    const was = new Judging(newState(), stretch);
    const draft = new Judging(newState(), stretch, drafted);
    const encoder = new RecordEncoder();
    for (const [n, input] of desk.inputs.entries())
      judgeBoth(was, draft, { number: n + 1, bytes: encoder.encode(input) });
    expect(was.alertOf(alert.key)).toMatchObject({ id: alert.id, acked: true });
    expect(draft.alertOf(alert.key)).toMatchObject({ id: expect.not.stringMatching(alert.id), acked: true });
  });

  it('is over when nobody wants it any more', async () => {
    const desk = await plant();
    play(desk, 0, 4 * HOUR, MORNING);
    await (await written(desk)).close();
    const told: number[] = [];
    let now = 0;
    const stopped = await places({
      pace: { now: () => (now += 1), pause: async () => {} },
      progress: (share) => told.push(share),
      isCancelled: () => told.length > 3,
    });
    const drafted = draftOf(desk, { points: [{ id: 'yt/GD-1', limits: { H: 20 } }] });
    const asked = { from: T0, to: T0 + 4 * HOUR, upTo: desk.state.n, enterprises: new Set(['yt']), drafted };
    expect(await runBacktest(asked, stopped)).toBeUndefined();
    expect(told.length).toBe(4);
    expect(Math.max(...told)).toBeLessThan(0.5);
  });
});

describe('what is kept of the past', () => {
  it('is read through the archive: freed segments and the log behind them are one', async () => {
    const desk = await plant();
    play(desk, 0, 4 * HOUR, MORNING);
    const log = await written(desk, { segmentBytes: 64 * 1024 });
    await log.free(Math.floor(desk.state.n / 2));
    await log.close();
    expect((await readdir(join(folder, 'archive'))).length).toBeGreaterThan(0);
    const result = await tried(desk, [{ id: 'yt/GD-1', limits: { H: 35 } }]);
    expect([named(result.lost), result.approximate]).toEqual([[expect.stringMatching(/^GD-1 \w+ 30$/)], []]);
  });

  it('and where its beginning is gone and no state of then is kept, it is begun with what is registered, and said so', async () => {
    const desk = await plant();
    play(desk, 0, 4 * HOUR, MORNING);
    await pruned(desk, 1);
    const result = await tried(desk, [{ id: 'yt/GD-2', limits: { H: 70, HH: 80 } }], 80 * MINUTE);
    expect(named(result.lost)).toEqual([expect.stringMatching(/^GD-2 red 90$/)]);
    expect(result.approximate.join()).toMatch(/no state of then is kept: begun at .* with what is registered now/);
  });

  it('and where a newer state took the place of the last one meanwhile, what is registered is taken from that', async () => {
    const desk = await plant();
    play(desk, 0, 4 * HOUR, MORNING);
    await pruned(desk, 1);
    // Asked for an hour ago, by a service whose thread has only now come to it.
    const upTo = desk.inputs.findIndex(({ at }) => at >= T0 + 3 * HOUR);
    const drafted = draftOf(desk, { points: [{ id: 'yt/GD-2', limits: { H: 70, HH: 80 } }] });
    const asked = { from: T0 + 80 * MINUTE, to: T0 + 3 * HOUR, upTo, enterprises: new Set(['yt']), drafted };
    const result = await runBacktest(asked, await places());
    expect(result && named(result.lost)).toEqual([expect.stringMatching(/^GD-2 red 90$/)]);
  });

  it('and where no state at all is kept of what was registered, it is no calm: it fails, and says so', async () => {
    const desk = await plant();
    play(desk, 0, 4 * HOUR, MORNING);
    await pruned(desk, 1);
    rmSync(join(folder, 'snapshots'), { recursive: true });
    const draft = [{ id: 'yt/GD-1', limits: { H: 35 } }];
    await expect(tried(desk, draft)).rejects.toThrow(/begin at 2025-\S+, and no snapshot is kept that says what was/);
  });
});

describe('what only the store of readings has', () => {
  it('is judged from there, the log goes on behind it, and the stretch is said to be approximate', async () => {
    const desk = await plant();
    play(desk, 0, 4 * HOUR, MORNING);
    await stored(desk);
    await pruned(desk, 3);
    const result = await tried(desk, [
      { id: 'yt/GD-1', limits: { H: 35 } },
      { id: 'yt/GD-2', limits: { HH: 70 } },
    ]);
    // As if every record were there.
    expect(named(result.lost)).toEqual([expect.stringMatching(/^GD-1 \w+ 30$/)]);
    expect(result.gained.total).toBe(0);
    expect(result.regraded.items).toMatchObject([{ was: { points: ['yt/GD-2'], grade: 'red' }, to: 'orange' }]);
    const [before, behind] = result.stretches;
    expect(result.stretches.map(({ of }) => of)).toEqual(['readings', 'records']);
    expect([before.from, before.to, behind.to]).toEqual([T0, behind.from, expect.closeTo(T0 + 4 * HOUR, -5)]);
    const said = result.approximate.join('\n');
    expect(said).toMatch(
      /2025-11-19T\S+ to \S+: 只有读数库有记录.* · only the store of readings has it; not known are in which order/,
    );
    expect(said).toMatch(/what people did.*which gateways.*what was registered/);
    // Those of the warm-up and of the overlap are none of the range.
    const sent = desk.inputs.reduce((sum, input) => sum + (input.kind === 'readings' ? input.batch.count : 0), 0);
    expect(result.readings).toBe(sent);
  });

  it('names what nobody has, which is no silence of any point', async () => {
    const desk = await plant();
    play(desk, 0, 12 * HOUR, [['GD-1', 30, 40, 30]]);
    await stored(desk, ({ at }) => at < T0 + HOUR || at >= T0 + 4 * HOUR);
    await pruned(desk, 10);
    const result = await tried(desk, [{ id: 'yt/GD-1', limits: { H: 35 } }], -HOUR, 4.5 * HOUR);
    expect(result.stretches.map(({ of, from, to }) => [of, (from - T0) / HOUR, (to - T0) / HOUR])).toEqual([
      ['nothing', -1, 0],
      ['readings', 0, expect.closeTo(1, 1)],
      ['nothing', expect.closeTo(1, 1), 4],
      ['readings', 4, 4.5],
    ]);
    expect(result.approximate.join('\n')).toMatch(/neither log, archive nor the store of readings has anything/);
    expect(named(result.lost)).toEqual([expect.stringMatching(/^GD-1 \w+ 30$/)]);
    expect(result.gained.total).toBe(0);
    // No loss of sight among them.
    expect(result.lead.items).toEqual([]);
  });

  it('is refused by name where nobody has anything of the whole time, or the store gives no answer', async () => {
    const desk = await plant();
    play(desk, 0, 4 * HOUR, MORNING);
    await pruned(desk, 2);
    const draft = [{ id: 'yt/GD-1', limits: { H: 35 } }];
    const nothing =
      /nothing is kept of 2025-11-19T\S+ to \S+: log and archive begin at 2025-\S+, and the store .* none of yt/;
    await expect(tried(desk, draft, 0, HOUR / 4)).rejects.toThrow(nothing);
    store = {
      ...store,
      close: () => Promise.resolve(),
      queryPoints: async () => ({ ok: false, reason: 'ECONNREFUSED' }),
    };
    await expect(tried(desk, draft)).rejects.toThrow(/the store of readings gives no answer: ECONNREFUSED/);
  });

  it('is left at once when nobody wants it any more', async () => {
    const desk = await plant();
    play(desk, 0, 4 * HOUR, MORNING);
    await stored(desk);
    await pruned(desk, 3);
    let [now, asked] = [0, 0];
    const told: number[] = [];
    const stopped = await places({
      pace: { now: () => (now += 10), pause: async () => {} },
      progress: (share) => told.push(share),
      isCancelled: () => ++asked > 8,
    });
    const drafted = draftOf(desk, { points: [{ id: 'yt/GD-1', limits: { H: 20 } }] });
    const range = { from: T0, to: T0 + 4 * HOUR, upTo: desk.state.n, enterprises: new Set(['yt']), drafted };
    expect(await runBacktest(range, stopped)).toBeUndefined();
    expect(told.length).toBeLessThan(12);
  });
});
