/**
 * The shapes that the last sixty buckets may have (detectors §2), made once for each length of a bucket: what is harmless, and
 * what runs away. Each is projected off the base (level, slope, a daily swing) and of length one, so that how well it explains a
 * rest is one product. A table; it knows no point.
 */
import type { DurationMs } from '../../../model/time.ts';
import { DAY_MS, HOUR_MS } from '../../../model/time.ts';

/** Buckets looked at. */
export const N = 60;

/** Hours until failure, and the exponents of velocity (Voight's α = 1 + 1/p), for buckets of three hours; others scale. */
const REMAINING_H = [3, 5, 8, 12, 18, 27, 40, 60, 90] as const;
const EXPONENTS = [0.75, 1, 1.5] as const;
/** Hours ago at which a regression or a surge began, how fast they rest, and how long a surge rises. */
const BEGAN_H = [3, 6, 9, 13, 18, 24, 32, 42, 54, 68, 84, 100, 125, 150] as const;
const REGRESSION_H = [18, 36, 72] as const;
const RISE_H = [8, 14, 22] as const;
const REST_H = [20, 60] as const;
const REFERENCE_BUCKET_H = 3;
/** A swing of fewer buckets a period cannot be told from noise. */
const PERIOD_MIN = 4;

export interface RunAwayShape {
  /** Projected and of length one; what it was before of the projection's length; and before the projection at all. */
  readonly unit: Float64Array;
  readonly length: number;
  readonly raw: Float64Array;
  /** Hours until failure at the end of the window, and the exponent. */
  readonly remainingH: number;
  readonly p: number;
}

export interface Shapes {
  /** Orthonormal: level, slope, and where buckets are short enough the daily swing. */
  readonly base: readonly Float64Array[];
  readonly runAways: readonly RunAwayShape[];
  readonly harmless: readonly Float64Array[];
  readonly hoursPerBucket: number;
}

const made = new Map<DurationMs, Shapes>();

export function shapesOf(everyMs: DurationMs): Shapes {
  const known = made.get(everyMs);
  if (known !== undefined) return known;
  const shapes = make(everyMs);
  made.set(everyMs, shapes);
  return shapes;
}

function make(everyMs: DurationMs): Shapes {
  const hoursPerBucket = everyMs / HOUR_MS;
  const scale = hoursPerBucket / REFERENCE_BUCKET_H;
  const base = baseOf(everyMs);
  // Age of a bucket in hours, 0 of the newest.
  const over = (value: (age: number) => number): Float64Array =>
    Float64Array.from({ length: N }, (_, i) => value((N - 1 - i) * hoursPerBucket));
  const runAways = REMAINING_H.flatMap((hours) =>
    EXPONENTS.map((p) => {
      const remainingH = hours * scale;
      const raw = over((age) => (p === 1 ? -Math.log(remainingH + age) : (remainingH + age) ** (1 - p) / (p - 1)));
      return { ...projected(raw, base), raw, remainingH, p };
    }),
  );
  const harmless: Float64Array[] = [];
  const add = (value: (age: number) => number): void => {
    const { unit, length } = projected(over(value), base);
    if (length > 1e-9) harmless.push(unit);
  };
  for (let i = 1; i < N; i++) {
    const age = (N - 1 - i) * hoursPerBucket;
    add((a) => (a <= age ? 1 : 0));
    add((a) => Math.max(0, age + hoursPerBucket - a));
  }
  for (const began of BEGAN_H) {
    const since = (age: number): number => Math.max(0, began * scale - age);
    for (const tau of REGRESSION_H) add((age) => 1 - Math.exp(-since(age) / (tau * scale)));
    for (const rise of RISE_H) for (const rest of REST_H) add((age) => surge(since(age), rise * scale, rest * scale));
  }
  return { base, runAways, harmless, hoursPerBucket };
}

/** Displacement of a velocity that rises evenly and then dies away. */
function surge(since: number, rises: number, rests: number): number {
  const rising = Math.min(since, rises) ** 2 / (2 * rises);
  return rising + rests * (1 - Math.exp(-Math.max(0, since - rises) / rests));
}

function baseOf(everyMs: DurationMs): readonly Float64Array[] {
  const turn = (2 * Math.PI * everyMs) / DAY_MS;
  const candidates = [(_: number) => 1, (i: number) => i - (N - 1) / 2];
  if (DAY_MS / everyMs >= PERIOD_MIN)
    candidates.push(
      (i) => Math.sin(turn * i),
      (i) => Math.cos(turn * i),
    );
  const base: Float64Array[] = [];
  for (const candidate of candidates) {
    const { unit } = projected(
      Float64Array.from({ length: N }, (_, i) => candidate(i)),
      base,
    );
    base.push(unit);
  }
  return base;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < N; i++) sum += a[i] * b[i];
  return sum;
}

/** What is left of a shape behind the base, of length one, and how long it was. */
function projected(raw: Float64Array, base: readonly Float64Array[]): { unit: Float64Array; length: number } {
  const rest = Float64Array.from(raw);
  // Twice: what the first pass leaves of rounding the second takes.
  for (const one of [...base, ...base]) {
    const part = dot(rest, one);
    for (let i = 0; i < N; i++) rest[i] -= part * one[i];
  }
  const length = Math.sqrt(dot(rest, rest));
  return { unit: rest.map((value) => (length === 0 ? 0 : value / length)), length };
}
