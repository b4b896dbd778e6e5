// The bands of a forecast: the algebra against the textbook's matrices, and on many courses with a known truth, how often the
// bounds hold what they say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bands, NEVER, NONE_WILD } from '../../src/rules/points/forecast/bands.ts';
import { TrendWindow } from '../../src/rules/window.ts';

const MINUTE = 60_000;
const WINDOW = 10 * MINUTE;
const STEP = 10_000;
const START = 1_763_775_600_000;

/** Uniform in (0, 1), the same for the same seed (mulberry32). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4_294_967_296;
  };
}

/** Gaussian noise: white, or so that each sample keeps `kept` of the one before. */
function noise(seed: number, sd: number, kept = 0): () => number {
  const next = uniform(seed);
  let value = 0;
  return () => {
    const fresh = Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
    value = kept * value + Math.sqrt(1 - kept * kept) * fresh;
    return value * sd;
  };
}

/** A window filled with a course (unit against minutes), read every 10 s and a few samples into its next bucket. */
function drawn(course: (minutes: number) => number, disturb: () => number, until: number): Bands {
  const window = new TrendWindow();
  window.table.ensure(1);
  window.reset(0, WINDOW);
  for (let at = until - WINDOW - MINUTE; at <= until; at += STEP) {
    window.add(0, START + at, course(at / MINUTE) + disturb());
  }
  const bands = new Bands();
  expect(bands.draw(window.means(0), WINDOW)).toBe(true);
  endAt = window.endOf(0) - START;
  return bands;
}
/** Of the window last drawn, in ms after START. */
let endAt = 0;

/** First time the course meets 85, in ms. */
function meets(course: (minutes: number) => number, from: number): number {
  for (let at = from; at < from + 600 * MINUTE; at += 1_000) if (course(at / MINUTE) >= 85) return at;
  return NEVER;
}

interface Held {
  readonly within: number;
  readonly early: number;
  readonly errors: readonly number[];
}

/** Over many noises: how often the truth lay within the bounds, or came before the earliest. */
function hold(course: (minutes: number) => number, until: number, sd: number, kept = 0): Held {
  const runs = 200;
  let within = 0;
  let early = 0;
  const errors: number[] = [];
  const truth = meets(course, until);
  for (let seed = 1; seed <= runs; seed++) {
    const bands = drawn(course, noise(seed, sd, kept), until);
    bands.reach(85, 1);
    const left = truth - endAt;
    if (left < bands.earliestMs) early++;
    else if (left <= bands.latestMs) within++;
    if (Number.isFinite(bands.estimateMs)) errors.push(bands.estimateMs / left - 1);
  }
  return { within: within / runs, early: early / runs, errors: errors.sort((a, b) => a - b) };
}

const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1];

describe('the bounds of a forecast', () => {
  const line = (perMinute: number) => (minutes: number) => 60 + perMinute * minutes;
  it.each([
    ['a line of 1 a minute', line(1), 12 * MINUTE, 0.3, 0, 0.93],
    ['the same with slow noise', line(1), 12 * MINUTE, 0.3, 0.95, 0.85],
    ['a slow line', line(0.2), 60 * MINUTE, 0.3, 0, 0.88],
  ])('hold on %s', (_, course, until, sd, kept, least) => {
    const { within, errors } = hold(course, until, sd, kept);
    expect(within).toBeGreaterThan(least);
    expect(Math.abs(median(errors))).toBeLessThan(0.08);
  });

  it('know that what accelerates comes early: the case an alarm is for', () => {
    // Doubles every 20 minutes.
    const course = (minutes: number): number => 40 + 5 * 2 ** (minutes / 20);
    const { early, within, errors } = hold(course, 50 * MINUTE, 0.3);
    expect(early).toBeLessThan(0.15);
    expect(within).toBeGreaterThan(0.85);
    // A straight line says a third too much.
    expect(Math.abs(median(errors))).toBeLessThan(0.12);
  });

  it('foretell nothing by a bend alone: the line must head for the limit as well', () => {
    // Slow noise of a tank that breathes: its windows bend, and go nowhere.
    for (let seed = 1; seed <= 300; seed++) {
      const bands = drawn(() => 60, noise(seed, 2, 0.97), 12 * MINUTE);
      const { direction } = bands;
      if (direction === 0) continue;
      const limit = direction > 0 ? 85 : 35;
      bands.reach(limit, direction);
      const isNear = bands.estimateMs <= 15 * MINUTE;
      expect(isNear && bands.isSure(limit, direction), `seed ${seed}`).toBe(false);
    }
  });

  it('foretell nothing of what flattens below the limit', () => {
    const course = (minutes: number): number => 80 - 40 * Math.exp(-minutes / 8);
    const bands = drawn(course, noise(3, 0.05), 14 * MINUTE);
    bands.reach(85, 1);
    expect([bands.estimateMs, bands.latestMs]).toEqual([NEVER, NEVER]);
  });

  it('are the line itself where nothing disturbs it', () => {
    const bands = drawn(line(1), () => 0, 12 * MINUTE);
    bands.reach(85, 1);
    const left = 25 * MINUTE - endAt;
    for (const bound of [bands.estimateMs, bands.earliestMs, bands.latestMs]) expect(bound / left).toBeCloseTo(1, 6);
  });

  it('prove that a level that stands still meets nothing soon, and not that a shaken one does not', () => {
    const still = drawn(() => 60, noise(1, 0.3), 12 * MINUTE);
    expect([still.mayReach(85, 1, 15 * MINUTE), still.mayReach(15, -1, 15 * MINUTE)]).toEqual([false, false]);
    expect(drawn(() => 60, noise(1, 15), 12 * MINUTE).mayReach(85, 1, 15 * MINUTE)).toBe(true);
    expect(drawn(line(2), noise(1, 0.3), 11 * MINUTE).mayReach(85, 1, 15 * MINUTE)).toBe(true);
  });
});

describe('the algebra', () => {
  it('is that of least squares with the matrices of the textbook', () => {
    const cents = fc.integer({ min: -5_000, max: 5_000 }).map((n) => n / 100);
    const twelve = fc.array(cents, { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(twelve, fc.double({ min: 5, max: 60, noNaN: true }), (x, above) => {
        const t = Float64Array.from({ length: 12 }, (_, i) => (i - 11.5) * 50_000);
        const bands = new Bands();
        // One sample a bucket: nothing is known of the inside of buckets.
        const zeros = new Float64Array(12);
        const age = Uint8Array.from({ length: 12 }, (_, i) => 11 - i);
        const inside = { samples: new Float64Array(12).fill(1), tt: zeros, tx: zeros, xx: zeros };
        bands.draw({ count: 12, t, x: Float64Array.from(x), age, ...inside }, WINDOW);
        fc.pre(bands.wild === NONE_WILD);
        const plain = textbook(
          [...t].map((ms) => ms / WINDOW),
          x,
        );
        const limit = bands.level + above;
        bands.reach(limit, 1);
        expect(bands.level).toBeCloseTo(plain.level, 6);
        // Where the estimate lies, the course with as much of the bend as its error leaves is at the limit.
        if (Number.isFinite(bands.estimateMs) && bands.estimateMs > 0) {
          expect(plain.guess(bands.estimateMs / WINDOW)).toBeCloseTo(limit, 4);
        }
        // At the earliest, one of the upper edges is, and none was before.
        if (Number.isFinite(bands.earliestMs) && bands.earliestMs > 0) {
          const edge = plain.highest(bands.earliestMs / WINDOW);
          if (bands.earliestMs < bands.estimateMs) expect(Math.abs(edge - limit)).toBeLessThan(1e-3 * (1 + above));
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Line and parabola by (XᵀX)⁻¹Xᵀy, with their bands; the curve that counts is the parabola where its bend is significant. */
function textbook(t: readonly number[], y: readonly number[]) {
  const fits = [2, 3].map((p) => {
    const rows = t.map((at) => Array.from({ length: p }, (_, k) => at ** k));
    const inverse = inverted(rows[0].map((_, i) => rows[0].map((__, k) => sum(rows.map((row) => row[i] * row[k])))));
    const right = rows[0].map((_, i) => sum(rows.map((row, n) => row[i] * y[n])));
    const beta = inverse.map((row) => sum(row.map((cell, i) => cell * right[i])));
    const rest = rows.map((row, n) => y[n] - sum(row.map((cell, i) => cell * beta[i])));
    const squares = sum(rest.map((e) => e * e));
    const seen = squares === 0 ? 0 : sum(rest.slice(1).map((e, i) => e * rest[i])) / squares;
    const alike = Math.min(0.85, Math.max(0, seen + (p + 3 * Math.max(0, seen)) / t.length));
    const variance = (squares / (t.length - p)) * ((1 + alike) / (1 - alike));
    const value = (at: number): number => sum(beta.map((b, k) => b * at ** k));
    const width = (at: number): number => {
      const x = Array.from({ length: p }, (_, k) => at ** k);
      const leverage = sum(inverse.map((row, i) => x[i] * sum(row.map((cell, k) => cell * x[k]))));
      return (p === 2 ? 1.81 : 1.83) * Math.sqrt(Math.max(0, variance * leverage));
    };
    return { value, width, bendError: p === 3 ? 1.83 * Math.sqrt(variance * inverse[2][2]) : 0, beta };
  });
  const [line, curve] = fits;
  const curved = Math.abs(curve.beta[2]) > curve.bendError;
  const counts = curved ? curve : line;
  const share = Math.max(0, 1 - (curve.bendError / 1.83 / curve.beta[2]) ** 2);
  const upper = (fit: (typeof fits)[number], at: number): number => fit.value(at) + fit.width(at);
  return {
    level: counts.value(0),
    guess: (at: number): number => line.value(at) + share * (curve.value(at) - line.value(at)),
    highest: (at: number): number =>
      curved && curve.beta[2] > 0 ? upper(curve, at) : Math.max(upper(line, at), upper(curve, at)),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Gauss and Jordan. */
function inverted(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, k) => (i === k ? 1 : 0))]);
  for (let pivot = 0; pivot < size; pivot++) {
    const best = rows.slice(pivot).reduce((a, b) => (Math.abs(b[pivot]) > Math.abs(a[pivot]) ? b : a));
    rows[rows.indexOf(best)] = rows[pivot];
    rows[pivot] = best.map((cell) => cell / best[pivot]);
    for (const [i, row] of rows.entries()) {
      if (i !== pivot) rows[i] = row.map((cell, k) => cell - row[pivot] * rows[pivot][k]);
    }
  }
  return rows.map((row) => row.slice(size));
}
