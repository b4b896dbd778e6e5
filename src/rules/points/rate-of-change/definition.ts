/** A rate of change in configuration: its window and what is fast. */
import { z } from 'zod';
import { intervalsOf } from '../../../model/point.ts';
import type { DurationMs } from '../../../model/time.ts';
import { define } from '../../definition.ts';
import { lower, only, same } from '../../looser.ts';
import { windowSchema } from '../window-definition.ts';

/** Over `windowMs`, in unit per minute: at `perMinute` PRE, at twice that while nearing a limit H. */
export type RateOfChange = {
  readonly id: string;
  readonly kind: 'rate-of-change';
  readonly windowMs: DurationMs;
  readonly perMinute: number;
  readonly direction: 'up' | 'down' | 'both';
};

/** A rate over fewer samples is the noise of two. */
const SAMPLES_MIN = 3;

const stated = z.strictObject({
  windowMs: windowSchema,
  perMinute: z.number().positive(),
  direction: z.enum(['up', 'down', 'both']),
});

export const RATE_OF_CHANGE = define({
  kind: 'rate-of-change',
  values: 'number',
  alarms: false,
  pack: { rateOfChange: stated.optional() },
  registry: { rateOfChange: stated.nullable().optional() },

  rulesOf({ rateOfChange }): RateOfChange[] {
    return rateOfChange === undefined ? [] : [{ id: 'rate-of-change', kind: 'rate-of-change', ...rateOfChange }];
  },

  check({ windowMs }: RateOfChange, point) {
    if (windowMs >= intervalsOf(point, SAMPLES_MIN, 0)) return [];
    return [`rateOfChange.windowMs: must hold ${SAMPLES_MIN} samples of ${point.intervalMs} ms`];
  },

  strictness: { windowMs: same, perMinute: lower, direction: only<RateOfChange['direction']>('both') },
  wordOf: (field) => `rateOfChange.${field}`,
});
