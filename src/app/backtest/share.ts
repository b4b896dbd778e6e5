/** How much of the processor a backtest takes: what it has used is rested for, whatever the machine does besides. */
import type { DurationMs } from '../../model/time.ts';

interface Pace {
  /** Milliseconds on any steady clock. */
  now(): number;
  pause(ms: DurationMs): Promise<void>;
}

export interface SharePlaces {
  readonly pace: Pace;
  /** Called with the share (0 … 1) of the time that is judged. */
  progress(share: number): void;
  /** Asked between slices: whether nobody wants it any more. */
  isCancelled(): boolean;
}

/** Judged in one go, then left for so many times as long: a sixth of one core at most. */
const SLICE_MS = 8;
const REST = 5;

export class Share {
  private readonly places: SharePlaces;
  private since: number;

  constructor(places: SharePlaces) {
    this.places = places;
    this.since = places.pace.now();
  }

  /** False where it is to end. What was waited for counts as used: others have worked for it. */
  async went(share: number): Promise<boolean> {
    const { pace } = this.places;
    const usedMs = pace.now() - this.since;
    if (usedMs < SLICE_MS) return true;
    this.places.progress(share);
    await pace.pause(usedMs * REST);
    this.since = pace.now();
    return !this.places.isCancelled();
  }
}
