/**
 * The life of an alarm after ISA-18.2 as one total table: every state × every event gives the next state or a refusal with
 * a named reason. It judges no reading, knows no time and makes no sound.
 */
import type { AlertState } from '../../model/alert.ts';

/** The independent facts the state is derived from. They go on being kept while a shelf or a permit hides them. */
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

export const LIFECYCLE_EVENTS = [
  'condition',
  'clear',
  'clear-latched',
  'acknowledge',
  're-annunciate',
  'reset',
  'shelve',
  'unshelve',
  'suppress',
  'unsuppress',
  'remove-from-service',
  'return-to-service',
] as const;
export type LifecycleEvent = (typeof LIFECYCLE_EVENTS)[number];

export type LifecycleRefusal =
  | 'not-active'
  | 'nothing-to-acknowledge'
  | 'already-acknowledged'
  | 'not-latched'
  | 'reset-first'
  | 'already-shelved'
  | 'already-suppressed'
  | 'already-out-of-service'
  | 'not-shelved'
  | 'not-suppressed'
  | 'not-out-of-service';

/** `beneath`: whatever the remaining facts say once the covering one is lifted. */
export type Cell = { readonly to: AlertState | 'beneath' } | { readonly refused: LifecycleRefusal };

const to = (state: AlertState | 'beneath'): Cell => ({ to: state });
const no = (refused: LifecycleRefusal): Cell => ({ refused });

// Some cells differ from what one might draw at first sight, each on the side of being heard:
// - a latched alarm whose condition returns goes to unacknowledged, not to acknowledged: it is a new activation;
// - re-annunciating a returned and acknowledged alarm (a missed excursion came to light) makes it owe an answer again;
// - one latched contributor may be reset while others keep the alarm active: the state stays what it was;
// - what was returned but never acknowledged comes out of a shelf that way: an expiring shelf must not calm anything.
export const LIFECYCLE: Readonly<Record<AlertState, Readonly<Record<LifecycleEvent, Cell>>>> = {
  normal: {
    condition: to('unacknowledged'),
    clear: no('not-active'),
    'clear-latched': no('not-active'),
    acknowledge: no('nothing-to-acknowledge'),
    're-annunciate': to('returned-unacknowledged'),
    reset: no('not-latched'),
    shelve: to('shelved'),
    unshelve: no('not-shelved'),
    suppress: to('suppressed'),
    unsuppress: no('not-suppressed'),
    'remove-from-service': to('out-of-service'),
    'return-to-service': no('not-out-of-service'),
  },
  unacknowledged: {
    condition: to('unacknowledged'),
    clear: to('returned-unacknowledged'),
    'clear-latched': to('latched'),
    acknowledge: to('acknowledged'),
    're-annunciate': to('unacknowledged'),
    reset: to('unacknowledged'),
    shelve: to('shelved'),
    unshelve: no('not-shelved'),
    suppress: to('suppressed'),
    unsuppress: no('not-suppressed'),
    'remove-from-service': to('out-of-service'),
    'return-to-service': no('not-out-of-service'),
  },
  acknowledged: {
    condition: to('acknowledged'),
    clear: to('normal'),
    'clear-latched': to('latched'),
    acknowledge: no('already-acknowledged'),
    're-annunciate': to('unacknowledged'),
    reset: to('acknowledged'),
    shelve: to('shelved'),
    unshelve: no('not-shelved'),
    suppress: to('suppressed'),
    unsuppress: no('not-suppressed'),
    'remove-from-service': to('out-of-service'),
    'return-to-service': no('not-out-of-service'),
  },
  'returned-unacknowledged': {
    condition: to('unacknowledged'),
    clear: no('not-active'),
    'clear-latched': no('not-active'),
    acknowledge: to('normal'),
    're-annunciate': to('returned-unacknowledged'),
    reset: no('not-latched'),
    shelve: to('shelved'),
    unshelve: no('not-shelved'),
    suppress: to('suppressed'),
    unsuppress: no('not-suppressed'),
    'remove-from-service': to('out-of-service'),
    'return-to-service': no('not-out-of-service'),
  },
  latched: {
    condition: to('unacknowledged'),
    clear: no('not-active'),
    'clear-latched': no('not-active'),
    acknowledge: to('latched'),
    're-annunciate': to('latched'),
    reset: to('beneath'),
    shelve: no('reset-first'),
    unshelve: no('not-shelved'),
    suppress: no('reset-first'),
    unsuppress: no('not-suppressed'),
    'remove-from-service': no('reset-first'),
    'return-to-service': no('not-out-of-service'),
  },
  // In the three states below the condition goes on being judged and recorded; only the picture does not change.
  shelved: {
    condition: to('shelved'),
    clear: to('shelved'),
    'clear-latched': to('shelved'),
    acknowledge: to('shelved'),
    're-annunciate': to('shelved'),
    reset: to('shelved'),
    shelve: no('already-shelved'),
    unshelve: to('beneath'),
    suppress: to('suppressed'),
    unsuppress: no('not-suppressed'),
    'remove-from-service': to('out-of-service'),
    'return-to-service': no('not-out-of-service'),
  },
  suppressed: {
    condition: to('suppressed'),
    clear: to('suppressed'),
    'clear-latched': to('suppressed'),
    acknowledge: to('suppressed'),
    're-annunciate': to('suppressed'),
    reset: to('suppressed'),
    shelve: no('already-suppressed'),
    unshelve: to('suppressed'),
    suppress: no('already-suppressed'),
    unsuppress: to('beneath'),
    'remove-from-service': to('out-of-service'),
    'return-to-service': no('not-out-of-service'),
  },
  'out-of-service': {
    condition: to('out-of-service'),
    clear: to('out-of-service'),
    'clear-latched': to('out-of-service'),
    acknowledge: to('out-of-service'),
    're-annunciate': to('out-of-service'),
    reset: to('out-of-service'),
    shelve: no('already-out-of-service'),
    unshelve: to('out-of-service'),
    suppress: to('out-of-service'),
    unsuppress: to('out-of-service'),
    'remove-from-service': no('already-out-of-service'),
    'return-to-service': to('beneath'),
  },
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

const EFFECTS: Readonly<Record<LifecycleEvent, (flags: Flags) => Flags>> = {
  condition: (flags) => (flags.active ? flags : { ...flags, active: true, acked: false, latched: false }),
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

export type Passage =
  | { readonly ok: true; readonly flags: Flags; readonly state: AlertState }
  | { readonly ok: false; readonly reason: LifecycleRefusal };

/** One event on one alarm. The table decides whether and where to; facts that would say otherwise are a bug and throw. */
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
