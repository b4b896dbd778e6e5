/**
 * Down-sampling: equal buckets counted from the begin of the range, each with min, mean, max and count of its readings.
 * Empty buckets do not exist, so gaps stay gaps.
 */
import type { BucketItem } from './port.ts';

/** Width of the buckets so that from … to gives at most `max` of them, in whole milliseconds. */
export function bucketWidthMs(from: number, to: number, max: number): number {
  return Math.max(1, Math.ceil((to - from) / Math.max(1, Math.trunc(max))));
}

/** Gathers readings, or whole stretches of them, that come in order of time. */
export class Buckets {
  readonly items: BucketItem[] = [];
  private readonly from: number;
  private readonly widthMs: number;
  private index = -1;
  private count = 0;
  private sum = 0;
  private min = 0;
  private max = 0;

  constructor(from: number, widthMs: number) {
    this.from = from;
    this.widthMs = widthMs;
  }

  indexOf(at: number): number {
    return Math.floor((at - this.from) / this.widthMs);
  }

  add(at: number, value: number): void {
    this.addStretch(this.indexOf(at), 1, value, value, value);
  }

  /** Readings that all lie in one bucket. */
  addStretch(index: number, count: number, min: number, max: number, sum: number): void {
    if (index !== this.index) {
      this.finish();
      this.index = index;
      this.min = min;
      this.max = max;
    }
    if (min < this.min) this.min = min;
    if (max > this.max) this.max = max;
    this.count += count;
    this.sum += sum;
  }

  /** Closes the last bucket and gives all of them. */
  finish(): BucketItem[] {
    if (this.count > 0) {
      const { min, max, count } = this;
      // Rounding must not put the mean outside what was measured.
      const mean = Math.min(Math.max(this.sum / count, min), max);
      this.items.push({ at: this.from + this.index * this.widthMs, min, mean, max, count });
    }
    this.count = 0;
    this.sum = 0;
    return this.items;
  }
}
