/** Fixed limits H and HH: see the side they are. */
import { LimitsSide } from '../limits-side.ts';
import type { LimitsHigh } from './definition.ts';

export function newLimitsHigh(): LimitsSide<LimitsHigh> {
  return new LimitsSide<LimitsHigh>('limits-high', 1, ({ H, HH }) => [H, HH], ['H', 'HH']);
}
