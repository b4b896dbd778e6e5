/**
 * When a rule may learn what is usual, the same for every kind that does: from good readings, while nothing else of its point
 * stands, be it a rule or a fault of its instrument. What is measured in alarm is the hazard, what comes as `test` (calibration,
 * maintenance, out of service) is not the process, and what is not good is no measure. A kind asks `sample.learns`; how many
 * readings its reference has left out, and why, is counted (left-out.ts) and stands with its numbers. Its own alarm, also a red
 * of its own, is the kind's own affair.
 */
import { NONE } from '../model/level.ts';
import type { Quality } from '../model/quality.ts';
import type { Learner } from './kind.ts';
import { PRESENT } from './kind.ts';
import type { RuleMemory } from './memory.ts';
import { FLAG_FAULTED, FLAG_OFF, FLAGS, KIND, levelOf, RAW, STATE_WIDTH } from './slots.ts';

/** Whether a rule may learn from a good reading of its point; one that may not is counted. */
export function mayLearn(memory: RuleMemory, point: number, slot: number, learner: Learner): boolean {
  if (!othersStand(memory, point, slot)) return true;
  learner.inAlarm(memory.row(slot));
  return false;
}

/** A reading came that no rule learns from, whatever it may raise. */
export function leaveOut(memory: RuleMemory, point: number, quality: Quality): void {
  const { state } = memory.slots.col;
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const slot = next - 1;
    if (state[slot * STATE_WIDTH + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) continue;
    memory.kindOf(slot).learner?.notGood(memory.row(slot), quality);
  }
}

/** A rule of another kind stands, or waits for its on-delay, beyond what may be its usual state; or has found a fault of the instrument. */
function othersStand(memory: RuleMemory, point: number, slot: number): boolean {
  const { state } = memory.slots.col;
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const other = next - 1;
    const base = other * STATE_WIDTH;
    // The red of a kind is its own alarm too.
    if (state[base + KIND] === state[slot * STATE_WIDTH + KIND]) continue;
    if (state[base + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) continue;
    const { usual = NONE, watch } = memory.kinds[state[base + KIND]];
    if (Math.max(state[base + RAW], levelOf(memory.slots, other)) > usual) return true;
    if (watch?.fault !== undefined && memory.guard(other, false, (_, row) => watch.standing(row) === PRESENT))
      return true;
  }
  return false;
}
