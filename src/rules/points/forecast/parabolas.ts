/** How far any parabola through a window may get, without drawing it: what is far from every limit is looked at no further. */
import type { DurationMs } from '../../../model/time.ts';
import type { Fit } from '../../window.ts';
import { BUCKETS } from '../../window.ts';

/**
 * Of twelve whole buckets, counted in them from their centre: the second orthogonal polynomial x² − SHIFT, and the sum of its
 * squares. No parabola leaves the line further than the line's own rest allows.
 */
const SHIFT = (BUCKETS ** 2 - 1) / 12;
const NORM = (BUCKETS * (BUCKETS ** 2 - 1) * (BUCKETS ** 2 - 4)) / 180;

const found = { lowest: 0, highest: 0, near: 0 };

/** Between these it lies until the time is over, and at the window's end no further than `near` from the line. Re-used. */
export function parabolasOf(fit: Fit, bucketMs: DurationMs, withinMs: DurationMs): Readonly<typeof found> {
  const ahead = withinMs / bucketMs + 1;
  const bend = Math.sqrt(fit.rest / fit.least / NORM);
  const now = bend * ((BUCKETS / 2) ** 2 - SHIFT);
  const then = bend * ((BUCKETS / 2 + ahead) ** 2 - SHIFT);
  const foretold = fit.level + fit.slope * ahead * bucketMs;
  found.near = now;
  found.highest = Math.max(fit.level + now, foretold + then);
  found.lowest = Math.min(fit.level - now, foretold - then);
  return found;
}
