/**
 * Who may publish a point, and whether any of them is left: away, silent, or not heard since the point's next reading was due.
 * Looks only; what follows from it is told in sight.ts.
 */
import { intervalsOf, isEventDriven } from '../model/point.ts';
import type { EngineState } from './state.ts';

/** Everyone who may publish the point is away or silent. */
export function publishersLost({ registry, gateways }: EngineState, number: number): boolean {
  const { offline, silent } = gateways.col;
  return registry.publishers[number].every((gateway) => offline[gateway] !== 0 || silent[gateway] !== 0);
}

/** Everyone who may publish the point is known to be away. */
export function publishersAway({ registry, gateways }: EngineState, number: number): boolean {
  return registry.publishers[number].every((gateway) => gateways.col.offline[gateway] !== 0);
}

/**
 * Nobody who may publish the point has shown a sign of life since its next reading was due, or since he was found silent.
 * Whoever has been heard later is alive without it, and then the silence is the point's own.
 */
export function publishersQuiet({ registry, gateways, points }: EngineState, number: number): boolean {
  const point = registry.points[number];
  const nextAt = points.col.heardAt[number] + intervalsOf(point, 1, 0);
  const { offline, silent, known, heardAt } = gateways.col;
  return registry.publishers[number].every((gateway) => {
    if (offline[gateway] !== 0 || silent[gateway] !== 0) return true;
    return isEventDriven(point) ? known[gateway] === 0 : heardAt[gateway] < nextAt;
  });
}
