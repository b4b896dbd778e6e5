/**
 * A last-in-first-out stack of named stops: each is registered where the thing is built, so stopping undoes starting in
 * reverse. A stop that fails, or does not end in its time because a disk hangs, is reported and does not keep the others from
 * running.
 */
import type { DurationMs } from '../model/time.ts';
import { watch } from './clock.ts';

export interface StopFailure {
  readonly name: string;
  readonly error: unknown;
  /** It goes on still. */
  readonly isLate: boolean;
}

/** No part takes so long but one that waits for a disk or a peer that does not answer. */
const STOP_MS: DurationMs = 5_000;

const LATE = Symbol('late');

interface Stop {
  readonly name: string;
  readonly stop: () => void | Promise<void>;
  readonly withinMs: DurationMs;
}

export class Lifecycle {
  private readonly stops: Stop[] = [];
  private stopping: Promise<StopFailure[]> | undefined;

  onStop(name: string, stop: () => void | Promise<void>, withinMs = STOP_MS): void {
    this.stops.push({ name, stop, withinMs });
  }

  /** Runs every stop once, newest first; later calls wait for the same run. */
  stop(): Promise<StopFailure[]> {
    this.stopping ??= this.unwind();
    return this.stopping;
  }

  private async unwind(): Promise<StopFailure[]> {
    const failures: StopFailure[] = [];
    for (let next = this.stops.pop(); next !== undefined; next = this.stops.pop()) {
      const { name, stop, withinMs } = next;
      try {
        const late = await Promise.race([stop(), watch(withinMs).then(() => LATE)]);
        if (late === LATE)
          failures.push({ name, error: new Error(`it did not stop within ${withinMs} ms`), isLate: true });
      } catch (error) {
        failures.push({ name, error, isLate: false });
      }
    }
    return failures;
  }
}
