/**
 * What an operator (or a script in a person's name) asks the engine to do to an alert, and the answer it gets. The
 * policy decision was taken before; it is recorded here, not made.
 */
import type { DutyLevel } from './alert.ts';
import type { EpochMs } from './time.ts';

export const COMMAND_KINDS = ['acknowledge', 'comment', 'verify', 'reset', 'release', 'close'] as const;
export type CommandKind = (typeof COMMAND_KINDS)[number];

/** Everything a body may hold, as people say it: what does not belong to the kind is left out. */
export interface Said {
  readonly note?: string | undefined;
  readonly cause?: string | undefined;
  readonly points?: readonly string[] | undefined;
  readonly reason?: string | undefined;
}

const noted = ({ note = '' }: Said) => ({ note });

/** What belongs to each kind. */
const BODIES = {
  acknowledge: noted,
  comment: noted,
  verify: noted,
  reset: noted,
  /** Lets go of contributors that are held without sight, by point id: a detector that was taken away. */
  release: ({ points = [], reason = '' }: Said) => ({ points, reason }),
  /** `cause` found: e.g. `real`, `false-alarm`, `calibration`, `maintenance`, `drill`; empty where none was named. */
  close: ({ cause = '', note = '' }: Said) => ({ cause, note }),
} satisfies Readonly<Record<CommandKind, (said: Said) => object>>;

/** What is asked, with what belongs to its kind. */
export type BodyOf<K extends CommandKind> = { readonly kind: K } & Readonly<ReturnType<(typeof BODIES)[K]>>;
export type CommandBody = { [K in CommandKind]: BodyOf<K> }[CommandKind];

export function bodyOf(kind: CommandKind, said: Said): CommandBody {
  return { kind, ...BODIES[kind](said) } as CommandBody;
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
