import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GradingContributor, GradingInput } from '../../src/alerts/grade/grading.ts';
import { EDITION } from '../../src/alerts/grade/grading.ts';
import { gradeLadder } from '../../src/alerts/grade/ladder.ts';
import type { Level } from '../../src/model/level.ts';
import { HIGH, HIGH_HIGH, NONE, PRE } from '../../src/model/level.ts';
import type { Floor } from '../../src/model/point.ts';
import type { SourceClass } from '../../src/model/source.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/model/time.ts';

const NOW = 1_763_775_600_000;

/** A contributor that has stood at its level for `forMs`. */
function at(
  level: Level,
  forMs: number,
  options: Partial<GradingContributor> & { certain?: boolean } = {},
): GradingContributor {
  const { certain = true, ...others } = options;
  return {
    point: 'yt-chem/GD-101',
    number: 1,
    rule: 'limits-high',
    level,
    standings: Array.from({ length: level }, () => ({ since: NOW - forMs, certain })),
    held: false,
    floors: [],
    persistenceMs: 10 * MINUTE_MS,
    responseMs: 15 * MINUTE_MS,
    ...others,
  };
}

const group = (sourceClass: SourceClass, ...contributors: GradingContributor[]): GradingInput => ({
  edition: EDITION,
  sourceClass,
  now: NOW,
  contributors,
});

const grade = (sourceClass: SourceClass, ...contributors: GradingContributor[]) =>
  gradeLadder(group(sourceClass, ...contributors)).grade;

const twoDetectors: Floor = {
  id: 'combustible-two-detectors',
  level: HIGH_HIGH,
  points: 2,
  grade: 4,
  basis: { source: 'two detectors at the second limit', mark: 'OURS' },
};

describe('the eight vectors', () => {
  it('1: H, class B, one point, 2 min → yellow', () => {
    expect(grade('B', at(HIGH, 2 * MINUTE_MS))).toBe(2);
  });
  it('2: H, class D → blue', () => {
    expect(grade('D', at(HIGH, 2 * MINUTE_MS))).toBe(1);
  });
  it('3: HH, class A, one good point: 30 s → orange by the cap, 61 s → red', () => {
    expect(grade('A', at(HIGH_HIGH, 30 * SECOND_MS))).toBe(3);
    expect(grade('A', at(HIGH_HIGH, 61 * SECOND_MS))).toBe(4);
    expect(grade('A', at(HIGH_HIGH, 10 * MINUTE_MS))).toBe(4);
  });
  it('4: PRE (near H, or moving fast), class A, limit in 8 min → orange', () => {
    const forecast = at(PRE, 0, { rule: 'forecast', timeToLimitMs: 8 * MINUTE_MS, r2: 0.9 });
    expect(grade('A', at(PRE, 0), forecast)).toBe(3);
    expect(grade('A', at(PRE, 0, { rule: 'rate-of-change' }), forecast)).toBe(3);
    // Where the forecast is all there is, its fit counts once: base 1, class 1.
    expect(grade('A', forecast)).toBe(2);
  });
  it('5: HH, uncertain, class B → yellow', () => {
    expect(grade('B', at(HIGH_HIGH, 2 * MINUTE_MS, { certain: false }))).toBe(2);
  });
  it('6: three points at H in the unit, class B → orange', () => {
    expect(grade('B', at(HIGH, 0), at(HIGH, MINUTE_MS, { point: 'b' }), at(HIGH, 2 * MINUTE_MS, { point: 'c' }))).toBe(
      3,
    );
  });
  it('7: HH on a sensor that is unusable contributes nothing (test/engine/day.test.ts) → no grade', () => {
    expect(gradeLadder(group('A'))).toEqual({
      grade: 0,
      reasons: [],
      dueAt: undefined,
    });
  });
  it('8: two gas detectors at 55 %LEL, class D → red by the floor', () => {
    const floors = [twoDetectors];
    const result = gradeLadder(group('D', at(HIGH_HIGH, 0, { floors }), at(HIGH_HIGH, 0, { floors, point: 'b' })));
    expect(result.grade).toBe(4);
  });
});

describe('the letter of each step', () => {
  it('nothing in alarm, no floor: no grade', () => {
    expect(grade('A')).toBe(0);
    expect(grade('A', at(NONE, HOUR_MS))).toBe(0);
  });
  it('class C and B step nowhere; D only comes down from H and PRE', () => {
    expect(grade('C', at(HIGH, 0))).toBe(2);
    expect(grade('D', at(HIGH_HIGH, 2 * MINUTE_MS))).toBe(3);
    expect(grade('D', at(PRE, 0))).toBe(1);
  });
  it('persistence: at T_p, not a millisecond before', () => {
    expect(grade('B', at(HIGH, 10 * MINUTE_MS - 1))).toBe(2);
    expect(grade('B', at(HIGH, 10 * MINUTE_MS))).toBe(3);
    // The reasons say the same as the grade, in the very millisecond.
    const said = (forMs: number) =>
      gradeLadder(group('B', at(HIGH, forMs))).reasons.find(({ step }) => step === 'persistence')?.value;
    expect([said(10 * MINUTE_MS - 1), said(10 * MINUTE_MS)]).toEqual([0, 1]);
  });
  it('trend: only within the time to respond and with a fit worth believing', () => {
    const withForecast = (timeToLimitMs: number, r2: number) =>
      grade('B', at(HIGH, 0), at(PRE, 0, { rule: 'forecast', timeToLimitMs, r2 }));
    expect(withForecast(15 * MINUTE_MS, 0.7)).toBe(3);
    expect(withForecast(15 * MINUTE_MS + 1, 0.7)).toBe(2);
    expect(withForecast(MINUTE_MS, 0.69)).toBe(2);
  });
  it('trend: one fit counts once, and a forecast alone is never above yellow', () => {
    const soon = { rule: 'forecast', timeToLimitMs: 4 * MINUTE_MS, r2: 0.95 };
    const said = gradeLadder(group('A', at(HIGH, 11 * MINUTE_MS, soon)));
    // H by the forecast 2, class 1, persistence 1: all of it by one fit.
    expect(said.grade).toBe(2);
    expect(said.reasons.find(({ step }) => step === 'trend')?.value).toBe(0);
    expect(said.reasons.at(-1)).toMatchObject({ step: 'sign', value: 2, detail: { rule: 'forecast' } });
    const three = ['a', 'b', 'c'].map((point) => at(HIGH, 0, { ...soon, point }));
    expect(grade('B', ...three)).toBe(2);
    // The first value at a limit frees it: base 2, class 1, trend 1.
    expect(grade('A', at(HIGH, 0, soon), at(HIGH, 2 * MINUTE_MS))).toBe(4);
  });
  it('sign: novelty alone is blue, and so is creep at a constant velocity, however long and at whatever class', () => {
    for (const rule of ['novelty', 'tangent-angle']) {
      const said = gradeLadder(group('A', at(PRE, 24 * 60 * MINUTE_MS, { rule })));
      expect([rule, said.grade, said.reasons.at(-1)?.step]).toEqual([rule, 1, 'sign']);
      // Beside what was measured it takes nothing away.
      expect(grade('A', at(PRE, 24 * 60 * MINUTE_MS, { rule }), at(HIGH, 2 * MINUTE_MS))).toBe(3);
    }
    expect(grade('A', at(HIGH, 2 * MINUTE_MS, { rule: 'tangent-angle' }))).toBe(3);
  });
  it('clamp: what comes to more than red is red, and says how much; no number of a reason is beyond numbers', () => {
    const said = gradeLadder(group('A', at(HIGH_HIGH, 2 * MINUTE_MS), at(HIGH_HIGH, 2 * MINUTE_MS, { point: 'b' })));
    expect(said.grade).toBe(4);
    expect(said.reasons.at(-1)).toEqual({ step: 'clamp', value: 4, detail: { height: 5 } });
    expect(JSON.parse(JSON.stringify(said.reasons))).toEqual(said.reasons);
  });
  it('harm: what is never called worse is not, at whatever class and however long; beside another harm it takes nothing away', () => {
    const health = { gradeAtMost: 2 as const };
    const said = gradeLadder(group('A', at(HIGH_HIGH, 24 * 60 * MINUTE_MS, health)));
    expect([said.grade, said.reasons.at(-1)?.step]).toEqual([2, 'harm']);
    expect(grade('A', at(HIGH, 2 * MINUTE_MS, health), at(HIGH, 2 * MINUTE_MS, { point: 'b' }))).toBe(3);
  });
  it('trend: what was sealed before one fit counted once is judged again as it was', () => {
    const { edition: _none, ...old } = group('A', at(PRE, 0, { rule: 'forecast', timeToLimitMs: MINUTE_MS, r2: 0.9 }));
    expect(gradeLadder(old).grade).toBe(3);
  });
  it("trend: another point's forecast does not lift this point's base", () => {
    const forecast = { rule: 'forecast', timeToLimitMs: MINUTE_MS, r2: 0.9 };
    expect(grade('B', at(HIGH, 2 * MINUTE_MS), at(PRE, 0, forecast))).toBe(3);
    expect(grade('B', at(HIGH, 2 * MINUTE_MS), at(PRE, 0, { ...forecast, point: 'b' }))).toBe(2);
  });
  it('breadth: within five minutes of each other, on different transmitters', () => {
    const two = (apartMs: number, transmitter?: string) =>
      grade('B', at(HIGH_HIGH, 70_000, { transmitter }), at(HIGH_HIGH, 70_000 + apartMs, { point: 'b', transmitter }));
    expect(two(5 * MINUTE_MS)).toBe(4);
    expect(two(5 * MINUTE_MS + 1)).toBe(3);
    expect(two(0, 'tx-1')).toBe(3);
  });
  it('breadth: any five minutes will do, not only the newest', () => {
    const minutesAgo = [1, 7, 8, 9.5].map((m, i) =>
      at(HIGH, m * MINUTE_MS, { point: `p${i}`, persistenceMs: HOUR_MS }),
    );
    expect(grade('B', ...minutesAgo)).toBe(3);
    expect(grade('B', ...minutesAgo.slice(0, 3))).toBe(2);
  });
  it('quality: an uncertain point is believed once a second one on another transmitter stands at H', () => {
    const overRange = at(HIGH_HIGH, 2 * MINUTE_MS, { certain: false, transmitter: 'tx-1' });
    expect(grade('B', overRange)).toBe(2);
    expect(grade('B', overRange, at(HIGH, 2 * MINUTE_MS, { point: 'b', transmitter: 'tx-1', certain: false }))).toBe(2);
    expect(grade('B', overRange, at(HIGH, 2 * MINUTE_MS, { point: 'b' }))).toBe(3);
    expect(grade('B', overRange, at(PRE, 2 * MINUTE_MS, { point: 'b' }))).toBe(2);
  });
  it('cap: lifted by a second point, not by a second rule or a shared transmitter', () => {
    const fresh = (options: Partial<GradingContributor>) => at(HIGH_HIGH, 10 * SECOND_MS, options);
    expect(grade('A', fresh({}), fresh({ rule: 'rate' }))).toBe(3);
    expect(grade('A', fresh({ transmitter: 't' }), fresh({ transmitter: 't', point: 'b' }))).toBe(3);
    expect(grade('A', fresh({}), at(HIGH, 10 * SECOND_MS, { point: 'b' }))).toBe(4);
  });
  it('coverage gives a floor and no base: nothing is climbed from blindness', () => {
    const blind = at(HIGH, HOUR_MS, { rule: 'coverage', fixedGrade: 2, detail: { live: 1, declared: 2 } });
    expect(gradeLadder(group('A', blind))).toEqual({
      grade: 2,
      reasons: [
        { step: 'coverage', value: 2, detail: { point: 'yt-chem/GD-101', rule: 'coverage', live: 1, declared: 2 } },
      ],
      dueAt: undefined,
    });
    expect(grade('B', { ...blind, fixedGrade: 3 }, at(HIGH, 0, { point: 'b' }))).toBe(3);
  });
  it('a held contributor counts as before, and its persistence runs on', () => {
    expect(grade('B', at(HIGH, 11 * MINUTE_MS, { held: true }))).toBe(3);
  });
});

describe('worsening never calms', () => {
  it('a point an hour at H that reaches HH keeps its persistence and is not capped anew', () => {
    const since = (ms: number) => ({ since: NOW - ms, certain: true });
    const worse = at(HIGH_HIGH, 0, { standings: [since(HOUR_MS), since(HOUR_MS), since(0)] });
    expect(grade('A', at(HIGH, HOUR_MS))).toBe(4);
    expect(grade('A', worse)).toBe(4);
  });
  it('good evidence at H stays good when HH is only uncertain', () => {
    const standings = [true, true, false].map((certain) => ({ since: NOW - 11 * MINUTE_MS, certain }));
    expect(grade('B', at(HIGH, 11 * MINUTE_MS))).toBe(3);
    expect(grade('B', at(HIGH_HIGH, 0, { standings }))).toBe(3);
  });
  it('a second, uncertain detector takes nothing from the first', () => {
    expect(
      grade(
        'B',
        at(HIGH_HIGH, 2 * MINUTE_MS),
        at(HIGH_HIGH, 2 * MINUTE_MS, { transmitter: undefined, certain: false }),
      ),
    ).toBe(3);
  });
});

describe('reasons and due time', () => {
  it('tells every step with its numbers', () => {
    const { reasons } = gradeLadder(group('A', at(HIGH_HIGH, 30 * SECOND_MS)));
    expect(reasons.map(({ step, value }) => [step, value])).toEqual([
      ['base', 3],
      ['class', 1],
      ['persistence', 0],
      ['trend', 0],
      ['breadth', 0],
      ['quality', 0],
      ['cap', 3],
    ]);
    expect(reasons[0].detail).toEqual({ point: 'yt-chem/GD-101', rule: 'limits-high', level: 'HH' });
  });
  it('names the clamp', () => {
    const { grade: g, reasons } = gradeLadder(group('D', at(PRE, 0)));
    expect([g, reasons.at(-1)]).toEqual([1, { step: 'clamp', value: 1, detail: { height: 0 } }]);
  });
  it('falls due at the end of the cap, then at persistence, then never', () => {
    const since = NOW - 30 * SECOND_MS;
    expect(gradeLadder(group('A', at(HIGH_HIGH, 30 * SECOND_MS))).dueAt).toBe(since + 60 * SECOND_MS);
    expect(gradeLadder(group('B', at(HIGH, 30 * SECOND_MS))).dueAt).toBe(since + 10 * MINUTE_MS);
    expect(gradeLadder(group('A', at(HIGH_HIGH, 2 * MINUTE_MS))).dueAt).toBeUndefined();
  });
});

const contributorArb = fc
  .record({
    point: fc.constantFrom('a', 'b', 'c', 'd'),
    rule: fc.constantFrom('limits', 'forecast'),
    ages: fc.array(fc.integer({ min: 0, max: 30 * MINUTE_MS }), { minLength: 1, maxLength: 3 }),
    certain: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    transmitter: fc.option(fc.constantFrom('t1', 't2'), { nil: undefined }),
    forecast: fc.option(
      fc.tuple(fc.integer({ min: 0, max: 40 * MINUTE_MS }), fc.double({ min: 0, max: 1, noNaN: true })),
      {
        nil: undefined,
      },
    ),
    held: fc.boolean(),
    floors: fc.constantFrom([], [twoDetectors]),
    fixedGrade: fc.option(fc.constantFrom(2 as const, 3 as const), { nil: undefined, freq: 6 }),
    step: fc.option(fc.constantFrom('coupling' as const, 'neighbours' as const), { nil: undefined, freq: 4 }),
    restsOn: fc.subarray(['point a', 'point b', 'point c', 'transmitter t1', 'transmitter t2']),
  })
  .map(({ ages, certain, forecast, ...rest }): GradingContributor => {
    // A worse level was reached no earlier than the lesser ones.
    const sorted = [...ages].sort((x, y) => y - x);
    return {
      ...rest,
      number: 0,
      level: sorted.length as Level,
      standings: sorted.map((age, i) => ({ since: NOW - age, certain: certain[i] })),
      timeToLimitMs: forecast?.[0],
      r2: forecast?.[1],
      persistenceMs: 10 * MINUTE_MS,
      responseMs: 15 * MINUTE_MS,
    };
  });
const inputArb = fc.record({
  sourceClass: fc.constantFrom<SourceClass>('A', 'B', 'C', 'D'),
  now: fc.constant(NOW),
  contributors: fc.array(contributorArb, { maxLength: 5 }),
});

describe('properties', () => {
  it('a further contributor never lowers', () => {
    fc.assert(
      fc.property(inputArb, contributorArb, (input, more) => {
        const grown = { ...input, contributors: [...input.contributors, more] };
        expect(gradeLadder(grown).grade).toBeGreaterThanOrEqual(gradeLadder(input).grade);
      }),
      { numRuns: 2000 },
    );
  });

  it('a worse level never lowers, however doubtful', () => {
    fc.assert(
      fc.property(inputArb, fc.nat(), fc.boolean(), (input, pick, certain) => {
        if (input.contributors.length === 0) return;
        const chosen = pick % input.contributors.length;
        const worse = input.contributors.map((c, i) =>
          i === chosen && c.level < HIGH_HIGH
            ? { ...c, level: (c.level + 1) as Level, standings: [...c.standings, { since: NOW, certain }] }
            : c,
        );
        expect(gradeLadder({ ...input, contributors: worse }).grade).toBeGreaterThanOrEqual(gradeLadder(input).grade);
      }),
      { numRuns: 2000 },
    );
  });

  it('more time never lowers, and raises exactly at the due time', () => {
    fc.assert(
      fc.property(inputArb, fc.integer({ min: 1, max: HOUR_MS }), (input, laterMs) => {
        const { grade: before, dueAt } = gradeLadder(input);
        const later = gradeLadder({ ...input, now: NOW + laterMs }).grade;
        expect(later).toBeGreaterThanOrEqual(before);
        if (dueAt === undefined || NOW + laterMs < dueAt) expect(later).toBe(before);
        else expect(later).toBeGreaterThan(before);
      }),
      { numRuns: 2000 },
    );
  });

  it('good evidence never lowers, and order does not matter', () => {
    fc.assert(
      fc.property(inputArb, (input) => {
        const { grade: before } = gradeLadder(input);
        const seen = input.contributors.map((c) => ({
          ...c,
          standings: c.standings.map((s) => ({ ...s, certain: true })),
        }));
        expect(gradeLadder({ ...input, contributors: seen }).grade).toBeGreaterThanOrEqual(before);
        expect(gradeLadder({ ...input, contributors: [...input.contributors].reverse() }).grade).toBe(before);
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same after a journey through JSON', () => {
    fc.assert(
      fc.property(inputArb, (input) => {
        expect(gradeLadder(JSON.parse(JSON.stringify(input)))).toEqual(gradeLadder(input));
      }),
    );
  });
});
