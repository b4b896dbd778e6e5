// Points that are computed from others, on a bad day: messages that come again, drills, changes that wait, links that drop.
import { describe, expect, it } from 'vitest';
import { derivedPoint, switchPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';
import { raised, value } from '../support/told.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('a message that may have come before', () => {
  const fan = switchPoint('FAN');
  const noFan = derivedPoint('NO-FAN', { of: { fan }, expression: '!fan', hazard: 'dust' });

  it('calms no more through a derived point than by itself', () => {
    const desk = new Desk({ points: [fan, noFan] });
    desk.send([{ tag: 'FAN', at: 0, value: 1 }]);
    desk.send([{ tag: 'FAN', at: MINUTE, value: 1 }]);
    desk.send([{ tag: 'FAN', at: MINUTE, value: 0 }], MINUTE + SECOND);
    desk.send([{ tag: 'FAN', at: MINUTE, value: 1 }], MINUTE + 2 * SECOND);
    expect(raised(desk)).toEqual(['raised dust']);
    desk.send([{ tag: 'FAN', at: 2 * MINUTE, value: 1 }]);
    expect(raised(desk)).toEqual(['raised dust', 'cleared dust']);
  });
});

describe('a drill', () => {
  const played = point('PLAYED', { limits: undefined, exercise: true });

  it('is no alarm of a real derived point: it may not be its input', () => {
    const desk = new Desk({ points: [played] });
    const real = derivedPoint('REAL', { of: { played }, expression: 'played > 1', hazard: 'dust' });
    expect(desk.configure(pointsChange(real)).join()).toContain(
      'inputs.played: yt/PLAYED is of a drill, and this point is not',
    );
  });

  it('may be derived from drills, and from what is real', () => {
    const real = point('A', { limits: undefined });
    const desk = new Desk({ points: [played, real] });
    const drill = derivedPoint('D', { of: { played, real }, expression: 'played > real', exercise: true });
    expect(desk.configure(pointsChange(drill))).toEqual([]);
  });
});

it('a new derived point fits its inputs as they are in force, not as they are asked to be', () => {
  const a = point('A', { limits: undefined });
  const inKpa = { ...a, unit: 'kPa' };
  const desk = new Desk({ points: [a] });
  const high = derivedPoint('HIGH', { of: { a: inKpa }, expression: 'a > 10', hazard: 'dust' });
  expect(desk.configure(pointsChange(inKpa, high)).join()).toContain('must be in kPa, yt/A is in %{LEL}');
});

describe('a pump that speaks on change only', () => {
  const pump = switchPoint('PUMP');
  const minutes = derivedPoint('RUN', {
    of: { pump },
    function: 'runTime',
    parameters: { windowMs: 4 * HOUR },
    hazard: 'equipment',
    valueKind: 'number',
    unit: 'min',
    limits: { H: 60 },
  });

  it('stands still as before once its gateway is back', () => {
    const desk = new Desk({ points: [pump, minutes] });
    desk.reading('PUMP', 0, 0);
    desk.gateway(false, HOUR);
    desk.gateway(true, HOUR + 5 * MINUTE);
    desk.tickTo(4 * HOUR);
    expect(value(desk, 'RUN')).toBeCloseTo(5, 0);
    expect(raised(desk)).not.toContain('raised equipment');
  });
});

describe('a night in which the service was down', () => {
  const DOWN = 2 * MINUTE;
  const UP = DOWN + 8 * HOUR;

  it('is no silence of anybody, and no rest', () => {
    const vehicle = point('V', { limits: undefined });
    const driving = switchPoint('DRIVING');
    const gone = derivedPoint('GONE', {
      of: { vehicle },
      function: 'stale',
      parameters: { afterMs: 5 * MINUTE },
      hazard: 'crowd',
    });
    const minutes = derivedPoint('DRIVEN', {
      of: { driving },
      function: 'runTime',
      parameters: { windowMs: 4 * HOUR },
      valueKind: 'number',
      unit: 'min',
      hazard: 'equipment',
      limits: { H: 230 },
    });
    const desk = new Desk({ points: [vehicle, gone, driving, minutes] });
    desk.send([
      { tag: 'V', at: 0, value: 1 },
      { tag: 'DRIVING', at: 0, value: 0 },
    ]);
    desk.resumed(DOWN, UP);
    desk.reading('V', UP + SECOND, 1);
    expect(raised(desk)).not.toContain('raised crowd');
    expect(value(desk, 'DRIVEN')).toBeGreaterThan(235);
  });

  it('is no night in which all were offline', () => {
    const heads = ['A', 'B'].map((tag) => point(tag, { limits: undefined }));
    const online = derivedPoint('ONLINE', {
      of: { heads },
      function: 'onlineShare',
      valueKind: 'number',
      unit: '%',
      hazard: 'equipment',
      limits: { L: 90 },
    });
    const desk = new Desk({ points: [...heads, online] });
    const both = (at: number) => desk.send(['A', 'B'].map((tag) => ({ tag, at, value: 1 })));
    both(0);
    desk.resumed(DOWN, UP);
    both(UP + SECOND);
    expect(raised(desk)).toEqual([]);
    expect(value(desk, 'ONLINE')).toBe(100);
    desk.tickTo(UP + HOUR);
    expect(raised(desk)).toContain('raised equipment');
  });
});

it('a rate of values that come too rarely for its window is told as blind, and not calm for ever', () => {
  const level = point('LEVEL', { limits: undefined, unit: 'm', intervalMs: 2 * HOUR });
  const rise = derivedPoint('RISE', {
    of: { level },
    function: 'rate',
    parameters: { windowMs: HOUR },
    valueKind: 'number',
    unit: 'm/h',
    hazard: 'flooding',
    limits: { H: 1 },
  });
  const desk = new Desk({ points: [level, rise] });
  for (let n = 0; n < 12; n++) desk.reading('LEVEL', n * 2 * HOUR, n);
  expect(desk.hazards).toMatchObject([{ hazard: 'flooding', active: true, reasons: [{ detail: { lost: 'RISE' } }] }]);
});

it('one low value alone is not the end: where the inputs have a rhythm, the next one has to say so too', () => {
  const level = point('LEVEL', { limits: undefined, intervalMs: 5 * MINUTE });
  const high = derivedPoint('HIGH', {
    of: { level },
    expression: 'level > 25',
    hazard: 'dust',
    intervalMs: null,
    offDelayMs: MINUTE,
  });
  const desk = new Desk({ points: [level, high] });
  desk.reading('LEVEL', 0, 30);
  desk.reading('LEVEL', 5 * MINUTE, 5);
  desk.tickTo(9 * MINUTE);
  expect(raised(desk)).toEqual(['raised dust']);
  desk.reading('LEVEL', 10 * MINUTE, 5);
  expect(raised(desk)).toEqual(['raised dust', 'cleared dust']);
});

it('an average of a gauge that is away is told to be blind once, and not anew with each step of its window', () => {
  const head = point('HEAD', { limits: undefined });
  const average = derivedPoint('TWA', {
    of: { head },
    function: 'twa',
    parameters: { windowMs: 48 * MINUTE },
    hazard: 'toxic-gas',
    valueKind: 'number',
    unit: '%{LEL}',
    limits: { H: 40 },
  });
  const desk = new Desk({ points: [head, average] });
  for (let at = 0; at <= 10 * MINUTE; at += 10 * SECOND) desk.reading('HEAD', at, 30);
  const number = desk.state.registry.pointNumbers.get('yt/TWA')!;
  const told: boolean[] = [];
  for (let at = 10 * MINUTE; at <= 30 * MINUTE; at += SECOND) {
    desk.tickTo(at);
    told.push(...desk.out.silences.filter((one) => one.point === number).map(({ silent }) => silent));
  }
  expect(told).toEqual([true]);
  desk.reading('HEAD', 31 * MINUTE, 30);
  expect(desk.out.silences).toContainEqual({ point: number, silent: false });
});
