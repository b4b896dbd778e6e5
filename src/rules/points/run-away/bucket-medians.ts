/**
 * Sixty medians of buckets a row, with single wild readings dropped on the way in (Hampel): a reading further from the median of
 * the last seven than six scatters and the resolution. A step enters with its fourth reading. A bucket's median is that of the
 * means of its ninths, so that nothing grows with the rate at which a point is read. It judges nothing.
 */
import type { Columns } from '../../../model/columns.ts';
import type { DurationMs, EpochMs } from '../../../model/time.ts';
import { N } from './shapes.ts';

const SEEN = 7;
const PARTS = 9;
const SCATTERS = 6;
const SCATTER_RATE = 0.02;
/** From a mean distance to a standard deviation; how much of one distance counts. */
const TO_SD = 1.2533;
const SCATTER_CLIP = 3;

/** Cells of `open`: end of the open bucket (0: none), the ninth being taken, its count and mean; the scatter; buckets seen. */
const OPEN_WIDTH = 6;
const END = 0;
const PART = 1;
const COUNT = 2;
const MEAN = 3;
const SCATTER = 4;
const BUCKETS = 5;

export const MEDIANS_LAYOUT = {
  /** Readings there are of the last seven, and the place of the next. */
  seen: 'u8',
  next: 'u8',
  open: ['f64', OPEN_WIDTH],
  recent: ['f64', SEEN],
  parts: ['f64', PARTS, Number.NaN],
  /** Oldest first; NaN where nothing was read. */
  medians: ['f64', N, Number.NaN],
} as const;
type Table = Pick<Columns<typeof MEDIANS_LAYOUT>, 'col'>;

export class BucketMedians {
  private readonly table: Table;
  private readonly sorted = new Float64Array(SEEN);

  constructor(table: Table) {
    this.table = table;
  }

  /** Whether a reading at this time would close a bucket. */
  closes(row: number, at: EpochMs): boolean {
    const end = this.table.col.open[row * OPEN_WIDTH + END];
    return end !== 0 && at >= end;
  }

  /** When the newest closed bucket ended. */
  endOf(row: number, everyMs: DurationMs): EpochMs {
    return this.table.col.open[row * OPEN_WIDTH + END] - everyMs;
  }

  /** Takes a reading, wild or not. True when it closed a bucket that has something in it. */
  add(row: number, at: EpochMs, value: number, everyMs: DurationMs, resolution: number): boolean {
    const { open } = this.table.col;
    const base = row * OPEN_WIDTH;
    const isTaken = this.isTaken(row, value, resolution);
    let closed = false;
    if (open[base + END] === 0 || at >= open[base + END]) closed = this.advance(row, at, everyMs);
    if (!isTaken) return closed;
    const begins = open[base + END] - everyMs;
    const part = Math.min(PARTS - 1, Math.max(0, Math.floor(((at - begins) * PARTS) / everyMs)));
    if (part !== open[base + PART]) this.closePart(row, part);
    open[base + COUNT]++;
    open[base + MEAN] += (value - open[base + MEAN]) / open[base + COUNT];
    return closed;
  }

  /** Writes the window, gaps as straight lines; gives how many are missing, all of them until the window has passed once. */
  fill(row: number, into: Float64Array): number {
    const { medians, open } = this.table.col;
    if (open[row * OPEN_WIDTH + BUCKETS] < N) return N;
    into.set(medians.subarray(row * N, (row + 1) * N));
    let missing = 0;
    let known = -1;
    for (let i = 0; i < N; i++) {
      if (Number.isNaN(into[i])) {
        missing++;
        continue;
      }
      for (let j = known + 1; j < i; j++) {
        into[j] = known < 0 ? into[i] : into[known] + ((into[i] - into[known]) * (j - known)) / (i - known);
      }
      known = i;
    }
    return known === N - 1 ? missing : N;
  }

  /** Closes the open bucket and opens the one that holds `at`; what lies between is missing. */
  private advance(row: number, at: EpochMs, everyMs: DurationMs): boolean {
    const { open, parts } = this.table.col;
    const base = row * OPEN_WIDTH;
    const end = (Math.floor(at / everyMs) + 1) * everyMs;
    let closed = false;
    if (open[base + END] !== 0) {
      this.closePart(row, 0);
      const median = medianOf(parts.subarray(row * PARTS, (row + 1) * PARTS));
      const between = Math.min(N, Math.round((end - open[base + END]) / everyMs) - 1);
      this.push(row, median);
      for (let i = 0; i < between; i++) this.push(row, Number.NaN);
      closed = between === 0 && !Number.isNaN(median);
    }
    parts.fill(Number.NaN, row * PARTS, (row + 1) * PARTS);
    open[base + END] = end;
    open[base + PART] = 0;
    return closed;
  }

  private push(row: number, median: number): void {
    const { medians, open } = this.table.col;
    medians.copyWithin(row * N, row * N + 1, (row + 1) * N);
    medians[(row + 1) * N - 1] = median;
    open[row * OPEN_WIDTH + BUCKETS]++;
  }

  private closePart(row: number, next: number): void {
    const { open, parts } = this.table.col;
    const base = row * OPEN_WIDTH;
    if (open[base + COUNT] > 0) parts[row * PARTS + open[base + PART]] = open[base + MEAN];
    open[base + PART] = next;
    open[base + COUNT] = 0;
    open[base + MEAN] = 0;
  }

  private isTaken(row: number, value: number, resolution: number): boolean {
    const { recent, seen, next, open } = this.table.col;
    const base = row * OPEN_WIDTH;
    let isTaken = true;
    if (seen[row] === SEEN) {
      this.sorted.set(recent.subarray(row * SEEN, (row + 1) * SEEN));
      this.sorted.sort();
      const distance = Math.abs(value - this.sorted[(SEEN - 1) / 2]);
      const scatter = open[base + SCATTER];
      isTaken = distance <= SCATTERS * scatter + resolution;
      const counted = Math.min(distance, SCATTER_CLIP * scatter + resolution / 2);
      open[base + SCATTER] += SCATTER_RATE * (TO_SD * counted - scatter);
    } else seen[row]++;
    recent[row * SEEN + next[row]] = value;
    next[row] = (next[row] + 1) % SEEN;
    return isTaken;
  }
}

/** Of what is there; NaN where nothing is. */
function medianOf(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (known.length === 0) return Number.NaN;
  const middle = known.length >> 1;
  return known.length % 2 === 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
}
