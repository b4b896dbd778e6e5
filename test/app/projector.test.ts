/** The state store follows what is released: in order, each once, behind everybody, and never in the way of a stop. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectionStart } from '../../src/app/followers/projector.ts';
import { Projector } from '../../src/app/followers/projector.ts';
import type { Released } from '../../src/app/sequencer/released.ts';
import { allOf, newCounts } from '../../src/engine/changes.ts';
import { newOut, takenFrom } from '../../src/engine/effect.ts';
import { Registry } from '../../src/engine/registry.ts';
import { newState } from '../../src/engine/state.ts';
import type { Transition } from '../../src/model/alert.ts';
import type { HistoryStore, StateStore } from '../../src/store/state/port.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';
import { point } from '../support/build/point.ts';
import { registryOf } from '../support/build/registry.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import type { Rig } from './rig.ts';
import { GAS, register, SILENT, settled, startRig } from './rig.ts';

/** A start that has nothing behind it. */
const AFRESH: ProjectionStart = {
  snapshotAt: 0,
  asSnapshotted: async () => newState(),
  derivedAgain: () => expect.unreachable('nothing is derived again'),
  durable: () => 0,
  diverged: () => undefined,
};

async function opened(store: HistoryStore, start: Partial<ProjectionStart> = {}): Promise<Projector> {
  const projector = new Projector(SILENT, () => settled(1));
  await projector.open(store, { ...AFRESH, ...start });
  return projector;
}

/** Fails as long as `away` is set. */
function moody(store: HistoryStore) {
  const mood = { away: false, attempts: 0 };
  const project: HistoryStore['project'] = (position, effects) => {
    mood.attempts++;
    return mood.away ? Promise.reject(new Error('disk I/O error')) : store.project(position, effects);
  };
  return { mood, store: { ...store, project } };
}

async function projected(file = join(temporaryDirectory(), 'state.db')) {
  const real = openState({ file });
  const { mood, store } = moody(real.history);
  const rig = await startRig();
  const projector = await opened(store);
  rig.followers.push(projector);
  await register(rig);
  return { rig, projector, mood, real, file };
}

/** The registration is the first input, and a configuration is written. */
const REGISTERED = 1;

/** An alarm that comes and goes. */
async function excursions(rig: Rig, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    rig.clock.pass(1_000);
    rig.reading('GD-1', i % 2 === 0 ? 30 : 3);
  }
  await rig.log.flush();
}

const released = (rig: Rig): Transition[] => rig.released.flatMap(({ transitions }) => [...transitions]);
const recorded = async (store: StateStore) => (await store.history.transitionsAfter(0, 10_000)).items;

describe('the projector', () => {
  it('writes every transition once, in order, with outcomes and capsules', async () => {
    const { rig, projector, real } = await projected();
    await excursions(rig, 20);
    const { alert } = released(rig)[0];
    rig.command('comment', alert.id, rig.state.seq, 'said');
    await rig.log.flush();
    await projector.idle();
    await projector.advance();
    expect(await recorded(real)).toEqual(JSON.parse(JSON.stringify(released(rig))));
    expect((await real.history.outcome('said'))?.code).toBe('applied');
    expect(await real.history.capsule(alert.id)).toBeDefined();
    expect(projector.health).toMatchObject({ position: rig.state.n, waiting: 0, divergences: 0, error: undefined });
    await real.close();
  });

  it('moves its cursor over inputs that led to nothing', async () => {
    const { rig, projector, real } = await projected();
    for (let i = 0; i < 10; i++) rig.reading('GD-1', i);
    await rig.log.flush();
    expect((await real.history.cursor()).position).toBe(REGISTERED);
    await projector.idle();
    await projector.advance();
    expect((await real.history.cursor()).position).toBe(rig.state.n);
    await real.close();
  });

  it('waits for a store that is away, loses nothing, never passes what is not written', async () => {
    const { rig, projector, mood, real } = await projected();
    mood.away = true;
    await excursions(rig, 6);
    await settled();
    expect(projector.health.error).toBe('disk I/O error');
    expect((await real.history.cursor()).position).toBe(REGISTERED);
    expect(rig.acknowledged).toHaveLength(6);
    mood.away = false;
    await projector.idle();
    await projector.advance();
    expect(await recorded(real)).toHaveLength(released(rig).length);
    expect(projector.health.error).toBeUndefined();
    await real.close();
  });

  it('passes a row that the store will never take, says so, and so does a later start', async () => {
    const { rig, projector, real, file } = await projected();
    await excursions(rig, 2);
    const [first] = rig.released.filter(({ transitions }) => transitions.length > 0);
    projector.follow({ ...first, transitions: [{ ...first.transitions[0], seq: 99, change: true as never }] });
    await excursions(rig, 4);
    await projector.idle();
    await projector.advance();
    const reason = expect.stringContaining('transition 99: a boolean cannot be stored');
    expect(projector.health).toMatchObject({ position: rig.state.n, waiting: 0, refused: 1, refusal: reason });
    expect(projector.health.error).toBeUndefined();
    expect(await recorded(real)).toHaveLength(released(rig).length);
    await real.close();
    const again = openState({ file });
    expect((await opened(again.history)).health.refused).toBe(1);
    await again.close();
  });

  it('does not keep a stop from ending, and writes at the next start what it could not', async () => {
    const { rig, projector, mood, real, file } = await projected();
    mood.away = true;
    await excursions(rig, 6);
    await projector.stop();
    expect((await real.history.cursor()).position).toBe(REGISTERED);
    await real.close();
    const again = openState({ file });
    const next = await opened(again.history);
    for (const one of rig.released) next.follow(one);
    await next.stop();
    expect(await recorded(again)).toHaveLength(released(rig).length);
    await again.close();
  });

  it('compares what is there already: the same is nothing, another one is a divergence, and what was recorded stands', async () => {
    const { rig, projector, real } = await projected();
    await excursions(rig, 4);
    await projector.idle();
    await projector.advance();
    const before = await recorded(real);
    const next = await opened(real.history);
    for (const one of rig.released) next.follow(one);
    await next.idle();
    expect(next.health.divergences).toBe(0);
    const [first] = rig.released.filter(({ transitions }) => transitions.length > 0);
    const [transition] = first.transitions;
    next.follow({ ...first, transitions: [{ ...transition, change: 'eased' }] });
    await next.idle();
    expect(next.health.divergences).toBe(1);
    expect(await recorded(real)).toEqual(before);
    await real.close();
  });

  it('writes which limit was put in force, by whom; the beginning is what is registered when nothing was written yet', async () => {
    const { rig, projector, real } = await projected();
    const stricter = { ...GAS, points: [point('GD-1', { limits: { H: 20, HH: 50 } }), point('GD-2')] };
    rig.pipeline.configuration('c2', '李娜', registryOf(stricter));
    await rig.log.flush();
    await projector.idle();
    await projector.advance();
    const [newest, first] = await real.history.itemHistory('point', 'yt/GD-1', 10);
    expect(newest).toMatchObject({ number: 2, actor: '李娜' });
    expect(JSON.stringify(newest.fields)).toContain('20');
    expect(Object.keys(newest.fields)).toHaveLength(1);
    expect(first).toMatchObject({ number: 1, actor: 'test', fields: { id: { to: 'yt/GD-1' } } });
    expect(await real.history.itemHistory('point', 'yt/GD-2', 10)).toHaveLength(1);
    expect(JSON.stringify(await real.history.itemHistory('gateway', 'yt/gw1', 10))).toContain('***');
    await real.close();
    const another = openState({ file: join(temporaryDirectory(), 'state.db') });
    for (const _start of [1, 2]) await opened(another.history, { asSnapshotted: async () => rig.state });
    expect(await another.history.configurations({ limit: 10 })).toMatchObject([{ number: 2, actor: 'fenghuo' }]);
    expect((await another.history.itemHistory('point', 'yt/GD-1', 10))[0].fields).toMatchObject({
      id: { to: 'yt/GD-1' },
    });
    await another.close();
  });
});

describe('a change of very many items', () => {
  const changes = allOf(Registry.from({ ...registryOf({ points: manyPoints() }), links: [], version: 1 }));
  const part = (n: number): Released => {
    const answer = { commandId: 'i1', actor: 'admin', applied: true, errors: [], pending: [], counts: newCounts() };
    const nothing = { ...takenFrom(newOut()), at: 0, unsaved: false, batch: undefined };
    return { ...nothing, n, configurations: [{ ...answer, changes }] };
  };

  it('has room again when the store has written what waits', async () => {
    const real = openState({ file: join(temporaryDirectory(), 'state.db') });
    const written: (() => void)[] = [];
    const project: HistoryStore['project'] = async (position, effects) => {
      await new Promise<void>((resolve) => written.push(resolve));
      return real.history.project(position, effects);
    };
    const projector = new Projector(SILENT, () => new Promise(() => undefined));
    await projector.open({ ...real.history, project }, AFRESH);
    await projector.room();
    for (const n of [1, 2, 3]) projector.follow(part(n));
    let hasRoom = false;
    const room = projector.room().then(() => {
      hasRoom = true;
    });
    await settled();
    expect(hasRoom).toBe(false);
    written[0]();
    await settled();
    expect(hasRoom).toBe(false);
    written[1]();
    await room;
    await settled();
    written[2]();
    await projector.idle();
    expect(projector.health).toMatchObject({ position: 3, waiting: 0, behind: 0 });
    await real.close();
  });

  it('waits for no store that writes nothing', async () => {
    for (const project of [
      () => Promise.reject(new Error('disk I/O error')),
      () => new Promise<never>(() => undefined),
    ]) {
      const real = openState({ file: join(temporaryDirectory(), 'state.db') });
      const projector = await opened({ ...real.history, project });
      for (const n of [1, 2, 3]) projector.follow(part(n));
      await projector.room();
      expect(projector.health).toMatchObject({ position: 0, waiting: 3 });
      await real.close();
    }
  });
});

function manyPoints() {
  return Array.from({ length: 1_000 }, (_, n) => point(`P-${n}`));
}
