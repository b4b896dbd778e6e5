/**
 * The layout of the slot table: one row for one rule on one point, all a delay, a hold and an explanation need. Cells that
 * are read together lie together, because at 100 000 points in random order a cache line is what a reading costs.
 */
import type { Columns, Layout } from '../model/columns.ts';
import type { Level } from '../model/level.ts';

export const SLOT_LAYOUT = {
  /** All that a reading at rest looks at: the slots of a point lie side by side, in one cache line here and in one of `links`. */
  state: ['u8', 6],
  links: ['u32', 2],
  /** Point number; and the rule's id on it, as an index into the names of the memory: ids are the program's, some dozens. */
  point: 'u32',
  rule: 'u16',
  /** Highest level a certain reading has shown since the condition began: good as it was sent and within its span. */
  support: 'u8',
  /** On-delay and off-delay in ms. */
  delay: ['u32', 2],
  clock: ['f64', 7],
  /** Worst value since the condition began. */
  peak: 'f64',
  /** Valid while FLAG_BLIND is set. */
  blindSince: 'f64',
  excursions: 'u32',
  /** Parameters in force, counted up by each change and round at the end; and the ones the level in force was judged with. */
  version: 'u16',
  judgedVersion: 'u16',
} as const satisfies Layout;
export type Slots = Columns<typeof SLOT_LAYOUT>;

/** Cells of `state`. */
export const STATE_WIDTH = 6;
export const RAW = 0;
export const CONFIRMED = 1;
/** Level kept by an over-range reading until a named person resets it; 0 when not latched. */
export const LATCH = 2;
export const FLAGS = 3;
/** Rule kind: index into the table of kinds.ts. */
export const KIND = 4;
/** Level at which an over-range reading stands, waiting for its on-delay to latch. */
export const OVER = 5;

/** Cells of `links`. The row in the tables of the kind; the next slot of the same point + 1, 0 at the end. */
export const LINKS_WIDTH = 2;
export const ROW = 0;
export const NEXT = 1;

/** Bits of FLAGS. */
export const FLAG_BLIND = 1;
export const FLAG_FAULTED = 2;
/** The point's configuration no longer asks for the rule; the slot stays. */
export const FLAG_OFF = 4;
/** Event-driven point: a tick may complete its off-delay. */
export const FLAG_EVENT = 8;

/** The side it came into alarm on, or would: set where a smaller value is worse. Stands still while the slot is in alarm. */
export const FLAG_LOW = 16;

/** Cells of `delay`. */
export const DELAY_WIDTH = 2;
export const ON = 0;
export const OFF = 1;

/**
 * Cells of `clock`. AT + k and NOW + k (k = 1…3): since when, by sampling and by engine time, the raw level has been at or
 * above level k, or (good readings only) below it. Which of the two follows from RAW; UNSET where it is not running.
 * A negative NOW of a running on-delay is the part that had elapsed when the service went down.
 */
export const CLOCK_WIDTH = 7;
export const AT = -1;
export const NOW = 2;
/** In alarm since. */
export const SINCE = 6;
export const UNSET = -1;

/** The level the rule stands for: confirmed, or kept by the latch. */
export function levelOf(slots: Slots, slot: number): Level {
  const state = slots.col.state;
  const confirmed = state[slot * STATE_WIDTH + CONFIRMED];
  const latch = state[slot * STATE_WIDTH + LATCH];
  return Math.max(confirmed, latch) as Level;
}

/** 1 where the alarm is one of too much, −1 of too little: of a slot in alarm the side it came in on. */
export function sideOf(slots: Slots, slot: number): 1 | -1 {
  return slots.col.state[slot * STATE_WIDTH + FLAGS] & FLAG_LOW ? -1 : 1;
}
