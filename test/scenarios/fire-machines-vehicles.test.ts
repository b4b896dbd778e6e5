// Fire, machines, building sites, vehicles, power.
import { describe, expect } from 'vitest';
import { flat, HOUR, lively, MINUTE, ramp, SECOND, silent } from './stage/course.ts';
import { scenario } from './stage/scenario.ts';
import { Stage } from './stage/stage.ts';

describe('fire, machines, sites, vehicles', () => {
  scenario('FIRE-1', async () => {
    const stage = await Stage.of({
      sources: { tower: { kind: 'fire_system', level: 2 } },
      points: { '03-017': { type: 'fire_alarm' }, '03-M2': { type: 'manual_call' } },
    });
    stage.says({ '03-017': flat(false), '03-M2': flat(false) }).pass(10 * MINUTE);
    stage.says({ '03-017': flat(true) }).pass(40 * SECOND);
    expect(stage.grade('tower', 'fire')).toBe('orange');
    stage.says({ '03-M2': flat(true) }).pass(2 * SECOND);
    expect(stage.grade('tower', 'fire')).toBe('red');
  });

  scenario('FIRE-2', async () => {
    const stage = await Stage.of({
      sources: { tower: { kind: 'fire_system', observers: { fire: 1 } } },
      points: {
        '03-017': { type: 'fire_alarm', intervalMs: MINUTE },
        LOOP: { type: 'shielded' },
        'LOOP-X': { type: 'shielded_long', inputs: { shielded: 'LOOP' } },
        DUTY: { type: 'duty_check' },
        'DUTY-X': { type: 'duty_absent', inputs: { answered: 'DUTY' } },
      },
    });
    stage.says({ '03-017': flat(false), LOOP: flat(false), DUTY: flat(true) }).pass(10 * MINUTE);
    expect(stage.open).toEqual([]);
    const levels = () =>
      Object.fromEntries((stage.alert('tower', 'equipment')?.points ?? []).map(({ id, level }) => [id, level]));
    stage.says({ DUTY: flat(false) }).pass(MINUTE);
    expect(levels()).toEqual({ 'plant/DUTY-X': 'H' });
    expect(stage.grade('tower', 'equipment')).toBe('yellow');
    stage.says({ DUTY: flat(true), LOOP: flat(true) }).pass(23 * HOUR);
    expect(levels()['plant/LOOP-X']).toBeUndefined();
    stage.pass(3 * HOUR);
    expect(levels()['plant/LOOP-X']).toBe('H');
    // A frame that cannot be read is refused, counted, and disturbs nobody.
    stage.publish('gw1', '{"point":"03-017","value":');
    expect(stage.refused).toEqual(['malformed']);
    // The panel is gone: the building is not shown as safe.
    stage.says({ '03-017': silent }).gatewayIs(false);
    stage.pass(5 * MINUTE);
    expect(stage.lines().join()).toContain('gw1');
    expect(stage.sight('03-017')).not.toBe('observing');
    expect(stage.open.map(({ key }) => key)).toContain('plant/~gw1||coverage|hazard');
  });

  scenario('SE-2', async () => {
    const stage = await Stage.of({
      sources: { lift: { kind: 'lift' } },
      points: {
        TEMP: { type: 'lift_motor_temp', gateways: ['lift-box'] },
        RATE: { type: 'inspection_share', gateways: ['office'] },
      },
    });
    stage.says({ TEMP: lively(40, 1), RATE: flat(98) }).pass(25 * HOUR);
    expect(stage.open).toEqual([]);
    stage.says({ TEMP: silent }).pass(4 * HOUR);
    expect(stage.lines().join()).toContain('lift-box');
    const share = () => stage.open.flatMap(({ points }) => points).find(({ id }) => id === 'plant/RATE');
    expect(share()).toBeUndefined();
    // 97.9 % is not 98 %.
    stage.says({ RATE: flat(97.9) }).pass(MINUTE);
    expect(share()).toMatchObject({ active: true, value: 97.9 });
  });

  scenario('VEH-1', async () => {
    const plates = Array.from({ length: 498 }, (_, i) => `V-${i + 1}`);
    const stage = await Stage.of({
      sources: { fleet: { kind: 'hazmat_vehicle' } },
      points: {
        ...Object.fromEntries(plates.map((tag) => [tag, { type: 'veh_speed' }])),
        ONLINE: { type: 'fleet_online', inputs: { vehicles: plates } },
        NETWORK: { type: 'covered_share', inputs: { objects: plates }, parameters: { registered: 498 } },
      },
    });
    stage.says(Object.fromEntries(plates.map((tag) => [tag, lively(60, 5)]))).pass(3 * MINUTE);
    expect(stage.value('ONLINE')).toBe(100);
    expect(stage.alert('fleet', 'equipment')).toBeUndefined();
    const away = plates.slice(0, 10);
    stage.says(Object.fromEntries(away.map((tag) => [tag, silent]))).pass(10 * MINUTE);
    expect(stage.value('ONLINE')).toBeCloseTo((100 * 488) / 498, 9);
    expect(stage.value('ONLINE').toFixed(2)).toBe('97.99');
    const alert = stage.open.find(({ points }) => points.some(({ id }) => id === 'plant/ONLINE'))!;
    expect(alert.points.find(({ id }) => id === 'plant/ONLINE')).toMatchObject({ active: true });
    expect(stage.lostInputsOf('ONLINE')).toEqual(away);
    // All of them have been connected once.
    expect(stage.value('NETWORK')).toBe(100);
  });

  scenario('SE-1', async () => {
    const stage = await Stage.of({
      sources: { lift: { kind: 'lift' } },
      points: { TRAP: { type: 'lift_entrap' }, DOOR: { type: 'lift_door_open_moving' } },
    });
    stage.says({ TRAP: flat(false), DOOR: flat(false) }).pass(10 * MINUTE);
    stage.says({ TRAP: flat(true) }).pass(5 * SECOND);
    expect(stage.grade('lift', 'equipment')).toBe('orange');
    stage.says({ DOOR: flat(true) }).pass(5 * SECOND);
    expect(stage.grade('lift', 'equipment')).toBe('red');
  });

  scenario('SITE-1', async () => {
    const pit = { kind: 'excavation' };
    const of = (source: string) => ({
      [`W-${source}`]: { source, type: 'wall_top_h' },
      [`H-${source}`]: { source, type: 'pit_disp_rate_h', inputs: { displacement: `W-${source}` } },
      [`R-${source}`]: { source, type: 'pit_disp_rate', inputs: { rate: `H-${source}` } },
      [`X-${source}`]: { source, type: 'pit_two_controls', inputs: { total: `W-${source}`, rate: `R-${source}` } },
    });
    const stage = await Stage.of({
      sources: { both: pit, total: pit, quick: pit },
      points: { ...of('both'), ...of('total'), ...of('quick') },
    });
    const perDay = (mm: number) => mm / (24 * 60);
    // 24 mm at 2.5 mm/d; 24 mm at rest; 2.4 mm/d from nothing.
    stage.says({ 'W-both': ramp(19.2, perDay(2.5)), 'W-total': lively(24, 0.05), 'W-quick': ramp(2, perDay(2.4)) });
    stage.pass(30 * MINUTE);
    expect(stage.grade('total', 'structure')).toBe('yellow');
    stage.pass(45 * HOUR + 30 * MINUTE);
    const said = (source: string, tag: string) =>
      stage.alert(source, 'structure')?.points.find(({ id, active }) => id === `plant/${tag}-${source}` && active);
    expect(said('both', 'X')).toBeUndefined();
    stage.pass(2 * HOUR);
    expect(said('both', 'X')).toBeDefined();
    expect(['orange', 'red']).toContain(stage.grade('both', 'structure'));
    // The county, the city and the province each count it, once.
    const bad = ({ hazards }: { readonly hazards: { readonly red: number; readonly orange: number } }) =>
      hazards.red + hazards.orange;
    const sources = stage.rollUp('plant').below;
    expect(bad(sources.find(({ id }) => id === 'plant/both')!)).toBe(1);
    const sum = sources.reduce((n, source) => n + bad(source), 0);
    expect(['320921', '3209', '32'].map((place) => bad(stage.rollUp(place)))).toEqual([sum, sum, sum]);
    // Either alone: the two controls say nothing, and the wall or the rate its own yellow.
    expect([said('total', 'X'), said('quick', 'X')]).toEqual([undefined, undefined]);
  });

  scenario('VEH-2', async () => {
    const stage = await Stage.of({
      sources: { truck: { kind: 'hazmat_vehicle' } },
      points: {
        SPEED: { type: 'veh_speed', gateways: ['obu'] },
        ZONE: { type: 'banned_area_entry', gateways: ['obu'] },
        IGN: { type: 'ignition_on', gateways: ['obu'] },
        LOAD: { type: 'loaded', gateways: ['obu'] },
        'S-5': { type: 'veh_silent_5min', inputs: { speed: 'SPEED' } },
        'S-30': { type: 'veh_silent_30min', inputs: { speed: 'SPEED' } },
        GONE: { type: 'veh_offline', inputs: { short: 'S-5', long: 'S-30', ignition: 'IGN', loaded: 'LOAD' } },
      },
    });
    stage.says({ SPEED: lively(50, 4), ZONE: flat(false), IGN: flat(true), LOAD: flat(true) }).pass(20 * MINUTE);
    stage.says({ ZONE: flat(true) }).pass(MINUTE);
    expect(stage.grade('truck', 'equipment')).toBe('orange');
    stage.says({ ZONE: flat(false) }).pass(5 * MINUTE);
    stage.says({ SPEED: silent, ZONE: silent, IGN: silent, LOAD: silent }).pass(32 * MINUTE);
    const gone = stage.alert('truck', 'equipment')!.points.find(({ id }) => id === 'plant/GONE');
    expect(gone).toMatchObject({ active: true });
    expect(stage.value('GONE')).toBe(2);
    expect(stage.value('SPEED')).toBeGreaterThan(40);
  });

  scenario('GRID-1', async () => {
    const tags = Array.from({ length: 140 }, (_, i) => `T-${i + 1}`);
    const stage = await Stage.of({
      sources: { plant: { kind: 'tank_farm', level: 2 } },
      points: {
        ...Object.fromEntries(tags.map((tag) => [tag, { type: 'tank_level_pct', gateways: ['dcs'] }])),
        MAINS: { type: 'mains_fail', gateways: ['ups'] },
        'GD-1': { type: 'gas_lel', gateways: ['ups'] },
      },
    });
    stage.says(Object.fromEntries(tags.map((tag) => [tag, lively(60, 0.5)])));
    stage.says({ MAINS: flat(false), 'GD-1': lively(3, 0.5) }).pass(10 * MINUTE);
    expect(stage.open).toEqual([]);
    const out = stage.desk.state.at;
    stage.says(Object.fromEntries(tags.map((tag) => [tag, silent]))).gatewayIs(false, 'dcs');
    stage.says({ MAINS: flat(true) }).pass(5 * MINUTE);
    expect(stage.open.length).toBe(1);
    expect(stage.open[0].points.find(({ id }) => id.endsWith('~dcs'))?.blinds).toBe(140);
    stage.says({ 'GD-1': flat(30) }).pass(30 * SECOND);
    expect(stage.grade('plant', 'flammable-gas')).toBe('yellow');
    stage.says({ 'GD-1': lively(3, 0.5) }).pass(16 * MINUTE + 30 * SECOND);
    // Mains are back: what the system has kept comes behind. One tank was high and is over, one is high still.
    stage.gatewayIs(true, 'dcs');
    const told = stage.desk.transitions.length;
    const kept = (tag: string, values: readonly number[]) =>
      values.map((value, i) => ({ point: tag, at: out + (i + 1) * MINUTE, value, historical: true }));
    const readings = [
      ...kept(
        'T-1',
        Array.from({ length: 21 }, (_, i) => (i < 10 ? 86 : 60)),
      ),
      ...kept(
        'T-2',
        Array.from({ length: 21 }, () => 86),
      ),
    ];
    stage.publish('dcs', JSON.stringify({ readings }));
    stage
      .says(Object.fromEntries(tags.map((tag) => [tag, tag === 'T-2' ? flat(86) : lively(60, 0.5)])))
      .pass(2 * MINUTE);
    const alert = stage.alert('plant', 'overfill')!;
    expect(alert.active).toBe(true);
    expect(alert.points.filter(({ active }) => active).map(({ id }) => id)).toEqual(['plant/T-2']);
    const news = stage.desk.transitions.slice(told).filter(({ point }) => point === 'plant/T-1');
    expect(news.every(({ annunciate }) => !annunciate)).toBe(true);
  });
});
