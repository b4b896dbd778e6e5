/**
 * One reading on its way through the rules. One object a fold, written anew for each reading, so that nothing is allocated;
 * nobody keeps it. It holds what was read, never what was made of it by a rule.
 */
import type { Quality } from '../model/quality.ts';
import { GOOD } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';

/** 1 beyond the span at the high side, −1 at the low side, 0 inside; only for sides that have limits. */
export type OverRange = 1 | 0 | -1;

export interface Sample {
  /** Sampling time, as admission judges it. */
  at: EpochMs;
  /** Engine time. */
  now: EpochMs;
  value: number;
  /** As sent; once judged, what span and plausibility made of it. */
  quality: Quality;
  /** Judged good: it may lower. One that is not may only raise. */
  good: boolean;
  /**
   * Good as it was sent and within its span, whatever else makes it doubtful: what it shows counts in full for the grade. A
   * watch of the instrument, or of a clock, keeps a reading from calming, and takes nothing from what it raises.
   */
  certain: boolean;
  over: OverRange;
  /** Over-range on a point that latches. */
  latching: boolean;
  /** A fault of the instrument: it says nothing of now (watch.ts). */
  mute: boolean;
  /** The rule that is shown it may learn from it what is usual (learning.ts). */
  learns: boolean;
}

export function newSample(): Sample {
  // Of one number kind from the start: the engine's code is compiled once for it.
  return {
    at: 0.5,
    now: 0.5,
    value: 0.5,
    quality: GOOD,
    good: true,
    certain: true,
    over: 0,
    latching: false,
    mute: false,
    learns: true,
  };
}

/** A reading as it comes: nothing is known of it but what was sent. */
export function fillSample(sample: Sample, at: EpochMs, now: EpochMs, value: number, quality: Quality): Sample {
  sample.at = at;
  sample.now = now;
  sample.value = value;
  sample.quality = quality;
  sample.good = quality === GOOD;
  sample.certain = sample.good;
  sample.over = 0;
  sample.latching = false;
  sample.mute = false;
  sample.learns = true;
  return sample;
}
