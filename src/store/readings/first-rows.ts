/**
 * The first readings of several points, gathered point by point without holding more than about so many: whenever there are too many,
 * the later half goes and the time that is looked at ends there.
 */
import type { EpochMs } from '../../model/time.ts';
import type { PointRows } from './port.ts';

/** Room for more than is wanted: half of it may go at any time. */
const ROOM = 2;
const LEAST = 16;

export class FirstRows {
  /** What is at or after it is left out. */
  upTo: EpochMs;
  private count = 0;
  private capacity: number;
  private point: Uint32Array;
  private at: Float64Array;
  private value: Float64Array;
  private sentQuality: Uint8Array;

  constructor({ to, max }: { readonly to: EpochMs; readonly max: number }) {
    this.upTo = to;
    this.capacity = Math.max(LEAST, ROOM * max);
    this.point = new Uint32Array(this.capacity);
    this.at = new Float64Array(this.capacity);
    this.value = new Float64Array(this.capacity);
    this.sentQuality = new Uint8Array(this.capacity);
  }

  add(point: number, at: EpochMs, value: number, sentQuality: number): void {
    if (at >= this.upTo) return;
    if (this.count === this.capacity) this.shorten();
    if (at >= this.upTo) return;
    this.point[this.count] = point;
    this.at[this.count] = at;
    this.value[this.count] = value;
    this.sentQuality[this.count] = sentQuality;
    this.count++;
  }

  /** Everything of this point, which is to be gathered anew. */
  drop(point: number): void {
    this.keep((row) => this.point[row] !== point);
  }

  /** To be asked once, at the end. */
  rows(): PointRows {
    const { count } = this;
    return {
      count,
      point: this.point.slice(0, count),
      at: this.at.slice(0, count),
      value: this.value.slice(0, count),
      sentQuality: this.sentQuality.slice(0, count),
    };
  }

  private shorten(): void {
    const { count } = this;
    const times = this.at.slice(0, count).sort();
    // One instant stays whole.
    this.upTo = Math.max(times[count >> 1], times[0] + 1);
    this.keep((row) => this.at[row] < this.upTo);
    if (this.count > count / 2) this.grow();
  }

  private keep(stays: (row: number) => boolean): void {
    let kept = 0;
    for (let row = 0; row < this.count; row++) {
      if (!stays(row)) continue;
      this.point[kept] = this.point[row];
      this.at[kept] = this.at[row];
      this.value[kept] = this.value[row];
      this.sentQuality[kept] = this.sentQuality[row];
      kept++;
    }
    this.count = kept;
  }

  private grow(): void {
    this.capacity *= 2;
    const larger = <T extends Uint32Array | Float64Array | Uint8Array>(column: T, to: T): T => {
      to.set(column);
      return to;
    };
    this.point = larger(this.point, new Uint32Array(this.capacity));
    this.at = larger(this.at, new Float64Array(this.capacity));
    this.value = larger(this.value, new Float64Array(this.capacity));
    this.sentQuality = larger(this.sentQuality, new Uint8Array(this.capacity));
  }
}
