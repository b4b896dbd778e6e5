/**
 * Work of the engine's own that no input from outside asks for, and that must not end the process: a bug in it is an alarm of
 * the service, the rest goes on, and whatever slot it did not tell of is looked at again.
 */
import type { DurationMs } from '../model/time.ts';
import { MINUTE_MS } from '../model/time.ts';
import { applyChanges } from './contribution.ts';
import { raiseDeviceAlarm } from './device-alarms.ts';
import { rowOf } from './engine-slots.ts';
import type { Fold } from './fold.ts';
import { serviceSubject } from './subjects.ts';
import { TIMER } from './timers.ts';

/** What could not be followed, or told, is tried again after this: the fault may lie in what has passed by then. */
export const AGAIN_MS: DurationMs = MINUTE_MS;

/** A bug in one thing takes nothing else with it, and is told as what it is. False when it threw. */
export function attempt(fold: Fold, name: () => string, work: () => void): boolean {
  const before = fold.changes.length;
  try {
    work();
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // What was gathered before waits: a second bug, in it, must be met where it is told, not here.
    const gathered = fold.changes.slice(0, before);
    for (const change of fold.changes.slice(before)) if ('slot' in change) tellLater(fold, change.slot);
    fold.dropChanges();
    raiseDeviceAlarm(fold, serviceSubject(fold.state), 'set-aside', 'yellow', { timer: name(), message });
    applyChanges(fold);
    for (const change of gathered) fold.changes.push(change);
    return false;
  }
}

/** What stands at the slot may not have been told: whoever follows its timer compares (untold.ts). */
export function tellLater({ state, at }: Fold, slot: number): void {
  if (slot < 0) state.timers.arm(TIMER.FAULT, rowOf(slot), at + AGAIN_MS);
  else state.timers.arm(TIMER.RULE, slot, at + AGAIN_MS);
}
