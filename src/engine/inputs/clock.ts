/**
 * The wall clock was stepped: what is shown changes, nothing that is timed.
 */
import type { DurationMs } from '../../model/time.ts';
import { clearDeviceAlarm, raiseDeviceAlarm } from '../device-alarms.ts';
import type { Fold } from '../fold.ts';
import { seasonDue } from '../limit-changes.ts';
import { serviceSubject } from '../subjects.ts';

/** A wall-clock step smaller than this is ordinary drift and shown by nobody. */
const CLOCK_STEP_MS = 1_000;

export function foldClock(fold: Fold, offsetMs: DurationMs): void {
  const stepped = Math.abs(offsetMs - fold.state.clockOffsetMs) >= CLOCK_STEP_MS;
  fold.state.clockOffsetMs = offsetMs;
  if (stepped) for (const number of fold.state.registry.seasonal) seasonDue(fold, number);
  if (stepped && offsetMs !== 0)
    raiseDeviceAlarm(fold, serviceSubject(fold.state), 'server-clock', 'yellow', { offsetMs });
  else if (Math.abs(offsetMs) < CLOCK_STEP_MS) clearDeviceAlarm(fold, serviceSubject(fold.state), 'server-clock');
}
