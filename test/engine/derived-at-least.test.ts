// What was seen of a window that is not known whole is no less than it says: it raises where more means more, and is no average
// that anything is compared with.
import { describe, expect, it } from 'vitest';
import { FLAG } from '../../src/model/reading.ts';
import { derivedPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';
import { numberOf, value } from '../support/told.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const isSeen = (desk: Desk, tag: string): boolean => desk.state.points.col.seen[numberOf(desk, tag)] !== 0;
const isAtLeast = (desk: Desk, tag: string): boolean =>
  (desk.state.points.col.flags[numberOf(desk, tag)] & FLAG.AT_LEAST) !== 0;
const standing = (desk: Desk) => desk.hazards.filter(({ active }) => active).map(({ key }) => key);

/** Water that runs into a mine, by its average of four hours, and by what the pumps can lift. */
function mine(): Desk {
  const inflow = point('INFLOW', { unit: 'm3/h', limits: undefined, span: undefined, intervalMs: MINUTE });
  const number = { valueKind: 'number', hazard: 'flooding' } as const;
  const mean = derivedPoint('MEAN', {
    ...number,
    of: { inflow },
    function: 'twa',
    parameters: { windowMs: 4 * HOUR },
    unit: 'm3/h',
  });
  const rise = derivedPoint('RISE', {
    ...number,
    of: { inflow, mean },
    expression: 'inflow / mean',
    unit: '',
    limits: { H: 1.3 },
  });
  const share = derivedPoint('SHARE', {
    ...number,
    of: { mean },
    expression: 'mean / capacity * 100',
    parameters: { capacity: 100 },
    unit: '%',
    limits: { H: 80 },
  });
  return new Desk({ points: [inflow, mean, rise, share] });
}

describe('water that runs into a mine, compared with its average of four hours', () => {
  it('has not risen on the first day, and is compared once the four hours are known', () => {
    const desk = mine();
    for (let minute = 0; minute < 200; minute++) desk.reading('INFLOW', minute * MINUTE, 50);
    expect([isSeen(desk, 'RISE'), isAtLeast(desk, 'MEAN'), isAtLeast(desk, 'SHARE')]).toEqual([false, true, true]);
    expect(desk.open).toEqual([]);
    for (let minute = 200; minute < 250; minute++) desk.reading('INFLOW', minute * MINUTE, 50);
    expect([value(desk, 'RISE'), isAtLeast(desk, 'MEAN'), isAtLeast(desk, 'SHARE')]).toEqual([1, false, false]);
    for (let minute = 250; minute < 255; minute++) desk.reading('INFLOW', minute * MINUTE, 75);
    expect(standing(desk)).toEqual(['yt/farm||flooding|hazard']);
  });

  it('that nobody saw for an hour has not risen by that, and that it cannot be compared is told until it can', () => {
    const desk = mine();
    for (let minute = 0; minute < 300; minute++) desk.reading('INFLOW', minute * MINUTE, 50);
    for (let minute = 360; minute < 480; minute++) desk.reading('INFLOW', minute * MINUTE, 50);
    expect([isAtLeast(desk, 'MEAN'), value(desk, 'RISE')]).toEqual([true, 1]);
    // The inflow is seen again; what it is compared with is not, and that stays told.
    expect(standing(desk)).toEqual(['yt/~gw1||coverage|hazard']);
    for (let minute = 480; minute < 620; minute++) desk.reading('INFLOW', minute * MINUTE, 50);
    expect([standing(desk), isAtLeast(desk, 'MEAN'), value(desk, 'RISE')]).toEqual([[], false, 1]);
  });

  it('raises on the first day where more of it can only be worse', () => {
    const desk = mine();
    for (let minute = 0; minute < 200; minute++) desk.reading('INFLOW', minute * MINUTE, 99);
    expect([value(desk, 'SHARE') > 80, isAtLeast(desk, 'SHARE')]).toEqual([true, true]);
    expect(standing(desk)).toEqual(['yt/farm||flooding|hazard']);
  });
});
