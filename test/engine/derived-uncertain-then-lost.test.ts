// What is uncertain calms nothing, and does not do so by being lost afterwards: nobody has sent a good word that the head is low.
import { describe, expect, it } from 'vitest';
import type { PointConfig } from '../../src/model/point.ts';
import { derivedPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const heads = ['A', 'B'].map((tag) => point(tag, { limits: undefined, gateways: [tag === 'A' ? 'gw1' : 'gw2'] }));
const vote = derivedPoint('D', {
  of: { heads },
  function: 'kOfN',
  parameters: { k: 1, above: 50 },
  hazard: 'toxic-gas',
});
const median = derivedPoint('D', {
  of: { heads },
  function: 'median',
  parameters: { danger: 1 },
  valueKind: 'number',
  unit: '%{LEL}',
  hazard: 'toxic-gas',
  limits: { H: 50 },
});

function isActive(derived: PointConfig, last: 'good' | 'uncertain' | 'bad', isLost: boolean): boolean {
  const desk = new Desk({ points: [...heads, derived], gateways: ['gw1', 'gw2'] });
  for (let at = 0; at < 60 * SECOND; at += 10 * SECOND) {
    desk.send([{ tag: 'A', at, value: 5 }]);
    desk.send([{ tag: 'B', at, value: 60 }], at, 'gw2');
  }
  desk.send([{ tag: 'B', at: 60 * SECOND, value: 5, quality: last }], 60 * SECOND, 'gw2');
  for (let at = 60 * SECOND; at < 80 * SECOND; at += 10 * SECOND) desk.send([{ tag: 'A', at, value: 5 }]);
  if (isLost) desk.gateway(false, 80 * SECOND, 'gw2');
  for (let at = 80 * SECOND; at < 200 * SECOND; at += 10 * SECOND) {
    desk.send([{ tag: 'A', at, value: 5 }]);
    if (!isLost) desk.send([{ tag: 'B', at, value: 5, quality: last }], at, 'gw2');
  }
  return desk.hazards.some(
    ({ hazard, points }) => hazard === 'toxic-gas' && points.some(({ id, active }) => id === 'yt/D' && active),
  );
}
const derived = [
  ['a vote of one of two', vote],
  ['the median', median],
] as const;
describe.each(derived)('an alarm of %s', (_name, point) => {
  it('ends by a good word below', () => expect(isActive(point, 'good', false)).toBe(false));
  it('stands by uncertain ones', () => expect(isActive(point, 'uncertain', false)).toBe(true));
  it('stands by a bad one, and then none', () => expect(isActive(point, 'bad', true)).toBe(true));
  it('stands by an uncertain one, and then none', () => expect(isActive(point, 'uncertain', true)).toBe(true));
});
