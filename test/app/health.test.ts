/** The worst part decides: what stops alarms from being kept is failing, what is only late is degraded. */
import { expect, it } from 'vitest';
import { Progress } from '../../src/app/followers/progress.ts';
import type { ProjectorHealth } from '../../src/app/followers/projector.ts';
import type { HealthParts } from '../../src/app/ports/health.ts';
import { healthOf, metricsOf } from '../../src/app/ports/health.ts';
import { point } from '../support/build/point.ts';
import { registryOf } from '../support/build/registry.ts';
import type { Rig } from './rig.ts';
import { eio, GAS, register, startRig } from './rig.ts';

function projected(over: Partial<ProjectorHealth>): ProjectorHealth {
  const nothing = { position: 0, waiting: 0, behind: 0, divergences: 0, refused: 0 };
  return { ...nothing, refusal: undefined, error: undefined, ...over };
}

function partsOf(rig: Rig, over: Partial<HealthParts> = {}): HealthParts {
  return {
    pipeline: rig.pipeline,
    log: rig.log,
    guard: rig.guard,
    progress: new Progress(rig.state),
    projector: () => projected({}),
    exporter: () => ({ position: 0, error: undefined, held: 0 }),
    mqtt: () => ({ ok: true, detail: '' }),
    lagMs: () => 0,
    dataAge: () => ({ state: 'live', newestAt: rig.clock.now() - 3_000 }),
    now: () => rig.clock.now(),
    storesAway: { state: () => undefined, readings: () => undefined },
    connectionsRefused: () => ({ mqtt: 0, http: 0 }),
    lost: [],
    packs: () => undefined,
    baselines: () => undefined,
    setAside: () => 0,
    refusalCounts: () => ({ malformed: 3 }),
    ...over,
  };
}

function figuresOf(parts: HealthParts): Map<string, number> {
  return new Map(metricsOf(parts).map(({ name, samples }) => [name, samples[0].value]));
}

it.each<[string, Partial<HealthParts>, string]>([
  ['nothing', {}, 'ok'],
  ['readings', { exporter: () => ({ position: 0, error: 'the store is away', held: 0 }) }, 'degraded'],
  [
    'state',
    {
      projector: () => projected({ waiting: 9, error: 'disk I/O error' }),
    },
    'degraded',
  ],
  [
    'state',
    {
      projector: () => projected({ divergences: 2 }),
    },
    'degraded',
  ],
  ['state', { projector: () => projected({ behind: 4_000 }) }, 'degraded'],
  ['state', { projector: () => projected({ refused: 1, refusal: 'transition 7: no such kind' }) }, 'degraded'],
  ['judging', { lagMs: () => 12_000 }, 'degraded'],
  ['data', { dataAge: () => ({ state: 'no-data-since-start' }) }, 'degraded'],
  ['baselines', { baselines: () => 'they watch nothing: yt/LN-1 band' }, 'degraded'],
  ['mqtt', { mqtt: () => ({ ok: false, detail: 'connection lost' }) }, 'failing'],
  ['inputs', { setAside: () => 1 }, 'failing'],
])('%s: %o is %s', async (part, over, state) => {
  const health = healthOf(partsOf(await startRig(), over));
  expect(health.state).toBe(state);
  const bad = Object.entries(health.parts).filter(([, { state: one }]) => one !== 'ok');
  expect(bad.map(([name]) => name)).toEqual(part === 'nothing' ? [] : [part]);
});

it('is failing in unsaved mode, and counts what was judged in it', async () => {
  const rig = await startRig();
  await register(rig);
  rig.disk.fault = (operation) => (operation === 'write' ? eio() : undefined);
  await rig.pass(4_000);
  const health = healthOf(partsOf(rig));
  expect(health).toMatchObject({ state: 'failing', unsaved: true });
  expect(health.parts.log.detail).toMatch(/^unsaved mode since record 2: EIO/);
  const metrics = figuresOf(partsOf(rig));
  expect(metrics.get('fenghuo_evaluated_unsaved')).toBeGreaterThan(0);
  expect(metrics.get('fenghuo_refused_total')).toBe(3);
});

it('counts for Prometheus what was let out: a crash can take nothing of it back', async () => {
  const rig = await startRig();
  const progress = new Progress(rig.state);
  rig.followers.push(progress);
  await register(rig);
  const told = () => {
    const figures = figuresOf(partsOf(rig, { progress }));
    return ['input_number', 'input_durable', 'transition_seq', 'points'].map((name) => figures.get(`fenghuo_${name}`));
  };
  expect(told()).toEqual([1, 1, 0, 2]);
  const go = rig.disk.hold();
  rig.reading('GD-1', 30);
  rig.pipeline.configuration('more', 'test', registryOf({ points: [...GAS.points, point('GD-3')] }));
  expect([rig.state.n, rig.state.seq, rig.state.registry.points.length]).toEqual([3, 1, 3]);
  expect(told()).toEqual([1, 1, 0, 2]);
  go();
  await rig.log.flush();
  expect(told()).toEqual([3, 3, 1, 3]);
});
