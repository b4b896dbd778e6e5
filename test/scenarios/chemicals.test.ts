// Tanks, gas, parks: what the duty officer of a county and the control room of a plant accept as "this works".
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

describe('chemicals, gas, parks', () => {
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
    const stage = await Stage.of(CHLORINE_TANK);
    stage.says({ 'LT-2': flat(60), 'FI-2': flat(12) }).pass(10 * MINUTE);
    stage.says({ 'LT-2': silent });
    const last = stage.now;
    stage.until('stale', MINUTE, () => stage.sight('LT-2') === 'stale');
    // The last value came up to one interval before: three intervals after it.
    expect(stage.now - last).toBeLessThanOrEqual(30 * SECOND);
    stage.until('offline', 2 * MINUTE, () => stage.sight('LT-2') === 'offline');
    expect(stage.now - last).toBeLessThanOrEqual(100 * SECOND);
    stage.pass(2 * MINUTE);
    const lost = stage.alert('tank', 'overfill')!;
    expect(stage.open.map(({ grade, hazard }) => `${hazard} ${grade}`)).toEqual(['silent blue', 'overfill yellow']);
    expect(lost.points.map(({ rule }) => rule)).toContain('coverage');
    // Only new data ends it.
    stage.pass(60 * MINUTE);
    expect(stage.grade('tank', 'overfill')).toBe('yellow');
    stage.says({ 'LT-2': flat(60) }).pass(5 * MINUTE);
    expect(stage.alert('tank', 'overfill')?.active ?? false).toBe(false);
    expect(stage.sight('LT-2')).toBe('observing');
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
      },
    });
    stage.says({ HEADS: flat(14), 'GD-17': flat(0.1) }).pass(10 * MINUTE);
    stage.says({ HEADS: silent }).pass(6 * MINUTE);
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
