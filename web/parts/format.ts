/**
 * Numbers, units, instants and durations as text, in the language of the screen. Instants are the service's, shown on Chinese wall time whatever
 * the browser thinks of clock and zone.
 */
import { unitWords } from '../words/units.ts';

/** The service's zone; what is shown on a desk is what stands in the log book beside it. */
export const TIME_ZONE = 'Asia/Shanghai';

const partsOf = new Intl.DateTimeFormat('en-GB', {
  timeZone: TIME_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

function fields(at: number): Record<string, string> {
  return Object.fromEntries(partsOf.formatToParts(at).map(({ type, value }) => [type, value]));
}

/** HH:MM:SS. */
export function clockTime(at: number): string {
  const { hour, minute, second } = fields(at);
  return `${hour}:${minute}:${second}`;
}

/** YYYY-MM-DD. */
export function calendarDay(at: number): string {
  const { year, month, day } = fields(at);
  return `${year}-${month}-${day}`;
}

export function dayAndTime(at: number): string {
  return `${calendarDay(at)} ${clockTime(at)}`;
}

/** Time alone for today, with month and day otherwise: yesterday's 05:51 must not look like this morning's. */
export function timeOfRow(at: number, now: number): string {
  const day = calendarDay(at);
  return day === calendarDay(now) ? clockTime(at) : `${day.slice(5)} ${clockTime(at).slice(0, 5)}`;
}

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3_600), Math.floor(seconds / 86_400)];
  return unitWords.value.duration(days, hours % 24, minutes % 60, seconds % 60);
}

/** Seconds with one decimal below ten, whole above. */
export function seconds(ms: number): string {
  return ms < 10_000 ? (ms / 1_000).toFixed(1) : String(Math.floor(ms / 1_000));
}

/** At most three decimals, fewer for large values: what an operator can read out on the telephone. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 1_000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
  return String(Number(value.toFixed(digits)));
}

const UNIT_SIGNS: Readonly<Record<string, string>> = {
  // Of a ratio: it has none.
  '1': '',
  '%{LEL}': '%LEL',
  '%{vol}': '%VOL',
  '{LEL}.m': 'LEL·m',
  '{NTU}': 'NTU',
  '[ppm]': 'ppm',
  Cel: '℃',
  deg: '°',
  m3: 'm³',
  'm3/h': 'm³/h',
  'm3/s': 'm³/s',
  'mg/m3': 'mg/m³',
  'cm/s2': 'cm/s²',
  'um/m': 'μm/m',
  'uSv/h': 'μSv/h',
  'dB[SPL]': 'dB',
  'dB[SPL]{A}': 'dB(A)',
  '{person}/m2': '{person}/m²',
};

/** A UCUM unit as people write it. */
export function unitText(unit: string): string {
  const { people, event, times } = unitWords.value;
  const sign = UNIT_SIGNS[unit] ?? times[unit] ?? unit;
  return sign
    .replace('{person}', people)
    .replace('{event}', event)
    .replaceAll(/[{}[\]]/g, '');
}

export function valueWithUnit(value: number, unit: string): string {
  const sign = unitText(unit);
  return sign === '' ? numberText(value) : `${numberText(value)} ${sign}`;
}
