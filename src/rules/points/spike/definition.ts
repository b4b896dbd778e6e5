/** Single wild readings, in configuration: how far off is wild, and how many of them are a fault. */
import { z } from 'zod';
import type { DurationMs } from '../../../model/time.ts';
import { HOUR_MS } from '../../../model/time.ts';
import { define } from '../../definition.ts';
import { same } from '../../looser.ts';
import { shareOf } from '../instrument.ts';
import { windowSchema } from '../window-definition.ts';

export type Spike = {
  readonly id: string;
  readonly kind: 'spike';
  /** Nearer to the median than this is never wild, in the point's unit; else `SPAN_SHARE` of the span. */
  readonly atLeast?: number;
  /** So many within `withinMs` are a device alarm; a single one only makes its own reading doubtful. */
  readonly times: number;
  readonly withinMs: DurationMs;
};

/** 1 % of the span (OURS): quantised values have a scatter of nothing. */
export const SPAN_SHARE = 0.01;
/** As many as are remembered. */
export const TIMES_MAX = 8;
const TIMES = 3;

const stated = z.strictObject({
  atLeast: z.number().positive().optional(),
  times: z.number().int().min(1).max(TIMES_MAX).optional(),
  withinMs: windowSchema.optional(),
});

export const SPIKE = define({
  kind: 'spike',
  values: 'number',
  alarms: false,
  pack: { spike: stated.optional() },
  registry: { spike: stated.nullable().optional() },

  rulesOf({ spike }): Spike[] {
    if (spike === undefined) return [];
    const { atLeast, times = TIMES, withinMs = HOUR_MS } = spike;
    return [{ id: 'spike', kind: 'spike', atLeast, times, withinMs }];
  },

  check({ atLeast }: Spike, point) {
    const errors: string[] = [];
    if (point.intervalMs === null) errors.push('spike: a point that speaks on change only has no rhythm to be off');
    if (atLeast === undefined && shareOf(point.span, SPAN_SHARE) === undefined) {
      errors.push('spike.atLeast: must be stated where the type has no span');
    }
    return errors;
  },

  // A reading that is wild to one setting is true to another: either way something is believed that was not.
  strictness: { atLeast: same, times: same, withinMs: same },
  wordOf: (field) => `spike.${field}`,
});
