// Tailings ponds, slopes, dams, piles.
import { describe, expect } from 'vitest';
import type { Course } from './stage/course.ts';
import { DAY, flat, HOUR, lively, MINUTE, ramp, SECOND, silent } from './stage/course.ts';
import { scenario } from './stage/scenario.ts';
import { Stage } from './stage/stage.ts';

const POND = { kind: 'tailings_pond', downstreamPopulation: 0 };

describe('tailings, slopes, dams, piles', () => {
  scenario('TAIL-1', async () => {
    const tags = ['D-1', 'D-2', 'D-3', 'D-4'];
    const moves = { type: 'dam_disp_h', limits: { high: { blue: 8, yellow: 12 } } };
    const stage = await Stage.of({
      sources: { pond: POND },
      points: Object.fromEntries(tags.map((tag) => [tag, moves])),
    });
    const all = (course: (i: number) => Course) => Object.fromEntries(tags.map((tag, i) => [tag, course(i)]));
    stage.says(all(() => lively(4, 0.1))).pass(4 * DAY);
    expect(stage.open).toEqual([]);
    // Three blue points are blue; the fourth makes the item, and the pond, yellow though no point is above blue.
    stage.says(all((i) => (i < 3 ? lively(8.5, 0.1) : lively(4, 0.1)))).pass(20 * MINUTE);
    expect(stage.grade('pond', 'dam-stability')).toBe('blue');
    stage.says(all(() => lively(8.5, 0.1))).pass(20 * MINUTE);
    const yellow = stage.alert('pond', 'dam-stability')!;
    expect(yellow.grade).toBe('yellow');
    expect(yellow.points.filter(({ active }) => active).map(({ level }) => level)).toEqual([
      'PRE',
      'PRE',
      'PRE',
      'PRE',
    ]);
    const proof = stage.proof(yellow);
    expect(proof).toMatchObject({ what: 'grade', name: 'yellow' });
    const item = proof.because.find(({ what }) => what === 'floor')!;
    expect(item.because.map(({ name }) => name)).toEqual(tags.map((tag) => `plant/${tag}`));
    expect(item.because[0].because[0]).toMatchObject({ what: 'limit', detail: { value: 8 } });
    stage.says(all((i) => (i < 3 ? lively(12.5, 0.1) : lively(8.5, 0.1)))).pass(20 * MINUTE);
    expect(stage.grade('pond', 'dam-stability')).toBe('orange');
  });

  scenario('TAIL-2', async () => {
    const stage = await Stage.of({
      sources: { pond: POND },
      points: {
        'P-1': { type: 'phreatic_depth' },
      },
    });
    stage.says({ 'P-1': flat(6.2) }).pass(3 * HOUR);
    expect(stage.open).toEqual([]);
    stage.says({ 'P-1': flat(4.3) }).pass(11 * MINUTE);
    expect(stage.grade('pond', 'dam-stability')).toBe('orange');
    stage.says({ 'P-1': flat(3.9) }).pass(11 * MINUTE);
    expect(stage.grade('pond', 'dam-stability')).toBe('red');
  });

  scenario('TAILTOP-1', async () => {
    const stage = await Stage.of({
      sources: {
        p1: { ...POND, downstreamPopulation: 126, flags: ['overhead'] },
        p2: { ...POND, downstreamPopulation: 0 },
      },
      points: {
        'D-1': { source: 'p1', type: 'dam_disp_rate', limits: { H: 5 } },
        'D-2': { source: 'p2', type: 'dam_disp_rate', limits: { H: 5 } },
      },
    });
    stage.says({ 'D-1': flat(1), 'D-2': flat(1) }).pass(4 * HOUR);
    stage.says({ 'D-1': flat(6), 'D-2': flat(6) }).pass(30 * MINUTE);
    expect([stage.grade('p1', 'dam-stability'), stage.grade('p2', 'dam-stability')]).toEqual(['orange', 'yellow']);
  });

  scenario('NCM-1', async () => {
    const under = { kind: 'mine', attributes: { undergroundPersons: 30, depthM: 800 } };
    const stage = await Stage.of({
      sources: {
        at: under,
        mine: { kind: 'mine', attributes: { undergroundPersons: 31, depthM: 800 } },
        deep: { kind: 'mine', attributes: { undergroundPersons: 30, depthM: 801 } },
        flat: { kind: 'slope', slopeHeightM: 200 },
        steep: { kind: 'slope', slopeHeightM: 201 },
      },
      points: {
        'FAN-1': { source: 'mine', type: 'main_fan_on' },
        'AP-1': { source: 'mine', type: 'compressed_air_pressure' },
      },
    });
    const flags = Object.fromEntries(stage.sources.map(({ name, flags: carried = [] }) => [name, carried]));
    // Only the second of each pair is under key supervision.
    expect(flags).toEqual({
      at: [],
      mine: ['underground-over-30'],
      deep: ['deeper-than-800m'],
      flat: [],
      steep: ['slope-over-200m'],
    });
    // The next register says one person less, and one more at the other mine.
    await stage.register({
      sources: { at: { kind: 'mine', attributes: { undergroundPersons: 31, depthM: 800 } }, mine: under },
      points: {},
    });
    expect(stage.sources.filter(({ flags: carried = [] }) => carried.length > 0).map(({ name }) => name)).toEqual([
      'at',
      'deep',
      'steep',
    ]);
    stage.says({ 'FAN-1': flat(true), 'AP-1': flat(0.5) }).pass(10 * MINUTE);
    stage.says({ 'FAN-1': flat(false) }).pass(10 * SECOND);
    expect(['orange', 'red']).toContain(stage.grade('mine', 'mine-gas'));
  });

  scenario('NCM-2', async () => {
    const heads = Array.from({ length: 45 }, (_, i) => `CO-${i + 1}`);
    const stage = await Stage.of({
      sources: { mine: { kind: 'mine' } },
      points: {
        ...Object.fromEntries(heads.map((tag) => [tag, { type: 'co_mine' }])),
        PEOPLE: { type: 'headcount_ug' },
      },
    });
    stage.says({ ...Object.fromEntries(heads.map((tag) => [tag, lively(4, 1)])), PEOPLE: flat(31) }).pass(10 * MINUTE);
    expect(stage.open).toEqual([]);
    const counted = stage.heardAt('PEOPLE');
    stage.says(Object.fromEntries([...heads, 'PEOPLE'].map((tag) => [tag, silent]))).gatewayIs(false);
    stage.pass(31 * MINUTE);
    expect(stage.open.length).toBe(1);
    expect(stage.open[0].points.find(({ id }) => id.endsWith('~gw1'))?.blinds).toBe(46);
    // How many are below is what was counted last, with its time.
    expect([stage.value('PEOPLE'), stage.heardAt('PEOPLE')]).toEqual([31, counted]);
    expect(stage.sight('PEOPLE')).toBe('offline');
    expect(stage.rollUp('320921')).toMatchObject({ points: 46, unseen: 46 });
  });

  scenario('DAM-1', async () => {
    const stage = await Stage.of({
      sources: { dam: { kind: 'reservoir_dam', level: 2 } },
      points: {
        'WL-1': { type: 'reservoir_level', limits: { H: 100 } },
        'G-CMD': { type: 'gate_command' },
        'G-FB': { type: 'gate_opening' },
        'G-X': { type: 'gate_mismatch', inputs: { command: 'G-CMD', feedback: 'G-FB' } },
      },
    });
    stage.says({ 'WL-1': flat(98.7), 'G-CMD': flat(12), 'G-FB': flat(12) }).pass(12 * HOUR);
    // +0.12 m/h: 0.30 m below the flood limit after 8 h 20 min.
    stage.says({ 'WL-1': ramp(98.7, 0.12 / 60) }).pass(8 * HOUR + 20 * MINUTE);
    const alert = stage.alert('dam', 'flooding')!;
    expect(['yellow', 'orange']).toContain(alert.grade);
    const forecast = alert.points.find(({ rule }) => rule === 'forecast')!;
    expect(Math.abs(forecast.numbers!.timeToLimitMs - 2.5 * HOUR)).toBeLessThan(15 * MINUTE);
    stage.says({ 'G-CMD': flat(40) }).pass(2 * MINUTE + 20 * SECOND);
    expect(stage.grade('dam', 'flooding')).toBe('orange');
  });

  scenario('DAM-2', async () => {
    const gauges = ['WL-A', 'WL-B', 'WL-C'];
    const stage = await Stage.of({
      sources: { dam: { kind: 'reservoir_dam', level: 2, observers: { flooding: 4 } } },
      points: {
        ...Object.fromEntries(gauges.map((tag) => [tag, { type: 'reservoir_level' }])),
        'WL-M': { type: 'reservoir_level_median', inputs: { gauges }, limits: { H: 100 } },
      },
    });
    stage.says(Object.fromEntries(gauges.map((tag) => [tag, lively(97.4, 0.01)]))).pass(3 * HOUR);
    stage.says({ 'WL-A': lively(100.6, 0.01) }).pass(30 * MINUTE);
    expect(stage.value('WL-M')).toBeCloseTo(97.4, 1);
    expect(stage.grade('dam', 'flooding')).toBe('none');
    expect(stage.devices).toEqual(['WL-A odd-one-out blue']);
    // With two lost the last one alone counts.
    stage.says({ 'WL-A': silent, 'WL-B': silent, 'WL-C': lively(98.2, 0.01) }).pass(40 * MINUTE);
    expect(stage.value('WL-M')).toBeCloseTo(98.2, 1);
    const alert = stage.alert('dam', 'flooding')!;
    expect(alert.grade).toBe('yellow');
    expect(alert.points.map(({ rule }) => rule)).toContain('coverage');
  });

  scenario('WASTEPILE-1', async () => {
    const stage = await Stage.of({
      sources: {
        dump: { kind: 'soil_dump', level: 2 },
        gallery: { kind: 'utility_gallery' },
      },
      points: {
        'S-1': { source: 'dump', type: 'slope_disp' },
        'SR-1': { source: 'dump', type: 'slope_disp_rate', inputs: { displacement: 'S-1' } },
        'V-1': { source: 'dump', type: 'slope_vel', inputs: { rate: 'SR-1' } },
        'VR-1': { source: 'dump', type: 'slope_vel_ratio', inputs: { velocity: 'V-1' }, parameters: { creep: 6 } },
        'R-1': { source: 'dump', type: 'rain_24h' },
        'CR-1': { source: 'dump', type: 'creep_under_rain', inputs: { ratio: 'VR-1', rain: 'R-1' } },
        'G-1': { source: 'gallery', type: 'gallery_ch4' },
      },
    });
    const perDay = (mm: number) => mm / (24 * 60);
    stage.says({ 'S-1': ramp(100, perDay(6)), 'R-1': flat(10), 'G-1': flat(1) }).pass(3 * DAY);
    expect(stage.open).toEqual([]);
    expect(stage.value('VR-1')).toBeCloseTo(1, 1);
    stage.says({ 'S-1': ramp(118, perDay(38)), 'R-1': flat(62) }).pass(30 * HOUR);
    stage.says({ 'G-1': flat(22) }).pass(5 * MINUTE);
    const alert = stage.alert('dump', 'slope')!;
    expect(['orange', 'red']).toContain(alert.grade);
    expect(stage.value('VR-1')).toBeCloseTo(6.33, 1);
    expect(alert.points.map(({ id }) => id)).toContain('plant/CR-1');
    // Coupled with the rain, and that is named with what both say.
    const coupling = alert.reasons.find(({ step }) => step === 'coupling')!;
    expect(coupling).toMatchObject({ value: 1, detail: { point: 'plant/CR-1', 'plant/R-1': 62 } });
    expect(Number(coupling.detail['plant/VR-1'])).toBeGreaterThanOrEqual(2);
    expect(stage.grade('gallery', 'flammable-gas')).toBe('yellow');
  });

  scenario('SITE-2', async () => {
    const stage = await Stage.of({
      sources: { pit: { kind: 'excavation', observers: { structure: 2 } } },
      points: { 'W-1': { type: 'wall_top_h' }, 'W-2': { type: 'wall_top_h' } },
    });
    stage.says({ 'W-1': flat(3), 'W-2': lively(2, 0.1) }).pass(12 * HOUR);
    stage.says({ 'W-1': silent }).pass(2 * HOUR - MINUTE);
    // Two readings missed: old, and no rate is made up; with the third missed nobody observes.
    expect(stage.sight('W-1')).toBe('observing');
    stage.pass(3 * MINUTE);
    expect(stage.sight('W-1')).toBe('stale');
    expect(stage.grade('pit', 'structure')).toBe('yellow');
  });

  scenario('TAIL-3', async () => {
    const level = { type: 'pond_level', limits: { H: 232 }, stuck: { forMs: HOUR, samples: 5, range: 0.005 } };
    const stage = await Stage.of({
      sources: { pond: { ...POND, observers: { flooding: 3 } } },
      points: { L1: level, L2: { ...level, gateways: ['gw2'] }, RAIN: { type: 'rain_24h' } },
    });
    stage.says({ L1: lively(231.2, 0.03), L2: lively(231.2, 0.03), RAIN: lively(30, 1) }).pass(6 * HOUR);
    stage.says({ RAIN: lively(58, 1) }).pass(30 * MINUTE);
    expect(stage.grade('pond', 'flooding')).toBe('yellow');
    stage.says({ L1: flat(231.4), L2: ramp(231.2, 0.3 / 60) }).pass(2 * HOUR + 10 * MINUTE);
    expect(stage.devices).toContain('L1 stuck blue');
    expect(stage.sight('L2')).toBe('observing');
    expect(stage.alert('pond', 'flooding')?.points.map(({ rule }) => rule)).toContain('coverage');
    stage.says({ L2: silent, RAIN: silent }).pass(2 * HOUR);
    const alert = stage.alert('pond', 'flooding')!;
    expect(alert.active).toBe(true);
    expect(alert.blindSince).toBeDefined();
    expect(stage.desk.transitions.some(({ change, annunciate }) => change === 'went-blind' && annunciate)).toBe(true);
  });

  scenario('TAILTOP-2', async () => {
    const rate = { type: 'dam_disp_rate', limits: { H: 5 } };
    const stage = await Stage.of({
      sources: { unknown: { kind: 'tailings_pond' }, nobody: POND },
      points: { 'D-1': { source: 'unknown', ...rate }, 'D-2': { source: 'nobody', ...rate } },
    });
    stage.says({ 'D-1': flat(1), 'D-2': flat(1) }).pass(4 * HOUR);
    stage.says({ 'D-1': flat(6), 'D-2': flat(6) }).pass(30 * MINUTE);
    // Nobody has said who lives below: judged as if somebody did.
    expect([stage.grade('unknown', 'dam-stability'), stage.grade('nobody', 'dam-stability')]).toEqual([
      'orange',
      'yellow',
    ]);
  });

  scenario('SLOPE-2', async () => {
    const stage = await Stage.of({
      sources: { slope: { kind: 'slope', observers: { slope: 2 } } },
      points: {
        RADAR: { type: 'slope_disp', limits: { H: 60 }, gateways: ['radar'] },
        GNSS: { type: 'slope_disp', limits: { H: 60 }, gateways: ['gnss'] },
      },
    });
    const creeps = ramp(20, 1 / (4 * 60));
    stage.says({ RADAR: creeps, GNSS: lively(20, 0.3) }).pass(4 * DAY);
    stage.says({ RADAR: flat(61) }).pass(30 * MINUTE);
    expect(stage.grade('slope', 'slope')).not.toBe('none');
    const before = stage.alert('slope', 'slope')!;
    stage.says({ RADAR: silent }).pass(40 * MINUTE);
    const alert = stage.alert('slope', 'slope')!;
    expect(alert.id).toBe(before.id);
    expect(alert.active).toBe(true);
    expect(alert.blindSince).toBeDefined();
    expect(alert.points.find(({ id, rule }) => id === 'plant/RADAR' && rule === 'limits-high')?.held).toBe(true);
    expect(stage.sight('GNSS')).toBe('observing');
    // What is foretold is of the past: nothing stands of it, and one of two sees.
    expect(alert.points.some(({ rule, active }) => rule === 'forecast' && active)).toBe(false);
    expect(stage.lines()).toContainEqual(expect.stringContaining('plant/slope coverage H'));
  });

  scenario('WASTEPILE-2', async () => {
    const stage = await Stage.of({
      sources: { dump: { kind: 'soil_dump', level: 2 } },
      points: { GNSS: { type: 'slope_disp', limits: { H: 60 } } },
    });
    stage.says({ GNSS: ramp(20, 1 / 300) }).pass(4 * DAY);
    // By night two of five samples arrive: each is judged, and no trend is made of them.
    stage.says({ GNSS: (t) => ((t / (10 * MINUTE)) % 5 < 2 ? 44 + t / (5 * HOUR) : undefined) });
    const coverage = () => stage.open.find(({ points }) => points.some(({ rule }) => rule === 'coverage'));
    stage.until('coverage', 2 * HOUR, () => coverage()?.grade === 'yellow');
    stage.pass(3 * DAY - 2 * HOUR);
    stage.until('said why there is no trend', 12 * HOUR, () => stage.unclear('GNSS')?.reason === 'incomplete');
    expect(stage.unclear('GNSS')?.numbers.completeness).toBeCloseTo(0.4, 1);
    stage.pass(DAY);
    expect(
      stage.alert('dump', 'slope')?.points.some(({ rule, active }) => rule === 'forecast' && active) ?? false,
    ).toBe(false);
    expect(stage.alert('dump', 'slope')?.points.find(({ rule }) => rule === 'limits-high')).toMatchObject({
      active: true,
    });
  });

  scenario('SAT-1', async () => {
    const stage = await Stage.of({
      sources: { slope: { kind: 'slope' } },
      points: { INSAR: { type: 'insar_disp' } },
    });
    stage.says({ INSAR: flat(-12) }).pass(13 * DAY);
    expect(stage.open).toEqual([]);
    stage.says({ INSAR: flat(-48) }).pass(DAY);
    expect(stage.grade('slope', 'slope')).toBe('blue');
    const pass = stage.alert('slope', 'slope')!.points[0].sampledAt!;
    stage.says({ INSAR: silent }).pass(22 * DAY);
    expect(stage.alert('slope', 'slope')).toMatchObject({ grade: 'blue', active: true });
    expect(stage.alert('slope', 'slope')!.points[0].sampledAt).toBe(pass);
  });

  scenario('SLOPE-1', async () => {
    const stage = await Stage.of({
      sources: { slope: { kind: 'slope', slopeHeightM: 230 } },
      points: {
        RADAR: { type: 'slope_disp', tangentAngle: { constantPerDay: 1.2, version: '2026-01 张工' } },
        RATE: { type: 'slope_disp_rate', inputs: { displacement: 'RADAR' } },
        VEL: { type: 'slope_vel', inputs: { rate: 'RATE' } },
        RATIO: { type: 'slope_vel_ratio', inputs: { velocity: 'VEL' }, parameters: { creep: 1.2 } },
      },
    });
    // Creep at 1.2 mm/d for twenty days; then towards failure, the velocity as one over the time that is left (from 8 d on).
    stage.says({ RADAR: (t) => 40 + (1.2 * t) / DAY }).pass(20 * DAY);
    // About 45°: blue 注意, as long as it goes on so.
    expect(stage.grade('slope', 'slope')).toBe('blue');
    const moved = 40 + 1.2 * 20;
    const falls = (t: number) => moved + 1.2 * 8 * Math.log((8 * DAY) / (8 * DAY - t));
    stage.says({ RADAR: (t) => falls(t) });
    stage.until('5 × B', 8 * DAY, () => stage.value('VEL') >= 6);
    expect(['orange', 'red']).toContain(stage.grade('slope', 'slope'));
    stage.until('red', 2 * DAY, () => stage.grade('slope', 'slope') === 'red');
    const names = stage.alert('slope', 'slope')!.points.map(({ rule }) => rule);
    expect(names.some((rule) => rule.startsWith('tangent-angle'))).toBe(true);
  });

  scenario('COUPLE-1', async () => {
    const stage = await Stage.of({
      sources: { pond: POND },
      points: {
        RAIN: { type: 'rain_24h', gateways: ['mast'] },
        FB: { type: 'freeboard' },
        DISP: { type: 'dam_disp_h', limits: { high: { blue: 8 } } },
        ALL: {
          type: 'rain_level_displacement',
          inputs: { rain: 'RAIN', freeboard: 'FB', displacement: 'DISP' },
          parameters: { moved: 8 },
        },
        HIGH: { type: 'rain_on_high_pond', inputs: { rain: 'RAIN', freeboard: 'FB' } },
      },
    });
    stage.says({ RAIN: lively(5, 0.5), FB: lively(1.8, 0.01), DISP: lively(5, 0.2) }).pass(4 * DAY);
    expect(stage.open).toEqual([]);
    stage.says({ RAIN: lively(62, 0.5), FB: lively(1.4, 0.01), DISP: lively(8.5, 0.2) }).pass(30 * MINUTE);
    // Each of the two hazards is one step above what it would be alone: rain H 2, displacement PRE 1 (and not below orange).
    const flooding = stage.alert('pond', 'flooding')!;
    expect(flooding.reasons.filter(({ value }) => value !== 0).map(({ step }) => step)).toEqual(['base', 'coupling']);
    expect(flooding.grade).toBe('orange');
    const coupled = stage.alert('pond', 'dam-stability')!;
    expect(coupled.grade).toBe('orange');
    expect(coupled.points.map(({ id }) => id)).toEqual(expect.arrayContaining(['plant/ALL', 'plant/DISP']));
    const together = coupled.reasons.find(({ step }) => step === 'coupling')!;
    expect(together.value).toBe(1);
    for (const [tag, value] of Object.entries({ RAIN: 62, FB: 1.4, DISP: 8.5 }))
      expect(Math.abs(Number(together.detail[`plant/${tag}`]) - value)).toBeLessThan(0.6);
    // The rain gauge falls silent: what is coupled is held, and nothing falls.
    stage.says({ RAIN: silent }).pass(2 * HOUR);
    const held = stage.alert('pond', 'dam-stability')!;
    expect(['orange', 'red']).toContain(held.grade);
    expect(held.points.find(({ id }) => id === 'plant/ALL')).toMatchObject({ active: true, held: true });
    expect(held.reasons.find(({ step }) => step === 'coupling')).toMatchObject({
      value: 1,
      detail: { point: 'plant/ALL', missing: 'plant/RAIN' },
    });
  });
});
