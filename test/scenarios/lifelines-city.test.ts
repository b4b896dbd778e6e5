// Pipelines, lifelines, crowds, roads: what a city hears of.
import { describe, expect } from 'vitest';
import { flat, HOUR, lively, MINUTE, ramp, SECOND, silent } from './stage/course.ts';
import { scenario } from './stage/scenario.ts';
import { Stage } from './stage/stage.ts';

const grades = ['none', 'blue', 'yellow', 'orange', 'red'];

/** Twelve sections, six bridges and four tunnels, each with one point but for the last section. */
async function keyRoads() {
  const named = (what: string, n: number) => Array.from({ length: n }, (_, i) => `${what}-${i + 1}`);
  const [sections, bridges, tunnels] = [named('section', 12), named('bridge', 6), named('tunnel', 4)];
  const of = (names: readonly string[], kind: string) => Object.fromEntries(names.map((name) => [name, { kind }]));
  const watched = [
    ...sections.slice(0, 11).map((source) => [`V-${source}`, { source, type: 'road_tunnel_visibility' }] as const),
    ...bridges.map((source) => [`T-${source}`, { source, type: 'bridge_tilt' }] as const),
    ...tunnels.map((source, i) => {
      return [`CO-${i + 1}`, { source, type: 'road_tunnel_co', gateways: [`box-${i + 1}`] }] as const;
    }),
  ];
  const tags = watched.map(([tag]) => tag);
  const stage = await Stage.of({
    sources: {
      ...of(sections, 'road_section'),
      ...of(bridges, 'bridge'),
      ...of(tunnels, 'road_tunnel'),
      'road-office': { kind: 'monitoring_network' },
    },
    points: {
      ...Object.fromEntries(watched),
      COVERED: {
        source: 'road-office',
        type: 'covered_share',
        inputs: { objects: tags },
        parameters: { registered: 22 },
      },
      LIVE: { source: 'road-office', type: 'online_share', inputs: { points: tags }, parameters: { registered: 22 } },
    },
  });
  const course = (tag: string) =>
    tag.startsWith('V-') ? lively(0.003, 0.0005) : tag.startsWith('T-') ? lively(0.01, 0.004) : lively(20, 3);
  return { stage, objects: { seen: Object.fromEntries(tags.map((tag) => [tag, course(tag)])) } };
}

describe('pipelines, lifelines, city', () => {
  scenario('PIPE-1', async () => {
    const stage = await Stage.of({
      sources: {
        k112: { kind: 'pipeline_segment', flags: ['high-consequence'] },
        k300: { kind: 'pipeline_segment', level: 2 },
      },
      points: Object.fromEntries(
        ['k112', 'k300'].flatMap((source) => [
          [`P-${source}`, { source, type: 'pipe_pressure' }],
          [`R-${source}`, { source, type: 'pipe_pressure_rate', inputs: { pressure: `P-${source}` } }],
        ]),
      ),
    });
    stage.says({ 'P-k112': lively(6, 0.002), 'P-k300': lively(6, 0.002) }).pass(30 * MINUTE);
    expect(stage.open).toEqual([]);
    const falls = ramp(6, -0.18, 4.5);
    stage.says({ 'P-k112': falls, 'P-k300': falls }).pass(2 * MINUTE + 20 * SECOND);
    expect(stage.grade('k300', 'flammable-gas')).toBe('orange');
    stage.until('red in a high-consequence segment', 61 * SECOND, () => stage.grade('k112', 'flammable-gas') === 'red');
    expect(stage.grade('k300', 'flammable-gas')).toBe('orange');
  });

  scenario('PIPE-2', async () => {
    const stage = await Stage.of({
      sources: { seg: { kind: 'pipeline_segment', level: 2 } },
      points: {
        'F-11': { type: 'pipe_flow', gateways: ['rtu11'] },
        'F-12': { type: 'pipe_flow', gateways: ['rtu12'] },
        IMB: { type: 'flow_imbalance', inputs: { inflow: 'F-11', outflow: 'F-12' } },
        BAL: { type: 'mass_balance', inputs: { imbalance: 'IMB' } },
      },
    });
    stage.says({ 'F-11': lively(900, 2), 'F-12': lively(900, 2) }).pass(30 * MINUTE);
    expect(stage.open).toEqual([]);
    stage.says({ 'F-12': silent }).pass(15 * MINUTE);
    expect(stage.sight('IMB')).not.toBe('observing');
    expect(stage.open.length).toBeGreaterThan(0);
    expect(stage.lines().join()).toContain('rtu12');
  });

  scenario('LIFE-1', async () => {
    const stage = await Stage.of({
      sources: { well: { kind: 'underground_space' } },
      points: { CH4: { type: 'manhole_ch4', intervalMs: MINUTE } },
    });
    stage.says({ CH4: lively(0.2, 0.05) }).pass(2 * HOUR);
    stage.says({ CH4: flat(1.2) }).pass(2 * MINUTE);
    expect(stage.grade('well', 'flammable-gas')).not.toBe('none');
    expect(stage.grade('well', 'flammable-gas')).not.toBe('blue');
    stage.says({ CH4: flat(2.6) }).pass(2 * MINUTE);
    expect(['orange', 'red']).toContain(stage.grade('well', 'flammable-gas'));
    stage.says({ CH4: flat(5.1) }).pass(2 * MINUTE);
    expect(stage.grade('well', 'flammable-gas')).toBe('red');
    expect(stage.open.filter(({ kind }) => kind === 'hazard').length).toBe(1);
  });

  scenario('RAIL-1', async () => {
    const stage = await Stage.of({
      sources: { entrance: { kind: 'flood_spot' } },
      points: { 'W-1': { type: 'ponding_depth' }, 'W-2': { type: 'ponding_depth' } },
    });
    stage.says({ 'W-1': flat(0), 'W-2': lively(1, 0.2) }).pass(HOUR);
    stage.says({ 'W-1': ramp(0, 3, 28) }).pass(12 * MINUTE);
    expect(['orange', 'red']).toContain(stage.grade('entrance', 'flooding'));
    stage.says({ 'W-1': ramp(28, 3, 41) }).pass(6 * MINUTE);
    expect(stage.grade('entrance', 'flooding')).toBe('red');
  });

  scenario('CROWD-1', async () => {
    const stage = await Stage.of({
      sources: { park: { kind: 'scenic_area', level: 2 } },
      points: {
        PEOPLE: { type: 'people_count' },
        RATIO: { type: 'capacity_ratio', inputs: { people: 'PEOPLE' }, parameters: { capacity: 12_000 } },
      },
    });
    stage.says({ PEOPLE: lively(8_000, 20) }).pass(HOUR);
    expect(stage.open).toEqual([]);
    stage.says({ PEOPLE: ramp(8_000, 100, 9_700) }).pass(20 * MINUTE);
    expect(stage.grade('park', 'crowd')).toBe('yellow');
    // So steep that the next limit may be near: orange, or worse.
    stage.says({ PEOPLE: flat(10_850) }).pass(2 * MINUTE);
    expect(['orange', 'red']).toContain(stage.grade('park', 'crowd'));
    stage.says({ PEOPLE: flat(12_050) }).pass(2 * MINUTE);
    expect(stage.grade('park', 'crowd')).toBe('red');
    stage.says({ PEOPLE: flat(11_500) });
    const took = stage.until('one step down', 30 * MINUTE, () => stage.grade('park', 'crowd') === 'orange');
    expect(took).toBeGreaterThan(10 * MINUTE);
  });

  scenario('LIFE-2', async () => {
    const stage = await Stage.of({
      sources: { well: { kind: 'underground_space' } },
      points: { CH4: { type: 'manhole_ch4', intervalMs: MINUTE } },
    });
    stage.says({ CH4: lively(0.2, 0.05) }).pass(2 * HOUR);
    stage.says({ CH4: flat(2.6) }).pass(5 * MINUTE);
    const graded = stage.grade('well', 'flammable-gas');
    expect(['orange', 'red']).toContain(graded);
    const told = stage.desk.transitions.length;
    stage.says({ CH4: silent }).pass(4 * MINUTE);
    const alert = stage.alert('well', 'flammable-gas')!;
    expect(alert.blindSince).toBeDefined();
    expect(['orange', 'red']).toContain(alert.grade);
    expect(
      stage.desk.transitions.slice(told).some(({ change, annunciate }) => change === 'went-blind' && annunciate),
    ).toBe(true);
  });

  scenario('RAIL-2', async () => {
    const gauge = { type: 'ponding_depth' };
    const stage = await Stage.of({
      sources: { entrance: { kind: 'flood_spot', observers: { flooding: 3 } } },
      points: { 'W-1': gauge, 'W-2': gauge, 'W-3': gauge },
    });
    stage.says({ 'W-1': lively(3, 1), 'W-2': lively(3, 1), 'W-3': lively(3, 1) }).pass(HOUR);
    stage.says({ 'W-1': flat(0), 'W-2': lively(22, 2), 'W-3': lively(23, 2) }).pass(70 * MINUTE);
    expect(stage.devices).toEqual(['W-1 stuck blue']);
    const alert = stage.alert('entrance', 'flooding')!;
    expect(alert.points.map(({ rule }) => rule)).toContain('coverage');
    expect(alert.active).toBe(true);
  });

  scenario('CROWD-2', async () => {
    const gates = Array.from({ length: 5 }, (_, i) => `G-${i + 1}`);
    const stage = await Stage.of({
      sources: { park: { kind: 'scenic_area', level: 2 } },
      points: {
        ...Object.fromEntries(
          gates.map((tag) => [tag, { type: 'people_count', gateways: [`box-${tag.toLowerCase()}`] }]),
        ),
        PEOPLE: { type: 'people_of_gates', inputs: { gates } },
        RATIO: { type: 'capacity_ratio', inputs: { people: 'PEOPLE' }, parameters: { capacity: 12_000 } },
      },
    });
    stage.says(Object.fromEntries(gates.map((tag) => [tag, flat(1_940)]))).pass(5 * MINUTE);
    expect(stage.value('PEOPLE')).toBe(9_700);
    expect(stage.grade('park', 'crowd')).toBe('yellow');
    stage.says({ 'G-1': silent }).pass(10 * MINUTE);
    // One gate is dead: at least as many, and who is blind is named.
    expect(stage.value('PEOPLE')).toBe(9_700);
    expect(stage.value('RATIO')).toBeCloseTo(80.83, 2);
    expect(stage.sight('PEOPLE')).toBe('observing');
    expect(stage.lines().join()).toContain('box-g-1');
    // The others empty: nobody knows of the dead one, so nothing is over.
    stage.says(Object.fromEntries(gates.slice(1).map((tag) => [tag, flat(200)]))).pass(HOUR);
    expect(stage.alert('park', 'crowd')?.points.find(({ id }) => id === 'plant/RATIO')?.active).toBe(true);
    expect(stage.grade('park', 'crowd')).not.toBe('none');
    // It raises all the same.
    stage.says(Object.fromEntries(gates.slice(1).map((tag) => [tag, flat(2_600)]))).pass(5 * MINUTE);
    expect(stage.grade('park', 'crowd')).toBe('red');
  });

  scenario('ROADMON-1', async () => {
    const { stage, objects } = await keyRoads();
    stage.says(objects.seen).pass(5 * MINUTE);
    // 22 are registered, and 21 of them watched, which is not all: the one is the one without a point.
    expect(stage.value('COVERED')).toBeCloseTo((100 * 21) / 22, 9);
    expect(stage.value('COVERED').toFixed(1)).toBe('95.5');
    const alert = stage.alert('road-office', 'equipment')!;
    expect([alert.grade, alert.points[0].id, alert.points[0].limitValue]).toEqual(['blue', 'plant/COVERED', 100]);
    const without = stage.rollUp('plant').below.filter(({ points }) => points === 0);
    expect(without.map(({ id }) => id)).toEqual(['plant/section-12']);
  });

  scenario('ROADMON-2', async () => {
    const { stage, objects } = await keyRoads();
    stage.says(objects.seen).pass(HOUR);
    stage.says({ 'CO-1': silent }).pass(26 * HOUR);
    // Covered and dark are two figures.
    expect(stage.value('COVERED').toFixed(1)).toBe('95.5');
    expect(stage.value('LIVE')).toBeCloseTo((100 * 20) / 22, 9);
    expect(stage.lostInputsOf('LIVE')).toEqual(['CO-1']);
    // It is covered, by a point that is dark: the tunnel says so for as long as it is, and the other one is not meant.
    const alert = stage.open.find(({ key }) => key.startsWith('plant/~box-1||coverage'))!;
    expect(alert.points.find(({ rule }) => rule === 'coverage')).toMatchObject({ active: true });
    expect(alert.grade).not.toBe('blue');
    expect(stage.lines().join()).not.toContain('box-2');
    expect(stage.sight('CO-1')).toBe('offline');
    expect(stage.grade('tunnel-2', 'toxic-gas')).toBe('none');
  });

  // The platform sends its events as values of its own source here, not as CAP.
  scenario('CITY-1', async () => {
    const stage = await Stage.of({
      enterprise: 'fire-platform',
      called: '消防物联网平台',
      sources: { 'high-rise': { kind: 'fire_system' } },
      points: { 'SMOKE-2': { type: 'fire_alarm' } },
    });
    stage.gatewayIs(true);
    stage.says({ 'SMOKE-2': flat(false) }).pass(10 * MINUTE);
    expect(stage.rollUp('3209').worst).toBe('none');
    stage.says({ 'SMOKE-2': flat(true) }).pass(5 * SECOND);
    const fire = () => stage.alert('high-rise', 'fire')!;
    expect(fire().grade).toBe('orange');
    // In the list of the city, of the district and of the platform, with what it is of.
    expect(stage.rollUp('3209')).toMatchObject({ worst: 'orange', hazards: { orange: 1 } });
    expect(stage.rollUp('320921').below.map(({ id, worst }) => `${id} ${worst}`)).toEqual(['fire-platform orange']);
    expect(stage.rollUp('fire-platform').below[0]).toMatchObject({ id: 'fire-platform/high-rise', worst: 'orange' });
    // 预警 → 处置 → 反馈 → 归档, each with its time.
    const city = { level: 'city', cause: 'real', note: '已处置' } as const;
    stage.pass(MINUTE);
    stage.command('acknowledge', fire(), city);
    stage.pass(5 * MINUTE);
    stage.command('verify', fire(), city);
    stage.says({ 'SMOKE-2': flat(false) }).pass(HOUR);
    stage.command('acknowledge', fire(), city);
    const { id } = fire();
    expect(stage.command('close', fire(), city).code).toBe('applied');
    const told = stage.desk.transitions.filter(({ alert }) => alert.id === id);
    const times = ['raised', 'acknowledged', 'verified', 'closed'].map(
      (what) => told.find(({ change }) => change === what)!.at,
    );
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(stage.rollUp('3209').worst).toBe('none');
  });

  scenario('CITY-2', async () => {
    const wells = ['well-1', 'well-2', 'well-3'];
    const stage = await Stage.of({
      enterprise: 'gas-platform',
      sources: Object.fromEntries(wells.map((name) => [name, { kind: 'underground_space' }])),
      points: Object.fromEntries(wells.map((source) => [source, { source, type: 'manhole_ch4', intervalMs: MINUTE }])),
    });
    stage.says(Object.fromEntries(wells.map((name) => [name, lively(0.2, 0.05)]))).pass(2 * HOUR);
    stage.says({ 'well-1': flat(1.2) }).pass(4 * MINUTE);
    const before = stage.rollUp('3209');
    expect(['yellow', 'orange']).toContain(before.worst);
    expect(before).toMatchObject({ points: 3, unseen: 0 });
    // Three heartbeats are missing: all of it is incomplete, and no better.
    stage.says(Object.fromEntries(wells.map((name) => [name, silent]))).pass(4 * MINUTE);
    const after = stage.rollUp('3209');
    expect(after).toMatchObject({ points: 3, unseen: 3 });
    expect(grades.indexOf(after.worst)).toBeGreaterThanOrEqual(grades.indexOf(before.worst));
    const sum = ({ hazards }: typeof before) => Object.values(hazards).reduce((total, n) => total + n, 0);
    expect(sum(after)).toBeGreaterThan(sum(before));
    stage.pass(6 * HOUR);
    const open = stage.alert('well-1', 'flammable-gas')!;
    expect(open.blindSince).toBeDefined();
    expect(open.points.find(({ rule }) => rule.startsWith('limit'))).toMatchObject({
      active: true,
      held: true,
      value: 1.2,
    });
    // It is back, and calm: only now it is complete.
    stage.says(Object.fromEntries(wells.map((name) => [name, lively(0.2, 0.05)]))).pass(HOUR);
    expect(stage.rollUp('3209')).toMatchObject({ unseen: 0 });
    expect(stage.alert('well-1', 'flammable-gas')!.active).toBe(false);
  });
});
