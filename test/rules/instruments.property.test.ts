// Stuck, spike and drift against the same found out anew from every reading there was.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processReadings } from '../../simulators/process-faults.ts';
import { Story } from './harness.ts';

const MINUTE = 60_000;
/** No sum of tenths is a multiple of it: nothing lies just on a limit. */
const SD = 1.0437;
/** Stories begin at twenty to. */
const FULL_HOUR = 20 * MINUTE;
const stories = (told: readonly string[]) => told.map((line) => line.split(' ').slice(0, 3).join(' '));

describe('what watches an instrument', () => {
  it('finds a sensor stuck when, and as long as, its readings have not left a range for an hour', () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom(0, 0.4, 0.9, 1.1, -3)), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(moves, fc.nat(300), (stretches, cut) => {
        const values = stretches.flatMap(([length, by], k) => Array<number>(length).fill(50 + by * (k + 1)));
        const story = new Story({ limits: {}, intervalMs: MINUTE, stuck: { range: 1, samples: 30 } });
        for (const [i, value] of values.entries()) {
          if (i === cut) story.restart();
          story.reading(i * MINUTE, value);
          story.tick(i * MINUTE);
        }
        expect(stories(story.told)).toEqual(stuckOracle(values));
      }),
      { numRuns: 200 },
    );
  });

  it('takes for wild what lies six scatters off, and is not borne out by the next', () => {
    const noise = fc.array(fc.constantFrom(0, 0.1, -0.2, 0.3, -0.1), { minLength: 40, maxLength: 60 });
    fc.assert(
      fc.property(noise, fc.uniqueArray(fc.integer({ min: 12, max: 38 }), { maxLength: 3 }), (values, wild) => {
        const story = new Story({
          limits: {},
          intervalMs: MINUTE,
          spike: { atLeast: 3, times: 1, withinMs: 5 * MINUTE },
        });
        const alone = wild.filter((i) => !wild.includes(i - 1) && !wild.includes(i + 1));
        const doubted: number[] = [];
        for (const [i, value] of values.entries()) {
          story.reading(i * MINUTE, 50 + value + (alone.includes(i) ? 20 : 0));
          if (story.sample.quality !== 0) doubted.push(i);
        }
        expect(doubted).toEqual(alone.sort((a, b) => a - b));
        const faults = values.map((_, i) => alone.some((at) => i > at && i < at + 5));
        expect(stories(story.told)).toEqual(
          edges(faults).map(({ at, is }) => `${at * MINUTE} spike ${is ? 'there' : 'gone'}`),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('takes no noise for spikes, of whatever sort and however new the gauge is', () => {
    for (let seed = 0; seed < 60; seed++) {
      const story = new Story({ limits: {}, intervalMs: MINUTE, spike: { atLeast: 1e-6 } });
      let i = 0;
      for (const value of processReadings(`${seed}`, { mean: 80, sd: 2, phi: (seed % 3) * 0.4 }, 300)) {
        if (i === 300) break;
        story.reading(i++ * MINUTE, value);
      }
      expect([seed, story.told]).toEqual([seed, []]);
    }
  });

  it('finds a drift by the sums of its means, written out', () => {
    const means = fc.array(fc.integer({ min: -30, max: 40 }), { minLength: 22, maxLength: 60 });
    fc.assert(
      fc.property(means, (hours) => {
        const story = new Story({
          limits: {},
          intervalMs: 10 * MINUTE,
          drift: { everyMs: 60 * MINUTE, sdAtLeast: SD },
        });
        for (const [hour, mean] of hours.entries()) {
          for (let i = 0; i < 6; i++)
            story.reading(FULL_HOUR + hour * 60 * MINUTE + i * 10 * MINUTE, mean / 10 + (i % 2 === 0 ? 1 : -1));
        }
        expect(stories(story.told)).toEqual(driftOracle(hours.map((mean) => mean / 10)));
      }),
      { numRuns: 200 },
    );
  });
});

function edges(is: readonly boolean[]): { at: number; is: boolean }[] {
  return is.flatMap((now, i) => (now !== (is[i - 1] ?? false) ? [{ at: i, is: now }] : []));
}

/** Stretches within less than the range, each from its first reading on. */
function stuckOracle(values: readonly number[]): string[] {
  let start = 0;
  const is = values.map((_, i) => {
    while (Math.max(...values.slice(start, i + 1)) - Math.min(...values.slice(start, i + 1)) >= 1) start = i;
    return i - start >= 60;
  });
  return edges(is).map(({ at, is: now }) => `${at * MINUTE} stuck ${now ? 'there' : 'gone'}`);
}

function driftOracle(means: readonly number[]): string[] {
  const reference = means.slice(0, 20);
  const mean = reference.reduce((sum, one) => sum + one, 0) / 20;
  const sd = Math.max(SD, Math.sqrt(reference.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 19));
  let [up, down, inPlace, is] = [0, 0, 0, false];
  const told: string[] = [];
  // The last mean is not closed.
  for (let k = 20; k < means.length - 1; k++) {
    const z = Math.max(-3, Math.min(3, (means[k] - mean) / sd));
    up = Math.min(10, Math.max(0, up + z - 0.5));
    down = Math.min(10, Math.max(0, down - z - 0.5));
    inPlace = Math.abs(z) <= 1 ? inPlace + 1 : 0;
    const was = is;
    if (is && inPlace >= 2) [up, down, inPlace, is] = [0, 0, 0, false];
    else if (Math.max(up, down) > 5) is = true;
    if (is !== was) told.push(`${FULL_HOUR + (k + 1) * 60 * MINUTE} drift ${is ? 'there' : 'gone'}`);
  }
  return told;
}
