// Creep of a slope: the tangent angle and the inverse velocity, in the words of those who use them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainSlot } from '../../src/rules/view.ts';
import { Story } from './harness.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const B = 2;
const ANGLE = { limits: {}, intervalMs: HOUR, tangentAngle: { constantPerDay: B, version: '专家组 2026-06' } } as const;
const INVERSE = { limits: {}, intervalMs: HOUR, inverseVelocity: { everyMs: 6 * HOUR, noisePerDay: 0.5 } } as const;
/** Stories begin at twenty to, local morning: windows close by the calendar of days since 1970. */
const MIDNIGHT = DAY - (1_763_775_600_000 % DAY);

/** One reading an hour over these velocities, each held for a day; gives the displacement at the end. */
function days(story: Story, from: number, perDay: readonly number[], mm = 0): number {
  let at = mm;
  for (const [day, velocity] of perDay.entries()) {
    for (let hour = 0; hour < 24; hour++) {
      story.reading(MIDNIGHT + (from + day) * DAY + hour * HOUR, at);
      at += velocity / 24;
    }
  }
  return at;
}
const steep = (deg: number) => B * Math.tan((deg * Math.PI) / 180);

describe('the improved tangent angle (许强)', () => {
  it.each([
    ['30°: none', 30, 'none', 'none'],
    ['45°, constant creep: blue', 45, 'PRE', 'none'],
    ['60°, initial acceleration: yellow', 60, 'H', 'none'],
    ['79°: yellow', 79, 'H', 'none'],
    ['82°, middle acceleration: orange', 82, 'HH', 'none'],
    ['86°, before the slide: red, by a rule of its own', 86, 'HH', 'HH'],
  ])('%s, when three windows in a row show it', (_, deg, level, red) => {
    const story = new Story(ANGLE);
    // Of n days n − 1 means are closed, and n − 2 angles known.
    const mm = days(story, 0, Array(4).fill(steep(deg)));
    expect([story.level('tangent-angle'), story.told]).toEqual(['none', []]);
    days(story, 4, [steep(deg)], mm);
    expect(story.view('tangent-angle-red')?.level).toBe(red === 'HH' ? 3 : 0);
    const { numbers } = explainSlot(story.memory, 0).explanation;
    expect(numbers.angleDeg).toBeCloseTo(deg, 6);
    expect(numbers).toMatchObject({ constantPerDay: B, windows: 3 });
    expect(['none', 'PRE', 'H', 'HH'][story.view('tangent-angle')!.level]).toBe(level);
  });

  it('is left when three windows in a row stay below, and a window without a reading begins the row anew', () => {
    const story = new Story(ANGLE);
    let mm = days(story, 0, Array(5).fill(steep(60)));
    // Two days of rest are two means, the first of them half moved.
    mm = days(story, 5, [0, 0, 0], mm);
    expect(story.level('tangent-angle')).toBe('H');
    mm = days(story, 8, [0, 0], mm);
    expect(story.level('tangent-angle')).toBe('none');
    const gappy = new Story(ANGLE);
    const at = days(gappy, 0, Array(3).fill(steep(86)));
    days(gappy, 5, Array(3).fill(steep(86)), at);
    expect(gappy.told).toEqual([]);
  });

  it('is judged anew by another figure of the expert, and agrees with every window counted from all readings', () => {
    const courses = fc.array(fc.double({ min: -5, max: 60, noNaN: true }), { minLength: 4, maxLength: 14 });
    fc.assert(
      fc.property(courses, fc.double({ min: 0.5, max: 5, noNaN: true }), (perDay, constantPerDay) => {
        const story = new Story({ ...ANGLE, tangentAngle: { constantPerDay: 1, version: 'a' } });
        days(story, 0, perDay);
        story.change({ ...ANGLE, tangentAngle: { constantPerDay, version: 'b' } }, MIDNIGHT + perDay.length * DAY);
        const { numbers } = explainSlot(story.memory, 0).explanation;
        const angles = anglesOf(perDay).map((velocity) => (Math.atan(velocity / constantPerDay) * 180) / Math.PI);
        if (angles.length < 3) expect(numbers).toEqual({});
        else expect(numbers.leastAngleDeg).toBeCloseTo(Math.min(...angles.slice(-3)), 6);
      }),
    );
  });

  it('stands as all windows say that there were, also where some had no reading, with a restart on the way', () => {
    // None of these angles lies just on a limit.
    const day = fc.record({
      deg: fc.constantFrom(10, 40, 44, 46, 60, 79, 82, 86, 88),
      seen: fc.nat(9).map((n) => n > 0),
    });
    fc.assert(
      fc.property(fc.array(day, { minLength: 6, maxLength: 40 }), fc.nat(40), (course, cut) => {
        const story = new Story(ANGLE);
        const means: number[] = [];
        let mm = 0;
        for (const [k, { deg, seen }] of course.entries()) {
          if (k === cut) story.restart();
          const perDay = steep(deg);
          if (seen) days(story, k, [perDay], mm);
          means.push(seen ? mm + (perDay * 23) / 48 : Number.NaN);
          mm += perDay;
        }
        expect(story.told).toEqual(angleOracle(means));
      }),
      { numRuns: 200 },
    );
  });
});

/** Differences of the daily means, from every hour of them; the last day is not closed. */
function anglesOf(perDay: readonly number[]): number[] {
  let mm = 0;
  const means = perDay.map((velocity) => {
    const hours = Array.from({ length: 24 }, (_, hour) => mm + (velocity / 24) * hour);
    mm += velocity;
    return hours.reduce((sum, one) => sum + one, 0) / 24;
  });
  return means.slice(1, -1).map((mean, i) => mean - means[i]);
}

const LEVELS = ['none', 'PRE', 'H', 'HH'] as const;

/** What the two rules tell, each limit by itself, from the means of all days (NaN: none); the last that there is is not closed. */
function angleOracle(means: readonly number[]): string[] {
  const told: string[] = [];
  const standing = new Map([42, 48, 80, 85].map((limit) => [limit, false]));
  let [level, red] = [0, 0];
  for (const [k, mean] of means.entries()) {
    const next = means.findIndex((later, i) => i > k && !Number.isNaN(later));
    if (Number.isNaN(mean) || next < 0) continue;
    const three = [k - 2, k - 1, k].map((i) => (Math.atan((means[i] - means[i - 1]) / B) * 180) / Math.PI);
    for (const limit of standing.keys()) {
      if (three.every((angle) => angle >= limit)) standing.set(limit, true);
      if (three.every((angle) => angle < limit)) standing.set(limit, false);
    }
    const at = MIDNIGHT + next * DAY;
    const is = [42, 48, 80].filter((limit) => standing.get(limit)).length;
    const isRed = standing.get(85) ? 3 : 0;
    if (is !== level) told.push(`${at} tangent-angle ${LEVELS[level]}→${LEVELS[is]}`);
    if (isRed !== red) told.push(`${at} tangent-angle-red ${LEVELS[red]}→${LEVELS[isRed]}`);
    [level, red] = [is, isRed];
  }
  return told;
}

/** Creep of 1 mm a day that fails: for its last ten days 1/v falls evenly, from one day a millimetre to nothing. */
function failing(hour: number, failsAt: number): number {
  const left = (failsAt - hour) / 24;
  return left >= 10 ? hour / 24 : failsAt / 24 - 10 + 10 * Math.log(10 / left);
}

describe('inverse velocity (Fukuzono)', () => {
  const FAILS_AT = 30 * 24;
  function run(
    from: number,
    to: number,
    story = new Story(INVERSE),
    value = (hour: number) => failing(hour, FAILS_AT),
  ) {
    for (let hour = from; hour < to; hour++) story.reading(MIDNIGHT + hour * HOUR, value(hour));
    return story;
  }
  const toldDays = (story: Story, rule: string) =>
    story.told
      .filter((line) => line.includes(` ${rule} `))
      .map((line) => [(FAILS_AT - (Number(line.split(' ')[0]) - MIDNIGHT) / HOUR) / 24, line.split(' ')[2]] as const);

  it('is yellow with the onset of acceleration, orange within three days of the failure, red within one', () => {
    const story = run(0, FAILS_AT - 3);
    const [onset, orange] = toldDays(story, 'inverse-velocity');
    expect([onset[1], orange[1]]).toEqual(['none→H', 'H→HH']);
    expect(onset[0]).toBeGreaterThan(3.5);
    expect(orange[0]).toBeGreaterThan(1.5);
    expect(orange[0]).toBeLessThan(4);
    const [red] = toldDays(story, 'inverse-velocity-red');
    expect(red[1]).toBe('none→HH');
    expect(red[0]).toBeGreaterThan(0.3);
    expect(red[0]).toBeLessThan(1.5);
    const { numbers } = explainSlot(story.memory, 0).explanation;
    expect(numbers.r2OfLine).toBeGreaterThan(0.8);
    expect(numbers.timeToFailureMs).toBeLessThan(12 * HOUR);
    expect(numbers.backgroundPerDay).toBeCloseTo(1, 1);
  });

  it('prints no hour of a failure further off than a day', () => {
    const { numbers } = explainSlot(run(0, FAILS_AT - 60).memory, 0).explanation;
    expect(numbers.timeToFailureMs).toBeUndefined();
    expect(numbers.daysToFailure).toBeGreaterThanOrEqual(2);
  });

  it('says nothing of even creep, and ends when the velocity is back where it was', () => {
    const even = run(0, 40 * 24, new Story(INVERSE), (hour) => hour / 24);
    expect(even.told).toEqual([]);
    const surge = (hour: number) => hour / 24 + 20 * (1 - Math.exp(-Math.max(0, hour - 480) / 24));
    const story = run(0, 40 * 24, new Story(INVERSE), surge);
    expect(story.told.map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'inverse-velocity none→H',
      'inverse-velocity H→none',
    ]);
  });

  it('does not learn the hazard as its background, and judges on after a restart', () => {
    const story = run(0, FAILS_AT - 48);
    const { backgroundPerDay } = explainSlot(story.memory, 0).explanation.numbers;
    expect(backgroundPerDay).toBeLessThan(1.5);
    const whole = run(FAILS_AT - 48, FAILS_AT - 3, story.restart());
    expect(whole.told).toEqual(run(0, FAILS_AT - 3).told);
  });
});
