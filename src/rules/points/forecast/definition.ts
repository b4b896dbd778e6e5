/** A forecast in configuration: its window, and how good a fit must be to be believed. */
import { z } from 'zod';
import { intervalsOf } from '../../../model/point.ts';
import type { DurationMs } from '../../../model/time.ts';
import { define } from '../../definition.ts';
import { same } from '../../looser.ts';
import { windowSchema } from '../window-definition.ts';

/** Time to limit over a bucketed window; used only where the fit explains at least `minR2` of the variance. */
export type Forecast = {
  readonly id: string;
  readonly kind: 'forecast';
  readonly windowMs: DurationMs;
  readonly minR2: number;
};

/** A trend needs six samples at 70 % completeness: a window that cannot hold nine never speaks. */
const SAMPLES_MIN = 9;

const stated = z.strictObject({ windowMs: windowSchema, minR2: z.number().min(0).max(1) });

export const FORECAST = define({
  kind: 'forecast',
  values: 'number',
  alarms: false,
  pack: { forecast: stated.optional() },
  registry: { forecast: stated.nullable().optional() },

  rulesOf({ forecast }): Forecast[] {
    return forecast === undefined ? [] : [{ id: 'forecast', kind: 'forecast', ...forecast }];
  },

  check({ windowMs }: Forecast, point) {
    if (windowMs >= intervalsOf(point, SAMPLES_MIN, 0)) return [];
    return [`forecast.windowMs: must hold ${SAMPLES_MIN} samples of ${point.intervalMs} ms`];
  },

  // A fit that is believed sooner also ends sooner what another one raised.
  strictness: { windowMs: same, minR2: same },
  wordOf: (field) => `forecast.${field}`,
});
