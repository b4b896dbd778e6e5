// What the tables call stricter is: with it nothing alarms later, shorter or milder.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processReadings } from '../../simulators/process-faults.ts';
import { BAND } from '../../src/rules/points/band/definition.ts';
import { TANGENT_ANGLE } from '../../src/rules/points/tangent-angle/definition.ts';
import type { StatedPoint } from '../support/build/point.ts';
import { Story } from './harness.ts';

const MINUTE = 60_000;

/** The levels of every rule behind each reading. */
function levelsOf(stated: Partial<StatedPoint>, values: readonly number[]): number[][] {
  const story = new Story({ limits: {}, intervalMs: MINUTE, ...stated });
  return values.map((value, i) => story.reading(i * MINUTE, value).levels());
}

function expectNoMilder(old: readonly number[][], next: readonly number[][]): void {
  for (const [i, levels] of old.entries()) {
    for (const [rule, level] of levels.entries()) expect(next[i][rule]).toBeGreaterThanOrEqual(level);
  }
}

describe('what is proven stricter of a detector', () => {
  it('of a band is a smaller multiple and a shorter row', () => {
    const figures = fc.record({
      k: fc.double({ min: 1, max: 3, noNaN: true }),
      inARow: fc.integer({ min: 1, max: 12 }),
    });
    const faults = fc.constantFrom('step +3 sd', 'drift to −2 sd', 'spread × 3', 'swing 5 sd in 60 min');
    fc.assert(
      fc.property(figures, figures, fc.string(), faults, (a, b, seed, fault) => {
        const next = { k: Math.min(a.k, b.k), inARow: Math.min(a.inARow, b.inARow) };
        for (const field of ['k', 'inARow'] as const)
          expect(BAND.strictness[field].atLeast(a[field], next[field])).toBe(true);
        const values: number[] = [];
        for (const value of processReadings(seed, { mean: 50, sd: 2, phi: 0.4 }, 330, fault)) {
          if (values.push(value) === 450) break;
        }
        expectNoMilder(levelsOf({ band: a }, values), levelsOf({ band: next }, values));
      }),
      { numRuns: 30 },
    );
  });

  it('of a tangent angle is a smaller constant velocity', () => {
    const figure = fc.double({ min: 0.1, max: 5_000, noNaN: true });
    const moves = fc.array(fc.double({ min: -2, max: 40, noNaN: true }), { minLength: 10, maxLength: 60 });
    fc.assert(
      fc.property(figure, figure, moves, (a, b, steps) => {
        const strict = Math.min(a, b);
        expect(TANGENT_ANGLE.strictness.constantPerDay.atLeast(a, strict)).toBe(true);
        let mm = 0;
        const values = steps.map((step) => (mm += step));
        const stated = (constantPerDay: number) => ({
          tangentAngle: { constantPerDay, version: '1', everyMs: 2 * MINUTE },
        });
        expectNoMilder(levelsOf(stated(a), values), levelsOf(stated(strict), values));
      }),
      { numRuns: 100 },
    );
  });
});
