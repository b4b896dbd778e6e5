// What is known of one point, as API and socket say it: its value is never shown as newer, or surer, than it is.
import { describe, expect, it } from 'vitest';
import { LiveProjection } from '../../src/app/followers/live-view.ts';
import { baselinesMissed } from '../../src/app/ports/baselines.ts';
import type { PortParts } from '../../src/app/ports/service-ports.ts';
import { servicePorts } from '../../src/app/ports/service-ports.ts';
import { FLAG } from '../../src/model/reading.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';
import { point } from '../support/build/point.ts';
import type { Rig } from './rig.ts';
import { batchOf, register, startRig } from './rig.ts';

const FIRE = {
  hazard: 'fire',
  type: 'flame_detect',
  valueKind: 'boolean',
  unit: '',
  intervalMs: null,
  limits: {},
} as const;

/** The service's own ports over a rig, as a start makes them: everything restored is shown. */
function shownBy(rig: Rig) {
  const live = new LiveProjection([], 0);
  live.restoreValues(rig.state);
  rig.followers.push(live);
  const store = openState({ file: ':memory:' });
  const parts = { state: rig.state, live, store, health: { pipeline: rig.pipeline } };
  const shown = servicePorts(parts as unknown as PortParts).live;
  const rows = () => [...shown.takeDirty()].map(([, number, , value, quality]) => [number, value, quality]);
  return { shown, rows, store };
}

it('shows what it was beyond without anybody having to act, and is at no level by it', async () => {
  const rig = await startRig();
  await register(rig, { points: [point('GD-1', { limits: {}, events: { smell: { high: 5, clear: 3 } } })] });
  const { shown } = shownBy(rig);
  expect(shown.pointState(0)?.events).toEqual([{ rule: 'event-smell', limit: 5, count: 0, newest: [] }]);
  const at = (value: number): number => {
    rig.reading('GD-1', value);
    const sampledAt = rig.state.points.col.judgedAt[0] + rig.state.clockOffsetMs;
    rig.clock.pass(10_000);
    return sampledAt;
  };
  const [from, , to] = [6, 9, 2].map(at);
  expect(shown.pointState(0)).toMatchObject({
    level: 'none',
    events: [{ rule: 'event-smell', limit: 5, count: 1, newest: [{ from, to, peak: 9 }] }],
  });
});

it('says of a detector whose stretch was before it that it watches nothing, and so does health, by name', async () => {
  const rig = await startRig();
  const stretch = { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' };
  const silent = [1, 2, 3, 4, 5, 6, 7].map((n) => point(`LN-${n}`, { limits: {}, band: stretch }));
  const missed = baselinesMissed(rig.state);
  expect(missed()).toBeUndefined();
  await register(rig, { points: [point('GD-1'), point('GD-2', { band: {} }), ...silent] });
  const { shown } = shownBy(rig);
  const baselines = [0, 1, 2].map((number) => shown.pointState(number)?.baselines);
  expect(baselines).toEqual([
    undefined,
    [{ rule: 'band', baseline: 'learning', numbers: {} }],
    [{ rule: 'band', baseline: 'missed', numbers: {} }],
  ]);
  expect(missed()).toMatch(/they watch nothing: yt\/LN-1 band, .*yt\/LN-5 band, and 2 more$/);
});

describe('the value of a point', () => {
  it('calls a value stale when that is durable and not before, and shows it to whoever looks at the point', async () => {
    const rig = await startRig();
    const { disk } = rig;
    await register(rig);
    const { shown, rows, store } = shownBy(rig);
    rig.reading('GD-1', 7);
    await rig.log.flush();
    expect(rows()).toEqual([[0, 7, 'good']]);
    await rig.pass(3 * (rig.state.registry.points[0].intervalMs ?? 0) - 250);
    const release = disk.hold();
    rig.clock.pass(1_000);
    rig.pipeline.tick();
    expect(rig.state.points.col.silent[0]).not.toBe(0);
    expect([shown.newestValue(0)?.[4], rows()]).toEqual(['good', []]);
    release();
    await rig.log.flush();
    expect(rows()).toEqual([[0, 7, 'stale']]);
    expect(shown.pointState(0)).toMatchObject({ stale: true, quality: 'stale', last: { value: 7, quality: 'good' } });

    // A restart shows it as it was.
    const restarted = new LiveProjection([], 0);
    restarted.restoreValues(rig.state);
    expect(restarted.isSilent(0)).toBe(true);

    const again = disk.hold();
    rig.reading('GD-1', 8);
    expect(shown.newestValue(0)?.[4]).toBe('stale');
    again();
    await rig.log.flush();
    expect(rows()).toEqual([[0, 8, 'good']]);
    await store.close();
  });

  it('knows nothing of a point after a start until it is heard, and says so for each: no quality is that of before', async () => {
    const points = [point('GD-1'), point('GD-2'), point('FD-1', { ...FIRE, gateways: ['gw2'] }), point('GD-9')];
    const before = await startRig();
    await register(before, { points, gateways: ['gw1', 'gw2'] });
    before.reading('GD-1', 7);
    before.reading('GD-2', 8);
    const calm = batchOf(before.state, before.clock.now(), 'FD-1', 0);
    calm.gateway = before.state.registry.gatewayNumbers.get('yt/gw2') ?? 0;
    calm.flags[0] = FLAG.BOOLEAN;
    before.pipeline.readings(calm, () => undefined);
    await before.log.flush();
    const rig = await startRig({ disk: before.disk.processKilled(), clock: before.clock });
    const { shown, rows, store } = shownBy(rig);
    const stateOf = (number: number) => shown.pointState(number)?.quality;
    expect([0, 1, 2, 3].map(stateOf)).toEqual([
      'no-data-since-start',
      'no-data-since-start',
      'no-data-since-start',
      'never-seen',
    ]);
    expect([0, 1, 2, 3].map((number) => shown.newestValue(number)?.[4])).toEqual([
      'no-data-since-start',
      'no-data-since-start',
      'no-data-since-start',
      undefined,
    ]);
    // What it was stands beside it.
    expect(shown.pointState(0)).toMatchObject({ neverSeen: false, stale: false, last: { value: 7, quality: 'good' } });
    rig.reading('GD-1', 9);
    // Of one that speaks when something changes, its gateway is all there is to know.
    rig.pipeline.device({ type: 'gateway', gateway: calm.gateway, online: true, cause: 'connection' });
    await rig.log.flush();
    expect(rows()).toEqual([
      [0, 9, 'good'],
      [2, 0, 'good'],
    ]);
    expect([0, 1, 2, 3].map(stateOf)).toEqual(['good', 'no-data-since-start', 'good', 'never-seen']);
    // It is not awaited for ever: from its deadline on it is silent.
    await rig.pass(31_000);
    expect([0, 1, 2, 3].map(stateOf)).toEqual(['stale', 'stale', 'good', 'never-seen']);
    await store.close();
  });
});
