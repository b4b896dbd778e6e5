// Has this point ever been like this?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processReadings } from '../../simulators/process-faults.ts';
import { explainSlot } from '../../src/rules/view.ts';
import { Story } from './harness.ts';

const MINUTE = 60_000;
const STATED = { limits: {}, intervalMs: MINUTE, novelty: {} } as const;
const PLANT = { mean: 50, sd: 2, phi: 0.5 };
const numbersOf = (story: Story) => explainSlot(story.memory, 0).explanation.numbers;

function taken(values: Iterable<number>, count: number): number[] {
  const list: number[] = [];
  for (const value of values) {
    if (list.length === count) break;
    list.push(value);
  }
  return list;
}
function run(story: Story, values: readonly number[], from = 0): Story {
  for (const [i, value] of values.entries()) story.reading((from + i) * MINUTE, value);
  return story;
}
const well = taken(processReadings('well', PLANT, 3_000), 3_000);

describe('novelty', () => {
  it('says nothing of the first 750 readings, and is blue for an event of a hundred when the point is as it never was', () => {
    const early = run(new Story(STATED), [...well.slice(0, 400), ...Array<number>(300).fill(90)]);
    expect([early.told, numbersOf(early)]).toEqual([[], {}]);
    const story = run(new Story(STATED), well);
    const before = story.told.length;
    run(story, Array<number>(6).fill(90), 3_000);
    expect(story.told.slice(before)).toEqual([`${3_000 * MINUTE} novelty none→PRE`]);
    expect(numbersOf(story).location).toBeCloseTo(50, 0);
    run(story, well.slice(0, 600), 3_006);
    expect(story.level('novelty')).toBe('none');
  });

  it('is news while its location and scale follow a shift that lasts, and none when they have', () => {
    const story = run(new Story(STATED), well);
    const shifted = well.map((value) => value + 25);
    run(story, [...shifted, ...shifted, ...shifted], 3_000);
    const raised = story.told
      .filter((line) => line.endsWith('none→PRE'))
      .map((line) => Number(line.split(' ')[0]) / MINUTE);
    expect(raised).toContain(3_000);
    expect(raised.filter((at) => at > 9_000)).toEqual([]);
  });

  it('does not learn where it belongs while an event is open, and finds a tide no news', () => {
    const story = run(new Story(STATED), well);
    run(story, [90], 3_000);
    const { location, scale } = numbersOf(story);
    run(story, Array<number>(50).fill(90), 3_001);
    expect(numbersOf(story)).toMatchObject({ location, scale });
    const tide = Array.from(
      { length: 6_000 },
      (_, i) => 3 * Math.sin((2 * Math.PI * i) / 745) + 0.05 * Math.sin(i * 1.3),
    );
    const told = run(new Story(STATED), tide).told.filter((line) => Number(line.split(' ')[0]) > 1_500 * MINUTE);
    expect(told.filter((line) => line.endsWith('none→PRE')).length).toBeLessThanOrEqual(2);
  });

  it('agrees with the formulae written out, and with a restart on the way', () => {
    const jumps = fc.array(fc.tuple(fc.integer({ min: 20, max: 200 }), fc.integer({ min: -30, max: 30 })), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.string(), jumps, fc.nat(1_500), (seed, stretches, cut) => {
        const offsets = stretches.flatMap(([length, by]) => Array<number>(length).fill(by));
        const values = taken(processReadings(seed, PLANT, 0), 800 + offsets.length).map(
          (value, i) => value + (offsets[i - 800] ?? 0),
        );
        expectLikeTheFormulae(values, cut);
      }),
      { numRuns: 25 },
    );
  });

  it('agrees with them in the long run too, through small steps and another restlessness', () => {
    const calm = taken(processReadings('calm', PLANT, 0), 5_600);
    const restless = taken(processReadings('restless', { ...PLANT, mean: 51, sd: 3, phi: 0.1 }, 0), 800);
    const level = taken(processReadings('level', { ...PLANT, sd: 0.4 }, 0), 800);
    expectLikeTheFormulae([...calm, ...restless, ...level], 5_900);
  });
});

/** Not only what is told: its numbers behind every reading. */
function expectLikeTheFormulae(values: readonly number[], cut: number): void {
  const { changes, numbers } = oracle(values);
  const story = new Story(STATED);
  for (const [i, value] of values.entries()) {
    if (i === cut) story.restart();
    story.reading(i * MINUTE, value);
    if (i + 1 < 750) continue;
    const { novelty, location, scale, prototypes } = numbersOf(story);
    for (const [n, found] of [novelty, location, scale].entries())
      expect(Math.abs(found - numbers[i][n]), `reading ${i}`).toBeLessThan(1e-6 * Math.max(1, Math.abs(numbers[i][n])));
    expect(prototypes).toBe(numbers[i][3]);
  }
  expect(story.told.map((line) => Number(line.split(' ')[0]) / MINUTE)).toEqual(changes);
}

/**
 * Readings at which the word changes, and behind every reading its distance from the nearest prototype, location, scale and how
 * many prototypes there are: the formulae one after the other, prototypes as a list of places.
 */
function oracle(values: readonly number[]) {
  const numbers: (readonly number[])[] = [];
  let [location, scale, usual, step, open] = [0, 0, 0, 0, 0];
  const means = [0, 0, 0];
  const prototypes: { place: number[]; weight: number }[] = [];
  const changes: number[] = [];
  for (const [i, x] of values.entries()) {
    const k = (tau: number) => Math.max(1 / tau, 1 / (i + 1));
    const jump = i === 0 ? 0 : Math.abs(x - values[i - 1]);
    const was = open > 0;
    if (open === 0) {
      location += k(5_000) * (x - location);
      scale += k(5_000) * (Math.abs(x - location) - scale);
      usual += k(5_000) * (jump - usual);
    }
    for (const [m, tau] of [4, 18, 100].entries()) means[m] += k(tau) * (x - means[m]);
    step += k(24) * (jump - step);
    const q = [
      ...means.map((mean) => (mean === location ? 0 : (mean - location) / scale)),
      usual > 0 ? 0.3 * Math.log((step + 0.1 * usual) / (1.1 * usual)) : 0,
    ].map((one) => (Number.isFinite(one) ? one : Math.sign(one) * 1e6));
    const distances = prototypes.map(({ place }) => Math.hypot(...place.map((one, n) => one - q[n])));
    const d = Math.min(1e6, ...distances);
    if (d <= 1) {
      const nearest = prototypes[distances.indexOf(d)];
      const move = Math.max(0.01, 1 / (nearest.weight + 1));
      nearest.place = nearest.place.map((one, n) => Math.fround(one + move * (q[n] - one)));
      nearest.weight++;
    } else {
      const fresh = { place: q.map(Math.fround), weight: 1 };
      if (prototypes.length < 64) prototypes.push(fresh);
      else
        prototypes[
          prototypes.map(({ weight }) => weight).indexOf(Math.min(...prototypes.map(({ weight }) => weight)))
        ] = fresh;
    }
    if (open > 0) open--;
    if (i + 1 >= 750 && d > 1) open = 100;
    if (open > 0 !== was) changes.push(i);
    numbers.push([d, location, scale, prototypes.length]);
  }
  return { changes, numbers };
}
