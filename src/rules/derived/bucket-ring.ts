/**
 * A moving window over the past as a ring of equal buckets: a sum, and for how much of the time something was known. It
 * reaches back at least one whole window and at most a bucket more, so that a sum in it is never too small by its edge.
 */
import { Columns } from '../../model/columns.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';

export const BUCKETS = 48;

const LAYOUT = {
  bucketMs: 'f64',
  /** Number of the open bucket: engine time ÷ bucket length. */
  open: 'f64',
  sum: ['f64', BUCKETS + 1],
  knownMs: ['f64', BUCKETS + 1],
  /** Of that, what came as good. */
  sureMs: ['f64', BUCKETS + 1],
} as const;

const RING = BUCKETS + 1;

/** A stretch of time in which something was known. */
interface KnownStretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly perMs: number;
  readonly isSure: boolean;
}

export class BucketRing {
  readonly table = new Columns(LAYOUT);

  /** Makes sure that the row has this window: another one forgets what was in it. */
  ensure(row: number, windowMs: DurationMs): void {
    this.table.ensure(row + 1);
    const bucketMs = windowMs / BUCKETS;
    if (this.table.col.bucketMs[row] === bucketMs) return;
    this.table.clearRow(row);
    this.table.col.bucketMs[row] = bucketMs;
  }

  /** Adds at an instant. */
  add(row: number, at: EpochMs, amount: number): void {
    const cell = this.cellOf(row, at);
    if (cell >= 0) this.table.col.sum[cell] += amount;
  }

  /** Adds `perMs` for as long as the stretch lasts, and that something was known in it. */
  addOver(row: number, { from, to, perMs, isSure }: KnownStretch): void {
    const { bucketMs } = this.table.col;
    const length = bucketMs[row];
    // What lies before the window is forgotten already.
    let at = Math.max(from, to - length * RING);
    while (at < to) {
      const end = Math.min(to, (Math.floor(at / length) + 1) * length);
      const cell = this.cellOf(row, at);
      if (cell >= 0) {
        this.table.col.sum[cell] += perMs * (end - at);
        this.table.col.knownMs[cell] += end - at;
        if (isSure) this.table.col.sureMs[cell] += end - at;
      }
      if (end <= at) break;
      at = end;
    }
  }

  /** The sum over the window that ends now. */
  sum(row: number, now: EpochMs): number {
    return this.total(row, now, this.table.col.sum);
  }

  /** For how long something was known, of the window that ends now. */
  knownMs(row: number, now: EpochMs): DurationMs {
    return this.total(row, now, this.table.col.knownMs);
  }

  /** For how long it was known surely, of the window that ends now. */
  sureMs(row: number, now: EpochMs): DurationMs {
    return this.total(row, now, this.table.col.sureMs);
  }

  /** Where the window that ends now begins. */
  startOf(row: number, now: EpochMs): EpochMs {
    const length = this.table.col.bucketMs[row];
    return (Math.floor(now / length) - BUCKETS) * length;
  }

  /** When the oldest bucket leaves the window. */
  movesAt(row: number, now: EpochMs): EpochMs {
    const length = this.table.col.bucketMs[row];
    return (Math.floor(now / length) + 1) * length;
  }

  private total(row: number, now: EpochMs, column: Float64Array): number {
    this.advance(row, Math.floor(now / this.table.col.bucketMs[row]));
    let total = 0;
    for (let cell = row * RING; cell < (row + 1) * RING; cell++) total += column[cell];
    return total;
  }

  /** The cell of an instant, −1 where it lies before the window. */
  private cellOf(row: number, at: EpochMs): number {
    const bucket = Math.floor(at / this.table.col.bucketMs[row]);
    this.advance(row, bucket);
    if (this.table.col.open[row] - bucket >= RING) return -1;
    return row * RING + (bucket % RING);
  }

  private advance(row: number, bucket: number): void {
    const { open, sum, knownMs, sureMs } = this.table.col;
    if (bucket <= open[row]) return;
    const first = Math.max(open[row] + 1, bucket - RING + 1);
    for (let next = first; next <= bucket; next++) {
      const cell = row * RING + (next % RING);
      sum[cell] = 0;
      knownMs[cell] = 0;
      sureMs[cell] = 0;
    }
    open[row] = bucket;
  }
}
