// A reading without its time comes at least once, and whenever its sender likes: nothing is counted, summed or timed by it, and
// whoever asks is told.
import { describe, expect, it } from 'vitest';
import { pointState } from '../../src/engine/describe.ts';
import { FLAG } from '../../src/model/reading.ts';
import { derivedPoint, switchPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { copied, Desk, T0 } from '../support/desk.ts';
import { numberOf, value } from '../support/told.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const quality = (desk: Desk, tag: string): number => desk.state.points.col.quality[numberOf(desk, tag)];
const isUntimed = (desk: Desk, tag: string): boolean =>
  (desk.state.points.col.flags[numberOf(desk, tag)] & FLAG.NO_AT) !== 0;
const hazards = (desk: Desk) => desk.hazards.filter(({ active }) => active).map(({ key }) => key);

function rainGauge(): Desk {
  const rain = point('RAIN', { unit: 'mm', limits: undefined, span: undefined, intervalMs: MINUTE });
  const inHour = { of: { rain }, parameters: { windowMs: HOUR }, valueKind: 'number', hazard: 'flooding' } as const;
  const sum = derivedPoint('SUM', { ...inHour, function: 'windowSum', unit: 'mm', limits: { H: 50 } });
  const strong = { windowMs: HOUR, above: 20 };
  const count = derivedPoint('COUNT', {
    ...inHour,
    function: 'windowCount',
    parameters: strong,
    unit: '',
    limits: { H: 2 },
  });
  const desk = new Desk({ points: [rain, sum, count] });
  for (let minute = 0; minute < 70; minute++) desk.reading('RAIN', minute * MINUTE, 0);
  return desk;
}

describe('rain that is sent without a time', () => {
  it('is in no sum and in no count, and sent once more is still in none', () => {
    const desk = rainGauge();
    desk.send([{ tag: 'RAIN', value: 30 }], 70 * MINUTE);
    expect([value(desk, 'SUM'), value(desk, 'COUNT')]).toEqual([0, 0]);
    expect([isUntimed(desk, 'RAIN'), isUntimed(desk, 'SUM')]).toEqual([true, true]);
    // Its acknowledgement was lost: the same once more, marked as sent again.
    const newest = desk.inputs.findLast((input) => input.kind === 'readings');
    if (newest?.kind !== 'readings') throw new Error('nothing was sent');
    const receivedAt = T0 + 70 * MINUTE + 3 * SECOND;
    const flags = newest.batch.flags.map((one) => one | FLAG.REDELIVERED);
    desk.tickTo(70 * MINUTE + 3 * SECOND);
    desk.fold({
      kind: 'readings',
      at: receivedAt,
      batch: { ...newest.batch, receivedAt, flags, sampledAt: [receivedAt] },
    });
    expect([value(desk, 'SUM'), value(desk, 'COUNT'), hazards(desk)]).toEqual([0, 0, []]);
  });

  it('shows that the gauge is there: its total is at least so much once a tenth of the hour came so, and calms nothing', () => {
    const desk = rainGauge();
    desk.reading('RAIN', 70 * MINUTE, 60);
    desk.tickTo(72 * MINUTE);
    expect(hazards(desk)).toContain('yt/farm||flooding|hazard');
    for (let minute = 71; minute < 200; minute++) desk.send([{ tag: 'RAIN', value: 0 }], minute * MINUTE);
    expect([value(desk, 'SUM'), quality(desk, 'SUM')]).toEqual([0, 1]);
    expect(hazards(desk)).toContain('yt/farm||flooding|hazard');
    for (let minute = 200; minute < 330; minute++) desk.reading('RAIN', minute * MINUTE, 0);
    expect([value(desk, 'SUM'), quality(desk, 'SUM'), isUntimed(desk, 'SUM')]).toEqual([0, 0, false]);
    expect(hazards(desk)).toEqual([]);
  });
});

describe('a switch that is sent without a time', () => {
  const belt = (name: 'runTime' | 'forMs' | 'windowCount') => {
    const on = switchPoint('ON', { intervalMs: MINUTE });
    const numbers = { valueKind: 'number', unit: name === 'runTime' ? 'min' : '', limits: { H: 30 } } as const;
    const parameters: Record<string, number> = name === 'forMs' ? { holdMs: 5 * MINUTE } : { windowMs: HOUR };
    const made = { of: { on }, function: name, parameters, hazard: 'equipment' } as const;
    return new Desk({ points: [on, derivedPoint('X', name === 'forMs' ? made : { ...made, ...numbers })] });
  };

  it('is not known to have stood: the run-time counts it as on', () => {
    const desk = belt('runTime');
    for (let minute = 0; minute < 60; minute++) desk.reading('ON', minute * MINUTE, 0);
    for (let minute = 60; minute <= 90; minute++) desk.send([{ tag: 'ON', value: 0 }], minute * MINUTE);
    expect(value(desk, 'X')).toBeCloseTo(30, 0);
    expect(quality(desk, 'X')).toBe(1);
  });

  it('has come on once, however often it says so', () => {
    const desk = belt('windowCount');
    desk.reading('ON', 0, 0);
    for (const [minute, is] of [1, 0, 1, 0].entries()) desk.send([{ tag: 'ON', value: is }], (minute + 1) * MINUTE);
    expect(value(desk, 'X')).toBe(0);
    desk.reading('ON', 6 * MINUTE, 1);
    expect(value(desk, 'X')).toBe(1);
  });

  it('begins no duration and ends none; the point is blind until one comes with its time, and so through a restart', () => {
    const desk = belt('forMs');
    desk.reading('ON', 0, 0);
    for (let minute = 1; minute <= 10; minute++) desk.send([{ tag: 'ON', value: 1 }], minute * MINUTE);
    expect([value(desk, 'X'), pointState(desk.state, numberOf(desk, 'X'))]).toEqual([0, 'stale']);
    desk.state = copied(desk.state);
    for (let minute = 11; minute <= 16; minute++) desk.reading('ON', minute * MINUTE, 1);
    desk.tickTo(17 * MINUTE);
    expect([value(desk, 'X'), pointState(desk.state, numberOf(desk, 'X'))]).toEqual([1, 'observing']);
    expect(hazards(desk)).toEqual(['yt/farm||equipment|hazard']);
    desk.send([{ tag: 'ON', value: 0 }], 18 * MINUTE);
    desk.tickTo(20 * MINUTE);
    expect(hazards(desk)).toEqual(['yt/farm||equipment|hazard']);
    for (let minute = 21; minute <= 23; minute++) desk.reading('ON', minute * MINUTE, 0);
    expect(hazards(desk)).toEqual([]);
  });
});

describe('a duration whose switch falls silent', () => {
  const dust = () => {
    const on = switchPoint('ON', { intervalMs: 10 * SECOND });
    const held = { of: { on }, function: 'forMs', parameters: { holdMs: 5 * MINUTE }, hazard: 'dust' } as const;
    const desk = new Desk({ points: [on, derivedPoint('X', held)] });
    desk.reading('ON', 0, 0);
    return desk;
  };
  const standing = (desk: Desk) =>
    desk.hazards.filter((one) => one.active && one.points.some(({ rule }) => rule === 'boolean'));

  it('is not reached by what nobody saw', () => {
    const desk = dust();
    desk.reading('ON', 10 * SECOND, 1);
    desk.tickTo(HOUR);
    expect([standing(desk), value(desk, 'X')]).toEqual([[], 0]);
    expect(pointState(desk.state, numberOf(desk, 'X'))).toBe('stale');
  });

  it('and was reached before is held, blind', () => {
    const desk = dust();
    for (let at = 10 * SECOND; at <= 6 * MINUTE; at += 10 * SECOND) desk.reading('ON', at, 1);
    expect(standing(desk)).toHaveLength(1);
    desk.tickTo(HOUR);
    expect(standing(desk)).toMatchObject([{ active: true }]);
    expect(standing(desk)[0].points.find(({ rule }) => rule === 'boolean')).toMatchObject({ active: true, held: true });
  });
});
