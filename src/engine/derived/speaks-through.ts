/**
 * Which measured point speaks through a derived one as it goes into alarm: it is no second witness beside that one. Reading
 * only; what a witness is worth is the ladder's.
 */
import { keyOf } from '../../alerts/key.ts';
import type { GroupRef } from '../../alerts/record.ts';
import type { Level } from '../../model/level.ts';
import { NONE } from '../../model/level.ts';
import type { PointConfig } from '../../model/point.ts';
import { levelOf, sideOf } from '../../rules/slots.ts';
import type { EngineState } from '../state.ts';

/**
 * Of the measured points under it the one that stands worst in the same alert, the first of those in the order of its
 * derivation; the first of all where none stands there. Undefined of a measured point.
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

/** The worst level of the point in this alert, by whichever of its rules. */
function standsAt({ rules, groups }: EngineState, number: number, key: string): Level {
  let worst: Level = NONE;
  for (const slot of rules.slotsOf(number)) {
    const level = levelOf(rules.slots, slot);
    if (level > worst && keyOf(groups.ref(number, sideOf(rules.slots, slot))) === key) worst = level;
  }
  return worst;
}
