// Rows of the field that are to be moved in: what these say of value, grade, sight and count.
import { describe, expect } from 'vitest';
import { DAY, flat, HOUR, lively, MINUTE, SECOND, silent } from './stage/course.ts';
import { scenario } from './stage/scenario.ts';
import { Stage } from './stage/stage.ts';

describe('rows to be moved in', () => {
  scenario('TOWN-1', async () => {
    // District and towns, no county tier between.
    const stage = await Stage.of({
      enterprise: 'xichang-works',
      division: '445203101',
      sources: { unit: { kind: 'process_unit', level: 4 } },
      points: { 'GD-1': { type: 'gas_lel' } },
    });
    await stage.register({
      enterprise: 'next-town-works',
      division: '445203102',
      sources: { unit: { kind: 'process_unit', level: 4 } },
      points: { 'GD-1': { type: 'gas_lel' } },
    });
    stage.says({ 'GD-1': lively(3, 1), 'next-town-works/GD-1': lively(3, 1) }).pass(10 * MINUTE);
    stage.says({ 'GD-1': flat(30) }).pass(MINUTE);
    expect(stage.grade('unit', 'flammable-gas')).toBe('yellow');
    // Nobody has answered for a quarter of an hour.
    stage.pass(15 * MINUTE);
    expect(stage.alert('unit', 'flammable-gas')).toMatchObject({ acked: false, division: '445203101' });
    const count = (code: string) => Object.values(stage.rollUp(code).hazards).reduce((sum, n) => sum + n, 0);
    expect(['445203101', '445203102', '445203', '4452'].map(count)).toEqual([1, 0, 1, 1]);
  });

  scenario('DYN-1', async () => {
    const stage = await Stage.of({
      sources: {
        unit: {
          kind: 'process_unit',
          level: 4,
          riskGrade: 'yellow',
          observers: { 'toxic-gas': 2, 'flammable-gas': 1 },
        },
      },
      points: {
        'GD-1': { type: 'gas_lel', gateways: ['gw1'] },
        'TX-1': { type: 'gas_nh3', gateways: ['box-1'] },
        'TX-2': { type: 'gas_nh3', gateways: ['box-2'] },
      },
    });
    stage.says({ 'GD-1': lively(3, 1), 'TX-1': lively(1, 0.3), 'TX-2': lively(1, 0.3) }).pass(10 * MINUTE);
    const county = () => stage.rollUp('320921');
    expect(county()).toMatchObject({ worst: 'none', unseen: 0 });
    stage.says({ 'GD-1': flat(60), 'TX-1': silent }).pass(4 * MINUTE);
    stage.says({ 'TX-2': silent }).pass(3 * MINUTE);
    const before = county();
    // Static risk, an open orange, what nobody sees: each said by itself, none of them averaged into another.
    expect(stage.sources[0].riskGrade).toBe('yellow');
    expect(before).toMatchObject({ worst: 'orange', unseen: 2 });
    // The last detector goes dark, too: it does not fall.
    stage.says({ 'GD-1': silent }).pass(HOUR);
    const after = county();
    expect(['orange', 'red']).toContain(after.worst);
    expect(after.hazards.orange + after.hazards.red).toBeGreaterThanOrEqual(1);
    expect(after.unseen).toBe(3);
    expect(stage.alert('unit', 'flammable-gas')).toMatchObject({ active: true });
  });

  scenario('REGION-1', async () => {
    // It begins on 19 November at 08:00; the season that the county has opened is 21 to 24 November.
    const season = { from: '11-21', to: '11-24', value: 3 };
    const stage = await Stage.of({
      sources: { dam: { kind: 'reservoir_dam', level: 4 } },
      points: { 'WL-1': { type: 'reservoir_level', limits: { high: { yellow: { value: 4, seasons: [season] } } } } },
    });
    stage.says({ 'WL-1': lively(3.4, 0.01) }).pass(39 * HOUR + 55 * MINUTE);
    expect(stage.grade('dam', 'flooding')).toBe('none');
    // Midnight: what stood all the time is beyond the limit of the season.
    stage.pass(30 * MINUTE);
    expect(['yellow', 'orange']).toContain(stage.grade('dam', 'flooding'));
    // At its end the limit is the old one again, and what it raised waits for its answer: nothing was loosened.
    stage.pass(4 * DAY);
    const alert = stage.alert('dam', 'flooding')!;
    expect(alert.active).toBe(false);
    expect(alert.acked).toBe(false);
    stage.says({ 'WL-1': lively(4.2, 0.01) }).pass(30 * MINUTE);
    expect(stage.alert('dam', 'flooding')!.points.some(({ active, limitValue }) => active && limitValue === 4)).toBe(
      true,
    );
    expect(stage.desk.pending).toEqual([]);
  });

  scenario('SHIP-1', async () => {
    const stage = await Stage.of({
      sources: { bridge: { kind: 'bridge' } },
      points: { TTC: { type: 'ship_contact_time', gateways: ['ais'] } },
    });
    stage.says({ TTC: lively(3_000, 20) }).pass(10 * MINUTE);
    expect(stage.open).toEqual([]);
    stage.says({ TTC: flat(180) }).pass(20 * SECOND);
    expect(['orange', 'red']).toContain(stage.grade('bridge', 'structure'));
    // AIS is lost: the river is not empty.
    stage.says({ TTC: silent }).gatewayIs(false, 'ais');
    stage.pass(10 * MINUTE);
    const held = stage.alert('bridge', 'structure')!;
    expect(held).toMatchObject({ active: true });
    expect(['orange', 'red']).toContain(held.grade);
    expect(held.blindSince).toBeDefined();
    // Nor is it one where no ship was near.
    const calm = await Stage.of({
      sources: { bridge: { kind: 'bridge' } },
      points: { TTC: { type: 'ship_contact_time', gateways: ['ais'] } },
    });
    calm.says({ TTC: lively(3_000, 20) }).pass(10 * MINUTE);
    calm.says({ TTC: silent }).gatewayIs(false, 'ais');
    calm.pass(5 * MINUTE);
    const [lost] = calm.open;
    expect([lost.key, lost.grade]).toEqual(['plant/~ais||coverage|hazard', 'yellow']);
    expect(calm.rollUp('320921')).toMatchObject({ worst: 'yellow', points: 1, unseen: 1 });
  });

  scenario('PORT-1 / FOREST-1', async () => {
    const stage = await Stage.of({
      sources: { berth: { kind: 'port_area' }, wood: { kind: 'forest_area' } },
      points: {
        'CAM-1': { source: 'berth', type: 'person_in_zone', gateways: ['cam-1'] },
        PERSON: { source: 'berth', type: 'person_in_zone_notice', inputs: { seen: 'CAM-1' } },
        'CAM-2': { source: 'wood', type: 'fire_spot', gateways: ['cam-2'] },
        FIRE: { source: 'wood', type: 'fire_spot_notice', inputs: { seen: 'CAM-2' } },
      },
    });
    stage.gatewayIs(true, 'cam-1');
    stage.gatewayIs(true, 'cam-2');
    stage.says({ 'CAM-1': flat(false), 'CAM-2': flat(false) }).pass(5 * MINUTE);
    expect(stage.open).toEqual([]);
    stage.says({ 'CAM-1': flat(true), 'CAM-2': flat(true) }).pass(5 * SECOND);
    expect([stage.grade('berth', 'equipment'), stage.grade('wood', 'fire')]).toEqual(['yellow', 'yellow']);
    // Seen again within a minute it is the same.
    const { id } = stage.alert('berth', 'equipment')!;
    stage.says({ 'CAM-1': flat(false) }).pass(15 * SECOND);
    stage.says({ 'CAM-1': flat(true) }).pass(30 * SECOND);
    expect(stage.alert('berth', 'equipment')).toMatchObject({ id, activations: 1, active: true });
    expect(stage.open.filter(({ source }) => source === 'plant/berth').length).toBe(1);
    // A camera that is silent says so, and what it saw last is not taken back.
    stage.gatewayIs(false, 'cam-1');
    stage.pass(5 * MINUTE);
    expect(stage.sight('CAM-1')).not.toBe('observing');
    expect(stage.lines().join()).toContain('~cam-1');
    expect(stage.alert('berth', 'equipment')).toMatchObject({ id, active: true });
  });
});
