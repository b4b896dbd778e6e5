/**
 * The state store as everybody else sees it: history of alerts (a projection of the engine's effects), and what is
 * primary here: users, sessions, audit, configuration versions, marks of crashes. Shapes only.
 */
import type { EvidenceCapsule } from '../../engine/effect.ts';
import type { Alert, AlertKind, AlertState, DutyLevel, Transition } from '../../model/alert.ts';
import type { Outcome } from '../../model/command.ts';
import type { GradeName } from '../../model/grade.ts';
import type { RegistryChange } from '../../model/registry.ts';
import type { EpochMs } from '../../model/time.ts';

/** What one stretch of inputs produced, in order. */
export interface Effects {
  readonly transitions: readonly Transition[];
  readonly capsules: readonly EvidenceCapsule[];
  readonly outcomes: readonly Outcome[];
}

/** A transition that is recorded under this number already, with other contents. What was recorded stands. */
export interface Divergence {
  readonly seq: number;
  readonly recorded: Transition;
  readonly derived: Transition;
}

export interface ProjectionCursor {
  /** Everything up to this input number is in the tables. */
  readonly position: number;
  /** Newest transition number in the tables; 0 when there is none. */
  readonly seq: number;
}

/** Whom and what a list is about. `scope` is a division path (`32/3209`), compared by whole segments; '' is everything. */
export interface AlertScope {
  readonly scope?: string;
  readonly enterprise?: string;
  readonly source?: string;
  /** With `scope` or `enterprise`: also the service's own alarms, which stand in no division. */
  readonly withService?: boolean;
}

export interface TransitionFilter extends AlertScope {
  readonly kind?: AlertKind;
}

export interface AlertFilter extends AlertScope {
  readonly kind?: AlertKind;
  readonly states?: readonly AlertState[];
  readonly grades?: readonly GradeName[];
  /** Only alerts that are not closed. */
  readonly open?: boolean;
  /** Raised at or after. */
  readonly from?: EpochMs;
  /** Raised before. */
  readonly to?: EpochMs;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  /** 1 … 2 000. */
  readonly limit: number;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor?: string;
}

export interface User {
  readonly name: string;
  /** How the person is called on screens. */
  readonly displayName: string;
  readonly role: string;
  readonly level: DutyLevel;
  /** Division path the user may see; '' is everything. */
  readonly scope: string;
  /** Set for people of one enterprise. */
  readonly enterprise?: string;
  readonly passwordHash: string;
  readonly createdAt: EpochMs;
}

export interface Session {
  /** SHA-256 of the token, in hex: the token itself is never stored. */
  readonly tokenHash: string;
  readonly user: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
}

/** Who does it, and when; written with the change, in the same transaction. */
export interface Actor {
  readonly actor: string;
  readonly at: EpochMs;
}

export interface AuditEntry extends Actor {
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ConfigurationVersion {
  /** Number of the configuration input. */
  readonly number: number;
  readonly at: EpochMs;
  readonly actor: string;
  readonly commandId: string;
  readonly change: RegistryChange;
}

export interface CrashMark {
  readonly position: number;
  readonly count: number;
  readonly reason: string;
  readonly at: EpochMs;
}

/** An input that was taken out of the way after it had ended the service twice. */
export interface SetAside {
  readonly position: number;
  readonly bytes: Uint8Array;
  readonly reason: string;
  readonly at: EpochMs;
}

export interface StateStore {
  /**
   * Writes what the inputs up to `position` produced. Idempotent by transition number: a number that is there already is
   * compared, never overwritten. Calls are carried out one after another, in slices that let the loop go on; `position`
   * is advanced with the last slice, and everything is durable when the promise resolves.
   */
  project(position: number, effects: Effects): Promise<Divergence[]>;
  cursor(): ProjectionCursor;

  /** Numbered changes after `seq`, oldest first. `to` is the number up to which nothing was left out by `limit`. */
  transitionsAfter(seq: number, limit: number, filter?: TransitionFilter): Promise<{ items: Transition[]; to: number }>;
  alert(id: string): Promise<Alert | undefined>;
  /** Every transition of one alert, oldest first. */
  alertTimeline(id: string): Promise<Transition[]>;
  /** Newest first, by time of raising. A cursor that is not one of ours is an answer, not an exception. */
  findAlerts(filter: AlertFilter): Promise<Page<Alert> | 'bad-cursor'>;
  /** The capsule that explains transition `seq` of the alert, or its newest one. */
  capsule(alert: string, seq?: number): Promise<EvidenceCapsule | undefined>;
  outcome(commandId: string): Promise<Outcome | undefined>;

  /** Adds or replaces a user. */
  putUser(user: User, by: Actor): Promise<void>;
  /** Ends the user's sessions too. False when there is no such user. */
  removeUser(name: string, by: Actor): Promise<boolean>;
  user(name: string): Promise<User | undefined>;
  users(): Promise<User[]>;
  openSession(session: Session, by: Actor): Promise<void>;
  /** Session and its user, unless it has expired at `now`. */
  session(tokenHash: string, now: EpochMs): Promise<{ session: Session; user: User } | undefined>;
  endSession(tokenHash: string, by: Actor): Promise<boolean>;
  /** Forgets sessions that expired before `now`; gives their number. */
  sweepSessions(now: EpochMs): Promise<number>;
  audit(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  auditEntries(page: {
    cursor?: string;
    limit: number;
  }): Promise<Page<AuditEntry & { readonly id: number }> | 'bad-cursor'>;

  /** Recording the same number again changes nothing. */
  addConfiguration(version: ConfigurationVersion): Promise<void>;
  /** Newest first; `before` is a version number. */
  configurations(page: { before?: number; limit: number }): Promise<ConfigurationVersion[]>;

  /** Synchronous, for a process that is about to end. Gives how often this position has ended it now. */
  markCrash(position: number, reason: string, at: EpochMs): number;
  crashMarks(): CrashMark[];
  setAside(input: SetAside): void;
  setAsides(): SetAside[];

  /** Waits for a projection in progress. Safe to call twice. */
  close(): Promise<void>;
}
