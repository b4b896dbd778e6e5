/**
 * Least squares over a moving window, for many points at once: a ring of closed buckets and one open one a row, whatever
 * the window's length. Sums are kept centred on each bucket's own mean, so that neither epoch milliseconds nor a large
 * offset of the value cancels digits, and nothing drifts: what leaves the window leaves with its bucket. It knows no limit.
 */
import { Columns } from '../model/columns.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';

/** Closed buckets a row. The window is exactly this many bucket lengths. */
export const BUCKETS = 12;

/** Cells of `open`, one cache line: the bucket being filled. */
const OPEN_WIDTH = 8;
/** When the open bucket ends. */
const END = 0;
const COUNT = 1;
/** Mean time to the end (negative), mean value, and the centred sums Σ(t−t̄)², Σ(t−t̄)(x−x̄), Σ(x−x̄)². */
const MEAN_T = 2;
const MEAN_X = 3;
const SUM_TT = 4;
const SUM_TX = 5;
const SUM_XX = 6;
/** Kept for the owner of the window, so that one reading touches one line. */
const NOTE = 7;

/**
 * Closed buckets are rounded once, when they close, to 32 bits where that costs 1e-7 of a sum; means of values keep 64,
 * because there an offset would eat the digits.
 */
const CLOSED_WIDTH = 5;
const CLOSED_COUNT = 0;
const CLOSED_T = 1;
const CLOSED_TT = 2;
const CLOSED_TX = 3;
const CLOSED_XX = 4;
const CLOSED_CELLS = BUCKETS * CLOSED_WIDTH;

/** A sample further from its bucket's mean than so many of the bucket's standard deviations, told from so many samples. */
const WILD = 6;
const TAMING_MIN = 4;

const LAYOUT = {
  open: ['f64', OPEN_WIDTH],
  bucketMs: 'f64',
  closed: ['f32', CLOSED_CELLS],
  meanX: ['f64', BUCKETS],
} as const;

/** A line through the window, or what there was to draw one from. Re-used: read it before the next `fit`. */
export interface Fit {
  /** Samples in the closed buckets. */
  count: number;
  /** Closed buckets with at least one sample. */
  filled: number;
  /** Samples that count towards completeness: no bucket makes up for another one's gap. */
  useful: number;
  /** End of the last closed bucket: where `level` is the line's value. */
  at: EpochMs;
  level: number;
  /** Unit per ms. */
  slope: number;
  /** Share of the variance explained, 0 … 1; 0 for a flat line. */
  r2: number;
  /** What the line leaves: the sum of squares; and the samples of the bucket that has fewest, of those that have any. */
  rest: number;
  least: number;
}

/** Means of the closed buckets that have samples, oldest first; `t` in ms before the end of the last closed one. Re-used. */
export interface BucketMeans {
  count: number;
  readonly t: Float64Array;
  readonly x: Float64Array;
  /** In buckets, 0 for the one closed last. */
  readonly age: Uint8Array;
  /** Samples of each, and their centred sums Σ(t−t̄)², Σ(t−t̄)(x−x̄), Σ(x−x̄)². */
  readonly samples: Float64Array;
  readonly tt: Float64Array;
  readonly tx: Float64Array;
  readonly xx: Float64Array;
}

export class TrendWindow {
  readonly table = new Columns(LAYOUT);
  private readonly result: Fit = {
    count: 0,
    filled: 0,
    useful: 0,
    at: 0,
    level: 0,
    slope: 0,
    r2: 0,
    rest: 0,
    least: 0,
  };
  private readonly bucketMeans: BucketMeans = {
    count: 0,
    t: new Float64Array(BUCKETS),
    x: new Float64Array(BUCKETS),
    age: new Uint8Array(BUCKETS),
    samples: new Float64Array(BUCKETS),
    tt: new Float64Array(BUCKETS),
    tx: new Float64Array(BUCKETS),
    xx: new Float64Array(BUCKETS),
  };

  /** Sets the window length and forgets every sample. */
  reset(row: number, windowMs: DurationMs): void {
    this.table.clearRow(row);
    this.table.col.bucketMs[row] = bucketLength(windowMs);
  }

  /** True where the row already has this window: then its memory may stay. */
  matches(row: number, windowMs: DurationMs): boolean {
    return this.table.col.bucketMs[row] === bucketLength(windowMs);
  }

  bucketMs(row: number): DurationMs {
    return this.table.col.bucketMs[row];
  }

  /** A number of the owner's, kept beside the open bucket; 0 after a reset. */
  note(row: number): number {
    return this.table.col.open[row * OPEN_WIDTH + NOTE];
  }

  setNote(row: number, note: number): void {
    this.table.col.open[row * OPEN_WIDTH + NOTE] = note;
  }

  /** When the last closed bucket ended. */
  endOf(row: number): EpochMs {
    return this.table.col.open[row * OPEN_WIDTH + END] - this.table.col.bucketMs[row];
  }

  /** Whether a sample at this time would open a new bucket. */
  moves(row: number, at: EpochMs): boolean {
    return at >= this.table.col.open[row * OPEN_WIDTH + END];
  }

  /**
   * Adds a sample; times must not go back past the open bucket (such a sample is left out). True when it opened a new
   * bucket, so that the window has moved and a new fit is due.
   */
  add(row: number, at: EpochMs, value: number): boolean {
    const open = this.table.col.open;
    const base = row * OPEN_WIDTH;
    let moved = false;
    if (at >= open[base + END]) {
      moved = open[base + END] !== 0;
      this.advance(row, at);
    } else if (open[base + END] - at > this.table.col.bucketMs[row]) {
      return false;
    }
    const t = at - open[base + END];
    const count = open[base + COUNT] + 1;
    const dt = t - open[base + MEAN_T];
    const dx = value - open[base + MEAN_X];
    open[base + COUNT] = count;
    open[base + MEAN_T] += dt / count;
    open[base + MEAN_X] += dx / count;
    // One factor before and one after the mean moved (Welford): exact for any order of magnitude.
    open[base + SUM_TT] += dt * (t - open[base + MEAN_T]);
    open[base + SUM_TX] += dt * (value - open[base + MEAN_X]);
    open[base + SUM_XX] += dx * (value - open[base + MEAN_X]);
    return moved;
  }

  /**
   * The value as it may enter the open bucket: no further from its mean than WILD of its spread. One wild sample hardly moves
   * a bucket of many; what is a step is taken in within a few samples, because what is clipped widens the spread.
   */
  tamed(row: number, value: number): number {
    const open = this.table.col.open;
    const base = row * OPEN_WIDTH;
    const count = open[base + COUNT];
    const spread = open[base + SUM_XX];
    if (count < TAMING_MIN || spread <= 0) return value;
    const reach = WILD * Math.sqrt(spread / (count - 1));
    const mean = open[base + MEAN_X];
    return Math.min(mean + reach, Math.max(mean - reach, value));
  }

  /**
   * Line through the closed buckets. `perBucket` is how many samples a bucket needs to be complete; the bucket of age
   * `without` is left out of the line, and still counts as seen.
   */
  fit(row: number, perBucket: number, without = -1): Fit {
    const { closed, meanX } = this.table.col;
    const fit = this.result;
    const bucketMs = this.table.col.bucketMs[row];
    fit.at = this.endOf(row);
    fit.filled = 0;
    fit.useful = 0;
    fit.least = Number.POSITIVE_INFINITY;
    // Merges the buckets newest first, each centred sum moved to the common mean (Chan): t counted from the end, x from
    // the newest bucket's mean, so that the numbers stay as small as the window is.
    const newest = Math.round(fit.at / bucketMs) - 1;
    let place = modulo(newest);
    let n = 0;
    let reference = 0;
    let t = 0;
    let x = 0;
    let tt = 0;
    let tx = 0;
    let xx = 0;
    for (let age = 0; age < BUCKETS; age++) {
      const cell = row * CLOSED_CELLS + place * CLOSED_WIDTH;
      const mean = meanX[row * BUCKETS + place];
      place = place === 0 ? BUCKETS - 1 : place - 1;
      const count = closed[cell + CLOSED_COUNT];
      if (count === 0) continue;
      fit.useful += Math.min(count, perBucket);
      if (age === without) continue;
      if (n === 0) reference = mean;
      const dt = closed[cell + CLOSED_T] - age * bucketMs - t;
      const dx = mean - reference - x;
      const total = n + count;
      const weight = count / total;
      tt += closed[cell + CLOSED_TT] + dt * dt * n * weight;
      tx += closed[cell + CLOSED_TX] + dt * dx * n * weight;
      xx += closed[cell + CLOSED_XX] + dx * dx * n * weight;
      t += dt * weight;
      x += dx * weight;
      n = total;
      fit.filled++;
      fit.least = Math.min(fit.least, count);
    }
    fit.count = n;
    fit.slope = tt > 0 ? tx / tt : 0;
    fit.r2 = tt > 0 && xx > 0 ? Math.min(1, (tx / tt) * (tx / xx)) : 0;
    fit.rest = Math.max(0, xx - fit.slope * tx);
    fit.level = reference + x - fit.slope * t;
    return fit;
  }

  /** Whether one of the two oldest buckets has a sample: the window has been filled for its length. */
  isWarm(row: number): boolean {
    const { closed, bucketMs, open } = this.table.col;
    const oldest = Math.round(open[row * OPEN_WIDTH + END] / bucketMs[row]) - 1 - BUCKETS;
    return [oldest, oldest + 1].some((bucket) => closed[row * CLOSED_CELLS + modulo(bucket) * CLOSED_WIDTH] > 0);
  }

  /** Adds to what was seen, at each bucket's mean time: what is taken out of the values is known better now. */
  shift(row: number, by: (at: EpochMs) => number): void {
    const { closed, meanX, open, bucketMs } = this.table.col;
    const base = row * OPEN_WIDTH;
    const end = open[base + END];
    if (end === 0) return;
    open[base + MEAN_X] += by(end + open[base + MEAN_T]);
    const newest = Math.round(end / bucketMs[row]) - 2;
    for (let age = 0; age < BUCKETS; age++) {
      const place = modulo(newest - age);
      const cell = row * CLOSED_CELLS + place * CLOSED_WIDTH;
      if (closed[cell + CLOSED_COUNT] === 0) continue;
      meanX[row * BUCKETS + place] += by((newest - age + 1) * bucketMs[row] + closed[cell + CLOSED_T]);
    }
  }

  /** What the closed buckets say, one mean each. */
  means(row: number): BucketMeans {
    const { closed, meanX, bucketMs, open } = this.table.col;
    const means = this.bucketMeans;
    means.count = 0;
    const newest = Math.round(open[row * OPEN_WIDTH + END] / bucketMs[row]) - 2;
    for (let age = BUCKETS - 1; age >= 0; age--) {
      const place = modulo(newest - age);
      const cell = row * CLOSED_CELLS + place * CLOSED_WIDTH;
      if (closed[cell + CLOSED_COUNT] === 0) continue;
      means.t[means.count] = closed[cell + CLOSED_T] - age * bucketMs[row];
      means.x[means.count] = meanX[row * BUCKETS + place];
      means.age[means.count] = age;
      means.samples[means.count] = closed[cell + CLOSED_COUNT];
      means.tt[means.count] = closed[cell + CLOSED_TT];
      means.tx[means.count] = closed[cell + CLOSED_TX];
      means.xx[means.count] = closed[cell + CLOSED_XX];
      means.count++;
    }
    return means;
  }

  /** Puts the open bucket into the ring and opens the one that holds `at`; what lies between stays empty. */
  private advance(row: number, at: EpochMs): void {
    const { closed, meanX, open } = this.table.col;
    const base = row * OPEN_WIDTH;
    const bucketMs = this.table.col.bucketMs[row];
    const bucket = Math.floor(at / bucketMs);
    if (open[base + END] !== 0) {
      const last = Math.round(open[base + END] / bucketMs) - 1;
      const place = modulo(last);
      const cell = row * CLOSED_CELLS + place * CLOSED_WIDTH;
      meanX[row * BUCKETS + place] = open[base + MEAN_X];
      closed[cell + CLOSED_COUNT] = open[base + COUNT];
      closed[cell + CLOSED_T] = open[base + MEAN_T];
      closed[cell + CLOSED_TT] = open[base + SUM_TT];
      closed[cell + CLOSED_TX] = open[base + SUM_TX];
      closed[cell + CLOSED_XX] = open[base + SUM_XX];
      const empty = Math.min(bucket - last - 1, BUCKETS);
      for (let i = 1; i <= empty; i++) {
        closed[row * CLOSED_CELLS + modulo(bucket - i) * CLOSED_WIDTH + CLOSED_COUNT] = 0;
      }
    }
    open.fill(0, base, base + NOTE);
    open[base + END] = (bucket + 1) * bucketMs;
  }
}

function bucketLength(windowMs: DurationMs): DurationMs {
  return Math.max(1, Math.ceil(windowMs / BUCKETS));
}

function modulo(bucket: number): number {
  return ((bucket % BUCKETS) + BUCKETS) % BUCKETS;
}
