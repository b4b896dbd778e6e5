/**
 * After a start the history has alerts otherwise than the log led to: another version recorded them, or a life that ended in
 * unsaved mode. What was recorded stands, what is believed is told once, and nothing becomes calmer by it.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Projector } from '../../src/app/followers/projector.ts';
import { Reconciler } from '../../src/app/followers/reconciler.ts';
import { openAlert, openAlerts } from '../../src/engine/describe.ts';
import type { Transition } from '../../src/model/alert.ts';
import { loopPace } from '../../src/store/pace.ts';
import type { HistoryStore, StateStore } from '../../src/store/state/port.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';
import { SimulatedDisk } from '../support/simulated-disk.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import type { Rig } from './rig.ts';
import { bytesOf, eio, GAS, register, restoredFrom, SILENT, settled, startRig, VirtualClock } from './rig.ts';

/** What another version says of what this one derives. */
type Version = (transition: Transition) => Transition;

interface Life {
  readonly rig: Rig;
  readonly projector: Projector;
  readonly store: StateStore;
  /** As the job does it, until all of it is in the history. */
  reconcile(): Promise<void>;
}

/** One life of the service with its history, whose recording is done by `version`. */
async function life(file: string, before?: Rig, version: Version = (one) => one): Promise<Life> {
  const store = openState({ file });
  const { position, seq: recordedSeq } = await store.history.cursor();
  const projector = new Projector(SILENT, () => settled(1));
  const goesOn = before && { disk: before.disk.restarted(), clock: new VirtualClock(before.clock.now() + 2_000) };
  const rig = await startRig({
    ...{ disk: new SimulatedDisk(), ...goesOn, projector },
    ...{ floor: position, seqFloor: recordedSeq },
  });
  const reconciler = new Reconciler({
    history: store.history,
    logger: SILENT,
    pace: loopPace,
    restoredSeq: rig.restoredSeq,
    recordedSeq,
    believed: (id) => openAlert(rig.state, id),
  });
  const project: HistoryStore['project'] = (upTo, effects) =>
    store.history.project(upTo, { ...effects, transitions: effects.transitions.map(version) });
  await projector.open(
    { ...store.history, project },
    {
      snapshotAt: rig.restored.snapshotAt,
      asSnapshotted: async () => rig.state,
      derivedAgain: () => expect.unreachable('nothing is behind'),
      durable: () => rig.log.durable,
      diverged: (divergences) => reconciler.diverged(divergences),
    },
  );
  async function reconcile(): Promise<void> {
    await rig.log.flush();
    await projector.idle();
    await reconciler.settle((upTo, alerts) => rig.pipeline.reconciled(upTo, alerts));
    await rig.log.flush();
    await projector.idle();
  }
  return { rig, projector, store, reconcile };
}

/** A gas head over HH, told and acknowledged; the process ends without a snapshot of it. */
async function troubled(version?: Version): Promise<{ file: string; one: Life }> {
  const file = join(temporaryDirectory(), 'state.db');
  const one = await life(file, undefined, version);
  await register(one.rig, GAS);
  await one.rig.snapshotter.take(one.rig.state, () => one.rig.log.flush());
  one.rig.reading('GD-1', 60);
  await one.rig.pass(1_000);
  const [alert] = openAlerts(one.rig.state);
  one.rig.command('acknowledge', alert.id, alert.seq);
  await one.rig.log.flush();
  return { file, one };
}

async function over({ rig, projector, store }: Life): Promise<Rig> {
  await projector.idle();
  rig.disk.powerCut();
  await projector.stop();
  await store.close();
  return rig;
}

const toldIn = ({ rig }: Life) =>
  rig.released.flatMap(({ transitions }) => transitions).filter(({ change }) => change === 'reconciled');
const hazards = ({ rig }: Life) => openAlerts(rig.state).filter(({ kind }) => kind === 'hazard');

/** A following start finds nothing to tell, and the log leads to the same state. */
async function standsFrom(file: string, last: Life): Promise<void> {
  await last.rig.log.flush();
  const bytes = bytesOf(last.rig.state);
  const ended = await over(last);
  expect(bytesOf((await restoredFrom(ended.disk.restarted())).state)).toBe(bytes);
  const next = await life(file, ended);
  await next.reconcile();
  expect(toldIn(next)).toEqual([]);
  await next.store.close();
}

describe('what another version recorded', () => {
  it('the same is told to nobody', async () => {
    const { file, one } = await troubled();
    const next = await life(file, await over(one));
    await next.reconcile();
    expect(toldIn(next)).toEqual([]);
    expect(next.projector.health.divergences).toBe(0);
    await next.store.close();
  });

  it('as milder than it is believed: it sounds again, and the answer to the milder one covers it no more', async () => {
    const { file, one } = await troubled((one) => ({ ...one, alert: { ...one.alert, grade: 'yellow' } }));
    const next = await life(file, await over(one));
    const [alert] = hazards(next);
    expect([alert.state, alert.grade]).toEqual(['acknowledged', 'orange']);
    await next.reconcile();
    expect(next.projector.health.divergences).toBeGreaterThan(0);
    const [told, ...more] = toldIn(next);
    expect(more).toEqual([]);
    expect(told).toMatchObject({
      ...{ change: 'reconciled', gradeBefore: 'yellow', from: 'acknowledged', to: 'unacknowledged', annunciate: true },
      alert: { id: alert.id, grade: 'orange', state: 'unacknowledged' },
    });
    // The history has both: what was recorded, and that it is believed otherwise.
    const { items } = await next.store.history.alertTimeline(alert.id, { limit: 10 });
    expect(items[0]).toMatchObject({ change: 'raised', grade: 'yellow' });
    expect(items.at(-1)).toMatchObject({ seq: told.seq, change: 'reconciled', grade: 'orange' });
    expect((await next.store.history.alert(alert.id))?.grade).toBe('orange');
    await standsFrom(file, next);
  });

  it('as worse than it is believed: the grade is held until good readings bring it down', async () => {
    const { file, one } = await troubled((one) => ({ ...one, alert: { ...one.alert, grade: 'red' } }));
    const next = await life(file, await over(one));
    await next.reconcile();
    expect(toldIn(next)).toMatchObject([
      { gradeBefore: 'red', from: 'acknowledged', to: 'acknowledged', annunciate: false, alert: { grade: 'red' } },
    ]);
    expect(hazards(next)).toMatchObject([{ grade: 'red', state: 'acknowledged' }]);
    await standsFrom(file, next);
  });

  it('and nobody derives any more: it owes an answer until a person gives one, and its condition may come again', async () => {
    const another: Version = (one) => {
      const [point] = one.alert.points;
      const points = [{ ...point, id: 'yt/GD-2', number: 1 }];
      const source = { id: 'a0.zz-0', key: 'yt/farm|unit-9|flammable-gas|hazard', unit: 'unit-9' };
      return one.change === 'raised' ? { ...one, point: 'yt/GD-2', alert: { ...one.alert, ...source, points } } : one;
    };
    const { file, one } = await troubled(another);
    const next = await life(file, await over(one));
    expect(hazards(next).map(({ id }) => id)).not.toContain('a0.zz-0');
    await next.reconcile();
    const forgotten = toldIn(next).find(({ alert }) => alert.id === 'a0.zz-0');
    expect(forgotten).toMatchObject({
      ...{ from: 'unacknowledged', to: 'returned-unacknowledged', gradeBefore: 'orange', annunciate: false },
      alert: { grade: 'orange', active: false, points: [{ id: 'yt/GD-2', active: false, value: 60 }] },
    });
    const { alert } = forgotten!;
    next.rig.command('acknowledge', alert.id, alert.seq, 'seen');
    await next.rig.log.flush();
    expect(next.rig.released.at(-1)?.outcomes).toMatchObject([{ commandId: 'seen', code: 'applied' }]);
    await standsFrom(file, next);
  });

  it('under another name while the same trouble stands: that name is over, and the one that stands is heard', async () => {
    const renamed: Version = (one) => ({ ...one, alert: { ...one.alert, id: 'a0.zz-0' } });
    const { file, one } = await troubled(renamed);
    const next = await life(file, await over(one));
    const [standing] = hazards(next);
    await next.reconcile();
    const told = toldIn(next).map(({ to, annunciate, alert: { id, closedAt } }) => [
      id,
      to,
      annunciate,
      closedAt !== undefined,
    ]);
    expect(told.sort()).toEqual(
      [
        [standing.id, 'unacknowledged', true, false],
        ['a0.zz-0', 'normal', false, true],
      ].sort(),
    );
    expect((await next.store.history.alert('a0.zz-0'))?.closedAt).toBeDefined();
    expect(await next.store.history.alert(standing.id)).toMatchObject({ state: 'unacknowledged', grade: 'orange' });
    await standsFrom(file, next);
  });
});

describe('what was told in unsaved mode by a process that died in it', () => {
  it('is believed by nobody: the alert owes an answer all the same, and is on record as such', async () => {
    const { file, one } = await troubled();
    one.rig.disk.fault = (operation) => (operation === 'write' ? eio() : undefined);
    await one.rig.pass(1_000);
    one.rig.pipeline.configuration('more', 'test', {
      divisions: [],
      enterprises: [],
      sources: [],
      gateways: [],
      points: [],
    });
    one.rig.reading('GD-2', 60);
    await one.rig.pass(4_000);
    expect(one.rig.told).toEqual(['entered']);
    const [known] = hazards(one);
    expect(known.points.map(({ id }) => id)).toEqual(['yt/GD-1', 'yt/GD-2']);
    const next = await life(file, await over(one));
    expect(hazards(next)[0].points.map(({ id }) => id)).toEqual(['yt/GD-1']);
    await next.reconcile();
    // The same alert, with one point less than people were told of; the answer that this point asked for is still owed.
    expect(toldIn(next)).toMatchObject([
      { to: 'unacknowledged', annunciate: false, alert: { id: known.id, points: [{ id: 'yt/GD-1' }] } },
      // The fault of the storage went with the process.
      { to: 'normal', annunciate: false, alert: { hazard: 'storage', handling: 'closed' } },
    ]);
    expect(next.projector.health.divergences).toBe(0);
    await standsFrom(file, next);
  });
});
