/**
 * Rule kind `coverage`: blindness is graded. Fewer live observers of a hazard at a source than declared is yellow, none at
 * all is orange at a class-A source and yellow elsewhere; only data clears it. It decides who counts as observing, nothing else.
 */
import type { Contribution } from '../alerts/record.ts';
import type { Grade } from '../model/grade.ts';
import { HIGH } from '../model/level.ts';
import type { Fold } from './fold.ts';
import type { ObserverGroup } from './registry.ts';

const YELLOW: Grade = 2;
const ORANGE: Grade = 3;

/** Looks again at the observers of the point's hazard, after the point began or ceased to observe. */
export function reviewCoverage(fold: Fold, number: number): void {
  reviewObservers(fold, fold.state.registry.observerOf[number], 'cleared');
}

/** Looks again at one group. `cause`: what it is that ends the blindness, where it ends. */
export function reviewObservers(fold: Fold, group: ObserverGroup, cause: 'cleared' | 'limit-changed'): void {
  const { state } = fold;
  const slot = fold.engineSlot(`coverage|${group.key}`);
  // Who was never seen gets a first deadline before its absence is an alert; but it ends none that stands.
  const awaited = !state.book.contributes(slot);
  const live = group.points.reduce((count, point) => count + (observes(fold, point, awaited) ? 1 : 0), 0);
  const grade = coverageGrade(fold, group, live);
  const ref = state.groups.coverageRef(group);
  if (grade === 0) {
    fold.changes.push({ kind: 'alarm', group: ref, slot, contribution: undefined, cause });
    return;
  }
  const contribution: Contribution = {
    slot,
    point: group.source,
    number: -1,
    rule: 'coverage',
    level: HIGH,
    at: fold.at,
    uncertain: false,
    latched: false,
    offDelayMs: 0,
    floors: [],
    persistenceMs: Number.MAX_SAFE_INTEGER,
    responseMs: 0,
    fixedGrade: grade,
    detail: { live, declared: declaredOf(fold, group), registered: group.points.length },
  };
  fold.changes.push({ kind: 'alarm', group: ref, slot, contribution, cause });
}

/** Seen (or, where that counts, awaited within its first deadline), and sight not lost since. */
function observes(fold: Fold, number: number, awaited: boolean): boolean {
  const { lost, seen } = fold.state.points.col;
  return lost[number] === 0 && (seen[number] !== 0 || awaited);
}

function coverageGrade(fold: Fold, group: ObserverGroup, live: number): Grade {
  if (live >= declaredOf(fold, group)) return 0;
  if (live > 0) return YELLOW;
  return fold.state.registry.sources.get(group.source)?.class === 'A' ? ORANGE : YELLOW;
}

/** A declaration above what is registered would never be met: the registered number is then what can be asked. */
function declaredOf(fold: Fold, group: ObserverGroup): number {
  const declared = fold.state.registry.sources.get(group.source)?.observers[group.hazard] ?? 1;
  return Math.min(declared, group.points.length);
}
