/**
 * The table of gateways: what is known of each, and whether anybody is there to speak for a point. Who writes it is sight.ts.
 */
import { Columns } from '../model/columns.ts';
import { isEventDriven } from '../model/point.ts';
import type { Registry } from './registry.ts';

const GATEWAY_LAYOUT = {
  /** 1 while it is known to be away (its connection, status or will said so). */
  offline: 'u8',
  offlineAt: 'f64',
  /** Engine time of its last message. */
  heardAt: 'f64',
  /** 1 while it is silent: nothing came of it when it was due. */
  silent: 'u8',
  /** 1 while it is known to be online: heard or connected since our start, and since our own link came up. */
  known: 'u8',
  /** How many of its points were last judged with a wrong clock. */
  skewedPoints: 'u32',
  /** How far behind its wrong clock is known to be (lateness.ts); infinite where none is. */
  believedMs: ['f64', 1, Number.POSITIVE_INFINITY],
  /** Digests of its newest messages, a ring. */
  digests: ['f64', 64],
  nextDigest: 'u8',
} as const;
export type GatewayTable = Columns<typeof GATEWAY_LAYOUT>;
export const newGatewayTable = (): GatewayTable => new Columns(GATEWAY_LAYOUT, 16);

/**
 * Whether it is heard of on change only; of a derived point, whether all that it is computed from is: what has a rhythm says
 * more soon.
 */
export function speaksOnChangeAlone({ graph, points }: Registry, number: number): boolean {
  if (!graph.isDerived(number)) return isEventDriven(points[number]);
  return graph.measuredUnder(number).every((measured) => isEventDriven(points[measured]));
}

/**
 * Whether anybody who may publish the point is known to be online; of a derived one, of each that it is computed from, and
 * only if all speak on change alone.
 */
export function isKnownOnline(
  state: { readonly registry: Registry; readonly gateways: GatewayTable },
  number: number,
): boolean {
  const { registry, gateways } = state;
  const { graph, points, publishers } = registry;
  const isOnline = (measured: number) => publishers[measured].some((gateway) => gateways.col.known[gateway] !== 0);
  if (!graph.isDerived(number)) return isOnline(number);
  return graph.measuredUnder(number).every((measured) => isEventDriven(points[measured]) && isOnline(measured));
}
