/**
 * Work of the engine's own that no input from outside asks for, and that must not end the process: a bug in it is an alarm of
 * the service, and the rest goes on.
 */
import { applyChanges } from './contribution.ts';
import { raiseDeviceAlarm } from './device-alarms.ts';
import type { Fold } from './fold.ts';
import { serviceSubject } from './subjects.ts';

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
    fold.dropChanges();
    raiseDeviceAlarm(fold, serviceSubject(fold.state), 'set-aside', 'yellow', { timer: name(), message });
    applyChanges(fold);
    for (const change of gathered) fold.changes.push(change);
    return false;
  }
}
