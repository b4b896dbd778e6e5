// Tanks, gas, work permits, stores: what the duty officer of a county and the control room of a plant accept as "this works".
import { describe, expect } from 'vitest';
import { flat, HOUR, lively, MINUTE, ramp, SECOND, silent } from './stage/course.ts';
import { scenario } from './stage/scenario.ts';
import { Stage } from './stage/stage.ts';

const CHLORINE_TANK = {
  sources: { tank: { kind: 'tank_farm', level: 2, observers: { overfill: 1 } } },
  points: {
    'LT-2': { type: 'tank_level_pct', limits: { H: 80, HH: 85 } },
    'FI-2': { type: 'inlet_flow' },
    'LF-2': { type: 'full_with_inflow', inputs: { level: 'LT-2', inflow: 'FI-2' }, parameters: { full: 85 } },
  },
};

describe('chemicals, gas', () => {
  scenario('MHS-1', async () => {
    const stage = await Stage.of(CHLORINE_TANK);
    stage.says({ 'LT-2': flat(66), 'FI-2': flat(12) }).pass(15 * MINUTE);
    expect(stage.open).toEqual([]);
    // 0.7 % a minute: at 80 after 20 min.
    stage.says({ 'LT-2': ramp(66, 0.7, 86) }).pass(20 * MINUTE + 20 * SECOND);
    const early = stage.alert('tank', 'overfill')!;
    expect(early.grade).toBe('orange');
    const trend = early.points.find(({ rule }) => rule === 'forecast')?.numbers?.timeToLimitMs;
    expect(Math.abs(trend! - 7 * MINUTE)).toBeLessThan(MINUTE);
    stage.until('red at 85', 8 * MINUTE, () => stage.grade('tank', 'overfill') === 'red');
    // The feed is stopped: the level stands, and nothing is cleared by that.
    stage.says({ 'LT-2': flat(85.6), 'FI-2': flat(0) }).pass(30 * MINUTE);
    expect(stage.grade('tank', 'overfill')).toBe('red');
    // Pumped out: good values below the deadband, one grade at a time, and never below yellow while nobody has looked.
    const seen: string[] = [];
    stage.says({ 'LT-2': ramp(85.6, -0.5, 60) });
    for (let minute = 0; minute < 60; minute++) {
      stage.pass(MINUTE);
      const grade = stage.grade('tank', 'overfill');
      if (seen.at(-1) !== grade) seen.push(grade);
    }
    expect(seen).toEqual(['red', 'orange', 'yellow']);
  });

  scenario('MHS-2', async () => {
    const others = ['LT-11', 'LT-12', 'LT-13', 'LT-14'];
    const farm = { kind: 'tank_farm', level: 2 };
    const stage = await Stage.of({
      sources: {
        ...CHLORINE_TANK.sources,
        ...Object.fromEntries(others.map((tag) => [`farm-${tag}`, farm])),
        network: { kind: 'monitoring_network' },
      },
      points: {
        ...Object.fromEntries(
          Object.entries(CHLORINE_TANK.points).map(([tag, point]) => [tag, { source: 'tank', ...point }]),
        ),
        ...Object.fromEntries(
          others.map((tag) => [tag, { source: `farm-${tag}`, type: 'tank_level_pct', gateways: ['gw2'] }]),
        ),
        ONLINE: {
          source: 'network',
          type: 'mhs_online',
          inputs: { installations: ['LT-2', ...others] },
          parameters: { registered: 5 },
        },
      },
    });
    stage.says(Object.fromEntries(others.map((tag) => [tag, lively(50, 1)])));
    stage.says({ 'LT-2': flat(60), 'FI-2': flat(12) }).pass(10 * MINUTE);
    expect([stage.value('ONLINE'), stage.grade('network', 'equipment')]).toEqual([100, 'none']);
    stage.says({ 'LT-2': silent });
    const last = stage.now;
    stage.until('stale', MINUTE, () => stage.sight('LT-2') === 'stale');
    // The last value came up to one interval before: three intervals after it.
    expect(stage.now - last).toBeLessThanOrEqual(30 * SECOND);
    stage.until('offline', 2 * MINUTE, () => stage.sight('LT-2') === 'offline');
    expect(stage.now - last).toBeLessThanOrEqual(100 * SECOND);
    stage.pass(2 * MINUTE);
    const lost = stage.alert('tank', 'overfill')!;
    expect(stage.open.map(({ grade, hazard }) => `${hazard} ${grade}`).sort()).toEqual([
      'equipment blue',
      'overfill yellow',
      'silent blue',
    ]);
    // Of five installations four are seen, which is not all of them; who is away is named.
    expect(stage.value('ONLINE')).toBe(80);
    expect(stage.alert('network', 'equipment')!.points[0]).toMatchObject({ id: 'plant/ONLINE', limitValue: 100 });
    expect(stage.lostInputsOf('ONLINE')).toEqual(['LT-2']);
    expect(lost.points.map(({ rule }) => rule)).toContain('coverage');
    // Only new data ends it.
    stage.pass(60 * MINUTE);
    expect(stage.grade('tank', 'overfill')).toBe('yellow');
    stage.says({ 'LT-2': flat(60) }).pass(5 * MINUTE);
    expect(stage.alert('tank', 'overfill')?.active ?? false).toBe(false);
    expect(stage.sight('LT-2')).toBe('observing');
    expect(stage.value('ONLINE')).toBe(100);
    // Of class A, nobody who sees the level is orange.
    const strict = await Stage.of({
      sources: { tank: { ...CHLORINE_TANK.sources.tank, level: 1 } },
      points: CHLORINE_TANK.points,
    });
    strict.says({ 'LT-2': flat(60), 'FI-2': flat(12) }).pass(10 * MINUTE);
    strict.says({ 'LT-2': silent }).pass(5 * MINUTE);
    expect(strict.grade('tank', 'overfill')).toBe('orange');
  });

  scenario('CHEM5-1', async () => {
    const stage = await Stage.of({
      sources: { z3: { kind: 'process_unit', level: 2 } },
      points: { 'GD-17': { type: 'gas_cl2' }, 'GD-18': { type: 'gas_cl2' } },
    });
    stage.says({ 'GD-17': flat(0.1), 'GD-18': flat(0.1) }).pass(5 * MINUTE);
    stage.says({ 'GD-17': flat(2.3) }).pass(20 * SECOND);
    expect(stage.grade('z3', 'toxic-gas')).toBe('orange');
    stage.pass(100 * SECOND);
    stage.says({ 'GD-18': flat(2.1) }).pass(20 * SECOND);
    const alert = stage.alert('z3', 'toxic-gas')!;
    expect(alert.grade).toBe('red');
    expect(alert.reasons.find(({ step }) => step === 'breadth')?.detail).toEqual({ points: 2, level: 'HH' });
  });

  // The one form of payload that there is, by each of three gateways in turn.
  scenario('IIOT-1', async () => {
    const gateways = ['native', 'senml', 'sparkplug'];
    const stage = await Stage.of({
      sources: { unit: { kind: 'process_unit', level: 2 } },
      points: { 'GD-101': { type: 'gas_lel', gateways } },
    });
    const says = (gateway: string, value: number) => {
      stage.publish(gateway, JSON.stringify({ point: 'GD-101', at: stage.desk.state.at, value }));
      stage.pass(10 * SECOND);
    };
    for (const gateway of gateways) {
      for (let i = 0; i < 30; i++) says(gateway, 3);
      expect(stage.alert('unit', 'flammable-gas')?.active ?? false).toBe(false);
      says(gateway, 26);
      says(gateway, 26);
      const alert = stage.alert('unit', 'flammable-gas')!;
      expect([alert.grade, alert.active, stage.value('GD-101')]).toEqual(['yellow', true, 26]);
      for (let i = 0; i < 30; i++) says(gateway, 3);
      stage.command('acknowledge', stage.alert('unit', 'flammable-gas')!);
      stage.command('close', stage.alert('unit', 'flammable-gas')!, { cause: 'real' });
    }
    // What cannot be understood is refused as a whole, listed and counted; the next pack is taken.
    stage.publish('senml', JSON.stringify([{ n: 'GD-101', v: 60, must_: 1 }]));
    expect(stage.refused).toEqual(['malformed']);
    expect(stage.value('GD-101')).toBe(3);
    says('senml', 26);
    says('senml', 26);
    expect([stage.value('GD-101'), stage.grade('unit', 'flammable-gas')]).toEqual([26, 'yellow']);
    expect(stage.refused.length).toBe(1);
  });

  scenario('IIOT-2', async () => {
    const stage = await Stage.of({
      sources: { unit: { kind: 'process_unit', level: 2 } },
      points: { 'GD-101': { type: 'gas_lel' } },
    });
    stage.says({ 'GD-101': flat(3) }).pass(2 * MINUTE);
    stage.says({ 'GD-101': silent });
    for (const value of [4, 26, 27]) {
      stage.pass(10 * SECOND);
      const ahead = stage.desk.state.at + 12 * MINUTE;
      stage.publish('gw1', JSON.stringify({ point: 'GD-101', at: ahead, value }));
    }
    expect(stage.refused).toEqual([]);
    const newest = stage.desk.inputs.findLast((input) => input.kind === 'readings')!.batch;
    expect(newest.sampledAt[0] - newest.receivedAt).toBe(12 * MINUTE);
    expect(stage.alert('unit', 'flammable-gas')?.detectedAt).toBe(newest.receivedAt - 10 * SECOND);
    expect(stage.grade('unit', 'flammable-gas')).toBe('yellow');
    expect(stage.devices.join()).toContain('clock');
  });

  scenario('CHEM5-2', async () => {
    const stage = await Stage.of({
      sources: { z3: { kind: 'process_unit', level: 2 } },
      points: {
        HEADS: { type: 'people_count', gateways: ['badges'] },
        'GD-17': { type: 'gas_cl2', gateways: ['gw1'] },
        'LT-1': { type: 'tank_level_pct', gateways: ['dcs'] },
        'FLAME-1': { type: 'react_temp', gateways: ['sis'] },
        WIND: { type: 'wind_speed', gateways: ['mast'] },
        FEEDS: {
          type: 'online_share',
          inputs: { points: ['HEADS', 'GD-17', 'LT-1', 'FLAME-1', 'WIND'] },
          parameters: { registered: 5 },
        },
      },
    });
    stage.says({ 'LT-1': lively(50, 1), 'FLAME-1': lively(80, 1), WIND: lively(3, 1) });
    stage.says({ HEADS: flat(14), 'GD-17': flat(0.1) }).pass(10 * MINUTE);
    expect(stage.value('FEEDS')).toBe(100);
    const heard = stage.heardAt('HEADS');
    stage.says({ HEADS: silent }).pass(6 * MINUTE);
    // Four of five feeds; the one is named, and how old its word is.
    expect(stage.value('FEEDS')).toBe(80);
    expect(stage.lostInputsOf('FEEDS')).toEqual(['HEADS']);
    expect(stage.heardAt('HEADS')).toBe(heard);
    expect(stage.desk.state.at - heard).toBeGreaterThanOrEqual(6 * MINUTE);
    // The last count with its age, never nothing; the gateway is told.
    expect(stage.value('HEADS')).toBe(14);
    expect(stage.sight('HEADS')).toBe('stale');
    expect(stage.lines().join()).toContain('badges');
  });

  scenario('LPG-1', async () => {
    const stage = await Stage.of({
      sources: { 'lao-zao': { kind: 'gas_user' } },
      points: { HEAD: { type: 'home_gas_lel' } },
    });
    stage.says({ HEAD: flat(0) }).pass(SECOND);
    // Events between the daily words.
    const says = (value: number) =>
      stage.publish('gw1', JSON.stringify({ point: 'HEAD', at: stage.desk.state.at, value }));
    stage.says({ HEAD: silent }).pass(4 * HOUR);
    says(23);
    expect(stage.grade('lao-zao', 'flammable-gas')).toBe('yellow');
    stage.pass(30 * MINUTE);
    expect(stage.alert('lao-zao', 'flammable-gas')?.active).toBe(true);
    says(0);
    stage.pass(2 * MINUTE);
    expect(stage.alert('lao-zao', 'flammable-gas')?.active).toBe(true);
    says(0);
    expect(stage.alert('lao-zao', 'flammable-gas')?.active).toBe(false);
  });

  scenario('LPG-2', async () => {
    const shops = Array.from({ length: 12 }, (_, i) => `shop-${i + 1}`);
    const dark = shops.slice(0, 9);
    const stage = await Stage.of({
      sources: Object.fromEntries(shops.map((shop) => [shop, { kind: 'gas_user' }])),
      points: Object.fromEntries(
        shops.flatMap((shop) => [
          [`H-${shop}`, { source: shop, type: 'home_gas_lel', gateways: [shop] }],
          [`S-${shop}`, { source: shop, type: 'home_gas_silent', inputs: { head: `H-${shop}` } }],
          [`X-${shop}`, { source: shop, type: 'home_gas_offline', inputs: { silent: `S-${shop}` } }],
        ]),
      ),
    });
    const heartbeat = (of: readonly string[]): void => {
      stage.says(Object.fromEntries(of.map((shop) => [`H-${shop}`, lively(0.5, 0.1)]))).pass(HOUR);
    };
    heartbeat(shops);
    expect(stage.open).toEqual([]);
    // Half a day later all but nine of them speak again.
    stage.says(Object.fromEntries(dark.map((shop) => [`H-${shop}`, silent]))).pass(11 * HOUR);
    heartbeat(shops.slice(dark.length));
    stage.pass(13 * HOUR);
    // Each of the nine is blue, none of them worse, and those that spoke say nothing.
    expect(shops.map((shop) => stage.grade(shop, 'equipment'))).toEqual(
      shops.map((shop) => (dark.includes(shop) ? 'blue' : 'none')),
    );
    expect(stage.open.every(({ grade }) => grade === 'blue')).toBe(true);
  });

  scenario('SPECOP-1', async () => {
    const stage = await Stage.of({
      sources: { tank: { kind: 'confined_space' } },
      points: { O2: { type: 'space_o2' } },
    });
    stage.says({ O2: lively(20.9, 0.02) }).pass(10 * MINUTE);
    stage.says({ O2: ramp(20.9, -2.55, 19.2) });
    // 19.5 is passed after 33 s.
    stage.pass(30 * SECOND);
    expect(stage.grade('tank', 'oxygen')).toBe('none');
    stage.until('low oxygen', 10 * SECOND, () => stage.grade('tank', 'oxygen') !== 'none');
    stage.pass(10 * SECOND);
    const alert = stage.alert('tank', 'oxygen')!;
    expect(['yellow', 'orange', 'red']).toContain(alert.grade);
    expect(alert.points[0]).toMatchObject({ id: 'plant/O2', level: 'H', active: true });
    expect(alert.points[0].value).toBeCloseTo(19.2, 6);
  });

  scenario('SPECOP-2', async () => {
    const stage = await Stage.of({
      sources: { tank: { kind: 'confined_space', observers: { oxygen: 1 } } },
      points: { O2: { type: 'space_o2', gateways: ['portable'] } },
    });
    stage.says({ O2: lively(20.9, 0.02) }).pass(10 * MINUTE);
    stage.says({ O2: silent }).pass(15 * SECOND);
    expect(stage.sight('O2')).toBe('stale');
    // The portable is the one cause: it says what it takes the sight of.
    const coverage = () => stage.open.find(({ key }) => key.startsWith('plant/~portable||coverage'));
    stage.until('coverage', 2 * MINUTE, () => coverage() !== undefined);
    expect(['yellow', 'orange', 'red']).toContain(coverage()?.grade);
    expect(coverage()?.active).toBe(true);
  });

  scenario('EXPL-1', async () => {
    const stage = await Stage.of({
      sources: { store: { kind: 'explosives_store', level: 2 } },
      points: {
        TEMP: { type: 'store_temp' },
        LIGHTNING: { type: 'lightning_dist' },
        EARTH: { type: 'earth_open' },
      },
    });
    stage.says({ TEMP: lively(28, 0.2), LIGHTNING: flat(60), EARTH: flat(false) }).pass(HOUR);
    expect(stage.open).toEqual([]);
    stage.says({ TEMP: flat(35.4) }).pass(3 * MINUTE);
    expect(stage.grade('store', 'temperature')).toBe('yellow');
    stage.says({ LIGHTNING: flat(8) }).pass(2 * MINUTE);
    expect(stage.grade('store', 'fire')).toBe('yellow');
    stage.says({ EARTH: flat(true) }).pass(10 * SECOND);
    expect(stage.grade('store', 'fire')).toBe('orange');
  });

  scenario('EXPL-2', async () => {
    const stage = await Stage.of({
      sources: { store: { kind: 'explosives_store', level: 2 } },
      points: { TEMP: { type: 'store_temp' }, HUM: { type: 'store_humidity' } },
    });
    stage.says({ TEMP: lively(28, 0.2), HUM: lively(60, 1) }).pass(HOUR);
    stage.says({ TEMP: flat(36) }).pass(5 * MINUTE);
    expect(stage.grade('store', 'temperature')).toBe('yellow');
    stage.says({ TEMP: flat(-127) }).pass(5 * MINUTE);
    expect(stage.sight('TEMP')).toBe('unusable');
    expect(stage.devices).toEqual(['TEMP bad-quality blue']);
    expect(stage.alert('store', 'temperature')?.points.find(({ rule }) => rule === 'limits-high')).toMatchObject({
      active: true,
      held: true,
    });
  });

  scenario('SCENE-1', async () => {
    const stage = await Stage.of({
      sources: { unit: { kind: 'process_unit', level: 2 } },
      points: { 'GD-1': { type: 'gas_nh3' } },
    });
    stage.says({ 'GD-1': lively(1, 0.2) }).pass(HOUR);
    // A leak: three portable detectors are registered where the team stands, and judged by the same rules at once.
    const portable = { type: 'gas_nh3', gateways: ['scene'] };
    await stage.register({
      sources: { scene: { kind: 'process_unit', observers: { 'toxic-gas': 3 } } },
      points: { 'X-1': portable, 'X-2': portable, 'X-3': portable },
    });
    stage.says({ 'X-1': lively(2, 0.3), 'X-2': lively(2, 0.3), 'X-3': flat(24) }).pass(2 * MINUTE);
    expect(stage.grade('scene', 'toxic-gas')).toBe('yellow');
    stage.says({ 'X-1': silent }).pass(2 * MINUTE);
    expect(stage.sight('X-1')).toBe('offline');
    expect(stage.alert('scene', 'toxic-gas')?.points.map(({ rule }) => rule)).toContain('coverage');
  });
});
