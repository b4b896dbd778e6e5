/**
 * What an operator (or a script in a person's name) asks the engine to do to an alert, and the answer it gets. The
 * policy decision was taken before; it is recorded here, not made.
 */
import type { DutyLevel } from './alert.ts';
import type { EpochMs } from './time.ts';

export const COMMAND_KINDS = ['acknowledge', 'comment', 'verify', 'reset', 'release', 'close'] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

/** What is asked, by kind, with what belongs to it. */
export type CommandBody =
  | { readonly kind: 'acknowledge' | 'comment' | 'verify' | 'reset'; readonly note: string }
  /** Lets go of contributors that are held without sight, by point id: a detector that was taken away. */
  | { readonly kind: 'release'; readonly points: readonly string[]; readonly reason: string }
  /** `cause` found: e.g. `real`, `false-alarm`, `calibration`, `maintenance`, `drill`; empty where none was named. */
  | { readonly kind: 'close'; readonly cause: string; readonly note: string };

export type BodyOf<K extends CommandKind> = Extract<CommandBody, { readonly kind: K }>;

/** Everything a body may hold, as people say it: what does not belong to the kind is left out. */
export interface Said {
  readonly note?: string | undefined;
  readonly cause?: string | undefined;
  readonly points?: readonly string[] | undefined;
  readonly reason?: string | undefined;
}

export function bodyOf(kind: CommandKind, said: Said): CommandBody {
  const { note = '', cause = '', points = [], reason = '' } = said;
  if (kind === 'release') return { kind, points, reason };
  return kind === 'close' ? { kind, cause, note } : { kind, note };
}

/** Which rule let the person do this, recorded so that years later one can say why it was allowed. */
export interface PolicyDecision {
  readonly act: string;
  readonly role: string;
  /** Id or text of the rule that decided. */
  readonly rule: string;
  /** What the person may see, as it was then; empty is everything. */
  readonly scope: { readonly division?: string; readonly enterprise?: string };
}

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
  readonly body: CommandBody;
  readonly policy: PolicyDecision;
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
  'not-held',
  'not-verified',
  'cause-required',
  'note-required',
  'same-person',
  'second-person-required',
  'level-too-low',
  'unsaved-mode',
] as const;
export type OutcomeCode = (typeof OUTCOME_CODES)[number];

export interface Outcome {
  readonly commandId: string;
  readonly code: OutcomeCode;
  readonly at: EpochMs;
  /** Who was first, for `already-acknowledged`; who asked for the closing, for `same-person` and `second-person-required`. */
  readonly by?: string;
  /** The alert's newest transition after the command. */
  readonly seq: number;
}
