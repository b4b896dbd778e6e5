/**
 * What the noise of each point was in the windows before this one, so that a course is not taken for one that moves because one
 * window happens to look smooth. Two numbers a point, learned once a window and never of one in which the rule, or another of its point, was in alarm.
 */
import { Columns } from '../../../model/columns.ts';
import type { TrendWindow } from '../../window.ts';
import { BUCKETS } from '../../window.ts';
import type { Bands } from './bands.ts';

/** Cells of `noise`: variances of the means about the parabola and of samples inside a bucket, slow means over windows. */
const NOISE_WIDTH = 2;
const BETWEEN = 0;
const INSIDE = 1;
/** Cells of `learned`: from how many windows, and buckets since the last of them. */
const LEARNED_WIDTH = 2;
const WINDOWS = 0;
const BUCKETS_SINCE = 1;

/** It counts as known after so many windows, and is what it was in the last ten; one window moves it fourfold at most. */
const WINDOWS_KNOWN = 3;
const WINDOWS_KEPT = 10;
const GROWTH_MAX = 4;

const LAYOUT = { noise: ['f32', NOISE_WIDTH], learned: ['u8', LEARNED_WIDTH] } as const;

export class LearnedNoise {
  readonly table = new Columns(LAYOUT);

  /** Draws the bands of the window, no narrower than the noise of earlier ones makes them. */
  draw(row: number, bands: Bands, window: TrendWindow): boolean {
    const { noise, learned } = this.table.col;
    const isKnown = learned[row * LEARNED_WIDTH + WINDOWS] >= WINDOWS_KNOWN;
    const between = isKnown ? noise[row * NOISE_WIDTH + BETWEEN] : 0;
    const inside = isKnown ? noise[row * NOISE_WIDTH + INSIDE] : 0;
    return bands.draw(window.means(row), window.bucketMs(row) * BUCKETS, between, inside);
  }

  /** A bucket closed behind a whole window: once a window, where nothing stands, learns from it. Draws over the bands. */
  closed(row: number, bands: Bands, window: TrendWindow, alarms: boolean): void {
    const { noise, learned } = this.table.col;
    const cells = row * LEARNED_WIDTH;
    if (!alarms && learned[cells + BUCKETS_SINCE] + 1 < BUCKETS) {
      learned[cells + BUCKETS_SINCE]++;
      return;
    }
    // What stands lies in the windows to come, too: a whole one must be free of it.
    if (alarms) {
      learned[cells + BUCKETS_SINCE] = 0;
      return;
    }
    learned[cells + BUCKETS_SINCE] = 0;
    if (!bands.draw(window.means(row), window.bucketMs(row) * BUCKETS) || bands.insideNow.inside <= 0) return;
    if (learned[cells + WINDOWS] < WINDOWS_KEPT) learned[cells + WINDOWS]++;
    const weight = 1 / learned[cells + WINDOWS];
    const isKnown = learned[cells + WINDOWS] > WINDOWS_KNOWN;
    const take = (cell: number, now: number): void => {
      const before = noise[row * NOISE_WIDTH + cell];
      const tamed = isKnown ? Math.min(now, GROWTH_MAX * before) : now;
      noise[row * NOISE_WIDTH + cell] += weight * (tamed - before);
    };
    take(BETWEEN, bands.between);
    take(INSIDE, bands.insideNow.inside);
  }
}
