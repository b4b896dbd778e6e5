/** Who says so, as one source among others. */
import type { GradingContributor } from './grading.ts';

/** Points on one transmitter are one witness; what is computed is none beside what it is computed from. */
export function independentSource({
  point,
  transmitter,
  computedFrom,
}: Pick<GradingContributor, 'point' | 'transmitter' | 'computedFrom'>): string {
  return transmitter === undefined ? `point ${computedFrom ?? point}` : `transmitter ${transmitter}`;
}
