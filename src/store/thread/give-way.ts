/**
 * Threads beside the one that judges get the processor after it: what they do may wait, a reading may not. It is the kernel's own
 * order (Linux knows the priority of a thread; elsewhere, and where it is forbidden, nothing is changed).
 */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/** A third of the share of the thread that judges, where both want the processor; all of it where nobody else does. */
const NICE = 5;

/** To be called in the thread that gives way. */
export function giveWay(): void {
  try {
    // pid/task/tid
    const thread = Number(readlinkSync('/proc/thread-self').split('/')[2]);
    if (thread > 0) setPriority(thread, NICE);
  } catch {
    // A thread like any other.
  }
}
