/**
 * Span and plausibility: what a value outside them does to its quality. A side that has limits is dangerous: beyond it
 * nothing is thrown away. Only the harmless side makes a reading bad. It judges no limit.
 */
import { limitedSides } from '../model/graded-limit.ts';
import type { PointConfig } from '../model/point.ts';
import type { Quality } from '../model/quality.ts';
import { BAD, UNCERTAIN } from '../model/quality.ts';

/** Cells of a compiled range. Within OK_LOW … OK_HIGH a reading is taken as sent; over-range is what lies beyond OVER_*. */
export const RANGE_WIDTH = 4;
export const OK_LOW = 0;
export const OK_HIGH = 1;
const OVER_LOW = 2;
const OVER_HIGH = 3;

export const POINT_DANGEROUS_LOW = 1;
export const POINT_DANGEROUS_HIGH = 2;

/** Bits of the answer of `classify` above the quality code. */
export const QUALITY_MASK = 7;
export const OVER_HIGH_BIT = 8;
export const OVER_LOW_BIT = 16;

/**
 * Writes the compiled range of a point to `cells` from `base`. A harmless side is bounded by what is plausible, else by the
 * span; a dangerous one is uncertain beyond what is plausible and over-range beyond the span.
 */
export function compileRange(point: PointConfig, cells: Float64Array, base: number): void {
  const { span, plausible } = point;
  const sides = limitedSides(point);
  const spanLow = span?.min ?? Number.NEGATIVE_INFINITY;
  const spanHigh = span?.max ?? Number.POSITIVE_INFINITY;
  const plausibleLow = plausible?.min ?? spanLow;
  const plausibleHigh = plausible?.max ?? spanHigh;
  cells[base + OK_LOW] = sides.has('low') ? Math.max(plausibleLow, spanLow) : plausibleLow;
  cells[base + OK_HIGH] = sides.has('high') ? Math.min(plausibleHigh, spanHigh) : plausibleHigh;
  cells[base + OVER_LOW] = spanLow;
  cells[base + OVER_HIGH] = spanHigh;
}

/**
 * Quality of a value, with OVER_HIGH_BIT or OVER_LOW_BIT where it is beyond the span on a dangerous side. One number, so
 * that a reading costs no object. `sides` says on which sides the point has limits: POINT_DANGEROUS_LOW, POINT_DANGEROUS_HIGH.
 */
export function classify(cells: Float64Array, base: number, sides: number, value: number, quality: Quality): number {
  if (value >= cells[base + OK_LOW] && value <= cells[base + OK_HIGH]) return quality;
  // What was sent as bad or test says nothing, at any value; what is no number says nothing on any side.
  if (quality > UNCERTAIN) return quality;
  if (!Number.isFinite(value)) return BAD;
  if (value > cells[base + OK_HIGH]) {
    if ((sides & POINT_DANGEROUS_HIGH) === 0) return BAD;
    return value > cells[base + OVER_HIGH] ? UNCERTAIN | OVER_HIGH_BIT : UNCERTAIN;
  }
  if ((sides & POINT_DANGEROUS_LOW) === 0) return BAD;
  return value < cells[base + OVER_LOW] ? UNCERTAIN | OVER_LOW_BIT : UNCERTAIN;
}
