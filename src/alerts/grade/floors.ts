/**
 * Grades that are given and not climbed: floors that a convention backs, and the fixed grades of coverage and device faults.
 */
import type { Reason } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import { LEVEL_NAMES } from '../../model/level.ts';
import type { Floor } from '../../model/point.ts';
import type { GradingContributor } from './grading.ts';
import { independentSources } from './witness.ts';

export interface BestFloor {
  readonly grade: Grade;
  readonly reason: Reason;
}

export function bestFloor(
  counting: readonly GradingContributor[],
  climbing: readonly GradingContributor[],
): BestFloor | undefined {
  let best: BestFloor | undefined;
  const offer = (grade: Grade, reason: Reason): void => {
    if (best === undefined || grade > best.grade) best = { grade, reason };
  };
  for (const c of counting) {
    if (c.fixedGrade === undefined || c.fixedGrade === 0) continue;
    const step = c.rule === 'coverage' ? 'coverage' : 'device';
    offer(c.fixedGrade, { step, value: c.fixedGrade, detail: { point: c.point, rule: c.rule, ...c.detail } });
  }
  for (const floor of distinctFloors(climbing)) {
    const sharing = climbing.filter((c) => c.level >= floor.level && c.floors.some((f) => f.id === floor.id));
    const points = independentSources(sharing).size;
    if (points < floor.points) continue;
    const detail = { floor: floor.id, points, level: LEVEL_NAMES[floor.level], basis: floor.basis.source };
    offer(floor.grade, { step: 'floor', value: floor.grade, detail });
  }
  return best;
}

function distinctFloors(climbing: readonly GradingContributor[]): Floor[] {
  const byRule = new Map<string, Floor>();
  for (const c of climbing) {
    // Two points may state one floor differently after a configuration change: both are tried.
    for (const f of c.floors) byRule.set(`${f.id} ${f.level} ${f.points} ${f.grade}`, f);
  }
  return [...byRule.values()];
}
