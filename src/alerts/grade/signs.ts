/** What a contributor's evidence is worth by itself: a sign of something, or something that was measured. */
import type { Grade } from '../../model/grade.ts';
import type { Level } from '../../model/level.ts';
import { PRE } from '../../model/level.ts';
import type { GradingContributor } from './grading.ts';

const BLUE: Grade = 1;
const YELLOW: Grade = 2;
const ANY: Grade = 4;

/** Highest grade of a rule that rests on a fit of what was: that a point was never like this, where it will be. */
const SIGNS: ReadonlyMap<string, Grade> = new Map([
  ['novelty', BLUE],
  ['forecast', YELLOW],
]);

/** What the convention calls blue, however long it stays so: creep at a constant velocity, for years. */
const STANDING: ReadonlySet<string> = new Set(['tangent-angle']);

/** Highest grade while nobody stands there by better evidence. */
export function aloneUpTo({ rule, step }: Pick<GradingContributor, 'rule' | 'step'>, base: Level): Grade {
  // A step without anything that it lifts.
  if (step !== undefined) return BLUE;
  return SIGNS.get(rule) ?? (base === PRE && STANDING.has(rule) ? BLUE : ANY);
}

/** Rests on a fit and on nothing that was measured there; a limit, a rate of change or nearness to a limit is measured. */
export function isForetold({ rule }: Pick<GradingContributor, 'rule'>): boolean {
  return SIGNS.has(rule);
}
