/**
 * The state store is away for a day: memory stays bounded, judging and snapshots go on, the log is freed no further than is
 * needed, and when the store is back it has everything, from the log. What nobody has any more is named.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProjectionQueue } from '../../src/app/followers/projection-queue.ts';
import { Projector } from '../../src/app/followers/projector.ts';
import { derivedAgain } from '../../src/app/sequencer/derived-again.ts';
import { startingState } from '../../src/app/sequencer/restore.ts';
import type { Transition } from '../../src/model/alert.ts';
import type { HistoryStore, StateStore } from '../../src/store/state/port.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';
import { SimulatedDisk } from '../support/simulated-disk.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import type { Rig } from './rig.ts';
import { eio, register, SILENT, settled, startRig, VirtualClock } from './rig.ts';

/** A handful of alarms. */
const HELD_BYTES = 40_000;

interface Life {
  readonly rig: Rig;
  readonly projector: Projector;
  readonly queue: ProjectionQueue;
  readonly store: StateStore;
  /** While it is set the store takes nothing. */
  readonly mood: { away: boolean };
}

/** The middle of a service with its history, as it is composed. */
async function life(file: string, mood: Life['mood'], before?: Rig): Promise<Life> {
  const queue = new ProjectionQueue(HELD_BYTES);
  const projector = new Projector(SILENT, () => settled(1), queue);
  const options = before && { disk: before.disk.restarted(), clock: new VirtualClock(before.clock.now() + 2_000) };
  const rig = await startRig({ disk: new SimulatedDisk(), ...options, projector, segmentBytes: 64 * 1024 });
  const store = openState({ file });
  const { log, snapshots, restored } = rig;
  const project: HistoryStore['project'] = (position, effects) =>
    mood.away ? Promise.reject(new Error('disk I/O error')) : store.history.project(position, effects);
  await projector.open(
    { ...store.history, project },
    {
      snapshotAt: restored.snapshotAt,
      asSnapshotted: async () => (await startingState(log, snapshots)).state,
      derivedAgain: (after) => {
        const pace = { now: () => 0, pause: () => settled(1) };
        return derivedAgain(after, { log, snapshots, setAside: () => false, pace });
      },
      durable: () => log.durable,
      diverged: () => undefined,
    },
  );
  return { rig, projector, queue, store, mood };
}

/** Alarms that come and go, each answered. */
async function alarms({ rig, queue }: Life, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    rig.clock.pass(1_000);
    rig.reading(i % 3 === 0 ? 'GD-2' : 'GD-1', i % 2 === 0 ? 60 : 3);
    const alert = [...rig.state.book.open][0];
    if (i % 4 === 0 && alert !== undefined) rig.command('acknowledge', alert.id, alert.seq);
    await rig.log.flush();
    expect(queue.weight).toBeLessThanOrEqual(HELD_BYTES);
  }
}

/** As the job does it. */
async function snapshot({ rig, projector }: Life): Promise<void> {
  await rig.snapshotter.take(rig.state, () => rig.log.flush());
  await projector.advance();
  const { snapshotter, log } = rig;
  await log.free(Math.min(snapshotter.freeable, snapshotter.before(projector.health.position)) + 1);
}

/** But for when it left, which nobody derives again. */
const told = (transitions: readonly Transition[]) =>
  JSON.parse(
    JSON.stringify(transitions.map(({ alert: { publishedAt: _left, ...alert }, ...rest }) => ({ ...rest, alert }))),
  ) as Transition[];
const releasedBy = (...lives: Life[]) =>
  told(lives.flatMap(({ rig }) => rig.released.flatMap(({ transitions }) => [...transitions])));
async function recordedIn({ store }: Life) {
  const all: Transition[] = [];
  for (let after = 0; ; ) {
    const { items, to } = await store.history.transitionsAfter(after, 10_000);
    all.push(...items);
    if (to <= after) return told(all);
    after = to;
  }
}

const stateFile = () => join(temporaryDirectory(), 'state.db');

describe('the state store away for long', () => {
  it('holds a bounded part in memory, says how far behind it is, and writes the rest from the log', async () => {
    const one = await life(stateFile(), { away: false });
    await register(one.rig);
    await alarms(one, 4);
    await one.projector.idle();
    one.mood.away = true;
    await alarms(one, 60);
    const { error, behind, waiting } = one.projector.health;
    expect(error).toBe('disk I/O error');
    expect(behind).toBeGreaterThan(50);
    expect(waiting).toBeGreaterThan(50);
    expect(await recordedIn(one)).not.toEqual(releasedBy(one));

    one.mood.away = false;
    await alarms(one, 10);
    await one.projector.idle();
    expect(await recordedIn(one)).toEqual(releasedBy(one));
    const outcomes = one.rig.released.flatMap(({ outcomes }) => outcomes);
    for (const outcome of outcomes) expect(await one.store.history.outcome(outcome.commandId)).toEqual(outcome);
    for (const { capsules } of one.rig.released)
      for (const { alert, seq } of capsules) expect(await one.store.history.capsule(alert, seq)).toBeDefined();
    expect(one.projector.health).toMatchObject({ behind: 0, waiting: 0, refused: 0, divergences: 0, error: undefined });
    await one.store.close();
  });

  it('keeps neither snapshots nor the log from going on: the snapshot it begins from stays, and the log behind that', async () => {
    const one = await life(stateFile(), { away: false });
    await register(one.rig);
    await alarms(one, 4);
    await one.projector.idle();
    await snapshot(one);
    one.mood.away = true;
    for (let i = 0; i < 5; i++) {
      await alarms(one, 30);
      await snapshot(one);
    }
    const { snapshotter } = one.rig;
    expect(snapshotter.before(one.projector.health.position)).toBeGreaterThan(0);
    expect(snapshotter.freeable).toBeGreaterThan(one.projector.health.position);
    one.mood.away = false;
    await one.projector.idle();
    expect(await recordedIn(one)).toEqual(releasedBy(one));
    await snapshot(one);
    expect(snapshotter.before(snapshotter.freeable - 1)).toBe(0);
    await one.store.close();
  });

  it('is made good by the next life too, from before the newest snapshots', async () => {
    const file = stateFile();
    const one = await life(file, { away: false });
    await register(one.rig);
    for (let i = 0; i < 3; i++) {
      await alarms(one, 40);
      await one.projector.idle();
      await snapshot(one);
    }
    expect(one.rig.log.oldest).toBeGreaterThan(1);
    one.mood.away = true;
    for (let i = 0; i < 3; i++) {
      await alarms(one, 20);
      await snapshot(one);
    }
    await alarms(one, 5);
    await one.rig.log.flush();
    one.rig.disk.powerCut();
    await one.projector.stop();
    await one.store.close();
    const next = await life(file, { away: false }, one.rig);
    expect(next.rig.restored.snapshotAt).toBeGreaterThan(one.projector.health.position);
    await alarms(next, 5);
    await next.projector.idle();
    expect(await recordedIn(next)).toEqual(releasedBy(one, next));
    expect(next.projector.health).toMatchObject({ behind: 0, refused: 0, divergences: 0 });
    await next.store.close();
  });

  it('names what was judged in unsaved mode meanwhile and is in no log: so does a later start', async () => {
    const file = stateFile();
    const one = await life(file, { away: true });
    await register(one.rig);
    await alarms(one, 20);
    one.rig.disk.fault = (operation) => (operation === 'write' ? eio() : undefined);
    for (let i = 0; i < 40; i++) {
      one.rig.reading('GD-1', i % 2 === 0 ? 60 : 3);
      await one.rig.pass(250);
    }
    expect(one.rig.told).toEqual(['entered']);
    one.rig.disk.fault = undefined;
    await one.rig.pass(4_000);
    expect(one.rig.told).toEqual(['entered', 'left']);
    await alarms(one, 10);
    one.mood.away = false;
    await one.projector.idle();
    const [gap] = one.rig.log.gaps;
    const { refused, refusal } = one.projector.health;
    expect([refused, refusal]).toEqual([
      1,
      `inputs ${gap.from}-${gap.to}: judged in unsaved mode while the state store took nothing`,
    ]);
    const recorded = new Set((await recordedIn(one)).map(({ seq }) => seq));
    const outside = one.rig.released.filter(({ n }) => n < gap.from || n > gap.to);
    for (const { seq } of outside.flatMap(({ transitions }) => transitions)) expect(recorded).toContain(seq);
    await one.store.close();
    const again = openState({ file });
    expect(await again.history.refusedRows(5)).toMatchObject([{ what: 'inputs', key: `${gap.from}-${gap.to}` }]);
    await again.close();
  });

  it('begins anew in an empty file: open alerts and what is registered stand in it, though the log has let go of them', async () => {
    const one = await life(stateFile(), { away: false });
    await register(one.rig);
    one.rig.reading('GD-2', 60);
    const [standing] = [...one.rig.state.book.open].map(({ id }) => id);
    while (one.rig.log.oldest === 1) {
      for (let k = 0; k < 200; k++) {
        one.rig.clock.pass(1_000);
        one.rig.reading('GD-1', k % 2 === 0 ? 60 : 3);
      }
      await one.rig.log.flush();
      await one.projector.idle();
      await snapshot(one);
    }
    one.rig.disk.powerCut();
    await one.store.close();

    const next = await life(stateFile(), { away: false }, one.rig);
    await next.projector.idle();
    expect(await next.store.history.alert(standing)).toMatchObject({
      hazard: 'flammable-gas',
      state: 'unacknowledged',
    });
    const open = next.rig.restored.state.book.open;
    for (const { id, seq } of open) expect(await next.store.history.alert(id)).toMatchObject({ id, seq });
    const [registered] = await next.store.history.itemHistory('point', 'yt/GD-2', 5);
    expect(registered).toMatchObject({ actor: 'fenghuo', fields: { id: { to: 'yt/GD-2' } } });
    const [gone] = await next.store.history.refusedRows(5);
    expect(gone.reason).toBe('no snapshot is left from which it could be derived again');
    // As much of the log as there is a snapshot for.
    const { oldest } = next.rig.log;
    const begun = Number(gone.key.split('-')[1]);
    expect(begun + 1).toBeGreaterThanOrEqual(oldest);
    expect(begun).toBeLessThan(next.rig.restored.snapshotAt);
    const later = one.rig.released.filter(({ n }) => n > begun).flatMap(({ transitions }) => transitions);
    const recorded = new Set((await recordedIn(next)).map(({ seq }) => seq));
    for (const { seq } of later) expect(recorded).toContain(seq);
    await next.store.close();
  });
});
