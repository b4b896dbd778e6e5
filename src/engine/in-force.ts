/**
 * The configuration by which a point is judged now: as it is registered, with what is in force of its limits by the calendar and
 * by the word of other points. Reading only; what changes it is limit-changes.ts.
 */
import { monthDayOf } from '../model/calendar.ts';
import type { PointConfig } from '../model/point.ts';
import { GOOD } from '../model/quality.ts';
import { limitsInForce } from '../rules/points/limits-in-force.ts';
import { AWAITED, SEEN } from './observers.ts';
import type { EngineState } from './state.ts';

export function inForce(state: EngineState, number: number): PointConfig {
  const { registry, at, clockOffsetMs } = state;
  return limitsInForce(registry.points[number], {
    day: monthDayOf(at + clockOffsetMs),
    isOff: (point) => isOff(state, registry.pointNumbers.get(point) ?? -1),
  });
}

/**
 * Seen, good and off: what is silent, doubtful or was never heard puts no limit out of force. After a start what was seen before
 * stands until one knows.
 */
function isOff({ points: { col } }: EngineState, number: number): boolean {
  const isKnown = col.seen[number] === 1 && (col.lostBy[number] === SEEN || col.lostBy[number] === AWAITED);
  return isKnown && col.quality[number] === GOOD && col.value[number] === 0;
}
