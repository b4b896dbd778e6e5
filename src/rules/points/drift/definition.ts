/** An instrument that drifts, in configuration: over which time, and from where. */
import { z } from 'zod';
import { intervalsOf } from '../../../model/point.ts';
import type { DurationMs } from '../../../model/time.ts';
import { DAY_MS } from '../../../model/time.ts';
import { define } from '../../definition.ts';
import { same } from '../../looser.ts';
import { shareOf } from '../instrument.ts';
import { windowSchema } from '../window-definition.ts';

export type Drift = {
  readonly id: string;
  readonly kind: 'drift';
  /** One mean is taken over each of these. */
  readonly everyMs: DurationMs;
  /** Where it belongs, in the point's unit: 0 of a zero gas, 0 of a difference to its siblings. Learned where it is not stated. */
  readonly about?: number;
  /** The scatter of these means is taken as at least this, in the point's unit; else `SPAN_SHARE` of the span. */
  readonly sdAtLeast?: number;
};

/** 0.05 % of the span (OURS). */
export const SPAN_SHARE = 0.0005;
/** A mean of fewer is none. */
export const READINGS_MIN = 3;

const stated = z.strictObject({
  everyMs: windowSchema.optional(),
  about: z.number().optional(),
  sdAtLeast: z.number().positive().optional(),
});

export const DRIFT = define({
  kind: 'drift',
  values: 'number',
  alarms: false,
  pack: { drift: stated.optional() },
  registry: { drift: stated.nullable().optional() },

  rulesOf({ drift }): Drift[] {
    if (drift === undefined) return [];
    const { everyMs = DAY_MS, about, sdAtLeast } = drift;
    return [{ id: 'drift', kind: 'drift', everyMs, about, sdAtLeast }];
  },

  check({ everyMs, sdAtLeast }: Drift, point) {
    const errors: string[] = [];
    if (everyMs < intervalsOf(point, READINGS_MIN, 0)) {
      errors.push(`drift.everyMs: must hold ${READINGS_MIN} readings of ${point.intervalMs} ms`);
    }
    if (sdAtLeast === undefined && shareOf(point.span, SPAN_SHARE) === undefined) {
      errors.push('drift.sdAtLeast: must be stated where the type has no span');
    }
    return errors;
  },

  // A sensor taken to drift calms nothing; one that is not may calm too much.
  strictness: { everyMs: same, about: same, sdAtLeast: same },
  wordOf: (field) => `drift.${field}`,
});
