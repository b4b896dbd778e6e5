// Which of two curves of a limit is the stricter one, and what both are together, against every height tried one by one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeFigure, StatedFigures } from '../../src/model/graded-limit.ts';
import { figureFrom } from '../../src/rules/points/attribute-figure.ts';
import type { Stricter } from '../../src/rules/points/attribute-stricter.ts';
import { milderAt, statedAtLeast, strictestStated } from '../../src/rules/points/attribute-stricter.ts';

const HEIGHTS = Array.from({ length: 401 }, (_, i) => i / 2);
const ROUNDING = 1e-6;

const figure: fc.Arbitrary<number | AttributeFigure> = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc
    .record({
      ends: fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 4 }),
      figures: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 }),
      times: fc.constantFrom(1, 1.2),
      otherwise: fc.constantFrom(30, 120),
    })
    .map(({ ends, figures, times, otherwise }) => ({
      attribute: 'damHeightM',
      curve: ends.sort((a, b) => a - b).map((x, i) => [10 * x, figures[i]] as const),
      times,
      otherwise,
    })),
);
const stated: fc.Arbitrary<StatedFigures> = fc.record({
  value: figure,
  clear: fc.option(figure, { nil: undefined }),
  deadband: fc.constantFrom(0, 0.5),
});

const at = (value: number | AttributeFigure, height: number): number =>
  typeof value === 'number' ? value : figureFrom(value, height);
const left = ({ value, clear, deadband }: StatedFigures, height: number, stricter: Stricter): number =>
  clear === undefined ? at(value, height) + stricter * deadband : at(clear, height);
const unknown = (value: number | AttributeFigure): number =>
  typeof value === 'number' ? value : figureFrom(value, value.otherwise ?? Number.NaN);

describe.each([1, -1] as const)('two statements of one limit, stricter %i', (stricter) => {
  it('are compared as at every height, and where it is unknown', () => {
    fc.assert(
      fc.property(stated, stated, (old, next) => {
        const isMilder = (height: number) =>
          stricter * (at(next.value, height) - at(old.value, height)) < -ROUNDING ||
          stricter * (left(next, height, stricter) - left(old, height, stricter)) < -ROUNDING;
        const isProven = statedAtLeast(stricter, old, next);
        if (isProven) expect(HEIGHTS.filter(isMilder)).toEqual([]);
        else if (typeof old.value === 'number') expect(HEIGHTS.some(isMilder)).toBe(true);
        const found = milderAt(stricter, old, next);
        if (found !== undefined) expect(isMilder(found.at)).toBe(true);
      }),
    );
  });

  it('are together the stricter of both at every height', () => {
    fc.assert(
      fc.property(stated, stated, (old, next) => {
        fc.pre(typeof old.value === 'object' || typeof next.value === 'object');
        const both = strictestStated(stricter, old, next);
        if (both === undefined) throw new Error('cannot be compared');
        for (const height of HEIGHTS) {
          const values = [at(old.value, height), at(next.value, height)];
          expect(at(both.value, height)).toBeCloseTo(stricter > 0 ? Math.max(...values) : Math.min(...values), 6);
          const ends = [left(old, height, stricter), left(next, height, stricter)];
          expect(left(both, height, stricter)).toBeCloseTo(stricter > 0 ? Math.max(...ends) : Math.min(...ends), 6);
        }
        for (const one of [old, next]) {
          if (typeof one.value === 'object')
            expect(stricter * (unknown(both.value) - unknown(one.value))).toBeGreaterThanOrEqual(-ROUNDING);
        }
      }),
    );
  });
});
