/** Who counts as a witness of his own. */
import type { GradingContributor } from './grading.ts';

/** Points on one transmitter are one witness. */
export function independentSource({ point, transmitter }: Pick<GradingContributor, 'point' | 'transmitter'>): string {
  return transmitter === undefined ? `point ${point}` : `transmitter ${transmitter}`;
}
