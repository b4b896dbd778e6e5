/**
 * Which slip stands behind a device time that is far from its arrival, as far as the distance alone can tell. Codes; the words
 * are the readers'. It decides nothing about a reading.
 */
import type { DurationMs, EpochMs } from './time.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';

/**
 * `seconds`, `microseconds`: `at` counts those since 1970. `local-time`: the local time of China was sent as if it were UTC.
 * `zone-twice`: the eight hours were taken off twice. `unset`: from before 2001, what a clock without a battery begins with.
 * `slow`, `fast`: off by no such figure.
 */
export type ClockMistake = 'seconds' | 'microseconds' | 'local-time' | 'zone-twice' | 'unset' | 'slow' | 'fast';

/** China keeps UTC+8 all year. */
export const CHINA_AHEAD_MS: DurationMs = 8 * HOUR_MS;

/** What the eight hours may be off by: the clock has its own fault, and the message its way. */
const ZONE_WITHIN_MS: DurationMs = 5 * MINUTE_MS;

/** 2001-01-01: what is older was not taken then; a clock without a battery begins before. */
export const OLDEST_MS: EpochMs = 978_307_200_000;

/** A device time in ms, whatever unit it came in, as far as the arrival tells. */
export function inMs(sampledAt: EpochMs, arrivedAt: EpochMs): EpochMs {
  // A clock or a zone that is wrong as well changes nothing of a unit that is wrong by a thousand.
  if (Math.abs(sampledAt * 1_000 - arrivedAt) < DAY_MS) return sampledAt * 1_000;
  if (Math.abs(sampledAt / 1_000 - arrivedAt) < DAY_MS) return sampledAt / 1_000;
  return sampledAt;
}

/** By which the times of one device are put in order, whether or not it changed from seconds to ms, or back. */
export function inOrder(sampledAt: EpochMs, arrivedAt: EpochMs): EpochMs {
  return Math.max(sampledAt, inMs(sampledAt, arrivedAt));
}

/** Both as wall time; they are taken to be further apart than a right clock may be. */
export function clockMistake(sampledAt: EpochMs, arrivedAt: EpochMs): ClockMistake {
  const ms = inMs(sampledAt, arrivedAt);
  if (ms !== sampledAt) return ms > sampledAt ? 'seconds' : 'microseconds';
  if (sampledAt < OLDEST_MS) return 'unset';
  const aheadMs = sampledAt - arrivedAt;
  if (Math.abs(aheadMs - CHINA_AHEAD_MS) <= ZONE_WITHIN_MS) return 'local-time';
  if (Math.abs(aheadMs + CHINA_AHEAD_MS) <= ZONE_WITHIN_MS) return 'zone-twice';
  return aheadMs < 0 ? 'slow' : 'fast';
}
