/**
 * Limits L and LL in configuration. What lies between all limits of a point is checked once, by whichever of them comes first.
 */
import { define } from '../../definition.ts';
import { higher } from '../../looser.ts';
import { checkLimits, limitsPackShape, limitsRegistryShape, limitsWord } from '../limits-definition.ts';

/** In the point's unit; alarm at or below. */
export type LimitsLow = {
  readonly id: string;
  readonly kind: 'limits-low';
  readonly L?: number;
  readonly LL?: number;
  /** A limit is left only beyond it. */
  readonly deadband: number;
  /** Nearness to the first limit that counts as PRE; off when absent. */
  readonly preBand?: number;
};

export const LIMITS_LOW = define({
  kind: 'limits-low',
  values: 'number',
  alarms: true,
  pack: limitsPackShape,
  registry: limitsRegistryShape,

  rulesOf({ limits: { L, LL } = {}, deadband = 0, preBand }): LimitsLow[] {
    if (L === undefined && LL === undefined) return [];
    return [{ id: 'limits-low', kind: 'limits-low', L, LL, deadband, preBand }];
  },

  check: (rule: LimitsLow, { rules }) => checkLimits(rule, rules),
  strictness: { L: higher, LL: higher, deadband: higher, preBand: higher },
  wordOf: limitsWord,
});
