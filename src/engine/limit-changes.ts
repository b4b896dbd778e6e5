/**
 * Limits that come into force or go out of it by themselves: at a turn of the calendar, and with the word of the point on which
 * they depend. It is a change of limits like one by hand: what stands is judged again at once, and nothing is cleared by it.
 */
import { nextTurn } from '../model/calendar.ts';
import { isGradedLimit } from '../model/graded-limit.ts';
import { seasonsOf } from '../rules/points/limits-in-force.ts';
import { FLAG_OFF, FLAGS, STATE_WIDTH } from '../rules/slots.ts';
import { attempt } from './attempt.ts';
import type { Fold } from './fold.ts';
import { inForce } from './in-force.ts';
import { installAnew } from './inputs/install.ts';
import { TIMER } from './timers.ts';

/** Looks again at the limits that depend on what this input has changed. */
export function reviewLimits(fold: Fold): void {
  if (fold.toLimit.size === 0) return;
  const { registry } = fold.state;
  for (const number of [...fold.toLimit].sort((a, b) => a - b)) {
    if (!isOtherwise(fold, number)) continue;
    attempt(
      fold,
      () => `limits of ${registry.points[number].id}`,
      () => installAnew(fold, number),
    );
  }
  fold.toLimit.clear();
}

/** Whether another rule is in force than those that judge: asked with every value of the condition. */
function isOtherwise(fold: Fold, number: number): boolean {
  const { registry, rules } = fold.state;
  const wanted = new Set(inForce(fold.state, number).rules.map(({ id }) => id));
  const judging = new Set(
    rules
      .slotsOf(number)
      .filter((slot) => (rules.slots.col.state[slot * STATE_WIDTH + FLAGS] & FLAG_OFF) === 0)
      .map((slot) => rules.ruleOf(slot)),
  );
  const conditional = registry.points[number].rules.filter((rule) => isGradedLimit(rule) && rule.while !== undefined);
  return conditional.some(({ id }) => wanted.has(id) !== judging.has(id));
}

/** The season may have turned: what is in force now judges, and the next turn is awaited. */
export function seasonDue(fold: Fold, number: number): void {
  // Each import asks once more: of several for one turn the first is answered.
  if (fold.turned.has(number) || !fold.state.registry.seasonal.has(number)) return;
  fold.turned.add(number);
  installAnew(fold, number);
  awaitTurn(fold, number);
}

/** To be called for a point whose limits were stated anew. */
export function awaitTurn(fold: Fold, number: number): void {
  const { registry, clockOffsetMs, timers } = fold.state;
  if (!registry.seasonal.has(number)) return;
  const turn = nextTurn(seasonsOf(registry.points[number]), fold.at + clockOffsetMs);
  if (turn !== undefined) timers.arm(TIMER.SEASON, number, turn - clockOffsetMs);
}
