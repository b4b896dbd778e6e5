/**
 * The screen's own running clock: how long ago something came, never what time it is. It notices a laptop that slept,
 * when the monotonic clock stood still and every heartbeat was missed without one tick passing.
 */
let elapsedMs = 0;
let lastMonotonic = performance.now();
let lastWall = Date.now();

/** Milliseconds since the page was opened, time asleep included. It never goes back. */
export function localNow(): number {
  const [monotonic, wall] = [performance.now(), Date.now()];
  // A wall clock set forward looks like sleep and makes the screen doubt itself until the next heartbeat: the safe side.
  elapsedMs += Math.max(0, monotonic - lastMonotonic, wall - lastWall);
  [lastMonotonic, lastWall] = [monotonic, wall];
  return elapsedMs;
}
