/** A forecast of what swings with a known period in configuration: that of a forecast, with the period. */
import { intervalsOf } from '../../../model/point.ts';
import type { DurationMs } from '../../../model/time.ts';
import { define } from '../../definition.ts';
import { same } from '../../looser.ts';
import type { Forecast } from '../forecast/definition.ts';
import { FORECAST, forecastPackShape, forecastRegistryShape } from '../forecast/definition.ts';
import { PHASES } from './season.ts';

export type PeriodicForecast = Omit<Forecast, 'kind'> & {
  readonly kind: 'periodic-forecast';
  /** Tide 12.42 h (24.84 h where it is mixed), day 24 h, and whatever else comes again. */
  readonly periodMs: DurationMs;
};

export const PERIODIC_FORECAST = define({
  kind: 'periodic-forecast',
  values: 'number',
  alarms: false,
  pack: forecastPackShape,
  registry: forecastRegistryShape,

  rulesOf({ forecast }): PeriodicForecast[] {
    if (forecast?.periodMs === undefined || forecast === null) return [];
    return [{ id: 'forecast', kind: 'periodic-forecast', ...forecast, periodMs: forecast.periodMs }];
  },

  check(rule: PeriodicForecast, point) {
    const errors = [...FORECAST.check({ ...rule, kind: 'forecast' }, point)];
    if (rule.periodMs < intervalsOf(point, PHASES, 0)) {
      errors.push(`forecast.periodMs: must hold ${PHASES} samples of ${point.intervalMs} ms`);
    }
    return errors;
  },

  strictness: { windowMs: same, minR2: same, periodMs: same },
  wordOf: (field) => `forecast.${field}`,
});
