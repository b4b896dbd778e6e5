/**
 * Grades that are given and not climbed: floors that a convention backs, and the fixed grades of coverage and device faults.
 */
import type { Reason } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import { thresholdName } from './colour.ts';
import type { Counted } from './counted.ts';
import { rollUp } from './roll-up.ts';

export interface BestFloor {
  readonly grade: Grade;
  readonly reason: Reason;
}

export function bestFloor(counted: Counted): BestFloor | undefined {
  let best: BestFloor | undefined;
  const { highestFixed } = counted;
  if (highestFixed?.fixedGrade !== undefined) {
    const { fixedGrade: grade, point, rule, detail } = highestFixed;
    const step = rule === 'coverage' ? 'coverage' : 'device';
    best = { grade, reason: { step, value: grade, detail: { point, rule, ...detail } } };
  }
  for (const floor of counted.floors) {
    const points = counted.sharing(floor);
    if (points < floor.points || (best !== undefined && floor.grade <= best.grade)) continue;
    const detail = { floor: floor.id, points, level: thresholdName(floor), basis: floor.basis.source };
    // Absent where it is the floor of no limit: reasons that were sealed before there were such are made again as they are.
    const named = floor.limit === undefined ? detail : { ...detail, limit: floor.limit };
    best = { grade: floor.grade, reason: { step: 'floor', value: floor.grade, detail: named } };
  }
  // What one item comes to is told by its own floor; more than that is the carry across items.
  const whole = rollUp(counted);
  return whole !== undefined && whole.grade > (best?.grade ?? 1) ? whole : best;
}
