// A detector that has nothing to judge by is silent, and silence must not be taken for calm: it says what it has to judge by.
import { describe, expect, it } from 'vitest';
import { processReadings } from '../../simulators/process-faults.ts';
import { BAND } from '../../src/rules/points/band/definition.ts';
import { baselinesOf, baselinesThat } from '../../src/rules/view.ts';
import type { StatedPoint } from '../support/build/point.ts';
import { START, Story } from './harness.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PLANT = { mean: 50, sd: 2, phi: 0.5 };

/** What the rule of a story has to judge by when it is so late. */
const baselineAt = (story: Story, at: number, rule = 'band') =>
  baselinesOf(story.memory, 0, START + at).find((one) => one.rule === rule)?.baseline;
const iso = (minute: number): string => new Date(START + minute * MINUTE).toISOString();

function run(story: Story, everyMs: number, from: number, count: number): void {
  let i = 0;
  for (const value of processReadings('well', PLANT, count)) {
    if (i === count) break;
    story.reading((from + i++) * everyMs, value);
  }
}

describe('a detector says what it has to judge by', () => {
  it.each<[string, Partial<StatedPoint>, number, number]>([
    ['band', { band: {} }, MINUTE, 300],
    ['novelty', { novelty: {} }, MINUTE, 750],
    ['spike', { spike: { atLeast: 3 } }, MINUTE, 7],
    ['drift', { drift: { everyMs: HOUR, sdAtLeast: 0.1 } }, 10 * MINUTE, 123],
    ['run-away', { runAway: { resolution: 10 } }, HOUR, 180],
    ['inverse-velocity', { inverseVelocity: { noisePerDay: 1 } }, HOUR, 66],
  ])('%s: it learns, and then it watches', (rule, stated, intervalMs, count) => {
    const story = new Story({ limits: {}, intervalMs, ...stated });
    expect(baselineAt(story, 0, rule)).toBe('learning');
    run(story, intervalMs, 0, count - 1);
    expect(baselineAt(story, count * intervalMs, rule)).toBe('learning');
    run(story, intervalMs, count - 1, 1);
    expect(baselineAt(story, count * intervalMs, rule)).toBe('learned');
  });

  it('a band of a stated stretch waits for it, learns in it, and has missed it where it did not see enough', () => {
    const stated = { limits: {}, intervalMs: MINUTE, band: { from: iso(100), to: iso(500) } };
    const story = new Story(stated);
    expect([0, 99, 100, 500, 501].map((minute) => baselineAt(story, minute * MINUTE))).toEqual([
      'to-come',
      'to-come',
      'learning',
      'learning',
      'missed',
    ]);
    run(story, MINUTE, 100, 399);
    // Enough of both halves is there: the first reading behind the stretch makes the reference.
    expect(baselineAt(story, 600 * MINUTE)).toBe('learning');
    story.reading(602 * MINUTE, 50);
    expect(baselineAt(story, 602 * MINUTE)).toBe('learned');
    const thin = new Story(stated);
    run(thin, MINUTE, 100, 200);
    run(thin, MINUTE, 600, 200);
    expect(baselineAt(thin, 800 * MINUTE)).toBe('missed');
    expect(baselinesThat(thin.memory, 'missed', START + 800 * MINUTE)).toEqual([0]);
    // One that is taken away watches nothing, and is asked for nothing.
    thin.change({ limits: {}, intervalMs: MINUTE }, 900 * MINUTE);
    expect(baselinesThat(thin.memory, 'missed', START + 900 * MINUTE)).toEqual([]);
  });

  it('says so where it is stated too late, and not of one that is to come, or of none', () => {
    const [rule] = BAND.rulesOf({ band: { from: iso(0), to: iso(500) } }, {});
    expect(BAND.inVain?.(rule, START + 501 * MINUTE)).toMatch(/^band\.to: is past/);
    expect(BAND.inVain?.(rule, START + 500 * MINUTE)).toBeUndefined();
    expect(BAND.inVain?.(BAND.rulesOf({ band: {} }, {})[0], START)).toBeUndefined();
  });
});
