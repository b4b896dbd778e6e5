// Limits that are named by the grade they give, as an operator would tell them: each comes, stays and goes by itself.
import { describe, expect, it } from 'vitest';
import { gradeLadder } from '../../src/alerts/grade/ladder.ts';
import { floorsOf } from '../../src/model/graded-limit.ts';
import { limitsOf } from '../../src/model/point.ts';
import { breachesOf } from '../../src/rules/evaluate.ts';
import { pointOf, Story } from './harness.ts';

const pond = { blue: { value: 70 }, yellow: { value: 80 }, orange: { value: 90 }, red: { value: 95 } };
const story = (high: object, more: object = {}): Story => new Story({ limits: { high } as never, ...more });

describe('limits by grade', () => {
  it('stand one by one, each at its own value', () => {
    const told = story(pond).reading(0, 69.9).reading(1, 70).reading(2, 80).reading(3, 90).reading(4, 95).told;
    expect(told).toEqual([
      '1 limit-high-blue none→PRE',
      '2 limit-high-yellow none→H',
      '3 limit-high-orange none→HH',
      '4 limit-high-red none→HH',
    ]);
    expect(story(pond).reading(0, 97).view('limit-high-red')?.explanation.limit).toEqual({
      name: 'high.red',
      value: 95,
    });
  });

  it('stand beside the quick pair of the same point', () => {
    const both = new Story({ limits: { H: 85, high: { red: { value: 95 } } } as never });
    expect(both.reading(0, 96).told).toEqual(['0 limits-high none→H', '0 limit-high-red none→HH']);
  });

  it('on the low side are met from above', () => {
    const low = new Story({ limits: { low: { yellow: { value: 0.3 }, red: { value: 0.1 } } } as never });
    expect(low.reading(0, 0.31).reading(1, 0.3).reading(2, 0.1).told).toEqual([
      '1 limit-low-yellow none→H',
      '2 limit-low-red none→HH',
    ]);
    expect(breachesOf(low.memory, 0, 0.05).map(({ level }) => level)).toEqual([2, 3]);
  });

  it('that ask for more than the value are not met at it', () => {
    const strict = story({ orange: { value: 100, beyond: true } })
      .reading(0, 100)
      .reading(1, 100.1);
    expect(strict.told).toEqual(['1 limit-high-orange none→HH']);
    expect(strict.reading(2, 100).told).toEqual(['1 limit-high-orange none→HH', '2 limit-high-orange HH→none']);
  });

  it('are left below their clear value, not below the limit: methane restores the power below 1.0', () => {
    const cut = story({ orange: { value: 1.5, clear: 1 } })
      .reading(0, 1.5)
      .reading(1, 1.2)
      .reading(2, 1);
    expect(cut.told).toEqual(['0 limit-high-orange none→HH']);
    expect(cut.reading(3, 0.99).told.at(-1)).toBe('3 limit-high-orange HH→none');
    expect(cut.reading(4, 1.2).level('limit-high-orange')).toBe('none');
  });

  it('have delays of their own', () => {
    const high = { yellow: { value: 80, onDelayMs: 0 }, red: { value: 95, onDelayMs: 10_000, offDelayMs: 60_000 } };
    const tank = story(high, { onDelayMs: 5_000 }).reading(0, 96).reading(10_000, 96);
    expect(tank.told).toEqual(['0 limit-high-yellow none→H', '10000 limit-high-red none→HH']);
    tank.reading(20_000, 70).reading(79_999, 70);
    expect(tank.level('limit-high-red')).toBe('HH');
    expect(tank.reading(80_000, 70).level('limit-high-red')).toBe('none');
  });

  describe('n in a row', () => {
    const three = () => story({ orange: { value: 90, inARow: 3 } });
    it('counts readings that reach it, and begins anew below it', () => {
      expect(three().reading(0, 91).reading(1, 91).reading(2, 89).reading(3, 91).reading(4, 91).told).toEqual([]);
      expect(three().reading(0, 91).reading(1, 91).reading(2, 91).told).toEqual(['2 limit-high-orange none→HH']);
    });

    it('is broken by good readings only: what says nothing neither counts nor breaks', () => {
      const doubtful = three().reading(0, 91).reading(1, 91).reading(2, 5, 'uncertain').reading(3, 0, 'bad');
      expect(doubtful.told).toEqual([]);
      expect(doubtful.silence(50).reading(60, 91).told).toEqual(['60 limit-high-orange none→HH']);
    });

    it('does not count one reading twice when limits change', () => {
      const changed = three().reading(0, 91).reading(1, 91);
      changed.memory.install(pointOf({ limits: { high: { orange: { value: 89, inARow: 3 } } } as never }), 0);
      changed.memory.rejudge(0, changed.now, changed.sink);
      expect(changed.told).toEqual([]);
      expect(changed.reading(2, 91).told).toEqual(['2 limit-high-orange none→HH']);
    });
  });

  it('make the side they are on dangerous, a blue one too: beyond the span is beyond all of them', () => {
    const over = story({ blue: { value: 70 } }, { span: { min: 0, max: 100 } });
    expect(over.reading(0, 120).told).toEqual(['0 limit-high-blue none→PRE']);
    expect(breachesOf(over.memory, 0, 75)).toEqual([{ slot: 0, level: 1 }]);
  });

  it('are what a forecast heads for, as the quick pair is; a blue one is not', () => {
    const { high } = { high: { blue: { value: 70 }, yellow: { value: 80 }, red: { value: 95 } } };
    expect(limitsOf(pointOf({ limits: { high } as never }))).toEqual({ H: 80, HH: 95 });
    expect(limitsOf(pointOf({ limits: { HH: 97, high } as never }))).toEqual({ H: 80, HH: 95 });
  });
});

describe('the grade', () => {
  const graded = (grade: string, level: 1 | 2 | 3) => {
    const config = pointOf({
      limits: { high: { [grade]: { value: 70, basis: { source: 'GB 1', mark: 'V' } } } } as never,
    });
    const standings = [0, 0, 0].slice(0, level).map((since) => ({ since, certain: true }));
    const own = { point: 'yt/P', number: 0, rule: `limit-high-${grade}`, level, standings, held: false };
    const floors = floorsOf(config, config.rules[0]);
    const contributors = [{ ...own, floors, persistenceMs: 600_000, responseMs: 900_000 }];
    return gradeLadder({ sourceClass: 'C', now: 1_000, contributors });
  };
  it.each([
    ['blue', 1, 1],
    ['yellow', 2, 2],
    ['orange', 3, 3],
    ['red', 3, 4],
  ] as const)('of one point at a %s limit of a source of no class is that', (name, level, grade) => {
    expect(graded(name, level).grade).toBe(grade);
  });

  it('red is given by the limit, which the reason names with what it stands on', () => {
    const detail = { floor: 'limits.high.red', points: 1, level: 'HH', basis: 'GB 1', limit: 'high.red' };
    expect(graded('red', 3).reasons.at(-1)).toEqual({ step: 'floor', value: 4, detail });
  });
});
