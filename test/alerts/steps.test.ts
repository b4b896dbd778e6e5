// Hazards that come together, and neighbours that rise as one cloud: one step more, with what it rests on, and no cause twice.
import { describe, expect, it } from 'vitest';
import type { GradingContributor } from '../../src/alerts/grade/grading.ts';
import { EDITION } from '../../src/alerts/grade/grading.ts';
import { gradeLadder } from '../../src/alerts/grade/ladder.ts';
import type { Level } from '../../src/model/level.ts';
import { HIGH, HIGH_HIGH, PRE } from '../../src/model/level.ts';
import type { Floor } from '../../src/model/point.ts';
import type { SourceClass } from '../../src/model/source.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/model/time.ts';

const NOW = 1_763_775_600_000;

function at(point: string, level: Level, over: Partial<GradingContributor> = {}, forMs = 2 * MINUTE_MS) {
  const standings = Array.from({ length: level }, () => ({ since: NOW - forMs, certain: true }));
  const stated: GradingContributor = {
    point,
    number: 1,
    rule: 'limits-high',
    level,
    standings,
    held: false,
    floors: [],
    persistenceMs: 10 * MINUTE_MS,
    responseMs: 15 * MINUTE_MS,
  };
  return { ...stated, ...over };
}
const coupling = (...of: string[]) =>
  at('ALL', HIGH_HIGH, { step: 'coupling', restsOn: of.map((id) => `point ${id}`), detail: { RAIN: 62, DISP: 8.5 } });
const neighbours = at('PLUME', HIGH_HIGH, {
  step: 'neighbours',
  restsOn: ['point A', 'point B'],
  detail: { A: 24, B: 21, missing: 'WIND' },
});

const judged = (sourceClass: SourceClass, ...contributors: GradingContributor[]) =>
  gradeLadder({ edition: EDITION, sourceClass, now: NOW, contributors });
const counts = ({ reasons }: ReturnType<typeof judged>) =>
  reasons.filter(({ value }) => value !== 0).map(({ step, value }) => `${step} ${value}`);

describe('coupled hazards (M14)', () => {
  it('are one step above what stands, with all that comes together by name and value', () => {
    for (const level of [PRE, HIGH] as const) {
      const said = judged('B', at('DISP', level), coupling('RAIN', 'DISP'));
      expect(said.grade).toBe(level + 1);
      expect(said.reasons.find(({ step }) => step === 'coupling')).toEqual({
        step: 'coupling',
        value: 1,
        detail: { point: 'ALL', RAIN: 62, DISP: 8.5 },
      });
    }
  });

  it('are one step, however many of them are named', () => {
    const said = judged('B', at('DISP', HIGH), coupling('RAIN', 'DISP'), {
      ...coupling('LEVEL', 'DISP'),
      point: 'TWO',
    });
    expect(counts(said)).toEqual(['base 2', 'coupling 1']);
  });

  it('alone are attention: blue at any class, for as long as it stands, and no base', () => {
    const said = judged('A', { ...coupling('RAIN', 'LEVEL'), persistenceMs: 0 });
    expect(said.grade).toBe(1);
    expect(said.reasons.map(({ step }) => step)).not.toContain('coupling');
    expect(said.reasons.at(-1)?.step).toBe('sign');
  });

  it('bear nobody out: a doubtful point stays doubtful, a single fresh one is capped', () => {
    const doubtful = at('DISP', HIGH, { standings: [PRE, HIGH].map(() => ({ since: NOW, certain: false })) });
    expect(counts(judged('B', doubtful, coupling('RAIN', 'DISP')))).toEqual(['base 2', 'coupling 1', 'quality -1']);
    expect(judged('A', at('DISP', HIGH_HIGH, {}, 1_000), coupling('RAIN', 'DISP')).grade).toBe(3);
  });

  it('what a convention states of them as a floor holds beside it', () => {
    const floors: Floor[] = [
      { id: 'coupled', level: HIGH_HIGH, points: 1, grade: 3, basis: { source: '惯例', mark: 'OURS' } },
    ];
    expect(judged('B', { ...coupling('RAIN', 'DISP'), floors }).grade).toBe(3);
    expect(judged('B', at('DISP', PRE), { ...coupling('RAIN', 'DISP'), floors }).grade).toBe(3);
  });

  it('that are the same points as breadth counts are one for it: no cause twice', () => {
    const three = ['RAIN', 'LEVEL', 'DISP'].map((point) => at(point, HIGH));
    expect(counts(judged('B', ...three))).toEqual(['base 2', 'breadth 1']);
    expect(counts(judged('B', ...three, coupling('RAIN', 'LEVEL', 'DISP')))).toEqual(['base 2', 'coupling 1']);
    // Three displacements are broad by themselves, one of them coupled with the rain or not.
    const slopes = ['DISP', 'D-2', 'D-3'].map((point) => at(point, HIGH));
    expect(counts(judged('B', ...slopes, coupling('RAIN', 'DISP')))).toEqual(['base 2', 'breadth 1', 'coupling 1']);
    // Of several couplings the one that leaves breadth as it is counts.
    const both = [coupling('DISP', 'D-2', 'D-3'), { ...coupling('RAIN', 'DISP'), point: 'TWO' }];
    expect(counts(judged('B', ...slopes, ...both))).toEqual(['base 2', 'breadth 1', 'coupling 1']);
  });
});

describe('correlated neighbours', () => {
  it('are one step, with the heads, and what of it nobody knows', () => {
    const said = judged('C', at('A', HIGH), at('B', HIGH), neighbours);
    expect(said.grade).toBe(3);
    expect(said.reasons.find(({ step }) => step === 'neighbours')?.detail).toEqual({
      point: 'PLUME',
      A: 24,
      B: 21,
      missing: 'WIND',
    });
  });

  it('and breadth are one thing: the same cloud counts once', () => {
    const two = [at('A', HIGH_HIGH), at('B', HIGH_HIGH)];
    expect(counts(judged('D', ...two))).toEqual(['base 3', 'breadth 1']);
    expect(counts(judged('D', ...two, neighbours))).toEqual(['base 3', 'neighbours 1']);
  });

  it('and coupled hazards are two', () => {
    const said = judged('C', at('A', PRE, {}, HOUR_MS), at('B', PRE), neighbours, coupling('A', 'RAIN'));
    expect(counts(said)).toEqual(['base 1', 'persistence 1', 'coupling 1', 'neighbours 1']);
  });

  it('lift no forecast beyond yellow', () => {
    expect(judged('A', at('A', HIGH, { rule: 'forecast' }), neighbours).grade).toBe(2);
  });
});
