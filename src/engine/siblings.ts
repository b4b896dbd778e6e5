/**
 * What the other observers of a point's hazard at its source do meanwhile: asked by a tick of a fault that they must bear out,
 * never by a reading.
 */
import type { DeviceFault } from '../model/hazard.ts';
import type { EpochMs } from '../model/time.ts';
import { stillSinceOf } from '../rules/watch.ts';
import { SEEN } from './observers.ts';
import type { EngineState } from './state.ts';

/**
 * Since when the one of them that moved last has stood still, by its own rule of that fault. Undefined where none that is
 * seen has such a rule.
 */
export function othersStillSince(state: EngineState, number: number, fault: DeviceFault): EpochMs | undefined {
  const { registry, points, rules } = state;
  let newest: EpochMs | undefined;
  for (const other of registry.observerOf[number].points) {
    if (other === number || points.col.lostBy[other] !== SEEN) continue;
    const since = stillSinceOf(rules, other, fault);
    if (since !== undefined && (newest === undefined || since > newest)) newest = since;
  }
  return newest;
}
