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

const PERIOD_MAX_MS = 400 * 86_400_000;

const stated = z.strictObject({
  windowMs: windowSchema,
  minR2: z.number().min(0).max(1),
  /** What comes again with it is taken out: a rule of its own kind (periodic-forecast). */
  periodMs: z.number().int().positive().max(PERIOD_MAX_MS).optional(),
});
export const forecastPackShape = { forecast: stated.optional() };
export const forecastRegistryShape = { forecast: stated.nullable().optional() };

export const FORECAST = define({
  kind: 'forecast',
  values: 'number',
  alarms: false,
  pack: forecastPackShape,
  registry: forecastRegistryShape,

  rulesOf({ forecast }): Forecast[] {
    if (forecast === undefined || forecast.periodMs !== undefined) return [];
    const { windowMs, minR2 } = forecast;
    return [{ id: 'forecast', kind: 'forecast', windowMs, minR2 }];
  },

  check({ windowMs }: Forecast, point) {
    if (windowMs >= intervalsOf(point, SAMPLES_MIN, 0)) return [];
    return [`forecast.windowMs: must hold ${SAMPLES_MIN} samples of ${point.intervalMs} ms`];
  },

  // A fit that is believed sooner also ends sooner what another one raised.
  strictness: { windowMs: same, minR2: same },
  wordOf: (field) => `forecast.${field}`,
});
