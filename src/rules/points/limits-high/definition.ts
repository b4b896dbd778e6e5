/**
 * Limits H and HH in configuration. What lies between all limits of a point is checked once, by whichever of them comes first.
 */
import { limitsOf } from '../../../model/point.ts';
import { define } from '../../definition.ts';
import { higher, lower } from '../../looser.ts';
import { checkLimits, limitsPackShape, limitsRegistryShape, limitsWord } from '../limits-definition.ts';

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

  check(rule: LimitsHigh, { rules }) {
    const errors = checkLimits(rule, rules);
    const { H, preBand } = rule;
    const { L } = limitsOf({ rules });
    if (errors.length === 0 && preBand !== undefined && L !== undefined && H !== undefined && 2 * preBand >= H - L) {
      errors.push(`preBand: ${preBand} leaves no normal range between L ${L} and H ${H}`);
    }
    return errors;
  },

  strictness: { H: lower, HH: lower, deadband: higher, preBand: higher },
  wordOf: limitsWord,
});
