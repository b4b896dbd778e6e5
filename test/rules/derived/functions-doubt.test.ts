// What named functions make of inputs that are doubtful, late or lost: they may raise, and calm nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BAD, GOOD, UNCERTAIN } from '../../../src/model/quality.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/model/time.ts';
import { boundDerivation } from '../../../src/rules/derived/definition.ts';
import { Bench, NEVER } from './bench.ts';

describe('a window', () => {
  it('counts a value from when it was taken, also where it was asked for an average in between', () => {
    const stel = new Bench('twa', { windowMs: 15 * MINUTE_MS }, 1, 3 * MINUTE_MS);
    // A gateway that sends once a minute what it took every second of it: a leak, from the tenth second of each minute on.
    for (let minute = 0; minute < 20; minute++) {
      const begun = stel.now;
      stel.given(50 * SECOND_MS);
      for (let second = 0; second < 60; second++) stel.takes(second < 10 ? 0 : 60, begun + second * SECOND_MS);
      stel.given(10 * SECOND_MS);
    }
    expect(stel.given().value).toBeCloseTo(50, 0);
  });

  it('back-filled after an outage knows every minute once', () => {
    const average = new Bench('twa', { windowMs: 10 * MINUTE_MS }, 1, 3 * MINUTE_MS);
    const begun = average.now;
    average.says(0);
    average.loses(0, 3 * MINUTE_MS);
    average.given(7 * MINUTE_MS);
    for (let minute = 1; minute <= 10; minute++) average.takes(60, begun + minute * MINUTE_MS);
    expect(average.given().value).toBeCloseTo(54, 0);
  });

  it.each([
    ['twa', {}],
    ['windowSum', {}],
    ['windowCount', { above: 1 }],
  ])('%s of doubtful values is doubtful, however many there are', (name, parameters) => {
    const bench = new Bench(name, { windowMs: HOUR_MS, ...parameters }, 1, 3 * MINUTE_MS);
    for (let minute = 0; minute < 120; minute++) bench.says(0, { afterMs: MINUTE_MS });
    expect(bench.given().quality).toBe(GOOD);
    for (let minute = 0; minute < 30; minute++) bench.says(0, { afterMs: MINUTE_MS, quality: UNCERTAIN });
    expect(bench.given().quality).toBe(UNCERTAIN);
    for (let minute = 0; minute < 90; minute++) bench.says(0, { afterMs: MINUTE_MS });
    expect(bench.given().quality).toBe(GOOD);
  });

  it('of driving counts every minute that is not known, at its edge too', () => {
    const drive = new Bench('runTime', { windowMs: 48 * MINUTE_MS }, 1, MINUTE_MS);
    drive.says(false);
    for (let minute = 0; minute < 200; minute++) drive.says(false, { afterMs: MINUTE_MS });
    drive.loses(0, 30 * SECOND_MS);
    for (let minute = 0; minute < 20; minute++) {
      drive.given(MINUTE_MS);
      expect(drive.given().value).toBeGreaterThanOrEqual(minute + 1);
    }
  });
});

describe('a rate', () => {
  it('follows a doubtful rise, and is as doubtful', () => {
    const rise = new Bench('rate', { windowMs: HOUR_MS }, 1, HOUR_MS);
    for (let n = 0; n <= 12; n++) rise.says(100, { afterMs: 10 * MINUTE_MS });
    expect(rise.given()).toMatchObject({ value: 0, quality: GOOD });
    const doubtful = rise.says(130, { afterMs: 10 * MINUTE_MS, quality: UNCERTAIN });
    expect(doubtful.quality).toBe(UNCERTAIN);
    expect(doubtful.value).toBeGreaterThan(20);
  });
});

describe('a duration', () => {
  it('is not ended by a doubtful word', () => {
    const on = new Bench('forMs', { holdMs: 30 * SECOND_MS });
    on.says(true);
    on.says(false, { afterMs: 20 * SECOND_MS, quality: UNCERTAIN });
    on.says(true, { afterMs: 5 * SECOND_MS });
    expect(on.given(5 * SECOND_MS)).toMatchObject({ value: 1, quality: GOOD });
  });

  it('is not reached by waiting while nothing is seen, and goes on with the part that it had', () => {
    const on = new Bench('forMs', { holdMs: 30 * SECOND_MS });
    on.says(true);
    on.given(10 * SECOND_MS);
    expect(on.loses(0, 10 * SECOND_MS)).toMatchObject({ value: 0, blind: true });
    expect(on.given(HOUR_MS)).toMatchObject({ value: 0, blind: true });
    expect(on.says(true)).toMatchObject({ value: 0, blind: false });
    expect(on.given(9 * SECOND_MS).value).toBe(0);
    expect(on.given(SECOND_MS).value).toBe(1);
  });

  it('that was reached stays so while nothing is seen, blind, and ends by a word', () => {
    const on = new Bench('forMs', { holdMs: 30 * SECOND_MS });
    on.says(true);
    expect(on.given(30 * SECOND_MS).value).toBe(1);
    expect(on.loses(0, SECOND_MS)).toMatchObject({ value: 1, blind: true });
    expect(on.given(HOUR_MS)).toMatchObject({ value: 1, blind: true });
    expect(on.says(true)).toMatchObject({ value: 1, blind: false });
    expect(on.says(false, { afterMs: SECOND_MS })).toMatchObject({ value: 0, blind: false });
  });

  it('is the same found out anew from what was seen second by second', () => {
    const step = fc.record({ is: fc.constantFrom('on', 'on', 'off', 'lost'), forS: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const bench = new Bench('forMs', { holdMs: 30 * SECOND_MS });
        let seenS = 0;
        let said: string | undefined;
        for (const { is, forS } of steps) {
          if (is === 'lost') bench.loses();
          else bench.says(is === 'on');
          if (is === 'off' || (is === 'on' && said === undefined)) seenS = 0;
          if (is !== 'lost') said = is === 'on' ? is : undefined;
          for (let second = 1; second <= forS; second++) {
            if (is === 'on') seenS++;
            expect(bench.given(SECOND_MS).value).toBe(said === 'on' && seenS >= 30 ? 1 : 0);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('first-fault', () => {
  it('is not over by a doubtful word, and is blind with all of its inputs', () => {
    const trips = new Bench('firstOut', {}, 2);
    trips.says(false, { input: 0 });
    trips.says(true, { input: 1, afterMs: SECOND_MS });
    expect(trips.says(false, { input: 1, afterMs: SECOND_MS, quality: UNCERTAIN })).toMatchObject({
      value: 2,
      quality: UNCERTAIN,
    });
    trips.loses(0);
    expect(trips.loses(1)).toMatchObject({ value: 2, blind: true });
  });
});

describe('fire takes its detectors', () => {
  it.each([
    ['kOfN', { k: 2, above: 25 }, 0],
    ['median', { danger: 1 }, 10],
  ])('%s: the one that is far away and left does not calm what the lost ones said', (name, parameters, calm) => {
    const bench = new Bench(name, parameters, 3);
    for (const [input, value] of [80, 80, 10].entries()) bench.says(value, { input });
    bench.loses(0);
    expect(bench.loses(1)).toMatchObject({ value: calm, quality: UNCERTAIN, blind: false });
    bench.says(10, { input: 0 });
    expect(bench.given()).toMatchObject({ value: calm, quality: GOOD });
  });

  it.each([
    ['kOfN', { k: 2, above: 25 }],
    ['median', { danger: 1 }],
  ])('%s: nor where they sent nonsense before', (name, parameters) => {
    const bench = new Bench(name, parameters, 3);
    for (const [input, value] of [80, 80, 10].entries()) bench.says(value, { input });
    for (const input of [0, 1]) Object.assign(bench.inputs[input], { value: 0, quality: BAD, lost: true });
    expect(bench.given().quality).toBe(UNCERTAIN);
  });

  it('one that was never heard holds nothing up', () => {
    const vote = new Bench('kOfN', { k: 2, above: 25 }, 3, NEVER);
    vote.says(10, { input: 2 });
    expect(vote.given()).toMatchObject({ value: 0, quality: GOOD });
  });
});

describe('a vote that could never be won', () => {
  const detectors = { value: 'number', unit: '', many: true } as const;
  const vote = { inputs: { detectors }, function: 'kOfN', parameters: { k: null, above: 25 } };
  const errors = (k: number) =>
    boundDerivation(vote, 'yt', { inputs: { detectors: ['A', 'B', 'C'] }, parameters: { k } }).errors;

  it('is refused where the points are named', () => {
    expect(errors(3)).toEqual([]);
    expect(errors(5)).toEqual(['parameters.k: 5 of 3 inputs, must be a whole number and no more than there are']);
    expect(errors(1.5)).toHaveLength(1);
  });
});
