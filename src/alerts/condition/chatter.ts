/**
 * Chattering lost sight (ISA-18.2: an alarm that comes and goes many times in a short time): what was heard once is heard
 * again only after it was away, without a break, for a stated time. In between it stands on the alert, is told each time
 * without sound, and what was acknowledged covers it. It knows nothing of danger: levels, grades and other points are always
 * news.
 */
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { MINUTE_MS } from '../../model/time.ts';
import type { AlertRecord, PointRecord } from '../record.ts';

/** A point must have been seen, a lost observer or device have been back, for so long before its next loss is news. OURS. */
export const CHATTER_MS: DurationMs = 10 * MINUTE_MS;

/** Whether a loss that comes now is the one that was heard before, within `withinMs` of its end. */
export function isChatter({ lostUntil }: PointRecord, withinMs: DurationMs, now: EpochMs): boolean {
  return lostUntil !== undefined && lostUntil !== null && now - lostUntil < withinMs;
}

/** Until when something of a returned alert may come again as chatter; in the past where nothing may. */
export function mayChatterUntil({ points }: AlertRecord): EpochMs {
  let until = Number.NEGATIVE_INFINITY;
  for (const { lostUntil, chatterMs } of points) {
    if (chatterMs !== undefined && lostUntil !== undefined && lostUntil !== null)
      until = Math.max(until, lostUntil + chatterMs);
  }
  return until;
}

/**
 * Time in which nobody looked shows of nothing that it stayed away: the rest of it begins where it was left. True where there
 * was any.
 */
export function resumeChatter({ points }: AlertRecord, downFrom: EpochMs, now: EpochMs): boolean {
  let isAny = false;
  for (const point of points) {
    if (!isChatter(point, CHATTER_MS, downFrom)) continue;
    point.lostUntil = (point.lostUntil ?? now) + (now - downFrom);
    isAny = true;
  }
  return isAny;
}
