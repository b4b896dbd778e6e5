/**
 * A value that no instrument of its span can show, by a factor that only another unit explains. It is judged as it came, beyond
 * the span like any other; here stands how far, and which unit it may have been.
 */
import type { PointConfig, Range } from './point.ts';

/**
 * Spans that a value lies away from the nearer end. A transmitter that saturates stops within a tenth of its span; the slips of
 * units that there are (ppm for %, Pa for kPa, mm for m) are by a thousand and more, and so show from a hundredth of the span on.
 */
const SPANS_AWAY = 10;

/** What stands there where the unit was expected. By UCUM unit. */
const SENT_INSTEAD: Readonly<Record<string, string>> = {
  '%{LEL}': 'ppm',
  '%{vol}': 'ppm',
  '%': 'ppm, or thousandths',
  '{LEL}.m': 'ppm.m',
  'mg/m3': 'µg/m3',
  MPa: 'kPa or Pa',
  kPa: 'Pa',
  m: 'mm',
  mm: 'µm',
  A: 'mA',
  t: 'kg',
};

/** How many spans the value amounts to; undefined where it may be what the instrument, or one of its kind, shows. */
export function spansOf(value: number, span: Range | undefined): number | undefined {
  if (span?.min === undefined || span.max === undefined) return undefined;
  const width = span.max - span.min;
  const beyond = value > span.max ? value - span.max : span.min - value;
  return beyond > SPANS_AWAY * width ? Math.abs(value) / width : undefined;
}

/** `27500 %{LEL} is 275 times the span 0 … 100: ppm?` */
export function whyUnit(value: number, { unit, span }: Pick<PointConfig, 'unit' | 'span'>): string {
  const times = Math.round(spansOf(value, span) ?? 0);
  const asked = SENT_INSTEAD[unit] ?? 'another unit';
  return `${value} ${unit} is ${times} times the span ${span?.min} … ${span?.max}: ${asked}?`;
}
