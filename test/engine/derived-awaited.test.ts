// A point that is computed, and was blind before a start: what has merely not spoken since the start gives it no sight back.
import { expect, it } from 'vitest';
import { pointState } from '../../src/engine/describe.ts';
import { derivedPoint, switchPoint } from '../support/build/derived.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

it('a condition that was blind before a start stays so until both of its switches are known', () => {
  const fan = switchPoint('FAN', { gateways: ['gw1'] });
  const producing = switchPoint('PRODUCING', { gateways: ['gw2'] });
  const dust = derivedPoint('DUST-RISK', { of: { fan, producing }, expression: 'producing && !fan', hazard: 'dust' });
  const desk = new Desk({ points: [fan, producing, dust], gateways: ['gw1', 'gw2'] });
  const number = desk.state.registry.pointNumbers.get('yt/DUST-RISK')!;
  const told = () => desk.hazards.filter(({ active }) => active).flatMap(({ points }) => points.map((p) => p.blinds));
  desk.send([{ tag: 'FAN', at: 0, value: 1 }], 0, 'gw1');
  desk.send([{ tag: 'PRODUCING', at: 0, value: 1 }], 0, 'gw2');
  desk.gateway(false, MINUTE, 'gw1');
  desk.tickTo(2 * MINUTE);
  expect(told()).toEqual([2]);
  desk.resumed(2 * MINUTE, 2 * MINUTE + SECOND);
  desk.send([{ tag: 'FAN', at: 2 * MINUTE + 2 * SECOND, value: 0 }], 2 * MINUTE + 2 * SECOND, 'gw1');
  desk.tickTo(2 * MINUTE + 10 * SECOND);
  expect(told()).toEqual([1]);
  expect(pointState(desk.state, number)).toBe('stale');
  desk.send([{ tag: 'PRODUCING', at: 3 * MINUTE, value: 1 }], 3 * MINUTE, 'gw2');
  expect(pointState(desk.state, number)).toBe('observing');
  expect(desk.story).toContain('raised orange');
});
