/**
 * How a store shares the one thread: work runs in short slices and lets the loop go on between them. The clock is handed
 * in, so that tests decide when a slice is over.
 */

export interface Pace {
  /** Milliseconds on any steady clock. */
  now(): number;
  /** Resolves after the loop has served what waits (sockets, timers). */
  pause(): Promise<void>;
}

export const loopPace: Pace = {
  now: () => performance.now(),
  pause: () => new Promise((resolve) => setImmediate(resolve)),
};
