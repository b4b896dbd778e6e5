/**
 * The two kinds of time the system speaks of. It reads no clock: instants are always handed in.
 */

/** An instant in milliseconds since 1970-01-01T00:00:00Z. Engine time and device time are both of this type; names tell which. */
export type EpochMs = number;

/** A length of time in milliseconds. */
export type DurationMs = number;

export const SECOND_MS: DurationMs = 1_000;
export const MINUTE_MS: DurationMs = 60_000;
export const HOUR_MS: DurationMs = 3_600_000;
export const DAY_MS: DurationMs = 86_400_000;

/** ISO 8601 with seconds and an offset, as files state instants: the parts are checked where the file is read. */
const STATED_INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|([+-])(\d{2}):?(\d{2}))$/;

/** The instant that such a text says, fractions of a second left out; NaN where it is none. */
export function instantOf(text: string): EpochMs {
  const parts = STATED_INSTANT.exec(text);
  if (parts === null) return Number.NaN;
  const [year, month, day, hour, minute, second, , offsetHour, offsetMinute] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  // Days since 1970 of a year that begins in March, so that a leap day is its last.
  const marchYear = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const days = 365 * marchYear + leapDays + dayOfYear - 719_468;
  const offsetMs = (offsetHour * 60 + offsetMinute) * MINUTE_MS * (parts[7] === '-' ? -1 : 1);
  return days * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS - offsetMs;
}
