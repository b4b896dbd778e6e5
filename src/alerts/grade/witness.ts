/** Who counts as a witness of his own. */
import type { GradingContributor } from './grading.ts';

/** Points on one transmitter are one witness. */
export function independentSource(c: GradingContributor): string {
  return c.transmitter === undefined ? `point ${c.point}` : `transmitter ${c.transmitter}`;
}

export function independentSources(contributors: readonly GradingContributor[]): ReadonlySet<string> {
  return new Set(contributors.map(independentSource));
}
