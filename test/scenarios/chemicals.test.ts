// Tanks, gas, parks: what the duty officer of a county and the control room of a plant accept as "this works".
import { describe, expect } from 'vitest';
import { flat, MINUTE, ramp, SECOND, silent } from './stage/course.ts';
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
});
