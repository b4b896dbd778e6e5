// Points that are computed from others: they alarm, wait, go blind, come back and are replayed like any point.
import { describe, expect, it } from 'vitest';
import { evidenceOf, judgeAgain } from '../../src/engine/evidence.ts';
import type { PointConfig } from '../../src/model/point.ts';
import { derivedPoint, switchPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { Desk, T0 } from '../support/desk.ts';
import { raised } from '../support/told.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const value = (desk: Desk, tag: string): number | undefined => {
  const { registry, points } = desk.state;
  const number = registry.pointNumbers.get(`yt/${tag}`)!;
  return points.col.seen[number] === 0 ? undefined : points.col.value[number];
};

const fan = switchPoint('FAN');
const producing = switchPoint('PRODUCING');
const dustRisk = derivedPoint('DUST-RISK', {
  hazard: 'dust',
  of: { fan, producing },
  expression: 'producing && !fan',
  onDelayMs: 5 * SECOND,
});

describe('production on and its fan off', () => {
  const plant = { points: [fan, producing, dustRisk] };

  it('is an alarm after its on-delay, and over when the fan runs', () => {
    const desk = new Desk(plant);
    desk.reading('FAN', 0, 1);
    desk.reading('PRODUCING', SECOND, 1);
    expect(value(desk, 'DUST-RISK')).toBe(0);
    desk.reading('FAN', MINUTE, 0);
    expect(value(desk, 'DUST-RISK')).toBe(1);
    expect(raised(desk)).toEqual([]);
    desk.tickTo(MINUTE + 6 * SECOND);
    expect(raised(desk)).toEqual(['raised dust']);
    expect(desk.hazards[0].points).toMatchObject([{ id: 'yt/DUST-RISK', active: true }]);
    const [capsule] = desk.capsules;
    expect(judgeAgain(capsule)).toEqual([]);
    expect(evidenceOf(capsule).points[0].inputs).toEqual([
      { name: 'fan', point: 'yt/FAN', value: 0, quality: 'good', at: T0 + MINUTE },
      { name: 'producing', point: 'yt/PRODUCING', value: 1, quality: 'good', at: T0 + SECOND },
    ]);
    desk.reading('FAN', 2 * MINUTE, 1);
    expect(raised(desk)).toEqual(['raised dust', 'cleared dust']);
  });

  it('both in one message is one value, and no alarm for the moment between', () => {
    const desk = new Desk(plant);
    desk.send([
      { tag: 'FAN', at: 0, value: 0 },
      { tag: 'PRODUCING', at: 0, value: 0 },
    ]);
    desk.send([
      { tag: 'PRODUCING', at: MINUTE, value: 1 },
      { tag: 'FAN', at: MINUTE, value: 1 },
    ]);
    desk.tickTo(HOUR);
    expect(raised(desk)).toEqual([]);
  });

  it('of which one is lost is blind by the same cause, and never normal', () => {
    const desk = new Desk({ ...plant, gateways: ['gw1'] });
    desk.reading('FAN', 0, 1);
    desk.reading('PRODUCING', SECOND, 1);
    desk.gateway(false, MINUTE);
    desk.tickTo(3 * MINUTE);
    const [cause] = desk.hazards.filter(({ hazard }) => hazard === 'coverage');
    expect(cause.reasons[0].detail).toMatchObject({ 'yt/farm|dust': '0/1' });
    desk.gateway(true, 4 * MINUTE);
    desk.reading('PRODUCING', 5 * MINUTE, 1);
    desk.tickTo(10 * MINUTE);
    expect(desk.hazards).toMatchObject([{ hazard: 'coverage', active: false }]);
  });

  it('needs no word of what does not matter: without production the fan may be unknown', () => {
    const desk = new Desk(plant);
    desk.reading('PRODUCING', 0, 0);
    expect(value(desk, 'DUST-RISK')).toBe(0);
  });
});

describe('what stands on a derived point', () => {
  const a = point('A', { limits: undefined });
  const b = point('B', { limits: undefined });
  const difference = derivedPoint('DIFF', {
    of: { a, b },
    expression: 'abs(a - b)',
    valueKind: 'number',
    unit: '%{LEL}',
    hazard: 'flammable-gas',
    limits: { H: 20 },
  });
  const far = derivedPoint('FAR', { of: { difference }, expression: 'difference > 40', hazard: 'toxic-gas' });

  it('is computed behind it, in one message', () => {
    const desk = new Desk({ points: [a, b, difference, far] });
    desk.send([
      { tag: 'A', at: 0, value: 60 },
      { tag: 'B', at: 0, value: 5 },
    ]);
    expect([value(desk, 'DIFF'), value(desk, 'FAR')]).toEqual([55, 1]);
    expect(raised(desk).sort()).toEqual(['raised flammable-gas', 'raised toxic-gas']);
  });

  it('is worth as much as its inputs: a bad one makes it blind, an uncertain one calms nothing', () => {
    const desk = new Desk({ points: [a, b, difference] });
    const both = (at: number, value: number, quality: 'good' | 'uncertain' | 'bad' = 'good') =>
      desk.send([
        { tag: 'A', at, value, quality },
        { tag: 'B', at, value: 5 },
      ]);
    both(0, 60);
    both(10 * SECOND, 6, 'uncertain');
    both(20 * SECOND, 6, 'bad');
    expect(raised(desk)).toEqual(['raised flammable-gas']);
    both(30 * SECOND, 6);
    expect(raised(desk)).toEqual(['raised flammable-gas', 'cleared flammable-gas']);
  });

  it.each([
    [
      'that is not there',
      derivedPoint('X', { of: { a: point('NOWHERE') }, expression: 'a > 1.0' }),
      /NOWHERE is not registered/,
    ],
    [
      'in another unit',
      derivedPoint('X', { of: { a: point('A', { unit: '%' }) }, expression: 'a > 1.0' }),
      /must be in %, yt\/A is in %\{LEL\}/,
    ],
    [
      'that is a switch',
      derivedPoint('X', { of: { a: switchPoint('A') }, expression: 'a' }),
      /must be a boolean, yt\/A is a number/,
    ],
  ] as [string, PointConfig, RegExp][])('cannot stand on a point %s', (_what, wrong, why) => {
    const desk = new Desk({ points: [a] });
    expect(desk.configure(pointsChange(wrong)).join()).toMatch(why);
    expect(desk.state.registry.points).toHaveLength(1);
  });

  it('stands on no more than 32 one behind the other: thousands are refused by name, and at once', () => {
    const chain: PointConfig[] = [derivedPoint('C0', { of: { a }, expression: 'a > 1', hazard: 'dust' })];
    for (let n = 1; n < 3_000; n++)
      chain.push(derivedPoint(`C${n}`, { of: { before: chain[n - 1] }, expression: 'before', hazard: 'dust' }));
    const desk = new Desk({ points: [a] });
    expect(desk.configure(pointsChange(...chain.slice(0, 33)))).toEqual([]);
    const errors = desk.configure(pointsChange(...chain));
    expect(errors[0]).toBe('point yt/C33: stands on more than 32 derived points one behind the other');
    desk.reading('A', 0, 60);
    expect(value(desk, 'C32')).toBe(1);
  });

  it('cannot stand on itself, over however many', () => {
    const desk = new Desk({ points: [a, b, difference, far] });
    const circle = {
      ...difference,
      derive: {
        ...far.derive!,
        expression: 'difference',
        inputs: {
          difference: { ...far.derive!.inputs.difference, points: ['yt/FAR'], valueKind: 'boolean' as const, unit: '' },
        },
      },
    };
    expect(desk.configure(pointsChange(circle)).join()).toContain(
      'point yt/DIFF: is derived from itself: yt/DIFF ← yt/FAR ← yt/DIFF',
    );
  });
});

describe('two of three heads', () => {
  const heads = ['GD-1', 'GD-2', 'GD-3'].map((tag) => point(tag, { limits: undefined }));
  const vote = derivedPoint('VOTE', { of: { heads }, function: 'kOfN', parameters: { k: 2, above: 25 } });
  const all = (desk: Desk, at: number, values: readonly (number | undefined)[]) =>
    desk.send(values.flatMap((one, i) => (one === undefined ? [] : [{ tag: `GD-${i + 1}`, at, value: one }])));

  it('are an alarm, one alone is none', () => {
    const desk = new Desk({ points: [...heads, vote] });
    all(desk, 0, [30, 3, 3]);
    expect(raised(desk)).toEqual([]);
    all(desk, 10 * SECOND, [30, 30, 3]);
    expect(raised(desk)).toEqual(['raised flammable-gas']);
  });

  it('of which one is lost: the other alone is enough', () => {
    const desk = new Desk({ points: [...heads, vote] });
    all(desk, 0, [3, 3, 3]);
    for (let at = 10 * SECOND; at <= 60 * SECOND; at += 10 * SECOND) all(desk, at, [3, undefined, 3]);
    expect(raised(desk)).toEqual([]);
    all(desk, 70 * SECOND, [30, undefined, 3]);
    expect(raised(desk)).toEqual(['raised flammable-gas']);
  });
});

describe('what moves by time alone', () => {
  const gauge = point('RAIN', { limits: undefined, unit: 'mm', intervalMs: 300_000 });
  const rain = derivedPoint('RAIN-1H', {
    of: { gauge },
    function: 'windowSum',
    parameters: { windowMs: HOUR },
    valueKind: 'number',
    unit: 'mm',
    hazard: 'flooding',
    limits: { H: 50 },
  });

  it('is computed without a word of anybody: rain leaves the window', () => {
    const desk = new Desk({ points: [gauge, rain] });
    for (let n = 0; n < 12; n++) desk.reading('RAIN', n * 5 * MINUTE, 5);
    expect(value(desk, 'RAIN-1H')).toBe(60);
    expect(raised(desk)).toEqual(['raised flooding']);
    for (let n = 12; n < 24; n++) desk.reading('RAIN', n * 5 * MINUTE, 0);
    desk.tickTo(119 * MINUTE);
    expect(value(desk, 'RAIN-1H')).toBeLessThanOrEqual(10);
    expect(raised(desk)).toEqual(['raised flooding', 'cleared flooding']);
  });

  it('goes on where it was after a snapshot, and gives the same', () => {
    const desk = new Desk({ points: [gauge, rain] });
    for (let n = 0; n < 8; n++) desk.reading('RAIN', n * 5 * MINUTE, 5);
    const copy = desk.fork();
    for (const one of [desk, copy]) {
      for (let n = 8; n < 14; n++) one.reading('RAIN', n * 5 * MINUTE, 5);
      one.tickTo(3 * HOUR);
    }
    expect(copy.transitions).toEqual(desk.transitions);
    expect(value(copy, 'RAIN-1H')).toBe(value(desk, 'RAIN-1H'));
    expect(raised(desk)).toContain('raised flooding');
  });
});

it('a derived point is computed as soon as it is registered, from what is known already', () => {
  const desk = new Desk({ points: [fan, producing] });
  desk.reading('FAN', 0, 0);
  desk.reading('PRODUCING', SECOND, 1);
  expect(desk.configure(pointsChange(dustRisk), 2 * SECOND)).toEqual([]);
  expect(value(desk, 'DUST-RISK')).toBe(1);
});

describe('three gauges of one water level', () => {
  const gauges = ['A', 'B', 'C'].map((tag) => point(tag, { limits: undefined, unit: 'm', span: { min: 0, max: 20 } }));
  const level = (over: object = {}) =>
    derivedPoint('LEVEL', {
      of: { gauges },
      function: 'median',
      parameters: { apart: 1 },
      valueKind: 'number',
      unit: 'm',
      hazard: 'dam-stability',
      limits: { H: 12 },
      ...over,
    });
  const all = (desk: Desk, at: number, values: readonly number[]) =>
    desk.send(values.map((one, i) => ({ tag: 'ABC'[i], at, value: one })));
  const over = (desk: Desk, from: number, to: number, values: readonly number[]) => {
    for (let at = from; at <= to; at += 10 * SECOND) all(desk, at, values);
  };
  const odd = (desk: Desk) => desk.devices.filter(({ hazard, active }) => hazard === 'odd-one-out' && active);

  it('of which one jumps: the median is judged, and the odd one is named after a minute, masking nothing', () => {
    const desk = new Desk({ points: [...gauges, level()] });
    over(desk, 0, MINUTE, [10, 10.1, 9.9]);
    over(desk, 70 * SECOND, 2 * MINUTE, [13.2, 10.1, 9.9]);
    expect([value(desk, 'LEVEL'), odd(desk)]).toEqual([10.1, []]);
    over(desk, 130 * SECOND, 3 * MINUTE, [13.2, 10.1, 9.9]);
    const [alarm] = odd(desk);
    expect(alarm).toMatchObject({ grade: 'blue', points: [{ id: 'yt/A' }] });
    expect(alarm.reasons[0].detail).toMatchObject({ of: 'yt/LEVEL', value: 13.2, median: 10.1 });
    over(desk, 190 * SECOND, 4 * MINUTE, [13.2, 12.8, 12.7]);
    over(desk, 250 * SECOND, 6 * MINUTE, [13.2, 12.8, 12.7]);
    expect([raised(desk), odd(desk)]).toEqual([['raised dam-stability'], []]);
  });

  it('names the odd one in the evidence of what was raised while it stood out', () => {
    const desk = new Desk({ points: [...gauges, level()] });
    all(desk, 0, [12.5, 12.4, 3]);
    expect(evidenceOf(desk.capsules[0]).points[0].inputs).toMatchObject([
      { point: 'yt/A', odd: undefined },
      { point: 'yt/B', odd: undefined },
      { point: 'yt/C', odd: true },
    ]);
  });

  it('of two that differ nobody knows which is wrong', () => {
    const desk = new Desk({ points: [...gauges, level({ of: { gauges: gauges.slice(0, 2) } })] });
    over(desk, 0, 2 * MINUTE, [13.2, 10.1, 9.9]);
    expect([value(desk, 'LEVEL'), odd(desk)]).toEqual([13.2, []]);
  });

  it('goes on naming it after a snapshot', () => {
    const desk = new Desk({ points: [...gauges, level()] });
    over(desk, 0, 30 * SECOND, [13.2, 10.1, 9.9]);
    const copy = desk.fork();
    over(copy, 40 * SECOND, 2 * MINUTE, [13.2, 10.1, 9.9]);
    expect(odd(copy)).toHaveLength(1);
  });
});
