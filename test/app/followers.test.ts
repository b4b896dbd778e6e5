/** The small followers of the pipeline: what screens see, how late they are, who is answered, what stops in which order. */
import { describe, expect, it } from 'vitest';
import type { Scheduler } from '../../src/app/clock.ts';
import { ANSWER_WITHIN_MS, Answers } from '../../src/app/followers/answers.ts';
import { DataAges } from '../../src/app/followers/data-age.ts';
import { LiveProjection } from '../../src/app/followers/live-view.ts';
import { RECENT_BYTES_MAX, RecentTransitions } from '../../src/app/followers/recent-transitions.ts';
import { Lifecycle } from '../../src/app/lifecycle.ts';
import { Lag } from '../../src/app/sequencer/lag.ts';
import { openAlerts } from '../../src/engine/describe.ts';
import { buildTransition } from '../support/build/alert.ts';
import { neighbour } from '../support/build/point.ts';
import { registryNaming, registryOf } from '../support/build/registry.ts';
import { SimulatedDisk } from '../support/simulated-disk.ts';
import type { Rig } from './rig.ts';
import { GAS, register, startRig } from './rig.ts';

/** Timers that run when a test says so. */
class HandScheduler implements Scheduler {
  readonly timers = new Set<{ at: number; run: () => void }>();
  private now = 0;

  every(): { stop(): void } {
    throw new Error('not used');
  }

  after(delayMs: number, run: () => void) {
    const timer = { at: this.now + delayMs, run };
    this.timers.add(timer);
    return { stop: () => void this.timers.delete(timer) };
  }

  pass(ms: number): void {
    this.now += ms;
    for (const timer of [...this.timers].filter(({ at }) => at <= this.now)) {
      this.timers.delete(timer);
      timer.run();
    }
  }
}

async function followed() {
  const rig = await startRig();
  const live = new LiveProjection([], 0);
  rig.followers.push(live);
  await register(rig);
  return { rig, live };
}

describe('the live view', () => {
  it('shows what is durable and nothing before', async () => {
    const disk = new SimulatedDisk();
    const rig = await startRig({ disk });
    const live = new LiveProjection([], 0);
    rig.followers.push(live);
    await register(rig);
    const go = disk.hold();
    rig.reading('GD-1', 30);
    expect(openAlerts(rig.state)).toHaveLength(1);
    expect(live.openAlerts()).toEqual([]);
    expect(live.value(0)).toBeUndefined();
    go();
    await rig.log.flush();
    expect(live.openAlerts()).toMatchObject([{ hazard: 'flammable-gas', grade: 'yellow' }]);
    expect(live.value(0)).toMatchObject({ value: 30 });
  });

  it('is the engine’s list of open alerts after any of its transitions', async () => {
    const { rig, live } = await followed();
    for (let i = 0; i < 40; i++) {
      rig.clock.pass(500);
      rig.reading(i % 3 === 0 ? 'GD-2' : 'GD-1', [3, 30, 60, 10][i % 4]);
      const open = live.openAlerts()[0];
      if (open !== undefined && i % 7 === 0) rig.command('acknowledge', open.id, open.seq);
      await rig.log.flush();
      live.refreshFigures((id) => openAlerts(rig.state).find((alert) => alert.id === id), rig.pipeline.ahead());
      // Only what has left has an instant at which it left.
      const shown = live.openAlerts().map(({ publishedAt: _, ...alert }) => alert);
      expect(shown).toEqual(openAlerts(rig.state));
    }
    expect(live.seq).toBe(rig.state.seq);
  });

  it('keeps the newest transitions by what they weigh: 80 swings of a mine with 200 sensors fit', () => {
    const points = Array.from({ length: 200 }, (_, number) => ({
      id: `xs-mine/CH-${number}`,
      number,
      rule: 'limits-high',
      level: 'H' as const,
      active: true,
      held: false,
      latched: false,
      since: 0,
      excursions: 1,
      numbers: {},
    }));
    const recent = new RecentTransitions();
    const transitions = 80 * 2 * points.length;
    for (let seq = 1; seq <= transitions; seq++) {
      recent.push(buildTransition(seq, { points }));
      if (recent.bytes > RECENT_BYTES_MAX) throw new Error(`${recent.bytes} bytes are kept`);
    }
    const newest = recent.after(transitions - 400);
    expect(newest?.map(({ seq }) => seq)).toEqual(Array.from({ length: 400 }, (_, i) => transitions - 399 + i));
    // What came before is in the store.
    expect(recent.after(0)).toBeUndefined();
    expect(recent.after(transitions)).toEqual([]);
    // Ordinary alarms: tens of thousands.
    for (let seq = transitions + 1; seq <= transitions + 25_000; seq++) recent.push(buildTransition(seq));
    expect(recent.after(transitions)).toHaveLength(25_000);
  });

  it('shows no figure of an alert that the log has not got yet', async () => {
    const disk = new SimulatedDisk();
    const rig = await startRig({ disk });
    const live = new LiveProjection([], 0);
    rig.followers.push(live);
    await register(rig);
    rig.reading('GD-1', 30);
    await rig.log.flush();
    const refreshed = () => {
      live.refreshFigures((id) => openAlerts(rig.state).find((alert) => alert.id === id), rig.pipeline.ahead());
      return live.openAlerts()[0].points[0].value;
    };
    expect(refreshed()).toBe(30);
    rig.reading('GD-1', 31);
    await rig.log.flush();
    const go = disk.hold();
    rig.reading('GD-1', 40);
    expect([...rig.pipeline.ahead()]).toEqual([0]);
    expect(refreshed()).toBe(30);
    go();
    await rig.log.flush();
    expect([...rig.pipeline.ahead()]).toEqual([]);
    expect(refreshed()).toBe(40);
    rig.clock.pass(1_000);
    rig.pipeline.tick();
    expect(rig.pipeline.ahead()).toBe('everything');
  });

  it('gives what a screen has missed, or says that it cannot', async () => {
    const { rig, live } = await followed();
    for (let i = 0; i < 10; i++) {
      rig.clock.pass(1_000);
      rig.reading('GD-1', i % 2 === 0 ? 30 : 3);
    }
    await rig.log.flush();
    const all = live.transitionsAfter(0)?.map(({ seq }) => seq);
    expect(all).toEqual(Array.from({ length: live.seq }, (_, i) => i + 1));
    expect(live.transitionsAfter(4)?.[0].seq).toBe(5);
    expect(live.transitionsAfter(live.seq)).toEqual([]);
    const later = new LiveProjection(live.openAlerts(), live.seq);
    expect(later.transitionsAfter(4)).toBeUndefined();
    expect(later.transitionsAfter(live.seq)).toEqual([]);
  });

  it('tells which values changed, once, and starts with the values of before a restart', async () => {
    const { rig, live } = await followed();
    rig.reading('GD-2', 7);
    rig.reading('GD-2', 8);
    await rig.log.flush();
    expect(live.takeDirty()).toEqual([1]);
    expect(live.takeDirty()).toEqual([]);
    const again = new LiveProjection([], 0);
    again.restoreValues(rig.state);
    expect(again.value(1)).toEqual(live.value(1));
    expect(again.value(0)).toBeUndefined();
  });
});

describe('lag', () => {
  const alarms = (rig: Rig) => openAlerts(rig.state).filter(({ hazard, active }) => hazard === 'behind' && active);

  it('is not that of a plant which says nothing, however long', async () => {
    const { rig } = await followed();
    const lag = new Lag(rig.pipeline, () => false);
    rig.reading('GD-1', 1);
    await rig.log.flush();
    for (let second = 0; second < 600; second++) {
      rig.clock.pass(1_000);
      rig.pipeline.tick();
      lag.check(rig.clock.now());
      await rig.log.flush();
      expect(lag.lagMs(rig.clock.now())).toBe(0);
    }
    expect(alarms(rig)).toEqual([]);
  });

  it('is what waits for the log, or unread in the sockets; one device alarm that ends', async () => {
    const { rig } = await followed();
    let paused = false;
    const lag = new Lag(rig.pipeline, () => paused);
    rig.reading('GD-1', 1);
    rig.clock.pass(4_000);
    expect(lag.lagMs(rig.clock.now())).toBe(4_000);
    await rig.log.flush();
    expect(lag.lagMs(rig.clock.now())).toBe(0);
    paused = true;
    for (let second = 0; second < 12; second++) {
      lag.check(rig.clock.now());
      rig.clock.pass(1_000);
    }
    await rig.log.flush();
    expect(lag.lagMs(rig.clock.now())).toBe(12_000);
    expect(alarms(rig)).toHaveLength(1);
    paused = false;
    lag.check(rig.clock.now());
    expect(alarms(rig)).toEqual([]);
  });

  it('is the time the loop was held up: what came meanwhile waited as long', async () => {
    const { rig } = await followed();
    const lag = new Lag(rig.pipeline, () => false);
    lag.check(rig.clock.now());
    rig.clock.pass(13_000);
    lag.check(rig.clock.now());
    expect(lag.lagMs(rig.clock.now())).toBe(12_000);
    expect(alarms(rig)).toHaveLength(1);
    rig.clock.pass(1_000);
    lag.check(rig.clock.now());
    expect(alarms(rig)).toEqual([]);
  });

  it('that was said before a restart does not stay for ever', async () => {
    const { rig } = await followed();
    rig.pipeline.device({ type: 'fault', fault: 'behind', subject: 'service', active: true, detail: '12 s' });
    await rig.log.flush();
    rig.disk.powerCut();
    const again = await startRig({ disk: rig.disk.restarted(), clock: rig.clock });
    expect(openAlerts(again.state).filter(({ active }) => active)).toEqual([]);
  });
});

describe('the age of data', () => {
  it('is nothing before the first reading since the start, and is that of the scope', async () => {
    const rig = await startRig();
    await register(rig);
    rig.pipeline.configuration('n', 'test', registryNaming([neighbour('GD-9')]));
    await rig.log.flush();
    const ages = new DataAges(rig.state);
    rig.followers.push(ages);
    const nothing = { state: 'no-data-since-start' };
    expect([ages.of({}), ages.of({ division: '320921' }), ages.of({ enterprise: 'yt' })]).toEqual([
      nothing,
      nothing,
      nothing,
    ]);
    rig.reading('GD-1', 1);
    const newestAt = rig.clock.now();
    await rig.log.flush();
    rig.clock.pass(60_000);
    const known = { state: 'live', newestAt };
    expect([ages.of({}), ages.of({ division: '32' }), ages.of({ enterprise: 'yt' })]).toEqual([known, known, known]);
    // What the province hears of one plant says nothing of another, nor of another city.
    expect([ages.of({ enterprise: 'xh' }), ages.of({ division: '3201' })]).toEqual([nothing, nothing]);
    expect(new DataAges(rig.state).of({})).toEqual(nothing);
  });
});

describe('answers', () => {
  it('come when it is durable and applied, to everybody who asked with the key', async () => {
    const { rig } = await followed();
    const scheduler = new HandScheduler();
    const answers = new Answers(scheduler);
    rig.followers.push(answers);
    rig.reading('GD-1', 30);
    await rig.log.flush();
    const [{ alert }] = rig.released.flatMap(({ transitions }) => transitions);
    const both = [answers.toCommand('k'), answers.toCommand('k')];
    rig.command('acknowledge', alert.id, alert.seq, 'k');
    await rig.log.flush();
    expect(await Promise.all(both)).toMatchObject([{ code: 'applied' }, { code: 'applied' }]);
    expect(scheduler.timers.size).toBe(0);
    const refused = answers.toConfiguration('c');
    rig.pipeline.configuration('c', 'test', { ...registryOf(GAS), enterprises: [], points: [] });
    await rig.log.flush();
    expect(await refused).toMatchObject({ applied: true });
  });

  it('are `timeout` after five seconds, and a late outcome hurts nobody', async () => {
    const { rig } = await followed();
    const scheduler = new HandScheduler();
    const answers = new Answers(scheduler);
    rig.followers.push(answers);
    const answer = answers.toCommand('late');
    const done = answers.within(() => undefined);
    scheduler.pass(ANSWER_WITHIN_MS - 1);
    expect(scheduler.timers.size).toBe(2);
    scheduler.pass(1);
    expect(await answer).toBe('timeout');
    expect(await done).toBe(false);
    rig.command('acknowledge', 'nobody', 0, 'late');
    await rig.log.flush();
    expect(rig.released.at(-1)?.outcomes).toMatchObject([{ code: 'no-such-alert' }]);
  });
});

describe('the lifecycle', () => {
  it('stops in reverse, once, each after the one before, whatever fails', async () => {
    const order: string[] = [];
    const lifecycle = new Lifecycle();
    lifecycle.onStop('log', () => void order.push('log'));
    lifecycle.onStop('broken', () => Promise.reject(new Error('no')));
    lifecycle.onStop('door', async () => {
      await Promise.resolve();
      order.push('door');
    });
    const [first, second] = [lifecycle.stop(), lifecycle.stop()];
    expect(await first).toMatchObject([{ name: 'broken' }]);
    expect(await second).toBe(await first);
    expect(order).toEqual(['door', 'log']);
  });
});
