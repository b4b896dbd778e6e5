/**
 * Least squares over a moving window, for many points at once: a ring of closed buckets and one open one a row, whatever
 * the window's length. Sums are kept centred on each bucket's own mean, so that neither epoch milliseconds nor a large
 * offset of the value cancels digits, and nothing drifts: what leaves the window leaves with its bucket. It knows no limit.
 */
import { Columns } from '../model/columns.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';

/** Closed buckets a row. The window is exactly this many bucket lengths. */
export const BUCKETS = 12;

/** Cells of `open`: the bucket being filled, and when it was last fed. */
const OPEN_WIDTH = 8;
const BUCKET_MS = 0;
/** Number of the open bucket: floor(at / bucketMs). */
const BUCKET = 1;
const COUNT = 2;
/** Mean time since the bucket's start, mean value, and the centred sums Σ(t−t̄)², Σ(t−t̄)(x−x̄), Σ(x−x̄)². */
const MEAN_T = 3;
const MEAN_X = 4;
const SUM_TT = 5;
const SUM_TX = 6;
const SUM_XX = 7;

/**
 * Closed buckets are rounded once, when they close, to 32 bits where that costs 1e-7 of a sum; means of values keep 64,
 * because there an offset would eat the digits.
 */
const LAYOUT = {
  open: ['f64', OPEN_WIDTH],
  count: ['u32', BUCKETS],
  meanT: ['f32', BUCKETS],
  meanX: ['f64', BUCKETS],
  sumTT: ['f32', BUCKETS],
  sumTX: ['f32', BUCKETS],
  sumXX: ['f32', BUCKETS],
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
  /** Unit per ms, and its standard error. */
  slope: number;
  error: number;
  /** Share of the variance explained, 0 … 1; 0 for a flat line. */
  r2: number;
}

export class TrendWindow {
  readonly table = new Columns(LAYOUT);
  private readonly result: Fit = { count: 0, filled: 0, useful: 0, at: 0, level: 0, slope: 0, error: 0, r2: 0 };

  /** Sets the window length and forgets every sample. */
  reset(row: number, windowMs: DurationMs): void {
    this.table.clearRow(row);
    this.table.col.open[row * OPEN_WIDTH + BUCKET_MS] = bucketLength(windowMs);
  }

  /** True where the row already has this window: then its memory may stay. */
  matches(row: number, windowMs: DurationMs): boolean {
    return this.table.col.open[row * OPEN_WIDTH + BUCKET_MS] === bucketLength(windowMs);
  }

  bucketMs(row: number): DurationMs {
    return this.table.col.open[row * OPEN_WIDTH + BUCKET_MS];
  }

  /**
   * Adds a sample; times must not go back past the open bucket (such a sample is left out). True when it opened a new
   * bucket, so that the window has moved and a new fit is due.
   */
  add(row: number, at: EpochMs, value: number): boolean {
    const open = this.table.col.open;
    const base = row * OPEN_WIDTH;
    const bucketMs = open[base + BUCKET_MS];
    const bucket = Math.floor(at / bucketMs);
    let moved = false;
    if (open[base + COUNT] === 0) {
      open[base + BUCKET] = bucket;
    } else if (bucket !== open[base + BUCKET]) {
      if (bucket < open[base + BUCKET]) return false;
      this.close(row, bucket);
      moved = true;
    }
    const t = at - bucket * bucketMs;
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

  /** Line through the closed buckets. `perBucket` is how many samples a bucket needs to be complete. */
  fit(row: number, perBucket: number): Fit {
    const { count: counts, meanT, meanX, sumTT, sumTX, sumXX, open } = this.table.col;
    const fit = this.result;
    const bucketMs = open[row * OPEN_WIDTH + BUCKET_MS];
    const newest = open[row * OPEN_WIDTH + BUCKET] - 1;
    fit.at = (newest + 1) * bucketMs;
    fit.count = 0;
    fit.filled = 0;
    fit.useful = 0;
    // Merges the buckets newest first, each centred sum moved to the common mean (Chan): t counted from the end, x from
    // the newest bucket's mean, so that the numbers stay as small as the window is.
    let n = 0;
    let reference = 0;
    let t = 0;
    let x = 0;
    let tt = 0;
    let tx = 0;
    let xx = 0;
    for (let age = 0; age < BUCKETS; age++) {
      const cell = row * BUCKETS + modulo(newest - age);
      const count = counts[cell];
      if (count === 0) continue;
      if (n === 0) reference = meanX[cell];
      const dt = meanT[cell] - (age + 1) * bucketMs - t;
      const dx = meanX[cell] - reference - x;
      const total = n + count;
      const share = (n * count) / total;
      tt += sumTT[cell] + dt * dt * share;
      tx += sumTX[cell] + dt * dx * share;
      xx += sumXX[cell] + dx * dx * share;
      t += (dt * count) / total;
      x += (dx * count) / total;
      n = total;
      fit.filled++;
      fit.useful += Math.min(count, perBucket);
    }
    fit.count = n;
    fit.slope = tt > 0 ? tx / tt : 0;
    fit.r2 = tt > 0 && xx > 0 ? Math.min(1, (tx / tt) * (tx / xx)) : 0;
    fit.error = n > 2 && tt > 0 ? Math.sqrt(Math.max(0, xx - fit.slope * tx) / (n - 2) / tt) : 0;
    fit.level = reference + x - fit.slope * t;
    return fit;
  }

  /** Puts the open bucket into the ring and opens `bucket`; what lies between stays empty. */
  private close(row: number, bucket: number): void {
    const { count, meanT, meanX, sumTT, sumTX, sumXX, open } = this.table.col;
    const base = row * OPEN_WIDTH;
    const last = open[base + BUCKET];
    const cell = row * BUCKETS + modulo(last);
    count[cell] = open[base + COUNT];
    meanT[cell] = open[base + MEAN_T];
    meanX[cell] = open[base + MEAN_X];
    sumTT[cell] = open[base + SUM_TT];
    sumTX[cell] = open[base + SUM_TX];
    sumXX[cell] = open[base + SUM_XX];
    const empty = Math.min(bucket - last - 1, BUCKETS);
    for (let i = 1; i <= empty; i++) count[row * BUCKETS + modulo(bucket - i)] = 0;
    const bucketMs = open[base + BUCKET_MS];
    open.fill(0, base, base + OPEN_WIDTH);
    open[base + BUCKET_MS] = bucketMs;
    open[base + BUCKET] = bucket;
  }
}

function bucketLength(windowMs: DurationMs): DurationMs {
  return Math.max(1, Math.ceil(windowMs / BUCKETS));
}

function modulo(bucket: number): number {
  return ((bucket % BUCKETS) + BUCKETS) % BUCKETS;
}
