/**
 * Which limit a moving value meets next: shared by the kinds that look ahead. It holds a point's limits as four cells and
 * no opinion on what meeting one means.
 */
import type { Limits } from '../../model/point.ts';

/** Cells LL, L, H, HH; an absent limit is infinite on its own side. */
export const LIMIT_CELLS = 4;
export const LIMIT_NAMES = ['LL', 'L', 'H', 'HH'] as const;
/** No limit lies ahead. */
export const NO_LIMIT = 255;

export function limitCells(limits: Limits): number[] {
  return [
    limits.LL ?? Number.NEGATIVE_INFINITY,
    limits.L ?? Number.NEGATIVE_INFINITY,
    limits.H ?? Number.POSITIVE_INFINITY,
    limits.HH ?? Number.POSITIVE_INFINITY,
  ];
}

/** The side that the limit of a cell alarms on. */
export const sideOfLimit = (cell: number): 1 | -1 => (cell >= 2 ? 1 : -1);

/** Cell of the nearest limit not yet reached from `value` in the direction of `slope`, or NO_LIMIT. */
export function nextLimit(cells: Float64Array, base: number, value: number, slope: number): number {
  if (slope > 0) {
    if (value < cells[base + 2] && Number.isFinite(cells[base + 2])) return 2;
    return value < cells[base + 3] && Number.isFinite(cells[base + 3]) ? 3 : NO_LIMIT;
  }
  if (slope < 0) {
    if (value > cells[base + 1] && Number.isFinite(cells[base + 1])) return 1;
    return value > cells[base] && Number.isFinite(cells[base]) ? 0 : NO_LIMIT;
  }
  return NO_LIMIT;
}
