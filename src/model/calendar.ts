/**
 * Days of the year by the local time of China (UTC+8, without daylight saving), as limits go by them. It reads no clock.
 */
import { CHINA_AHEAD_MS } from './clock-mistake.ts';
import type { EpochMs } from './time.ts';
import { DAY_MS } from './time.ts';

/** `06-01`. */
export type MonthDay = string;
export const MONTH_DAY =
  /^(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-9]))$/;

/** Both days are in it; a period that ends before it begins goes over the turn of the year. */
export interface Period {
  readonly from: MonthDay;
  readonly to: MonthDay;
}

export function isWithin({ from, to }: Period, day: MonthDay): boolean {
  return from <= to ? from <= day && day <= to : from <= day || day <= to;
}

/** The day of an instant of wall time. */
export function monthDayOf(at: EpochMs): MonthDay {
  // Days since 0000-03-01: a year that begins in March has its leap day last.
  const days = Math.floor((at + CHINA_AHEAD_MS) / DAY_MS) + 719_468;
  const dayOfEra = days - Math.floor(days / 146_097) * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const march = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * march + 2) / 5) + 1;
  const month = march < 10 ? march + 3 : march - 9;
  return `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The next instant of wall time at which one of the periods begins or is over; undefined where none ever does. */
export function nextTurn(periods: readonly Period[], at: EpochMs): EpochMs | undefined {
  const within = (day: MonthDay): string => periods.map((period) => Number(isWithin(period, day))).join();
  const now = within(monthDayOf(at));
  const today = Math.floor((at + CHINA_AHEAD_MS) / DAY_MS) * DAY_MS - CHINA_AHEAD_MS;
  for (let ahead = 1; ahead <= 366; ahead++) {
    const midnight = today + ahead * DAY_MS;
    if (within(monthDayOf(midnight)) !== now) return midnight;
  }
  return undefined;
}
