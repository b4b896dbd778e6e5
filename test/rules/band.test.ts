// Level, drift and spread against a stretch in which the point was well.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { falseBands, faultsFound } from '../../bench/detectors.ts';
import { processReadings } from '../../simulators/process-faults.ts';
import { explainSlot } from '../../src/rules/view.ts';
import { START, Story } from './harness.ts';

const MINUTE = 60_000;
const STATED = { limits: {}, intervalMs: MINUTE, band: {} } as const;
const PLANT = { mean: 50, sd: 2, phi: 0.5 };

/** Readings a minute apart from where the story stands. */
function run(story: Story, from: number, values: Iterable<number>, count: number): number {
  let i = from;
  for (const value of values) {
    if (i === from + count) break;
    story.reading(i++ * MINUTE, value);
  }
  return i;
}
const numbersOf = (story: Story) => explainSlot(story.memory, 0).explanation.numbers;

describe('a band', () => {
  it('says nothing while it learns, and then what is usual, with the stretch it learned it in', () => {
    const story = new Story(STATED);
    run(story, 0, processReadings('well', PLANT, 300), 299);
    expect([story.told, numbersOf(story)]).toEqual([[], {}]);
    run(story, 299, processReadings('well', PLANT, 300), 1);
    expect(numbersOf(story)).toMatchObject({
      referenceFrom: START,
      referenceTo: START + 299 * MINUTE,
      referenceVersion: 1,
    });
    expect(numbersOf(story).referenceMean).toBeCloseTo(50, 0);
    expect(numbersOf(story).autocorrelation).toBeGreaterThan(0.3);
  });

  it.each([
    ['level', 9, 1],
    ['level', -9, -1],
  ] as const)(
    'is PRE by the sixth reading in a row too far off (%s %s), and over with the first that is not',
    (_, off, side) => {
      const story = new Story(STATED);
      const next = run(story, 0, processReadings('well', PLANT, 300), 300);
      for (let i = 0; i < 5; i++) story.reading((next + i) * MINUTE, 50 + off);
      expect(story.told).toEqual([]);
      story.reading((next + 5) * MINUTE, 50 + off);
      expect(story.told).toEqual([`${(next + 5) * MINUTE} band none→PRE`]);
      expect(story.memory.kindOf(0).side(0)).toBe(side);
      expect(story.view('band')?.explanation.numbers.level).toBeGreaterThan(numbersOf(story).levelLimit);
      run(story, next + 6, processReadings('well again', PLANT, 60), 60);
      expect(story.level('band')).toBe('none');
    },
  );

  it('does not learn what came later, nor from readings that are not good', () => {
    const story = new Story(STATED);
    const next = run(story, 0, processReadings('well', PLANT, 300), 300);
    const learned = numbersOf(story);
    for (let i = 0; i < 2_000; i++) story.reading((next + i) * MINUTE, 70);
    expect(story.level('band')).toBe('PRE');
    expect(numbersOf(story)).toMatchObject({ referenceMean: learned.referenceMean, levelLimit: learned.levelLimit });
    const tested = new Story(STATED);
    for (let i = 0; i < 600; i++) tested.reading(i * MINUTE, 70, i % 2 === 0 ? 'test' : 'uncertain');
    // It is still silent, and says why.
    expect(numbersOf(tested)).toEqual({ leftOutTest: 300, leftOutNotGood: 300 });
  });

  it('learns from a stated stretch alone, and anew where that is another one', () => {
    const at = (minute: number) => new Date(START + minute * MINUTE).toISOString();
    const story = new Story({ ...STATED, band: { from: at(100), to: at(900) } });
    for (let i = 0; i < 100; i++) story.reading(i * MINUTE, 500);
    run(story, 100, processReadings('well', PLANT, 900), 801);
    expect(numbersOf(story)).toMatchObject({ referenceFrom: START + 100 * MINUTE, referenceTo: START + 900 * MINUTE });
    expect(numbersOf(story).referenceMean).toBeCloseTo(50, 0);
    story.change({ ...STATED, band: { from: at(1_000), to: at(2_000) } }, 950 * MINUTE);
    expect(numbersOf(story)).toEqual({});
    run(story, 1_000, processReadings('well', PLANT, 900), 1_001);
    expect(numbersOf(story).referenceVersion).toBe(2);
  });

  it('takes nothing of what comes behind a stated stretch: one that is past, or was too thin, stays unknown', () => {
    const at = (minute: number) => new Date(START + minute * MINUTE).toISOString();
    const past = new Story({ ...STATED, band: { from: at(-2_000), to: at(-1_000) } });
    run(past, 0, processReadings('well', PLANT, 2_000), 2_000);
    expect([past.told, numbersOf(past)]).toEqual([[], {}]);
    const thin = new Story({ ...STATED, band: { from: at(0), to: at(200) } });
    run(thin, 0, processReadings('well', PLANT, 2_000), 2_000);
    expect(numbersOf(thin)).toEqual({});
    // A stretch whose last reading comes before its end is learned all the same, without the first behind it.
    const short = new Story({ ...STATED, band: { from: at(0), to: at(400) } });
    run(short, 0, processReadings('well', PLANT, 2_000), 399);
    short.reading(402 * MINUTE, 500);
    expect(numbersOf(short)).toMatchObject({ referenceTo: START + 398 * MINUTE, referenceVersion: 1 });
    expect(numbersOf(short).levelLimit).toBeLessThan(10);
  });

  it('of a point that never moved is left by any move', () => {
    const story = new Story(STATED);
    for (let i = 0; i < 300; i++) story.reading(i * MINUTE, 20);
    for (let i = 300; i < 310; i++) story.reading(i * MINUTE, 20.01);
    expect(story.level('band')).toBe('PRE');
    expect(Object.values(numbersOf(story)).every(Number.isFinite)).toBe(true);
  });

  it('judges after a restart as if there had been none, and agrees with every reading kept and counted anew', () => {
    const series = fc.record({
      seed: fc.string(),
      phi: fc.double({ min: 0, max: 0.9, noNaN: true }),
      cut: fc.nat(450),
    });
    fc.assert(
      fc.property(
        series,
        fc.constantFrom('step +5 sd', 'spread × 5', 'swing 5 sd in 60 min'),
        ({ seed, phi, cut }, fault) => {
          const story = new Story(STATED);
          const values: number[] = [];
          for (const value of processReadings(seed, { ...PLANT, phi }, 340, fault)) {
            if (values.length === 450) break;
            if (values.length === cut) story.restart();
            story.reading(values.length * MINUTE, value);
            values.push(value);
          }
          expect(story.told.map((line) => line.split(' ')[0])).toEqual(oracle(values).map((i) => String(i * MINUTE)));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('finds all kinds of faults of a process, and nothing in a plant in order (one seed; five in the benchmark)', () => {
    expect(faultsFound('a', 0.5)).toHaveLength(18);
    expect(falseBands('a', 0.5, 100)).toBe(0);
  });
});

/** Places at which the band's word changes, from the whole series at once: detectors §1, no recursion kept. */
function oracle(x: readonly number[]): number[] {
  const first = x.slice(0, 150);
  const m = first.reduce((sum, value) => sum + value, 0) / 150;
  const variance = first.reduce((sum, value) => sum + (value - m) ** 2, 0) / 149;
  const steps = first.slice(1).reduce((sum, value, i) => sum + (value - first[i]) ** 2, 0) / 149;
  const r1 = 1 - steps / (2 * variance);
  const phi = Math.min(0.98, Math.max(0, r1));
  const s = Math.sqrt(variance);
  const se = Math.sqrt(variance * (1 + phi ** 2 - 2 * phi * r1));
  const rows = x.slice(150).map((_, k) => {
    let e = 0;
    let v = 0.9 ** (k + 1);
    for (let j = 0; j <= k; j++) {
      e += 0.2 * 0.8 ** (k - j) * ((x[150 + j] - m) / s);
      const innovation = (x[150 + j] - m - phi * (x[149 + j] - m)) / se;
      v += 0.1 * 0.9 ** (k - j) * Math.min(4, Math.max(-4, innovation)) ** 2;
    }
    const memory = phi * 0.8;
    return [
      Math.abs((x[150 + k] - m) / s),
      Math.abs(e) / Math.sqrt(((0.2 / 1.8) * (1 + memory)) / (1 - memory)),
      Math.abs(v - 1) / Math.sqrt(0.2 / 1.9),
    ];
  });
  const limits = [0, 1, 2].map((c) => 1.25 * Math.max(...rows.slice(30, 150).map((row) => row[c])));
  const beyond = rows.map((row, k) => k >= 150 && row.some((value, c) => value > limits[c]));
  const alarm = beyond.map((_, k) => k >= 5 && beyond.slice(k - 5, k + 1).every(Boolean));
  return alarm.flatMap((is, k) => (is !== (alarm[k - 1] ?? false) ? [150 + k] : []));
}
