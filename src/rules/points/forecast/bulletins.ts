/**
 * Numbered bulletins of a forecast that stands: 1 with its alarm, the next one whenever the best guess has moved so far that
 * whoever acts on the last would act otherwise. They count anew with each alarm; it tells nobody.
 */
import { Columns } from '../../../model/columns.ts';
import type { DurationMs, EpochMs } from '../../../model/time.ts';
import { SECOND_MS } from '../../../model/time.ts';

/** Moved by this part of the time that the last bulletin still leaves, and by a bucket of the window at least (OURS). */
const MOVED_PART = 0.25;
const NUMBER_MAX = 255;

/** `of`: the second in which the alarm began that the number is of; `hit`: when its last bulletin says the limit is met. */
const LAYOUT = { number: 'u8', of: 'u32', hit: 'f64' } as const;

export class Bulletins {
  readonly table = new Columns(LAYOUT);

  /** Of the alarm that began then: 1 where nothing was said since. */
  number(row: number, since: EpochMs): number {
    const { number, of } = this.table.col;
    return of[row] === secondOf(since) ? Math.max(1, number[row]) : 1;
  }

  /** Whether a further bulletin is due, and counts it; the first one needs no telling, it is told with the alarm. */
  next(row: number, since: EpochMs, now: EpochMs, hitAt: EpochMs, bucketMs: DurationMs): boolean {
    const { number, of, hit } = this.table.col;
    if (of[row] !== secondOf(since)) {
      of[row] = secondOf(since);
      number[row] = 1;
      hit[row] = hitAt;
      return false;
    }
    const moved = Math.abs(hitAt - hit[row]);
    if (moved <= Math.max(bucketMs, MOVED_PART * (hit[row] - now)) || number[row] === NUMBER_MAX) return false;
    number[row]++;
    hit[row] = hitAt;
    return true;
  }
}

/** Seconds since 1970 fit 32 bits until 2106. */
const secondOf = (at: EpochMs): number => Math.floor(at / SECOND_MS);
