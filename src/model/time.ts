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
