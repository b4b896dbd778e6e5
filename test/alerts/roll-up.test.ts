// GB 39496-2020, 5.5.4: blue, yellow, orange, red from points to items to the pond, in the words of the standard; across items
// the numbers carry on, which is our reading.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GradingContributor } from '../../src/alerts/grade/grading.ts';
import { EDITION } from '../../src/alerts/grade/grading.ts';
import { gradeLadder } from '../../src/alerts/grade/ladder.ts';
import type { Level } from '../../src/model/level.ts';
import { HIGH, HIGH_HIGH, PRE } from '../../src/model/level.ts';
import type { Floor } from '../../src/model/point.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/model/time.ts';

const NOW = 1_763_775_600_000;
const basis = { source: 'GB 39496-2020 5.5.4', mark: 'M' } as const;

function floorsOf(item: string): Floor[] {
  const id = `roll-up ${item}`;
  return [
    { id, item, level: PRE, points: 4, grade: 2, basis },
    { id, item, level: HIGH, points: 3, grade: 3, basis },
    { id, item, level: HIGH_HIGH, points: 2, grade: 4, basis },
  ];
}

/** So many points of an item at a level, each an hour apart from the next: nothing spreads. */
function points(item: string, level: Level, count: number, rule = 'limit-high-blue'): GradingContributor[] {
  return Array.from({ length: count }, (_, i) => ({
    point: `yt/${item}-${level}-${i}`,
    number: i,
    rule,
    level,
    standings: Array.from({ length: level }, () => ({ since: NOW - (i + 1) * HOUR_MS, certain: true })),
    held: false,
    floors: floorsOf(item),
    persistenceMs: 1_000 * HOUR_MS,
    responseMs: 15 * MINUTE_MS,
  }));
}

const judge = (...contributors: GradingContributor[]) =>
  gradeLadder({ edition: EDITION, sourceClass: 'C', now: NOW, contributors });
const grade = (...contributors: GradingContributor[]) => judge(...contributors).grade;

describe('within one monitoring item', () => {
  it.each([
    ['three blue points: the item is blue', points('displacement', PRE, 3), 1],
    ['four blue points: the item is yellow', points('displacement', PRE, 4), 2],
    ['two yellow points: the item is yellow', points('displacement', HIGH, 2), 2],
    ['three yellow points: the item is orange', points('displacement', HIGH, 3), 3],
    ['one orange point: the item is orange', points('displacement', HIGH_HIGH, 1), 3],
    ['two orange points: the item is red', points('displacement', HIGH_HIGH, 2), 4],
  ])('%s', (_, contributors, expected) => {
    expect(grade(...contributors)).toBe(expected);
  });

  it('a colour counts, and not how it came about: two points that a floor of their own makes orange are a red item', () => {
    const near: Floor = { id: 'within-ten-percent', level: HIGH, points: 1, grade: 3, basis };
    const orange = points('line', HIGH, 2).map((c) => ({ ...c, floors: [...c.floors, near] }));
    expect(grade(orange[0])).toBe(3);
    expect(grade(...orange)).toBe(4);
    const [last] = judge(...orange).reasons.slice(-1);
    expect(last.detail).toMatchObject({ floor: 'roll-up line', points: 2, level: 'orange' });
  });

  it('the highest rule that is met counts, and there is no carry: eleven blue points are one yellow', () => {
    expect(grade(...points('displacement', PRE, 11))).toBe(2);
    const [last] = judge(...points('displacement', PRE, 4)).reasons.slice(-1);
    expect(last).toMatchObject({ step: 'floor', value: 2, detail: { floor: 'roll-up displacement', points: 4 } });
  });

  it('what is foretold is no blue point', () => {
    expect(grade(...points('displacement', PRE, 4, 'forecast'))).toBe(1);
  });
});

describe('across the items of the pond', () => {
  const blue = (...items: string[]) => items.flatMap((item) => points(item, PRE, 1));
  const yellow = (...items: string[]) => items.flatMap((item) => points(item, HIGH, 1));

  it('four blue items count as one yellow one', () => {
    expect(grade(...blue('a', 'b', 'c'))).toBe(1);
    const result = judge(...blue('a', 'b', 'c', 'd'));
    expect(result.grade).toBe(2);
    const detail = { a: 'blue', b: 'blue', c: 'blue', d: 'blue', basis: basis.source };
    expect(result.reasons.at(-1)).toEqual({ step: 'roll-up', value: 2, detail });
  });

  it('and that one counts with the others: two yellow items and four blue ones are orange', () => {
    expect(grade(...yellow('x', 'y'))).toBe(2);
    expect(grade(...yellow('x', 'y'), ...blue('a', 'b', 'c', 'd'))).toBe(3);
  });

  it('two orange items are red; otherwise the pond is as its worst item', () => {
    expect(grade(...points('x', HIGH_HIGH, 1), ...points('y', HIGH, 3))).toBe(4);
    expect(grade(...points('x', HIGH_HIGH, 1), ...blue('a', 'b'))).toBe(3);
  });

  it('a further point, or a worse one, never lowers the pond', () => {
    const one = fc.record({
      item: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      level: fc.constantFrom<Level>(PRE, HIGH, HIGH_HIGH),
    });
    const made = (all: readonly { item: string; level: Level }[]) =>
      all.map(({ item, level }, i) => ({ ...points(item, level, 1)[0], point: `p${i}` }));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 20 }), one, fc.nat(), (all, more, which) => {
        const before = grade(...made(all));
        expect(grade(...made([...all, more]))).toBeGreaterThanOrEqual(before);
        const worst = (i: number) => i === which % Math.max(1, all.length);
        const worse = all.map((p, i) => (worst(i) ? { ...p, level: HIGH_HIGH as Level } : p));
        expect(grade(...made(worse))).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});
