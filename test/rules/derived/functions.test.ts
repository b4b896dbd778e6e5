// What the named functions of derived points remember, against the long way over every second.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BAD, GOOD, UNCERTAIN } from '../../../src/model/quality.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/model/time.ts';
import { BUCKETS } from '../../../src/rules/derived/bucket-ring.ts';
import type { Given } from '../../../src/rules/derived/fn.ts';
import { Bench, NEVER, START } from './bench.ts';

/** A day of a sensor: what it says and when it is lost, each so many seconds after what was before. */
const aDay = fc.array(
  fc.record({
    afterS: fc.integer({ min: 1, max: 600 }),
    value: fc.integer({ min: 0, max: 100 }),
    isLost: fc.nat(9).map((one) => one === 0),
  }),
  { minLength: 1, maxLength: 60 },
);

/** Second by second: what was known, and what it was; undefined where nothing was. */
function longWay(
  day: readonly { afterS: number; value: number; isLost: boolean }[],
  holdS: number,
): (number | undefined)[] {
  const seconds: (number | undefined)[] = [];
  let held: { value: number; untilS: number } | undefined;
  let t = 0;
  for (const { afterS, value, isLost } of day) {
    for (const end = t + afterS; t < end; t++)
      seconds.push(held !== undefined && t < held.untilS ? held.value : undefined);
    held = isLost ? undefined : { value, untilS: t + holdS };
  }
  return seconds;
}

const WINDOW_S = BUCKETS * 60;

describe('a time-weighted average', () => {
  it('is what every second of the window says; with much of it unknown, at least so much', () => {
    fc.assert(
      fc.property(aDay, (day) => {
        const bench = new Bench('twa', { windowMs: WINDOW_S * SECOND_MS }, 1, 300 * SECOND_MS);
        let last: Given | undefined;
        for (const { afterS, value, isLost } of day)
          last = isLost ? bench.loses(0, afterS * SECOND_MS) : bench.says(value, { afterMs: afterS * SECOND_MS });
        const seconds = longWay(day, 300);
        // The window begins with a whole bucket of the clock.
        const firstS = (Math.floor(bench.now / SECOND_MS / 60) - BUCKETS) * 60 - START / SECOND_MS;
        const known = seconds.slice(Math.max(0, firstS)).filter((one) => one !== undefined);
        const sum = known.reduce((all, one) => all + one, 0);
        const isKnown = known.length >= 0.9 * WINDOW_S;
        if (known.length === 0) expect(last?.value).toBeNaN();
        else expect(last?.value).toBeCloseTo(sum / (isKnown ? known.length : WINDOW_S), 6);
        expect(last?.quality).toBe(isKnown ? GOOD : UNCERTAIN);
      }),
    );
  });

  it('of six of eight hours seen is at least what they come to, and no average of the six', () => {
    const bench = new Bench('twa', { windowMs: 8 * HOUR_MS }, 1, MINUTE_MS);
    for (let minute = 0; minute < 6 * 60; minute++) bench.says(0.42, { afterMs: MINUTE_MS });
    bench.loses(0, MINUTE_MS);
    const back = bench.says(0.42, { afterMs: 2 * HOUR_MS });
    expect(back.value).toBeCloseTo(0.315, 2);
    expect(back.quality).toBe(UNCERTAIN);
  });

  it('of an hour at 40 and an hour in which the sensor was away is at least 5 for a shift of eight', () => {
    const bench = new Bench('twa', { windowMs: 8 * HOUR_MS }, 1, 3 * MINUTE_MS);
    for (let minute = 0; minute < 60; minute++) bench.says(40, { afterMs: MINUTE_MS });
    bench.loses();
    const away = bench.given(HOUR_MS);
    expect(away.blind).toBe(true);
    const back = bench.says(40);
    expect(back.value).toBeCloseTo((40 * 59) / 60 / 8, 6);
    expect(back).toMatchObject({ blind: false, quality: UNCERTAIN });
  });
});

describe('what came in a window', () => {
  it('is summed, never less than the window holds', () => {
    fc.assert(
      fc.property(aDay, (day) => {
        const bench = new Bench('windowSum', { windowMs: WINDOW_S * SECOND_MS });
        const came: [number, number][] = [];
        let last: Given | undefined;
        for (const { afterS, value } of day) {
          last = bench.says(value, { afterMs: afterS * SECOND_MS });
          came.push([bench.now, value]);
        }
        const within = (ms: number) => came.reduce((sum, [at, value]) => sum + (at > bench.now - ms ? value : 0), 0);
        expect(last!.value).toBeGreaterThanOrEqual(within(WINDOW_S * SECOND_MS));
        expect(last!.value).toBeLessThanOrEqual(within((WINDOW_S + 60) * SECOND_MS));
      }),
    );
  });

  it('rain of a day, of which half the gauge was away, is at least so much: it may raise and calms nothing', () => {
    const bench = new Bench('windowSum', { windowMs: 24 * HOUR_MS }, 1, 15 * MINUTE_MS);
    for (let n = 0; n < 12 * 12; n++) bench.says(0.5, { afterMs: 5 * MINUTE_MS });
    expect(bench.loses(0, 6 * HOUR_MS)).toMatchObject({ value: 72, blind: true });
    expect(bench.says(0.5)).toMatchObject({ value: 72.5, blind: false, quality: UNCERTAIN });
  });

  it('sparks are counted from the figure on', () => {
    const bench = new Bench('windowCount', { windowMs: HOUR_MS, above: 1 }, 1, NEVER);
    expect(bench.says(0).value).toBe(0);
    for (const value of [1, 3, 0, 2]) bench.says(value, { afterMs: MINUTE_MS });
    expect(bench.given().value).toBe(3);
    expect(bench.given(2 * HOUR_MS).value).toBe(0);
  });
});

describe('a switch in a window', () => {
  const valve = () => new Bench('windowCount', { windowMs: HOUR_MS }, 1, NEVER);
  const counts = (bench: Bench, words: readonly boolean[]) =>
    words.map((word) => bench.says(word, { afterMs: SECOND_MS }).value);

  it('is counted each time it comes on, however often it says that it is', () => {
    const bench = valve();
    bench.inputs[0].isSwitch = true;
    expect(counts(bench, [false, true, true, true, false, false, true])).toEqual([0, 1, 1, 1, 1, 1, 2]);
  });

  it('that is on when first heard has not come on; one that was off before it was lost has', () => {
    const bench = valve();
    bench.inputs[0].isSwitch = true;
    expect(counts(bench, [true, false])).toEqual([0, 0]);
    bench.loses(0, MINUTE_MS);
    expect(counts(bench, [true, true])).toEqual([1, 1]);
  });
});

describe('driving without rest', () => {
  it('counts what is not known as driven, and nothing from before anything was heard', () => {
    const bench = new Bench('runTime', { windowMs: 4 * HOUR_MS }, 1, MINUTE_MS);
    bench.says(true);
    for (let n = 0; n < 60; n++) bench.says(true, { afterMs: MINUTE_MS });
    expect(bench.given().value).toBeCloseTo(60, 0);
    bench.loses();
    expect(bench.given(HOUR_MS)).toMatchObject({ blind: true });
    expect(bench.given().value).toBeCloseTo(120, 0);
  });
});

describe('a vote', () => {
  const bench = (values: readonly (number | undefined)[], k = 2) => {
    const vote = new Bench('kOfN', { k, above: 25 }, values.length);
    for (const [input, value] of values.entries()) {
      if (value !== undefined) vote.says(value, { input });
    }
    return vote.given();
  };

  it.each([
    [[30, 30, 1], 1],
    [[30, 1, 1], 0],
    [[30, undefined, 1], 1],
    [[1, undefined, 1], 0],
    [[30, undefined, undefined], 1],
  ] as const)('2oo3 of %o is %i: a lost voter never makes it harder', (values, expected) => {
    expect(bench(values)).toMatchObject({ value: expected, quality: GOOD, blind: false });
  });

  it('is blind when all are lost', () => {
    expect(bench([undefined, undefined, undefined])).toMatchObject({ blind: true, value: Number.NaN });
  });

  it('losing a voter never ends it, whoever votes how', () => {
    const voters = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(voters, fc.nat(7), fc.integer({ min: 1, max: 8 }), (values, which, k) => {
        const lost = values.map((value, i) => (i === which % values.length ? undefined : value));
        const quorum = Math.min(k, values.length);
        // Whose own vote carried it may take it away with it, where nobody else is near.
        if (
          bench(
            values.map((value, i) => (i === which % values.length ? 0 : value)),
            quorum,
          ).value === 1
        )
          expect(bench(lost, quorum).value).toBe(1);
      }),
    );
  });

  it('is no surer than the voters that decide', () => {
    const vote = new Bench('kOfN', { k: 2, above: 25 }, 3);
    vote.says(30, { input: 0 });
    vote.says(30, { input: 1, quality: UNCERTAIN });
    expect(vote.says(1, { input: 2 })).toMatchObject({ value: 1, quality: UNCERTAIN });
    expect(vote.says(30, { input: 2 })).toMatchObject({ value: 1, quality: GOOD });
  });
});

describe('a median of three', () => {
  it('leaves the odd one out, and of two takes the worse', () => {
    const high = new Bench('median', { danger: 1 }, 3);
    for (const [input, value] of [20, 90, 22].entries()) high.says(value, { input });
    expect(high.given().value).toBe(22);
    expect(high.loses(0).value).toBe(90);
    expect(high.loses(1).value).toBe(22);
    expect(high.loses(2)).toMatchObject({ blind: true, value: Number.NaN });
    const low = new Bench('median', { danger: -1 }, 3);
    for (const [input, value] of [20, 90, 22].entries()) low.says(value, { input });
    expect(low.loses(0).value).toBe(22);
  });
});

describe('the others', () => {
  it('first-fault stays the first, however many follow, until all are off', () => {
    const trips = new Bench('firstOut', {}, 3);
    for (const input of [0, 1, 2]) trips.says(false, { input });
    trips.says(true, { input: 1, afterMs: SECOND_MS });
    trips.says(true, { input: 0, afterMs: SECOND_MS });
    expect(trips.says(false, { input: 1, afterMs: SECOND_MS }).value).toBe(2);
    expect(trips.says(false, { input: 0, afterMs: SECOND_MS }).value).toBe(0);
    expect(trips.says(true, { input: 2, afterMs: SECOND_MS }).value).toBe(3);
  });

  it('a silence is a value once it lasts, and ends with the next word', () => {
    const feedback = new Bench('stale', { afterMs: 30 * SECOND_MS });
    expect(feedback.given()).toMatchObject({ value: 0, blind: false, changesAt: START + 30 * SECOND_MS });
    expect(feedback.given(30 * SECOND_MS).value).toBe(1);
    expect(feedback.says(true).value).toBe(0);
  });

  it('half a minute without a break is one, and a break begins it anew', () => {
    const on = new Bench('forMs', { holdMs: 30 * SECOND_MS });
    expect(on.says(true)).toMatchObject({ value: 0, changesAt: START + 30 * SECOND_MS });
    on.says(false, { afterMs: 20 * SECOND_MS });
    on.says(true, { afterMs: SECOND_MS });
    expect(on.given(29 * SECOND_MS).value).toBe(0);
    expect(on.given(SECOND_MS)).toMatchObject({ value: 1, changesAt: NEVER });
  });

  it('a level that rose by 2 m in four hours rises by half a metre an hour', () => {
    const rise = new Bench('rate', { windowMs: 4 * HOUR_MS }, 1, HOUR_MS);
    let last: Given | undefined;
    for (let n = 0; n <= 24; n++) last = rise.says(100 + n / 12, { afterMs: 10 * MINUTE_MS });
    expect(last!.value).toBeCloseTo(0.5, 6);
    expect(new Bench('rate', { windowMs: HOUR_MS }).says(3).value).toBeNaN();
  });

  it('the online rate is never blind: that nobody is there is what it tells', () => {
    const online = new Bench('onlineShare', {}, 4);
    expect(online.given()).toMatchObject({ value: 0, blind: false });
    for (const input of [0, 1, 2]) online.says(1, { input });
    expect(online.given().value).toBe(75);
    expect(online.loses(1).value).toBe(50);
  });

  it('covered is what was heard once, dark or not; who has no point at all counts as neither covered nor seen', () => {
    const covered = new Bench('coveredShare', { registered: 5 }, 4);
    const online = new Bench('onlineShare', { registered: 5 }, 4);
    expect(covered.given()).toMatchObject({ value: 0, blind: false });
    for (const input of [0, 1, 2]) for (const bench of [covered, online]) bench.says(1, { input });
    expect([covered.given().value, online.given().value]).toEqual([60, 60]);
    expect([covered.loses(1).value, online.loses(1).value]).toEqual([60, 40]);
    // Fewer registered than there are inputs is a slip of the pen, and no better rate.
    expect(new Bench('coveredShare', { registered: 1 }, 2).says(1).value).toBe(50);
  });
});

describe('a total over the gates of a place', () => {
  const gates = () => {
    const bench = new Bench('total', {}, 3);
    for (const [input, people] of [4_000, 3_200, 2_500].entries()) bench.says(people, { input });
    return bench;
  };

  it('is their sum', () => {
    expect(gates().given()).toMatchObject({ value: 9_700, quality: GOOD, blind: false });
  });

  it('of which one is dead counts with what that said last, goes on with the others, and calms nothing', () => {
    const bench = gates();
    expect(bench.loses(1)).toMatchObject({ value: 9_700, quality: UNCERTAIN, blind: false });
    expect(bench.says(2_900, { input: 2 })).toMatchObject({ value: 10_100, quality: UNCERTAIN });
    expect(bench.says(3_300, { input: 1 })).toMatchObject({ value: 10_200, quality: GOOD });
  });

  it('counts an unusable value, and a gate that was never heard, with nothing', () => {
    const bench = new Bench('total', {}, 3);
    bench.says(4_000);
    expect(bench.given()).toMatchObject({ value: 4_000, quality: UNCERTAIN, blind: false });
    bench.says(65_535, { input: 1, quality: BAD });
    expect(bench.loses(1)).toMatchObject({ value: 4_000, quality: UNCERTAIN });
  });

  it('of which no gate is seen says nothing', () => {
    const bench = gates();
    for (const input of [0, 1, 2]) bench.loses(input);
    expect(bench.given()).toMatchObject({ value: Number.NaN, blind: true });
  });
});

describe('heads that a cloud reaches one behind the other', () => {
  const heads = () => new Bench('inOrder', { above: 25, withinMs: 3 * MINUTE_MS }, 3);

  it('are so while two of them stand there that came within three minutes, in their order', () => {
    const bench = heads();
    for (const input of [0, 1, 2]) bench.says(3, { input });
    expect(bench.says(30).value).toBe(0);
    expect(bench.says(26, { input: 2, afterMs: 80 * SECOND_MS })).toMatchObject({
      value: 1,
      quality: GOOD,
      blind: false,
    });
    expect(bench.says(40, { input: 2, afterMs: HOUR_MS }).value).toBe(1);
    expect(bench.says(3, { input: 0, afterMs: SECOND_MS }).value).toBe(0);
  });

  it('against the wind, or longer apart, are not', () => {
    const against = heads();
    for (const input of [0, 1, 2]) against.says(3, { input });
    against.says(30, { input: 1 });
    expect(against.says(30, { input: 0, afterMs: SECOND_MS }).value).toBe(0);
    const late = heads();
    for (const input of [0, 1, 2]) late.says(3, { input });
    late.says(30);
    expect(late.says(30, { input: 1, afterMs: 3 * MINUTE_MS + 1 }).value).toBe(0);
  });

  it('a head that is lost takes nothing back; without a pair nobody can say', () => {
    const bench = heads();
    for (const input of [0, 1, 2]) bench.says(3, { input });
    bench.says(30);
    expect(bench.loses(2)).toMatchObject({ value: 0, blind: true });
    bench.says(30, { input: 1, afterMs: SECOND_MS });
    expect(bench.loses(0)).toMatchObject({ value: 1, quality: UNCERTAIN, blind: false });
    // A doubtful value below ends nothing either.
    expect(bench.says(1, { input: 1, quality: UNCERTAIN }).value).toBe(1);
    expect(bench.says(1, { input: 1 }).value).toBe(0);
  });
});
