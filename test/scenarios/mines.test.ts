// Coal and other mines.
import { describe, expect } from 'vitest';
import { as, flat, HOUR, lively, MINUTE, ramp, SECOND, silent, steps } from './stage/course.ts';
import { scenario } from './stage/scenario.ts';
import { Stage } from './stage/stage.ts';

describe('mines', () => {
  scenario('MINE6-1', async () => {
    const stage = await Stage.of({
      sources: { mine: { kind: 'mine' } },
      points: { 'AP-3': { type: 'compressed_air_pressure' }, 'CO-3': { type: 'co_mine' } },
    });
    stage.says({ 'AP-3': flat(0.45), 'CO-3': lively(6, 1) }).pass(10 * MINUTE);
    stage.says({ 'AP-3': flat(0.28), 'CO-3': lively(28, 0.2) }).pass(4 * MINUTE);
    expect(stage.open.map(({ grade }) => grade)).toEqual(['yellow', 'yellow']);
  });

  scenario('MINE6-2', async () => {
    const stage = await Stage.of({
      sources: { mine: { kind: 'coal_mine' } },
      points: {
        'BS-07': { type: 'headcount_ug', gateways: ['bs07'] },
        'BS-08': { type: 'headcount_ug', gateways: ['bs08'] },
        TOTAL: { type: 'people_of_gates', inputs: { gates: ['BS-07', 'BS-08'] } },
      },
    });
    stage.says({ 'BS-07': flat(5), 'BS-08': flat(18) }).pass(10 * MINUTE);
    expect(stage.value('TOTAL')).toBe(23);
    const last = stage.desk.state.at;
    stage.says({ 'BS-07': silent }).pass(30 * MINUTE);
    // Five were there when it was last heard, and are counted on.
    expect(stage.value('BS-07')).toBe(5);
    expect(stage.desk.state.points.col.judgedAt[0]).toBeLessThanOrEqual(last);
    expect(stage.value('TOTAL')).toBe(23);
    expect(stage.sight('TOTAL')).toBe('observing');
    expect(stage.lines().join()).toContain('bs07');
    stage.says({ 'BS-08': flat(20) }).pass(2 * MINUTE);
    expect(stage.value('TOTAL')).toBe(25);
  });

  scenario('COALGAS-1', async () => {
    const stage = await Stage.of({
      sources: { face: { kind: 'coal_face', flags: ['outburst'] } },
      points: {
        'T1-1': { type: 'ch4_t1', intervalMs: 20_000 },
        CUT: { type: 'cut_command' },
        FEED: { type: 'feed_on' },
        'FEED-X': { type: 'cut_without_effect', inputs: { cut: 'CUT', feed: 'FEED' } },
      },
    });
    stage.says({ 'T1-1': flat(0.82), CUT: flat(false), FEED: flat(true) }).pass(10 * MINUTE);
    expect(stage.grade('face', 'mine-gas')).toBe('none');
    stage.says({ 'T1-1': flat(1.04) }).pass(40 * SECOND);
    expect(['orange', 'red']).toContain(stage.grade('face', 'mine-gas'));
    const over = stage.now;
    stage.says({ 'T1-1': flat(1.56), CUT: flat(true) }).pass(4 * SECOND);
    expect(['orange', 'red']).toContain(stage.grade('face', 'mine-gas'));
    stage.until('red', 61 * SECOND, () => stage.grade('face', 'mine-gas') === 'red');
    const feed = stage.alert('face', 'mine-gas')!.points.find(({ id }) => id === 'plant/FEED-X');
    expect(feed?.level ?? stage.open.find(({ points }) => points.some(({ id }) => id === 'plant/FEED-X'))).toBeTruthy();
    stage.says({ 'T1-1': flat(1.62) }).pass(2 * MINUTE);
    stage.says({ 'T1-1': flat(0.7), FEED: flat(false) }).pass(10 * MINUTE);
    const methane = stage
      .alert('face', 'mine-gas')!
      .points.find(({ rule, id }) => id === 'plant/T1-1' && rule === 'limits-high')!;
    expect(methane.peak).toBeCloseTo(1.62, 6);
    expect(methane.since).toBeLessThanOrEqual(stage.desk.state.at - (stage.now - over));
    expect(methane.active).toBe(false);
  });

  scenario('COALGAS-2', async () => {
    const stage = await Stage.of({
      sources: { face: { kind: 'coal_face' } },
      points: { 'T0-1': { type: 'ch4_t0' }, 'T2-1': { type: 'ch4_t2' } },
    });
    stage.says({ 'T0-1': lively(0.3, 0.02), 'T2-1': lively(0.3, 0.02) }).pass(10 * MINUTE);
    // Test gas, and the head says so: no grade, whatever it shows.
    stage.says({ 'T0-1': as('test', lively(2, 0.01)) }).pass(5 * MINUTE);
    expect(stage.grade('face', 'mine-gas')).toBe('none');
    expect(stage.value('T0-1')).toBeGreaterThan(1.9);
    const told = stage.desk.transitions.length;
    stage.says({ 'T2-1': flat(1.1) }).pass(MINUTE);
    const alert = stage.alert('face', 'mine-gas')!;
    // By its blue limit and by the one at which the power is cut.
    expect([...new Set(alert.points.map(({ id }) => id))]).toEqual(['plant/T2-1']);
    expect(stage.desk.transitions.slice(told).some(({ annunciate }) => annunciate)).toBe(true);
    // The calibration is over, and it still shows 1.2: that is methane.
    stage.says({ 'T0-1': flat(1.2) }).pass(MINUTE);
    expect(stage.alert('face', 'mine-gas')!.points.map(({ id }) => id)).toContain('plant/T0-1');
  });

  scenario('COALGAS-3', async () => {
    const stage = await Stage.of({
      sources: { face: { kind: 'coal_face' } },
      points: { 'T0-1': { type: 'ch4_t0' } },
    });
    stage.says({ 'T0-1': lively(0.4, 0.02) }).pass(10 * MINUTE);
    stage.says({ 'T0-1': flat(4.01) }).pass(5 * MINUTE);
    const limit = () => stage.alert('face', 'mine-gas')?.points.find(({ rule }) => rule === 'limit-high-orange');
    expect(limit()).toMatchObject({ level: 'HH', latched: true });
    stage.says({ 'T0-1': flat(0) }).pass(3 * HOUR);
    expect(limit()).toMatchObject({ level: 'HH', latched: true });
    expect(stage.alert('face', 'mine-gas')?.grade).not.toBe('none');
  });

  scenario('COALDIS-1', async () => {
    const stage = await Stage.of({
      sources: { mine: { kind: 'coal_mine' } },
      points: {
        'CO-S': { type: 'co_goaf' },
        'C2H4-S': { type: 'c2h4' },
        'C2H2-S': { type: 'c2h2' },
        'BRG-2': { type: 'belt_bearing_temp' },
        HEAT: { type: 'heat_beside_seal', inputs: { co: 'CO-S', heat: 'BRG-2' } },
      },
    });
    stage.says({ 'CO-S': flat(12), 'C2H4-S': flat(0), 'C2H2-S': flat(0), 'BRG-2': flat(45) }).pass(3 * HOUR);
    stage.says({ 'CO-S': ramp(12, 0.5, 26), 'C2H4-S': flat(1.5) }).pass(2 * HOUR);
    expect(stage.open.some(({ grade }) => grade !== 'blue')).toBe(true);
    stage.says({ 'C2H2-S': flat(0.4), 'BRG-2': flat(78) }).pass(2 * HOUR);
    const fire = stage.alert('mine', 'fire')!;
    expect(['orange', 'red']).toContain(fire.grade);
    expect(fire.points.map(({ id }) => id).sort()).toEqual([
      'plant/C2H2-S',
      'plant/C2H4-S',
      'plant/CO-S',
      'plant/HEAT',
    ]);
    // The bearing is an alert of its own, and named here as the source of heat beside the seal.
    const coupling = fire.reasons.find(({ step }) => step === 'coupling')!.detail;
    expect(coupling).toMatchObject({ point: 'plant/HEAT', 'plant/BRG-2': 78 });
    expect(coupling['plant/CO-S']).toBeGreaterThanOrEqual(24);
    expect(['yellow', 'orange']).toContain(stage.grade('mine', 'equipment'));
  });

  scenario('COALDIS-2', async () => {
    const stage = await Stage.of({
      sources: { mine: { kind: 'coal_mine' } },
      points: { 'C2H4-S': { type: 'c2h4' } },
    });
    stage.says({ 'C2H4-S': flat(0) }).pass(5 * HOUR);
    stage.says({ 'C2H4-S': flat(1.5) }).pass(2 * HOUR);
    const graded = stage.grade('mine', 'fire');
    const last = stage.desk.state.at;
    stage.says({ 'C2H4-S': silent }).pass(4 * HOUR);
    expect(stage.sight('C2H4-S')).toBe('stale');
    const alert = stage.alert('mine', 'fire')!;
    expect(alert.points[0]).toMatchObject({ held: true });
    expect(alert.points[0].sampledAt).toBeGreaterThan(last - HOUR - SECOND);
    expect(alert.blindSince).toBeDefined();
    expect(alert.active).toBe(true);
    expect(['none', 'blue']).not.toContain(graded);
    // One gateway stands behind the one analyser: it is the one that is silent.
    expect(stage.devices).toEqual(['~gw1 silent blue']);
  });

  scenario('QUAKE-1', async () => {
    const stage = await Stage.of({
      sources: { mine: { kind: 'coal_mine', flags: ['outburst'] } },
      points: { 'MS-E': { type: 'seismic_event' }, 'E-1H': { type: 'ms_energy_1h', inputs: { event: 'MS-E' } } },
    });
    // The array says once a minute how much energy it has heard in it.
    const quake = (joule: number) => stage.says({ 'MS-E': steps([0, joule], [MINUTE, 0]) });
    stage.says({ 'MS-E': flat(0) }).pass(2 * HOUR);
    quake(2e5).pass(15 * MINUTE);
    quake(4e5).pass(15 * MINUTE);
    expect(stage.open).toEqual([]);
    quake(6e5).pass(5 * SECOND);
    expect(stage.grade('mine', 'structure')).toBe('orange');
    quake(6e6);
    stage.until('red', 61 * SECOND, () => stage.grade('mine', 'structure') === 'red');
  });

  scenario('QUAKE-2', async () => {
    const phones = Array.from({ length: 8 }, (_, i) => `GP-${i + 1}`);
    const stage = await Stage.of({
      sources: { mine: { kind: 'coal_mine', observers: { equipment: 4 } } },
      points: {
        ...Object.fromEntries(
          phones.map((tag) => [tag, { type: 'seismic_event', gateways: [`box-${tag.toLowerCase()}`] }]),
        ),
        'N-1H': { type: 'ms_count_1h', inputs: { event: 'GP-1' } },
      },
    });
    stage.says(Object.fromEntries(phones.map((tag) => [tag, flat(0)]))).pass(3 * HOUR);
    expect(stage.open).toEqual([]);
    stage.says(Object.fromEntries(phones.slice(3).map((tag) => [tag, silent]))).pass(10 * MINUTE);
    // Three of eight live: not enough, and an hour without events is not quiet.
    expect(stage.open.some(({ kind, grade }) => kind === 'hazard' && ['yellow', 'orange'].includes(grade))).toBe(true);
    stage.says({ 'GP-1': silent }).pass(30 * MINUTE);
    expect(stage.sight('N-1H')).not.toBe('observing');
  });
});
