/** The state store follows what is released: in order, each once, behind everybody, and never in the way of a stop. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Projector } from '../../src/app/followers/projector.ts';
import type { Transition } from '../../src/model/alert.ts';
import type { StateStore } from '../../src/store/state/port.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import type { Rig } from './rig.ts';
import { register, SILENT, settled, startRig } from './rig.ts';

/** Fails as long as `away` is set. */
function moody(store: StateStore) {
  const mood = { away: false, attempts: 0 };
  const project: StateStore['project'] = (position, effects) => {
    mood.attempts++;
    return mood.away ? Promise.reject(new Error('disk I/O error')) : store.project(position, effects);
  };
  return { mood, store: { ...store, project } };
}

async function projected(file = join(temporaryDirectory(), 'state.db')) {
  const real = openState({ file });
  const { mood, store } = moody(real);
  const rig = await startRig();
  const projector = new Projector(store, SILENT, () => settled(1));
  rig.followers.push(projector);
  await register(rig);
  return { rig, projector, mood, real, file };
}

/** An alarm that comes and goes. */
async function excursions(rig: Rig, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    rig.clock.pass(1_000);
    rig.reading('GD-1', i % 2 === 0 ? 30 : 3);
  }
  await rig.log.flush();
}

const released = (rig: Rig): Transition[] => rig.released.flatMap(({ transitions }) => [...transitions]);
const recorded = async (store: StateStore) => (await store.transitionsAfter(0, 10_000)).items;

describe('the projector', () => {
  it('writes every transition once, in order, with outcomes and capsules', async () => {
    const { rig, projector, real } = await projected();
    await excursions(rig, 20);
    const { alert } = released(rig)[0];
    rig.command('comment', alert.id, rig.state.seq, 'said');
    await rig.log.flush();
    await projector.advance();
    expect(await recorded(real)).toEqual(JSON.parse(JSON.stringify(released(rig))));
    expect((await real.outcome('said'))?.code).toBe('applied');
    expect(await real.capsule(alert.id)).toBeDefined();
    expect(projector.health).toMatchObject({ position: rig.state.n, waiting: 0, divergences: 0, error: undefined });
    await real.close();
  });

  it('moves its cursor over inputs that led to nothing', async () => {
    const { rig, projector, real } = await projected();
    for (let i = 0; i < 10; i++) rig.reading('GD-1', i);
    await rig.log.flush();
    expect(real.cursor().position).toBe(0);
    await projector.advance();
    expect(real.cursor().position).toBe(rig.state.n);
    await real.close();
  });

  it('waits for a store that is away, loses nothing, never passes what is not written', async () => {
    const { rig, projector, mood, real } = await projected();
    mood.away = true;
    await excursions(rig, 6);
    await settled();
    expect(projector.health.error).toBe('disk I/O error');
    expect(real.cursor().position).toBe(0);
    expect(rig.acknowledged).toHaveLength(6);
    mood.away = false;
    await projector.advance();
    expect(await recorded(real)).toHaveLength(released(rig).length);
    expect(projector.health.error).toBeUndefined();
    await real.close();
  });

  it('does not keep a stop from ending, and writes at the next start what it could not', async () => {
    const { rig, projector, mood, real, file } = await projected();
    mood.away = true;
    await excursions(rig, 6);
    await projector.stop();
    expect(real.cursor().position).toBe(0);
    await real.close();
    const again = openState({ file });
    const next = new Projector(again, SILENT, () => settled(1));
    for (const one of rig.released) next.follow(one);
    await next.stop();
    expect(await recorded(again)).toHaveLength(released(rig).length);
    await again.close();
  });

  it('compares what is there already: the same is nothing, another one is a divergence, and what was recorded stands', async () => {
    const { rig, projector, real } = await projected();
    await excursions(rig, 4);
    await projector.advance();
    const before = await recorded(real);
    const next = new Projector(real, SILENT, () => settled(1));
    for (const one of rig.released) next.follow(one);
    await next.advance();
    expect(next.health.divergences).toBe(0);
    const [first] = rig.released.filter(({ transitions }) => transitions.length > 0);
    const [transition] = first.transitions;
    next.follow({ ...first, transitions: [{ ...transition, change: 'eased' }] });
    await next.idle();
    expect(next.health.divergences).toBe(1);
    expect(await recorded(real)).toEqual(before);
    await real.close();
  });
});
