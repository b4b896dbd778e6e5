/**
 * Limits H and HH in configuration. It also answers for what lies between the two sides of a point: the high side looks down
 * to the low one, so that each pair is checked once.
 */
import { limitsOf } from '../../../model/point.ts';
import { define } from '../../definition.ts';
import { higher, lower } from '../../looser.ts';
import { checkNeighbours, limitsPackShape, limitsRegistryShape, limitsWord } from '../limits-definition.ts';

/** In the point's unit; alarm at or above. */
export type LimitsHigh = {
  readonly id: string;
  readonly kind: 'limits-high';
  readonly H?: number;
  readonly HH?: number;
  /** A limit is left only beyond it. */
  readonly deadband: number;
  /** Nearness to the first limit that counts as PRE; off when absent. */
  readonly preBand?: number;
};

export const LIMITS_HIGH = define({
  kind: 'limits-high',
  values: 'number',
  alarms: true,
  pack: limitsPackShape,
  registry: limitsRegistryShape,

  rulesOf({ limits: { H, HH } = {}, deadband = 0, preBand }): LimitsHigh[] {
    if (H === undefined && HH === undefined) return [];
    return [{ id: 'limits-high', kind: 'limits-high', H, HH, deadband, preBand }];
  },

  check({ H, HH, deadband, preBand }: LimitsHigh, point) {
    const { L, LL } = limitsOf(point);
    const below = L ?? LL;
    const first = H ?? HH;
    const within = checkNeighbours({ H, HH }, deadband);
    if (below === undefined || first === undefined) return within;
    const across = L === undefined ? { LL: below } : { L: below };
    const between = checkNeighbours(H === undefined ? { ...across, HH } : { ...across, H }, deadband);
    const gap = first - below;
    if (between.length === 0 && preBand !== undefined && L !== undefined && H !== undefined && 2 * preBand >= gap) {
      between.push(`preBand: ${preBand} leaves no normal range between L ${L} and H ${H}`);
    }
    return [...between, ...within];
  },

  strictness: { H: lower, HH: lower, deadband: higher, preBand: higher },
  wordOf: limitsWord,
});
