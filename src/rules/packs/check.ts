/**
 * What must hold between the figures of one point before they may judge anything: the same for a pack's type and for a
 * resolved point. It answers in words and repairs nothing.
 */
import type { Forecast, Limits, Range, RateOfChange } from '../../model/point.ts';
import type { DurationMs } from '../../model/time.ts';

/** The figures that depend on each other. */
export interface Figures {
  readonly valueKind: 'number' | 'boolean';
  readonly unit: string;
  readonly intervalMs: DurationMs | null;
  readonly span?: Range;
  readonly plausible?: Range;
  readonly limits: Limits;
  readonly deadband: number;
  readonly preBand?: number;
  readonly criticalWhen?: 0 | 1;
  readonly rateOfChange?: RateOfChange;
  readonly forecast?: Forecast;
  readonly consequence?: string;
  readonly action?: string;
}

/** A rate over fewer samples is the noise of two. */
const RATE_SAMPLES_MIN = 3;
/** A trend needs six samples at 70 % completeness: a window that cannot hold nine never speaks. */
const FORECAST_SAMPLES_MIN = 9;

/** Everything that is wrong, all at once; empty when the figures may be used. */
export function checkFigures(figures: Figures): string[] {
  const errors = [...checkRange('span', figures.span), ...checkRange('plausible', figures.plausible)];
  errors.push(...(figures.valueKind === 'boolean' ? checkBoolean(figures) : checkNumber(figures)));
  const alarms = orderedLimits(figures.limits).length > 0 || figures.criticalWhen !== undefined;
  // A limit nobody can answer is an event, not an alarm (ISA-18.2 rationalization).
  if (alarms && !figures.consequence) errors.push('consequence: an alarm must say what happens if nothing is done');
  if (alarms && !figures.action) errors.push('action: an alarm must say what the operator does');
  return errors;
}

/** The stated limits from low to high. */
export function orderedLimits(limits: Limits): { readonly name: keyof Limits; readonly value: number }[] {
  return (['LL', 'L', 'H', 'HH'] as const).flatMap((name) => {
    const value = limits[name];
    return value === undefined ? [] : [{ name, value }];
  });
}

function checkRange(name: string, range: Range | undefined): string[] {
  if (range?.min === undefined || range.max === undefined || range.min < range.max) return [];
  return [`${name}: min ${range.min} must be below max ${range.max}`];
}

function checkBoolean(figures: Figures): string[] {
  const errors: string[] = [];
  if (orderedLimits(figures.limits).length > 0) errors.push('limits: a boolean point has none');
  if (figures.rateOfChange) errors.push('rateOfChange: a boolean point has none');
  if (figures.forecast) errors.push('forecast: a boolean point has none');
  if (figures.preBand !== undefined) errors.push('preBand: a boolean point has none');
  if (figures.unit !== '') errors.push('unit: a boolean point has none');
  return errors;
}

function checkNumber({
  limits,
  deadband,
  preBand,
  criticalWhen,
  intervalMs,
  rateOfChange,
  forecast,
}: Figures): string[] {
  const errors: string[] = [];
  if (criticalWhen !== undefined) errors.push('criticalWhen: only a boolean point has it');
  const given = orderedLimits(limits);
  for (let i = 1; i < given.length; i++) {
    const lower = given[i - 1];
    const upper = given[i];
    const gap = upper.value - lower.value;
    const pair = `${lower.name} ${lower.value} and ${upper.name} ${upper.value}`;
    if (gap <= 0) errors.push(`limits: ${lower.name} ${lower.value} must be below ${upper.name} ${upper.value}`);
    // A deadband that reaches the next limit holds the higher level until the point is normal, or for ever.
    else if (deadband >= gap) errors.push(`deadband: ${deadband} reaches from one limit to the next (${pair})`);
    else if (preBand !== undefined && lower.name === 'L' && upper.name === 'H' && 2 * preBand >= gap) {
      errors.push(`preBand: ${preBand} leaves no normal range between ${pair}`);
    }
  }
  if (rateOfChange && intervalMs !== null && rateOfChange.windowMs < RATE_SAMPLES_MIN * intervalMs) {
    errors.push(`rateOfChange.windowMs: must hold ${RATE_SAMPLES_MIN} samples of ${intervalMs} ms`);
  }
  if (forecast && intervalMs !== null && forecast.windowMs < FORECAST_SAMPLES_MIN * intervalMs) {
    errors.push(`forecast.windowMs: must hold ${FORECAST_SAMPLES_MIN} samples of ${intervalMs} ms`);
  }
  return errors;
}
