/** Old JSON as it was stored, and what this program makes of it. */
import { describe, expect, it } from 'vitest';
import { bringUp, stamped, upcastAlert, upcastPoint, upcastTransition, versionOf } from '../../src/model/upcast.ts';
import { NewerVersionError } from '../../src/model/version.ts';

describe('a stored shape', () => {
  it('is brought up from the version it states, and says none of it afterwards', () => {
    const point = { id: 'yt/GD-1', rules: [] };
    expect(upcastPoint(stamped('point', point as never))).toEqual(point);
  });

  it('of a newer program is refused by name', () => {
    const newer = { v: versionOf('alert') + 1, points: [] };
    expect(() => upcastAlert(newer)).toThrow(NewerVersionError);
    expect(() => upcastAlert(newer)).toThrow(`a stored alert is of version ${newer.v}, written by a newer program`);
    expect(() => bringUp('source', {}, 99)).toThrow('a stored source is of version 99');
  });
});

describe('what 0.1.0 stored', () => {
  const points = [
    { id: 'yt/LT-1', rule: 'limits', limit: 'L' },
    { id: 'yt/LT-2', rule: 'limits', limit: 'HH' },
    { id: 'yt/LT-3', rule: 'forecast', limit: 'H' },
  ];
  const sides = ['limits-low', 'limits-high', 'forecast'];

  it('as an alert: its contributors are named by the side of the limits they stood on', () => {
    expect(upcastAlert({ id: 'a1-0', points }).points.map(({ rule }) => rule)).toEqual(sides);
  });

  it('as a transition: so is what caused it', () => {
    const transition = { seq: 1, point: 'yt/LT-1', rule: 'limits', alert: { id: 'a1-0', points } };
    expect(upcastTransition(transition)).toMatchObject({
      rule: 'limits-low',
      alert: { points: [{ rule: 'limits-low' }, {}, {}] },
    });
    expect(upcastTransition({ seq: 2, by: '王', alert: { id: 'a1-0', points } })).not.toHaveProperty('rule');
  });
});
