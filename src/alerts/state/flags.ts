/** The independent facts an alert's state is derived from, and what each event does to them. Which may happen is the table's. */
import type { AlertState } from '../../model/alert.ts';
import type { LifecycleEvent } from './table.ts';

/** They go on being kept while a shelf or a permit hides them. */
export interface Flags {
  readonly active: boolean;
  readonly acked: boolean;
  readonly shelved: boolean;
  readonly suppressed: boolean;
  readonly outOfService: boolean;
  /** The condition is gone, but the alarm waits for a named person's reset. */
  readonly latched: boolean;
}

/** Nothing is wrong and nobody owes an answer. */
export const NORMAL: Flags = {
  active: false,
  acked: true,
  shelved: false,
  suppressed: false,
  outOfService: false,
  latched: false,
};

/** The state the facts amount to. Out of service covers suppressed, which covers shelved, which covers the rest. */
export function stateOf(flags: Flags): AlertState {
  if (flags.outOfService) return 'out-of-service';
  if (flags.suppressed) return 'suppressed';
  if (flags.shelved) return 'shelved';
  if (flags.active) return flags.acked ? 'acknowledged' : 'unacknowledged';
  if (flags.latched) return 'latched';
  return flags.acked ? 'normal' : 'returned-unacknowledged';
}

// What becomes visible again after having been hidden must be answered anew when it is still in alarm.
const uncovered = (flags: Flags): Flags => ({ ...flags, acked: flags.acked && !flags.active });

export const EFFECTS: Readonly<Record<LifecycleEvent, (flags: Flags) => Flags>> = {
  condition: (flags) => (flags.active ? flags : { ...flags, active: true, acked: false, latched: false }),
  chatter: (flags) => (flags.active ? flags : { ...flags, active: true, latched: false }),
  // A latch is about a condition that has gone; one that was active left none behind unless `clear-latched` says so.
  clear: (flags) => ({ ...flags, active: false, latched: flags.latched && !flags.active }),
  'clear-latched': (flags) => ({ ...flags, active: false, latched: flags.latched || flags.active }),
  acknowledge: (flags) => ({ ...flags, acked: true }),
  're-annunciate': (flags) => ({ ...flags, acked: false }),
  reset: (flags) => ({ ...flags, latched: false }),
  shelve: (flags) => ({ ...flags, shelved: true }),
  unshelve: (flags) => (flags.shelved ? uncovered({ ...flags, shelved: false }) : flags),
  suppress: (flags) => ({ ...flags, suppressed: true }),
  unsuppress: (flags) => (flags.suppressed ? uncovered({ ...flags, suppressed: false }) : flags),
  'remove-from-service': (flags) => ({ ...flags, outOfService: true }),
  'return-to-service': (flags) => uncovered({ ...flags, outOfService: false }),
};
