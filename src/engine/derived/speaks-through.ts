/**
 * Which measured point speaks through a derived one as it goes into alarm: it is no second witness beside that one. Reading
 * only; what a witness is worth is the ladder's.
 */
import { keyOf } from '../../alerts/key.ts';
import type { GroupRef } from '../../alerts/record.ts';
import type { PointConfig } from '../../model/point.ts';
import { levelOf, RAW, STATE_WIDTH } from '../../rules/slots.ts';
import type { EngineState } from '../state.ts';

/** A level that waits for its on-delay weighs less than any that stands. */
const WAITING = 10;

/**
 * Of the measured points under it the one that stands worst in the same alert, or is about to; of several alike, and where none
 * does, the first in the order of its derivation. Undefined of a measured point.
 */
export function speaksThrough(state: EngineState, number: number, group: GroupRef): PointConfig | undefined {
  const { graph, points } = state.registry;
  if (!graph.isDerived(number)) return undefined;
  const key = keyOf(group);
  const [first, ...others] = graph.measuredUnder(number);
  let found = first;
  let worst = standsAt(state, first, key);
  for (const other of others) {
    const level = standsAt(state, other, key);
    if (level <= worst) continue;
    worst = level;
    found = other;
  }
  return points[found];
}

/** How badly the point stands by whichever of its rules, in the alert of this key; a level that still waits for its on-delay counts less. */
function standsAt({ rules, groups }: EngineState, number: number, key: string): number {
  if (!groups.keysOf(number).includes(key)) return 0;
  let worst = 0;
  for (const slot of rules.slotsOf(number)) {
    const waiting = rules.slots.col.state[slot * STATE_WIDTH + RAW] / WAITING;
    worst = Math.max(worst, levelOf(rules.slots, slot) + waiting);
  }
  return worst;
}
