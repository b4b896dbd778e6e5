/**
 * What the noise of a window does to a curve drawn through its bucket means. Noise that remembers itself for longer than a
 * bucket is alike in neighbouring means: a curve follows it, and what is left beside the curve understates the error. How long
 * it remembers shows in how far means lie apart against how far samples lie apart inside a bucket: noise without memory
 * averages out, slow noise does not.
 */
import type { BucketMeans } from '../../window.ts';
import { BUCKETS } from '../../window.ts';

/** This share of the buckets must have two samples: else nothing is known of the inside of buckets. */
const KNOWN_SHARE = 0.7;
/** Beyond it the noise is slower than a window can tell. */
const RATIO_MAX = 4;
/** How much more the error is than its means say, at most, of a line and of a parabola, which follows slow noise further. */
const SLOWNESS_MAX = { 2: 14, 3: 7 } as const;

/**
 * By how much the variance of a value on the curve exceeds what independent means would give, from the variance of means about
 * it (`between`) and of samples inside a bucket (`inside`), `alone` being what their ratio is of independent samples. A fit, a
 * little to the safe side, through the exact ratios of AR(1) noise with twelve means of 5 … 20 samples each.
 */
export function slowness(between: number, { inside, alone }: Inside, parameters: 2 | 3): number {
  const ratio = Math.min(RATIO_MAX, Math.max(0, between / inside - alone));
  return Math.min(SLOWNESS_MAX[parameters], 1 + 0.8 * ratio + 0.25 * ratio ** 2 + 0.1 * ratio ** 3);
}

/** Variance of samples inside their buckets, 0 where it is not known; and one divided by the samples of a bucket. */
export interface Inside {
  inside: number;
  alone: number;
}

const sorted = new Float64Array(BUCKETS);

/** Looks into the buckets, with a slope taken out; the median of them, so that a wild sample in one of them says nothing. */
export function lookInside(means: BucketMeans, slopePerMs: number, found: Inside): void {
  const { count, samples, tt, tx, xx } = means;
  let known = 0;
  let all = 0;
  for (let i = 0; i < count; i++) {
    if (samples[i] < 2) continue;
    const rest = xx[i] - 2 * slopePerMs * tx[i] + slopePerMs * slopePerMs * tt[i];
    sorted[known++] = Math.max(0, rest) / (samples[i] - 1);
    all += samples[i];
  }
  found.inside = 0;
  if (known === 0 || known < KNOWN_SHARE * count) return;
  found.alone = known / all;
  const freedom = all / known - 1;
  // The median of χ² lies below its mean (Wilson and Hilferty).
  found.inside = sorted.subarray(0, known).sort()[known >> 1] / (1 - 2 / (9 * freedom)) ** 3;
}
