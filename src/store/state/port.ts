/**
 * The state store as everybody else sees it, in three small ports: history of alerts and of configurations (a projection of
 * the engine's effects), people, and the audit of who did what. Shapes only; one contract suite tells what every adapter
 * holds. What a process needs to start or to die is not here: it stands in small files of the data folder.
 */
import type { ItemChange } from '../../engine/changes.ts';
import type { ConfigurationOutcome, EvidenceCapsule } from '../../engine/effect.ts';
import type { Alert, AlertKind, AlertState, DutyLevel, Transition } from '../../model/alert.ts';
import type { Outcome } from '../../model/command.ts';
import type { GradeName } from '../../model/grade.ts';
import type { EpochMs } from '../../model/time.ts';

export interface StateStore {
  readonly history: HistoryStore;
  readonly people: PeopleStore;
  readonly audit: AuditStore;
  /** A projection in progress is given up between two slices: it rejects, and its cursor has not moved. Safe to call twice. */
  close(): Promise<void>;
}

/** A configuration as the fold answered it, with the record it stands in. */
export interface ConfigurationRecord extends Omit<ConfigurationOutcome, 'counts' | 'progress'> {
  /** Number of the configuration input. */
  readonly number: number;
  readonly at: EpochMs;
}

/** Inputs whose effects nobody has any more, both ends included: they are set aside by name. */
interface MissingInputs {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** What one stretch of inputs of one partition produced, in order. */
export interface Effects {
  readonly partition: number;
  readonly transitions: readonly Transition[];
  readonly capsules: readonly EvidenceCapsule[];
  readonly outcomes: readonly Outcome[];
  readonly configurations: readonly ConfigurationRecord[];
  readonly missing?: readonly MissingInputs[] | undefined;
  /** Alerts as they stood behind inputs that are missing: their last change is not among the transitions. */
  readonly standing?: readonly Alert[] | undefined;
}

/** A transition that is recorded under this number already, with other contents. What was recorded stands. */
export interface Divergence {
  readonly seq: number;
  readonly recorded: Transition;
  readonly derived: Transition;
}

/** Something that the store cannot hold for good, whatever is tried: it is set aside by name and the rest goes on. */
export interface RefusedRow {
  readonly what: 'transition' | 'alert' | 'capsule' | 'outcome' | 'configuration' | 'inputs';
  /** Number or id of it; of inputs `{from}-{to}`. */
  readonly key: string;
  readonly reason: string;
  /** Input that led to it. */
  readonly position: number;
}

export interface Projected {
  readonly divergences: readonly Divergence[];
  readonly refused: readonly RefusedRow[];
}

export interface ProjectionCursor {
  /** Everything up to this input number is in the tables, or set aside. */
  readonly position: number;
  /** Newest transition number in the tables; 0 when there is none. */
  readonly seq: number;
  /** Rows that were ever set aside. */
  readonly refused: number;
}

/** Whom and what a list is about. `scope` is a division path (`32/3209`), compared by whole segments; '' is everything. */
export interface AlertScope {
  readonly scope?: string | undefined;
  readonly enterprise?: string | undefined;
  readonly source?: string | undefined;
  /** With `scope` or `enterprise`: also the service's own alarms, which stand in no division. */
  readonly withService?: boolean | undefined;
}

export interface AlertFilter extends AlertScope {
  readonly kind?: AlertKind | undefined;
  readonly states?: readonly AlertState[] | undefined;
  readonly grades?: readonly GradeName[] | undefined;
  /** Only alerts that are not closed. */
  readonly open?: boolean | undefined;
  /** Raised at or after. */
  readonly from?: EpochMs | undefined;
  /** Raised before. */
  readonly to?: EpochMs | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  /** 1 … 2 000. */
  readonly limit: number;
}

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor?: string | undefined;
}

/** What happened to an alert: a transition without the alert, but for its grade then. */
export interface TimelineEntry extends Omit<Transition, 'alert'> {
  readonly grade: GradeName;
}

/** The newest entries before number `before`, or of all. */
export interface TimelineQuery {
  readonly before?: number | undefined;
  /** 1 … 2 000. */
  readonly limit: number;
}

export interface ConfigurationVersion extends Omit<ConfigurationRecord, 'changes'> {
  /** How many items it changed. */
  readonly items: number;
}

/** What one configuration did to one item. */
export interface ItemVersion extends Pick<ItemChange, 'fields'> {
  readonly number: number;
  readonly at: EpochMs;
  readonly actor: string;
}

/** What is older goes. `fleeting`: changes in between, of an open alert too, that no person made and that did not worsen it. */
export interface Retention {
  readonly closedBefore: EpochMs;
  readonly fleetingBefore: EpochMs;
}

/** Transition numbers count by partition; 0 is meant where none is named. */
export interface HistoryStore {
  /**
   * Writes what the inputs up to `position` produced. Idempotent by transition number: a number that is there already is
   * compared, never overwritten. Calls are carried out one after another, in slices that let the loop go on; `position`
   * is advanced with the last slice, and everything is durable when the promise resolves. Rejects when the store takes
   * nothing at present; what it will never take is set aside and told.
   */
  project(position: number, effects: Effects): Promise<Projected>;
  cursor(partition?: number): Promise<ProjectionCursor>;
  /** Newest first. */
  refusedRows(limit: number): Promise<RefusedRow[]>;

  /**
   * Numbered changes after `seq`, oldest first: as many as `limit` says, fewer where they are large, one at least while there
   * is one. `to` is the number up to which none was left out.
   */
  transitionsAfter(seq: number, limit: number, partition?: number): Promise<{ items: Transition[]; to: number }>;
  alert(id: string): Promise<Alert | undefined>;
  /** What is kept of one alert, oldest first; `more` while there are older ones than these. */
  alertTimeline(id: string, query: TimelineQuery): Promise<{ items: TimelineEntry[]; more: boolean }>;
  /**
   * Newest first, by time of raising; a page has fewer than `limit` where they are large. A cursor that is not one of ours is
   * an answer, not an exception.
   */
  findAlerts(filter: AlertFilter): Promise<Page<Alert> | 'bad-cursor'>;
  /** The capsule that explains transition `seq` of the alert, or its newest one. */
  capsule(alert: string, seq?: number): Promise<EvidenceCapsule | undefined>;
  outcome(commandId: string): Promise<Outcome | undefined>;

  /** Newest first, refused ones too; `before` is a version number. */
  configurations(page: {
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<ConfigurationVersion[]>;
  /** Every change of one item, newest first: `point`, `yt-chem/GD-101`. The first at or before an instant was in force then. */
  itemHistory(item: ItemChange['item'], id: string, limit: number): Promise<ItemVersion[]>;

  /** Deletes what is older, in slices that let the loop go on, and gives the room back. Gives the number of rows deleted. */
  forget(retention: Retention): Promise<number>;
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
  readonly enterprise?: string | undefined;
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

export interface PeopleStore {
  /** Adds or replaces a user. Another password ends the sessions that were opened with the one before. */
  putUser(user: User, by: Actor): Promise<void>;
  user(name: string): Promise<User | undefined>;
  users(): Promise<User[]>;
  openSession(session: Session, by: Actor): Promise<void>;
  /** Session and its user, unless it has expired at `now`. */
  session(tokenHash: string, now: EpochMs): Promise<{ session: Session; user: User } | undefined>;
  endSession(tokenHash: string, by: Actor): Promise<boolean>;
  /** Forgets sessions that expired before `now`; gives their number. */
  sweepSessions(now: EpochMs): Promise<number>;
}

export interface AuditEntry extends Actor {
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditStore {
  write(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  entries(page: {
    readonly cursor?: string | undefined;
    readonly limit: number;
  }): Promise<Page<AuditEntry & { readonly id: number }> | 'bad-cursor'>;
}
