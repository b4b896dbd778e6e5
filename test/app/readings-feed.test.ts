/** The log as a source of readings: nothing is lost, memory is bounded, the log can be freed, whatever the store does. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ReadingsFeed } from '../../src/app/followers/readings-feed.ts';
import { openChunks } from '../../src/store/readings/chunks/open-chunks.ts';
import type { AppendOutcome, ReadingRows, ReadingsStore, SelfTestOutcome } from '../../src/store/readings/port.ts';
import { eventually } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import type { Rig } from './rig.ts';
import { batchOf, register, SILENT, settled, startRig } from './rig.ts';

/** The real chunk store, that a test can make refuse or hang. */
class MoodyStore implements ReadingsStore {
  readonly inner: ReadingsStore;
  away = false;
  gate: Promise<void> = Promise.resolve();
  appended = 0;
  /** Appends that wait at the gate. */
  waiting = 0;
  attempts = 0;
  /** What its self-test finds. */
  wrong: string | undefined;

  constructor(file: string) {
    this.inner = openChunks({ file });
  }

  async append(rows: ReadingRows, position: number): Promise<AppendOutcome> {
    this.attempts++;
    this.waiting++;
    await this.gate;
    this.waiting--;
    if (this.away) return { ok: false, reason: 'the store is away' };
    const outcome = await this.inner.append(rows, position);
    this.appended = position;
    return outcome;
  }

  position = () => this.inner.position();
  flush = (olderThanMs?: number) => this.inner.flush(olderThanMs);
  query: ReadingsStore['query'] = (query) => this.inner.query(query);
  queryPoints: ReadingsStore['queryPoints'] = (query) => this.inner.queryPoints(query);
  forget = (before: number) => this.inner.forget(before);
  giveUp: ReadingsStore['giveUp'] = (gap) => this.inner.giveUp(gap);
  gaps = () => this.inner.gaps();
  async selfTest(): Promise<SelfTestOutcome> {
    return this.wrong === undefined ? this.inner.selfTest() : { ok: false, reason: this.wrong };
  }
  close = () => this.inner.close();
}

async function fed(budgetBytes = 1e9) {
  const dir = temporaryDirectory();
  const rig = await startRig({ segmentBytes: 1024 * 1024 });
  await register(rig);
  const store = new MoodyStore(join(dir, 'readings.db'));
  const open = () => new ReadingsFeed({ store, log: rig.log, logger: SILENT, now: () => rig.clock.now(), budgetBytes });
  const feed = open();
  rig.followers.push(feed);
  return {
    rig,
    store,
    feed,
    open,
    async end(last = feed) {
      await last.stop();
      await store.close();
    },
  };
}

/** `count` readings of GD-1, one a millisecond, `perMessage` a message. Gives the first instant. */
async function send(rig: Rig, count: number, perMessage = 500): Promise<number> {
  const first = rig.clock.now() + 1;
  for (let sent = 0; sent < count; sent += perMessage) {
    const batch = batchOf(rig.state, rig.clock.now() + 1, 'GD-1', 5);
    for (let i = 1; i < perMessage; i++) {
      for (const column of [batch.point, batch.quality, batch.seq, batch.flags, batch.verdict, batch.judgedAt])
        column.push(column[0]);
      batch.sampledAt.push(batch.sampledAt[0] + i);
      batch.value.push(5 + (i % 7));
    }
    batch.count = perMessage;
    batch.receivedAt = batch.sampledAt[perMessage - 1];
    rig.clock.pass(perMessage);
    rig.pipeline.readings(batch, () => undefined);
    if (sent % 20_000 === 0) await settled(30);
  }
  await rig.log.flush();
  return first;
}

async function stored(store: ReadingsStore, rig: Rig, from: number): Promise<number> {
  const outcome = await store.query({ point: 0, from, to: rig.clock.now() + 1, max: 1_000_000 });
  if (!outcome.ok || outcome.answer.downsampled) throw new Error('no raw answer');
  return outcome.answer.items.length;
}

const reached = (store: MoodyStore, rig: Rig) => eventually('the store has all', () => store.appended >= rig.state.n);

describe('the readings feed', () => {
  it('follows what is released, from memory', async () => {
    const { rig, store, feed, end } = await fed();
    feed.start();
    const first = await send(rig, 30_000);
    await reached(store, rig);
    expect(await stored(store, rig, first)).toBe(30_000);
    await eventually('nothing is held', () => feed.status.held === 0);
    await end();
  });

  it('catches up from the log after a restart, and goes on from memory', async () => {
    const { rig, store, feed, open, end } = await fed();
    const first = await send(rig, 20_000);
    await feed.stop();
    const second = open();
    rig.followers.push(second);
    second.start();
    await send(rig, 10_000);
    await reached(store, rig);
    expect(await stored(store, rig, first)).toBe(30_000);
    await end(second);
  });

  it('loses nothing that comes while the store is taking a batch', async () => {
    const { rig, store, feed, end } = await fed();
    feed.start();
    let first = 0;
    for (let round = 0; round < 12; round++) {
      let release = (): void => undefined;
      store.gate = new Promise((resolve) => {
        release = resolve;
      });
      const at = await send(rig, 300 + 700 * (round % 3), 100);
      first ||= at;
      await eventually('a batch is on its way', () => store.waiting > 0);
      await send(rig, 200, 100);
      release();
    }
    store.gate = Promise.resolve();
    await reached(store, rig);
    expect(await stored(store, rig, first)).toBe([300, 1_000, 1_700].reduce((a, b) => a + b) * 4 + 12 * 200);
    await end();
  });

  it('keeps a bounded memory while the store is away, loses nothing, and says so', async () => {
    const { rig, store, feed, end } = await fed();
    feed.start();
    store.away = true;
    const first = await send(rig, 260_000, 2_000);
    await eventually('it is said', () => feed.status.error === 'the store is away');
    expect(feed.status.held).toBeLessThanOrEqual(100_000);
    store.away = false;
    await reached(store, rig);
    expect(await stored(store, rig, first)).toBe(260_000);
    expect(feed.status.error).toBeUndefined();
    await end();
  });

  it('moves on over inputs without readings, so that the log can be freed', async () => {
    const { rig, store, feed, end } = await fed();
    feed.start();
    await send(rig, 60_000, 2_000);
    await rig.pass(4_000);
    await rig.log.flush();
    await reached(store, rig);
    await store.flush();
    await rig.snapshotter.take(rig.state, () => rig.log.flush());
    rig.pipeline.tick();
    await rig.pass(1_000);
    await rig.snapshotter.take(rig.state, () => rig.log.flush());
    const before = rig.log.oldest;
    await rig.log.free(Math.min(rig.snapshotter.freeable, store.position()) + 1);
    expect(rig.log.oldest).toBeGreaterThan(before);
    expect(store.position()).toBeGreaterThanOrEqual(rig.snapshotter.freeable - 1);
    await end();
  });

  it('says in health when four fifths of what may wait are used, before anything is given up', async () => {
    const { rig, store, feed, end } = await fed(1_000_000);
    feed.start();
    store.away = true;
    await send(rig, 20_000, 1_000);
    await eventually('it is said', () => feed.status.error !== undefined);
    expect(feed.status.error).toBe('the store is away');
    await send(rig, 16_000, 1_000);
    await eventually('the budget is told', () =>
      /^the store is away; (8|9)\d % of what may wait in the log .*older half is given up$/.test(
        feed.status.error ?? '',
      ),
    );
    expect(store.gaps()).toEqual([]);
    store.away = false;
    await reached(store, rig);
    await eventually('all is well', () => feed.status.error === undefined);
    await end();
  });

  it('tries again at once when somebody was answered by the store', async () => {
    const { rig, store, feed, end } = await fed();
    feed.start();
    store.away = true;
    await send(rig, 1_000);
    // By now it waits seconds between two attempts.
    await eventually('it backs off', () => store.attempts >= 4);
    store.away = false;
    const { attempts } = store;
    feed.hurry();
    await settled(50);
    expect(store.attempts).toBeGreaterThan(attempts);
    await reached(store, rig);
    expect(feed.status.error).toBeUndefined();
    await end();
  });

  it('says what the self-test found, beside everything else, and what was refused for a day', async () => {
    const { rig, store, feed, end } = await fed();
    store.wrong = 'influx.token may write the bucket and not read it';
    feed.start();
    await eventually('it is said', () => feed.status.error === store.wrong);
    const at = rig.clock.now();
    const refused = { cause: 'refused', from: 1, to: 1, count: 12, fromAt: at, toAt: at, recordedAt: at } as const;
    await store.giveUp({ ...refused, reason: 'HTTP 422: field type conflict' });
    expect(feed.status.error).toBe(
      'influx.token may write the bucket and not read it; 12 readings refused by the store for good, ' +
        'they are gaps in the history: HTTP 422: field type conflict',
    );
    rig.clock.pass(25 * 3_600_000);
    expect(feed.status.error).toBe('influx.token may write the bucket and not read it');
    await end();
  });

  it('moves on without the store when the budget is used up, and records what is missing', async () => {
    const { rig, store, feed, end } = await fed(100_000);
    feed.start();
    store.away = true;
    await send(rig, 40_000, 1_000);
    const [gap] = await eventually('a gap', () => (store.gaps().length > 0 ? store.gaps() : undefined));
    expect(gap.reason).toMatch('disk budget used up');
    expect(gap.to).toBeGreaterThan(gap.from);
    store.away = false;
    await reached(store, rig);
    await end();
  });

  it('hands on what was judged in unsaved mode; what it had to forget is a gap by name', async () => {
    const { rig, store, feed, end } = await fed();
    feed.start();
    const saved = await send(rig, 4_000);
    await reached(store, rig);
    rig.disk.fault = (operation, path) =>
      operation === 'write' && path.startsWith('/log') ? new Error('EIO') : undefined;
    await rig.pass(4_000);
    expect(rig.guard.unsaved).toBeDefined();
    const unsavedFrom = rig.clock.now() + 1;
    rig.clock.pass(0);
    for (let i = 0; i < 10; i++) await sendUnsaved(rig, 1_000);
    await reached(store, rig);
    expect(await stored(store, rig, unsavedFrom)).toBe(10_000);
    store.away = true;
    for (let i = 0; i < 130; i++) await sendUnsaved(rig, 1_000);
    rig.disk.fault = undefined;
    await rig.pass(2_500);
    expect(rig.guard.unsaved).toBeUndefined();
    store.away = false;
    await send(rig, 1_000);
    await reached(store, rig);
    const [gap] = store.gaps();
    expect(gap.reason).toMatch('unsaved mode');
    const missing = 4_000 + 10_000 + 130_000 + 1_000 - (await stored(store, rig, saved));
    expect(missing).toBeGreaterThan(0);
    expect(missing).toBeLessThanOrEqual((gap.to - gap.from + 1) * 1_000);
    await end();
  });

  it('names what unsaved mode lost also when the store comes back long after it was saved again', async () => {
    const { rig, store, feed, end } = await fed();
    feed.start();
    await send(rig, 4_000);
    await reached(store, rig);
    rig.disk.fault = (operation, path) =>
      operation === 'write' && path.startsWith('/log') ? new Error('EIO') : undefined;
    await rig.pass(4_000);
    store.away = true;
    const lostFrom = rig.clock.now() + 1;
    for (let i = 0; i < 20; i++) await sendUnsaved(rig, 1_000);
    rig.disk.fault = undefined;
    await rig.pass(2_500);
    expect(rig.guard.unsaved).toBeUndefined();
    const lostTo = rig.clock.now();
    // More than its memory holds: what follows is read from the log, in which the lost numbers do not stand.
    const savedAgain = await send(rig, 130_000, 2_000);
    store.away = false;
    await reached(store, rig);
    expect(await stored(store, rig, savedAgain)).toBe(130_000);
    const [gap, ...more] = store.gaps();
    expect(more).toEqual([]);
    expect(gap).toMatchObject({ cause: 'unsaved', to: rig.log.gaps[0].to });
    const answer = await store.query({ point: 0, from: lostFrom, to: lostTo, max: 1_000_000 });
    expect(answer).toMatchObject({ answer: { gaps: [{ reason: gap.reason }] } });
    const lost = 20_000 - (await stored(store, rig, lostFrom)) + 130_000;
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThanOrEqual(gap.count * 1_000);
    const before = await store.query({ point: 0, from: lostFrom - 8_000, to: lostFrom - 5_000, max: 10_000 });
    const after = await store.query({ point: 0, from: savedAgain + 5_000, to: savedAgain + 6_000, max: 10_000 });
    for (const whole of [before, after]) expect(whole).toMatchObject({ answer: { gaps: [] } });
    await end();
  });

  it('reads a log again that could not be read, and keeps to its budget meanwhile', async () => {
    const { rig, store, feed, open, end } = await fed(1_000_000);
    await send(rig, 8_000, 1_000);
    await feed.stop();
    const read = rig.log.read.bind(rig.log);
    rig.log.read = () => {
      throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
    };
    const again = open();
    rig.followers.push(again);
    again.start();
    await eventually('it is said', () => again.status.error === 'the log cannot be read: EMFILE: too many open files');
    expect(store.gaps()).toEqual([]);
    // It stays so: the log must not fill the disk for a store that gets nothing.
    await send(rig, 60_000, 1_000);
    await eventually('room is made', () => {
      again.hurry();
      return store.gaps().length > 0;
    });
    expect(store.gaps()[0]).toMatchObject({
      cause: 'moved-on',
      reason: 'disk budget used up: the log cannot be read: EMFILE: too many open files',
    });
    rig.log.read = read;
    const mended = await send(rig, 1_000);
    await eventually('the store has all', () => {
      again.hurry();
      return store.appended >= rig.state.n;
    });
    expect(await stored(store, rig, mended)).toBe(1_000);
    expect(again.status.error).toMatch(/^\d+ records given up for want of room/);
    await end(again);
  });
});

async function sendUnsaved(rig: Rig, count: number): Promise<void> {
  const batch = batchOf(rig.state, rig.clock.now() + 1, 'GD-1', 5);
  for (let i = 1; i < count; i++) {
    for (const column of [
      batch.point,
      batch.quality,
      batch.seq,
      batch.flags,
      batch.verdict,
      batch.judgedAt,
      batch.value,
    ])
      column.push(column[0]);
    batch.sampledAt.push(batch.sampledAt[0] + i);
  }
  batch.count = count;
  batch.receivedAt = batch.sampledAt[count - 1];
  rig.clock.pass(count);
  rig.pipeline.readings(batch, () => undefined);
  await settled(5);
}
