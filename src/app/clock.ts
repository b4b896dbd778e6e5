/**
 * The only place that reads a clock or sets a timer. Engine time starts at the wall time (or where the log ended, if that
 * is later) and then follows the monotonic clock: it is never stepped. A step of the wall clock only changes the offset.
 */
import type { DurationMs, EpochMs } from '../model/time.ts';

export interface Clock {
  /** Engine time now. Never decreasing, independent of wall-clock steps. */
  now(): EpochMs;
  /** Wall time minus engine time, as of now. */
  wallOffsetMs(): DurationMs;
}

interface Timer {
  stop(): void;
}

export interface Scheduler {
  every(intervalMs: DurationMs, run: () => void): Timer;
  after(delayMs: DurationMs, run: () => void): Timer;
}

/**
 * `notBefore`: engine time of the newest logged input; engine time never goes back across a restart. `offsetMs`: the wall
 * clock was that far behind it (negative) by then, after a date in the future: engine time goes on at that distance, so
 * that the time the service was down counts.
 */
export function startClock(notBefore: EpochMs, offsetMs: DurationMs = 0): Clock {
  const wallAtStart = Math.max(Date.now() - Math.min(offsetMs, 0), notBefore);
  const monotonicAtStart = performance.now();
  const now = () => wallAtStart + Math.floor(performance.now() - monotonicAtStart);
  return { now, wallOffsetMs: () => Date.now() - now() };
}

/** Wall time, for what is shown or compared with the outside world (certificates, file names). */
export function wallNow(): EpochMs {
  return Date.now();
}

export const scheduler: Scheduler = {
  every(intervalMs, run) {
    const timer = setInterval(run, intervalMs);
    return { stop: () => clearInterval(timer) };
  },
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return { stop: () => clearTimeout(timer) };
  },
};

/** Resolves after `delayMs`. */
export function pause(delayMs: DurationMs): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** As `pause`, for watching only: it does not keep the process alive. */
export function watch(delayMs: DurationMs): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs).unref());
}

/** Resolves after `delayMs`, or at once when the signal is given. */
export function pauseUnless(delayMs: DurationMs, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delayMs);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
