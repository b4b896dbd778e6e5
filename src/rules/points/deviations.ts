/** How far a value lies from where it is expected, in what its scatter is: the measure of detectors. */

/** Further than anything is. */
export const FAR = 1e6;

/** So many of its scatters, no further than `clip` on either side. What never moved has none: any move is far. */
export function deviationsOf(from: number, scatter: number, clip = FAR): number {
  if (from === 0) return 0;
  return scatter > 0 ? Math.max(-clip, Math.min(clip, from / scatter)) : Math.sign(from) * clip;
}
