// Rate of change and time to limit, told as series of readings ten seconds apart.
import { describe, expect, it } from 'vitest';
import type { QualityName } from '../../src/model/quality.ts';
import { explainSlot } from '../../src/rules/view.ts';
import { Story } from './harness.ts';

const MINUTE = 60_000;
const STEP = 10_000;
const forecast = { windowMs: 10 * MINUTE, minR2: 0.7 };

/** Readings every ten seconds from `from` to `to`. */
function run(
  story: Story,
  from: number,
  to: number,
  value: (at: number) => number,
  quality: QualityName = 'good',
): Story {
  for (let at = from; at <= to; at += STEP) story.reading(at, value(at), quality);
  return story;
}
const perMinute = (start: number, slope: number) => (at: number) => start + (slope * at) / MINUTE;
const told = (story: Story, rule: string) => story.told.filter((line) => line.includes(` ${rule} `));

/** Its slot on a point that has both sides of limits before it. */
const FORECAST = 2;
/** What is told of a rule that cannot say. */
const NOTHING = { numbers: {} };

describe('a forecast', () => {
  it('is PRE when the next limit is within the time to respond, H at a third of it', () => {
    // 3 a minute from 20: H (85) after 21:40. 15 min before that is 6:40, 5 min before is 16:40.
    const story = run(new Story({ forecast }), 0, 18 * MINUTE, perMinute(20, 3));
    expect(told(story, 'forecast')).toEqual([
      // 70 % of the window must lie in closed buckets first: nine of twelve, later than 6:40.
      `${450_000} forecast none→PRE`,
      `${16 * MINUTE + 40_000} forecast PRE→H`,
    ]);
    expect(story.view('forecast')).toMatchObject({ level: 2, explanation: { limit: { name: 'H', value: 85 } } });
    const numbers = story.view('forecast')?.explanation.numbers;
    expect(numbers?.timeToLimitMs).toBeCloseTo(21 * MINUTE + 40_000 - 18 * MINUTE, -2);
    expect(numbers?.r2).toBeCloseTo(1, 5);
  });

  it('bounds the time by what the fit leaves open', () => {
    const noisy = (at: number) => perMinute(20, 3)(at) + ((at / STEP) % 2 === 0 ? 1 : -1);
    const { numbers } = explainSlot(run(new Story({ forecast }), 0, 14 * MINUTE, noisy).memory, FORECAST).explanation;
    expect(numbers.timeToLimitEarliestMs).toBeLessThan(numbers.timeToLimitMs);
    expect(numbers.timeToLimitLatestMs).toBeGreaterThan(numbers.timeToLimitMs);
    expect(numbers.slopePerMinute).toBeCloseTo(3, 0);
  });

  it('looks down as well', () => {
    const story = run(new Story({ forecast }), 0, 12 * MINUTE, perMinute(60, -3));
    expect(story.view('forecast')).toMatchObject({ explanation: { limit: { name: 'L', value: 15 } } });
    expect(story.level('forecast')).toBe('H');
  });

  it('looks to the next limit when one is passed, and says nothing behind the last', () => {
    const story = run(new Story({ forecast, limits: { H: 30, HH: 60 } }), 0, 12 * MINUTE, perMinute(20, 2));
    expect(story.view('forecast')).toMatchObject({ explanation: { limit: { name: 'HH' } } });
    run(story, 12 * MINUTE + STEP, 26 * MINUTE, perMinute(20, 2));
    expect(story.level('forecast')).toBe('none');
  });

  it('refuses to speak of a window that is thin, noisy, flat or moving away', () => {
    const quiet = (story: Story) => expect(told(story, 'forecast')).toEqual([]);
    quiet(run(new Story({ forecast }), 0, 6 * MINUTE, perMinute(60, 4)));
    const noise = (at: number) => 70 + (((at / STEP) * 7919) % 17);
    quiet(run(new Story({ forecast, limits: { H: 99 } }), 0, 30 * MINUTE, noise));
    quiet(run(new Story({ forecast }), 0, 30 * MINUTE, () => 84));
    quiet(run(new Story({ forecast, limits: { H: 85 } }), 0, 15 * MINUTE, perMinute(84, -3)));
  });

  it('needs 70 % of the readings of the window, all over it', () => {
    const sparse = new Story({ forecast });
    for (let at = 0; at < 12 * MINUTE; at += 2 * STEP) sparse.reading(at, perMinute(40, 3)(at));
    expect(told(sparse, 'forecast')).toEqual([]);
    const bunched = new Story({ forecast });
    for (let at = 0; at < 20 * MINUTE; at += 4 * MINUTE) {
      for (let i = 0; i < 30; i++) bunched.reading(at + i, perMinute(40, 3)(at));
    }
    expect(explainSlot(bunched.memory, FORECAST).explanation).toEqual(NOTHING);
  });

  it('uses good readings only', () => {
    expect(told(run(new Story({ forecast }), 0, 20 * MINUTE, perMinute(20, 3), 'uncertain'), 'forecast')).toEqual([]);
  });

  it('in alarm is not ended by silence, nor by a window that has to fill again', () => {
    const story = run(new Story({ forecast }), 0, 10 * MINUTE, perMinute(30, 3));
    expect(story.level('forecast')).toBe('PRE');
    story.silence(10 * MINUTE + 40_000);
    // What it is about stays known; what it foretold does not.
    expect(explainSlot(story.memory, FORECAST).explanation).toEqual({ limit: { name: 'H', value: 85 }, numbers: {} });
    run(story, 40 * MINUTE, 45 * MINUTE, () => 60);
    expect(story.level('forecast')).toBe('PRE');
    // Ten quiet minutes are evidence again.
    run(story, 45 * MINUTE + STEP, 52 * MINUTE, () => 60);
    expect(story.level('forecast')).toBe('none');
  });

  it('in alarm is not ended by a fit that became poor while the limit is still near', () => {
    const story = run(new Story({ forecast }), 0, 10 * MINUTE, perMinute(30, 3));
    const shaken = (at: number) => perMinute(30, 3)(at) + ((at / STEP) % 2 === 0 ? 12 : -12);
    run(story, 10 * MINUTE + STEP, 14 * MINUTE, shaken);
    // That there is a trend is said, and how near it may be; no time is foretold.
    const { unclear, numbers } = explainSlot(story.memory, FORECAST).explanation;
    expect(unclear).toBe('poor-fit');
    expect(Object.keys(numbers)).toEqual(['r2', 'slopePerMinute', 'timeToLimitEarliestMs']);
    expect(story.level('forecast')).not.toBe('none');
  });

  it('in alarm is not ended by a fit that explains nothing, until even its error reaches no limit', () => {
    const story = run(new Story({ forecast }), 0, 10 * MINUTE, perMinute(30, 3));
    const shaken = (at: number) => Math.min(70, perMinute(30, 3)(at)) + ((at / STEP) % 2 === 0 ? 40 : -40);
    run(story, 10 * MINUTE + STEP, 40 * MINUTE, shaken);
    expect(story.level('forecast')).toBe('PRE');
    // At rest, the same fit that says nothing proves it.
    const still = (at: number) => 70 + ((at / STEP) % 3) / 10;
    run(story, 40 * MINUTE + STEP, 52 * MINUTE, still);
    expect(story.level('forecast')).toBe('none');
  });

  it('keeps its window over a change of limits and is judged again at once', () => {
    const story = run(new Story({ forecast, limits: { H: 300 } }), 0, 12 * MINUTE, perMinute(20, 3));
    expect(story.level('forecast')).toBe('none');
    expect(story.change({ forecast, limits: { H: 85 } }, 12 * MINUTE).level('forecast')).toBe('PRE');
  });

  it('warms up after a change of its window', () => {
    const story = run(new Story({ forecast }), 0, 5 * MINUTE, perMinute(20, 3));
    story.change({ forecast: { ...forecast, windowMs: 5 * MINUTE } }, 5 * MINUTE);
    expect(explainSlot(story.memory, FORECAST).explanation).toEqual(NOTHING);
    run(story, 5 * MINUTE + STEP, 8 * MINUTE, perMinute(20, 3));
    expect(explainSlot(story.memory, FORECAST).explanation).toEqual(NOTHING);
  });
});

describe('a rate of change', () => {
  const rate = { rateOfChange: { windowMs: 2 * MINUTE, perMinute: 3, direction: 'up' as const }, limits: { H: 85 } };

  it('is PRE at the stated rate', () => {
    expect(run(new Story(rate), 0, 5 * MINUTE, perMinute(20, 2.9)).told).toEqual([]);
    const story = run(new Story(rate), 0, 5 * MINUTE, perMinute(20, 3));
    // A whole window, and one reading more for the median of three.
    expect(story.told).toEqual([`${2 * MINUTE + 2 * STEP} rate-of-change none→PRE`]);
    expect(story.view('rate-of-change')).toMatchObject({ explanation: { limit: { name: 'H' } } });
  });

  it('is H at twice that while the next limit lies within the time to respond', () => {
    expect(run(new Story(rate), 0, 4 * MINUTE, perMinute(20, 6)).level('rate-of-change')).toBe('H');
    const far = { ...rate, limits: { H: 900 } };
    expect(run(new Story(far), 0, 4 * MINUTE, perMinute(20, 6)).level('rate-of-change')).toBe('PRE');
  });

  it('is not made by one spike', () => {
    const spike = (at: number) => (at === 4 * MINUTE ? 80 : 20);
    expect(told(run(new Story(rate), 0, 8 * MINUTE, spike), 'rate-of-change')).toEqual([]);
  });

  it('has a direction', () => {
    const down = { ...rate.rateOfChange, direction: 'down' as const };
    const both = { ...rate.rateOfChange, direction: 'both' as const };
    const falling = perMinute(84, -4);
    expect(run(new Story(rate), 0, 5 * MINUTE, falling).told).toEqual([]);
    expect(run(new Story({ ...rate, rateOfChange: down }), 0, 5 * MINUTE, falling).told).toHaveLength(1);
    expect(run(new Story({ ...rate, rateOfChange: both }), 0, 5 * MINUTE, falling).told).toHaveLength(1);
  });

  it('is about the limit of its own side for as long as it stands, also while the value turns back', () => {
    const both = { rateOfChange: { windowMs: 2 * MINUTE, perMinute: 3, direction: 'both' as const } };
    const story = new Story({ ...both, limits: { L: 15, H: 85 }, offDelayMs: 10 * MINUTE });
    run(story, 0, 10 * MINUTE, perMinute(40, 3));
    expect(story.view('rate-of-change')).toMatchObject({ explanation: { limit: { name: 'H', value: 85 } } });
    run(story, 10 * MINUTE, 15 * MINUTE, (at) => 70 - ((at - 10 * MINUTE) / MINUTE) * 2);
    const view = story.view('rate-of-change');
    expect(view).toMatchObject({ level: 1, explanation: { limit: { name: 'H', value: 85 } } });
    expect(Object.keys(view?.explanation.numbers ?? {})).toEqual(['slopePerMinute']);
  });

  it('is not taken across a gap, and a gap does not end it', () => {
    const story = run(new Story(rate), 0, 5 * MINUTE, perMinute(20, 3));
    run(story, 30 * MINUTE, 30 * MINUTE + 5 * STEP, () => 20);
    expect(story.level('rate-of-change')).toBe('PRE');
    run(story, 30 * MINUTE + 6 * STEP, 33 * MINUTE, () => 20);
    expect(story.level('rate-of-change')).toBe('none');
  });
});
