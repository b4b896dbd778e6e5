/**
 * The life cycle at work: one event on one alarm, allowed or refused by the table. It judges no reading, knows no time and
 * makes no sound.
 */
import type { AlertState } from '../../model/alert.ts';
import type { Flags } from './flags.ts';
import { EFFECTS, stateOf } from './flags.ts';
import type { LifecycleEvent, LifecycleRefusal } from './table.ts';
import { LETTERS_TEXT, LIFECYCLE_TEXT, readLetters, readLifecycle } from './table.ts';

export const LIFECYCLE = readLifecycle(LIFECYCLE_TEXT, readLetters(LETTERS_TEXT));

export type Passage =
  | { readonly ok: true; readonly flags: Flags; readonly state: AlertState }
  | { readonly ok: false; readonly reason: LifecycleRefusal };

/** The table decides whether and where to; facts that would say otherwise are a bug and throw. */
export function transit(flags: Flags, event: LifecycleEvent): Passage {
  const cell = LIFECYCLE[stateOf(flags)][event];
  if ('refused' in cell) return { ok: false, reason: cell.refused };
  const next = EFFECTS[event](flags);
  const state = stateOf(next);
  if (cell.to !== 'beneath' && cell.to !== state) {
    throw new Error(`life cycle: ${stateOf(flags)} + ${event} must lead to ${cell.to}, the facts say ${state}`);
  }
  return { ok: true, flags: next, state };
}

/** The flags after an event that the table must allow here; a refusal is a bug. */
export function passed(flags: Flags, event: LifecycleEvent): Flags {
  const passage = transit(flags, event);
  if (!passage.ok) throw new Error(`life cycle: ${stateOf(flags)} refuses ${event}: ${passage.reason}`);
  return passage.flags;
}
