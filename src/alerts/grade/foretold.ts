/** Which contributors rest on a fit of the future and on nothing that was measured there. */
import type { GradingContributor } from './grading.ts';

/** Rules whose level is foretold; a limit, a rate of change or nearness to a limit is measured. */
const FORETELLING: ReadonlySet<string> = new Set(['forecast']);

export function isForetold({ rule }: Pick<GradingContributor, 'rule'>): boolean {
  return FORETELLING.has(rule);
}
