/**
 * Why a reading is not taken at all: nobody knows its gateway or its point, the point is not that gateway's, or its value is
 * of another kind. It knows the registry and nothing of what came before.
 */
import type { ReadingBatch, VerdictCode } from '../model/reading.ts';
import { FLAG, UNKNOWN_POINT, VERDICT } from '../model/reading.ts';
import type { Registry } from './registry.ts';

/** The refusal of row `i`; undefined for one that is admitted. */
export function refusalOf(registry: Registry, batch: ReadingBatch, i: number): VerdictCode | undefined {
  const number = batch.point[i];
  const value = batch.value[i];
  if (batch.gateway >= registry.gateways.length) return VERDICT.REFUSED_UNKNOWN_GATEWAY;
  if (number === UNKNOWN_POINT || number >= registry.points.length) return VERDICT.REFUSED_UNKNOWN_POINT;
  const publisher = registry.onlyPublisher[number];
  if (publisher !== batch.gateway && (publisher >= 0 || !registry.publishers[number].includes(batch.gateway))) {
    return VERDICT.REFUSED_NOT_AUTHORISED;
  }
  const fits = registry.booleans[number] === 0 ? (batch.flags[i] & FLAG.BOOLEAN) === 0 : value === 0 || value === 1;
  return fits ? undefined : VERDICT.REFUSED_WRONG_TYPE;
}
