// Scope is compared by whole segments: a code's path names every tier above it, and nobody beside it, at any depth.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { View } from '../../src/api/view.ts';
import { inView, roomOf, roomsOf } from '../../src/api/view.ts';
import { DIVISION_CODE, divisionPath, divisionsAbove, levelOfDivision, pathWithin } from '../../src/model/division.ts';

const digits = (count: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: count, maxLength: count });
const plain = fc.constantFrom(2, 4, 6, 9, 12, 15, 18).chain(digits);
const park = fc.tuple(fc.constantFrom(6, 9).chain(digits), digits(2)).map(([below, n]) => `${below}-p${n}`);
const anyCode = fc.oneof(plain, park);

describe('a division', () => {
  it('of every tier has its path, its level and those above it', () => {
    expect(divisionPath('320921-p01')).toBe('32/3209/320921/p01');
    expect(divisionPath('320921001002')).toBe('32/3209/320921/320921001/320921001002');
    expect(divisionPath('320921001-p01')).toBe('32/3209/320921/320921001/p01');
    expect(divisionsAbove('320921001-p01')).toEqual(['320921001-p01', '320921001', '320921', '3209', '32']);
    expect(divisionsAbove('')).toEqual([]);
    const levels = ['32', '3209', '320921', '320921001', '320921001002', '320921001002003', '320921-p01'];
    expect(levels.map(levelOfDivision)).toEqual(['province', 'city', 'county', 'town', 'town', 'town', 'park']);
  });

  it('has whole tiers, and a park stands below a county or a town', () => {
    const wrong = [
      '3',
      '321',
      '32092',
      '3209210',
      '32092100100',
      '32-p01',
      '3209-p01',
      '320921001002-p01',
      '320921-p1',
    ];
    expect(wrong.filter((code) => DIVISION_CODE.test(code))).toEqual([]);
    fc.assert(fc.property(anyCode, (code) => DIVISION_CODE.test(code)));
  });

  it('lies in exactly those above it, whatever the depth', () => {
    fc.assert(
      fc.property(anyCode, anyCode, (code, other) => {
        const within = pathWithin(divisionPath(code), divisionPath(other));
        expect(within).toBe(divisionsAbove(code).includes(other));
      }),
    );
    fc.assert(
      fc.property(anyCode, (code) => {
        for (const above of divisionsAbove(code))
          expect(pathWithin(divisionPath(code), divisionPath(above))).toBe(true);
        expect(divisionsAbove(code)).toHaveLength(divisionPath(code).split('/').length);
      }),
    );
  });

  it('shows an alert in the rooms of all above it, and in no other', () => {
    fc.assert(
      fc.property(anyCode, anyCode, (code, watched) => {
        const alert = { division: code, enterprise: 'e', source: 'e/s' };
        for (const division of [watched, ...divisionsAbove(code)]) {
          const view: View = { division };
          expect(roomsOf(alert)?.includes(roomOf(view))).toBe(inView(view, alert));
        }
      }),
    );
  });
});
