/**
 * The port through which the edge waits: timers are set by whoever holds the clock, so that a test can let time pass.
 */
import type { DurationMs } from '../model/time.ts';

export interface Timer {
  stop(): void;
}

export interface Scheduler {
  every(intervalMs: DurationMs, run: () => void): Timer;
  after(delayMs: DurationMs, run: () => void): Timer;
}

export function wait(scheduler: Scheduler, delayMs: DurationMs): Promise<void> {
  return new Promise((resolve) => {
    scheduler.after(delayMs, resolve);
  });
}

/** Looks every few milliseconds whether `ready`, for `withinMs` at most. */
export async function waitUntil(scheduler: Scheduler, ready: () => boolean, withinMs: DurationMs): Promise<void> {
  const stepMs = 5;
  for (let waitedMs = 0; waitedMs < withinMs && !ready(); waitedMs += stepMs) await wait(scheduler, stepMs);
}
