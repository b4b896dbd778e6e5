/** The table of forecasts: what its cells hold, and the words that stand in them as numbers. */
import type { Unclear } from '../../../model/alert.ts';

/** Cells of `line`, touched once a bucket: parameters, the point's limits, and what the last fit said. */
export const WIDTH = 11;
export const LIMITS = 0;
export const MIN_R2 = 4;
/** Samples a complete window has, and a complete bucket. */
export const EXPECTED = 5;
export const PER_BUCKET = 6;
export const RESPONSE_MS = 7;
export const SLOPE = 8;
export const R2 = 9;
/** Best guess of when the limit is met. */
export const HIT_AT = 10;

/** Cells of `said`. */
export const SAID_WIDTH = 4;
export const STATUS = 0;
/** Of a poor fit: whether it proves that nothing is met in time; worked out when it is asked for. */
export const PROOF = 1;
/** Limit last headed for, as its cell from LIMITS; valid once AIMED is 1. */
export const TARGET = 2;
export const AIMED = 3;

/** What the last fit says. */
export const WARMING = 0;
export const CLEAR = 1;
export const APPROACHING = 2;
/** The line explains too little. */
export const POOR = 3;
/** A limit is ahead, but the far edge of the bands may never meet it. */
export const OPEN_ENDED = 4;
/** The point fell silent: what was said is over. */
export const LOST = 5;

export const NOT_ASKED = 0;
export const PROVEN = 1;
export const OPEN = 2;

/** Why a trend is unclear, by number. */
export const REASONS: readonly (Unclear | undefined)[] = [undefined, 'incomplete', 'poor-fit', 'wide-bounds'];
export const INCOMPLETE = 1;
export const POOR_FIT = 2;
export const WIDE_BOUNDS = 3;

export const LAYOUT = {
  line: ['f64', WIDTH],
  said: ['u8', SAID_WIDTH],
  unclear: 'u8',
} as const;
