/** One mean after another over times of one length, a few cells a row: what slow detectors look at instead of readings. */
import type { DurationMs, EpochMs } from '../../model/time.ts';

/** Cells of the mean being taken. */
export const OPEN_WIDTH = 3;
/** When it ends; 0 before the first reading. */
export const END = 0;
export const COUNT = 1;
export const MEAN = 2;
/** Cells of a row of them: the mean being taken and the one that was closed last. */
export const BUCKET_WIDTH = 6;
export const CLOSED_END = 3;
const CLOSED_COUNT = 4;
export const CLOSED_MEAN = 5;

/**
 * Takes a reading. True when it is the first behind a mean, which is closed by it and stands in the cells CLOSED_*; times must
 * not go back (a reading that does is counted in the open one).
 */
export function addToBucket(
  cells: Float64Array,
  base: number,
  everyMs: DurationMs,
  at: EpochMs,
  value: number,
): boolean {
  const isBehind = isBehindBucket(cells, base, at);
  const closes = isBehind && cells[base + COUNT] > 0;
  if (isBehind) {
    if (closes) {
      cells[base + CLOSED_END] = cells[base + END];
      cells[base + CLOSED_COUNT] = cells[base + COUNT];
      cells[base + CLOSED_MEAN] = cells[base + MEAN];
    }
    beginBucket(cells, base, everyMs, at);
  }
  takeIntoBucket(cells, base, value);
  return closes;
}

/** Whether a reading at this time lies behind the mean being taken. */
export const isBehindBucket = (cells: Float64Array, base: number, at: EpochMs): boolean => at >= cells[base + END];

/** Begins the mean of the time that this instant is in. */
export function beginBucket(cells: Float64Array, base: number, everyMs: DurationMs, at: EpochMs): void {
  cells[base + END] = (Math.floor(at / everyMs) + 1) * everyMs;
  cells[base + COUNT] = 0;
  cells[base + MEAN] = 0;
}

export function takeIntoBucket(cells: Float64Array, base: number, value: number): void {
  cells[base + COUNT]++;
  cells[base + MEAN] += (value - cells[base + MEAN]) / cells[base + COUNT];
}

/** Whether a reading at this time would close a mean. */
export const closesBucket = (cells: Float64Array, base: number, at: EpochMs): boolean =>
  cells[base + COUNT] > 0 && at >= cells[base + END];
