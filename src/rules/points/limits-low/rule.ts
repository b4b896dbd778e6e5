/** Fixed limits L and LL: see the side they are. */
import { LimitsSide } from '../limits-side.ts';
import type { LimitsLow } from './definition.ts';

export function newLimitsLow(): LimitsSide<LimitsLow> {
  return new LimitsSide<LimitsLow>('limits-low', -1, ({ L, LL }) => [L, LL], ['L', 'LL']);
}
