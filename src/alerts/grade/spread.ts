/**
 * Steps for what comes together: breadth (several points of the alert within five minutes), hazards that are worse together
 * (`coupling`), neighbours that rise as one cloud would make them (`neighbours`). No cause counts twice: what is coupled is one
 * for breadth, and neighbours are breadth that is borne out, so one of these two counts.
 */
import type { Reason } from '../../model/alert.ts';
import { HIGH, HIGH_HIGH, LEVEL_NAMES } from '../../model/level.ts';
import type { Counted, Counting } from './counted.ts';

export const NO_BREADTH: Reason = { step: 'breadth', value: 0, detail: {} };

/** Breadth, and whatever else is given; what is not given is not told. */
export function spreadReasons(counted: Counted): readonly Reason[] {
  const coupled = counted.giving('coupling');
  const [neighbours] = counted.giving('neighbours');
  // Any of those that are coupled may be the one that counts: one that leaves breadth as it is comes first.
  let [coupling] = coupled;
  let breadth = coupling === undefined ? breadthReason(counted) : NO_BREADTH;
  for (const one of coupled) {
    if (breadth.value > 0) break;
    breadth = breadthReason(counted, one.restsOn);
    if (breadth.value > 0) coupling = one;
  }
  const reasons = [neighbours === undefined ? breadth : NO_BREADTH];
  if (coupling !== undefined) reasons.push(given('coupling', coupling));
  if (neighbours !== undefined) reasons.push(given('neighbours', neighbours));
  return reasons;
}

const given = (step: string, { point, detail }: Counting): Reason => ({ step, value: 1, detail: { point, ...detail } });

function breadthReason(counted: Counted, asOne?: readonly string[]): Reason {
  for (const [level, needed] of [
    [HIGH_HIGH, 2],
    [HIGH, 3],
  ] as const) {
    if (!counted.isBroad(level, needed, asOne)) continue;
    return { step: 'breadth', value: 1, detail: { points: counted.breadthAt(level), level: LEVEL_NAMES[level] } };
  }
  return NO_BREADTH;
}
