/**
 * What an operator (or a script in a person's name) asks the engine to do to an alert, and the answer it gets. The
 * policy decision was taken before; it is recorded here, not made.
 */
import type { DutyLevel } from './alert.ts';
import type { EpochMs } from './time.ts';

export const COMMAND_KINDS = ['acknowledge', 'comment', 'verify', 'reset', 'close'] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

export interface Command {
  /** Idempotency key: the same id is applied once, and answered the same for 24 h. */
  readonly commandId: string;
  /** User name and role of the person. */
  readonly actor: string;
  readonly role: string;
  readonly level: DutyLevel;
  readonly alertId: string;
  /** Number of the newest transition of this alert the person saw. */
  readonly seenSeq: number;
  readonly kind: CommandKind;
  readonly note: string;
  /** Cause found, required to close from yellow up: e.g. `real`, `false-alarm`, `calibration`, `maintenance`, `drill`. */
  readonly cause?: string;
}

export const OUTCOME_CODES = [
  'applied',
  'already-acknowledged',
  'alert-changed',
  'no-such-alert',
  'already-closed',
  'still-active',
  'not-acknowledged',
  'not-latched',
  'cause-required',
  'level-too-low',
  'unsaved-mode',
] as const;
export type OutcomeCode = (typeof OUTCOME_CODES)[number];

export interface Outcome {
  readonly commandId: string;
  readonly code: OutcomeCode;
  readonly at: EpochMs;
  /** Who was first, for `already-acknowledged`. */
  readonly by?: string;
  /** The alert's newest transition after the command. */
  readonly seq: number;
}
