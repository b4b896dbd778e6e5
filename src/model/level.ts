/**
 * How far a rule's condition has gone, the same four steps for every rule kind: what the LADDER grading takes as base.
 */

/** 0 none; 1 PRE (forecast, rate of change, nearness); 2 H or L; 3 HH, LL or a critical boolean. */
export type Level = 0 | 1 | 2 | 3;

export const NONE = 0;
export const PRE = 1;
export const HIGH = 2;
export const HIGH_HIGH = 3;

export const LEVEL_NAMES = ['none', 'PRE', 'H', 'HH'] as const;
export type LevelName = (typeof LEVEL_NAMES)[number];
