/**
 * What the API needs of the rest of the service; src/app hands it in. Everything read here is already durable (or marked
 * unsaved), and nothing read here may be changed by the reader.
 */
import type { Counts } from '../engine/changes.ts';
import type { Sight } from '../engine/describe.ts';
import type { Alert, DutyLevel, Transition } from '../model/alert.ts';
import type { Command, Outcome } from '../model/command.ts';
import type { GradeName } from '../model/grade.ts';
import type { Loosening } from '../model/loosening.ts';
import type { PointConfig } from '../model/point.ts';
import type { RefusalReason } from '../model/reading.ts';
import type { Division, Enterprise, Link, Source } from '../model/registry.ts';
import type { Role } from '../model/role.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import type { Explanation, TimelineEntry } from './schemas/alerts.ts';
import type { Backtest } from './schemas/backtests.ts';
import type { DataAge, ValueRow } from './schemas/live.ts';
import type { PointState, RawRow, SampledRow } from './schemas/readings.ts';
import type { Health, RefusalItem } from './schemas/service.ts';
import type { DataScope } from './schemas/session.ts';

/** Stops what was started. Calling it twice does nothing more. */
export type Stop = () => void;

/** Timers and clocks; the only source of time in src/api. */
export interface Scheduler {
  /** Engine time: monotonic, never stepped. What alerts are timed with. */
  now(): EpochMs;
  /** Wall time. Sessions end by it, so that they end while the service is down too. */
  wall(): EpochMs;
  every(ms: DurationMs, run: () => void): Stop;
  after(ms: DurationMs, run: () => void): Stop;
}

/** The engine's book and state as of the newest durable input. All calls are synchronous and cheap. */
export interface LiveView {
  /** Changes after a restore or a change of format: numbers of two epochs are not comparable. */
  epoch(): string;
  /** Number of the newest durable transition; 0 before the first. */
  seq(): number;
  /** Every alert not closed, any order. Alert objects are never changed, only replaced. */
  openAlerts(): readonly Alert[];
  /** An alert of the book (open, or closed a short while ago). */
  alert(id: string): Alert | undefined;
  /** Transitions with a number above `seq`, in order; undefined when they no longer stand in memory: ask the store. */
  transitionsAfter(seq: number): readonly Transition[] | undefined;
  /** Of one alert: the transitions above `seq` that stand in memory, in order; older ones may be missing. */
  transitionsOf(alertId: string, seq: number): readonly Transition[];
  /** Called once per durable group with its transitions, in order, none left out. */
  onTransitions(listener: (transitions: readonly Transition[]) => void): Stop;
  /** Newest value of each point that changed since the last call (one caller: the gateway). */
  takeDirty(): Iterable<ValueRow>;
  /** Newest value of one point, for a screen that has just begun to look; undefined when never seen. */
  newestValue(number: number): ValueRow | undefined;
  pointState(number: number): PointState | undefined;
  /** Of every source with points: how many it has, and how many of them observe nothing now. `unsaved`: perhaps ahead of the log. */
  sight(): { readonly unsaved: boolean; readonly bySource: ReadonlyMap<string, Sight> };
  health(): Health;
  /** Ready to judge and to serve: restored, log open. */
  ready(): boolean;
  /** How long what has come waits to be judged and let out; a plant that says nothing is not late. */
  lagMs(): DurationMs;
  /** How old the newest judged reading of a scope is: of an enterprise, a division or, where it names nothing, all. */
  dataAge(scope: DataScope): DataAge;
}

export interface RegisteredPoint {
  /** Never re-used. */
  readonly number: number;
  readonly config: PointConfig;
}

/**
 * The registry in force. The lists are sorted by id (code), and replaced, never changed, when it changes: hold them only
 * while answering one request.
 */
export interface RegistryView {
  divisions(): readonly Division[];
  enterprises(): readonly Enterprise[];
  sources(): readonly Source[];
  points(): readonly RegisteredPoint[];
  division(code: string): Division | undefined;
  enterprise(id: string): Enterprise | undefined;
  source(id: string): Source | undefined;
  point(id: string): RegisteredPoint | undefined;
  /** Whom else what happens at a source concerns. */
  linksFrom(source: string): readonly Link[];
}

/** Who publishes, once its credential was found right. */
export interface Publisher {
  readonly enterprise: string;
  readonly gateway: string;
}

export interface RefusedReading {
  readonly index?: number | undefined;
  readonly point?: string | undefined;
  readonly reason: RefusalReason;
  readonly detail?: string | undefined;
}

/** Readings that were taken and judged at their arrival; `point` is that of the newest, `detail` its slip in words. */
export interface WrongClock {
  readonly readings: number;
  readonly point: string;
  readonly detail: string;
}

/** Readings far beyond their span, judged all the same; `point` is that of the newest, `detail` which unit it may have been. */
interface WrongUnit {
  readonly readings: number;
  readonly point: string;
  readonly detail: string;
}

export type ReadingsResult =
  | {
      readonly ok: true;
      readonly taken: number;
      /** `index`: place in the message, where it was refused before the log. */
      readonly refused: readonly RefusedReading[];
      /** Judged while the log could not be written. */
      readonly unsaved: boolean;
      readonly clock?: WrongClock | undefined;
      readonly unit?: WrongUnit | undefined;
    }
  /** The whole message was refused (and counted). */
  | { readonly ok: false; readonly reason: RefusalReason; readonly detail: string };

export type ImportResult =
  | (Counts & {
      readonly applied: true;
      /** Loosenings that wait for a second person. */
      readonly pending: readonly Loosening[];
      /** What was read and should be written otherwise. */
      readonly warnings: readonly string[];
    })
  | { readonly applied: false; readonly errors: readonly string[] };

/** What changes the service: everything goes through the log and is answered when durable and applied. */
export interface Inputs {
  /** `timeout` after 5 s: the command may still be applied; repeating it with its id is safe. */
  command(command: Command): Promise<Outcome | 'timeout'>;
  /** Raw bytes of the native payload, judged by the same codec and admission as MQTT. */
  readings(publisher: Publisher, payload: Uint8Array): Promise<ReadingsResult | 'timeout'>;
  /** Text of a registry file, YAML or JSON. */
  importRegistry(file: Uint8Array, actor: string, commandId: string): Promise<ImportResult | 'timeout'>;
  /** Reads the packs in force anew and makes what is registered follow them; all or nothing, likewise. */
  followPacks(actor: string, commandId: string): Promise<ImportResult | 'timeout'>;
  /** Checks a gateway's credential; `user` is `{enterprise}/{gateway}`. */
  authenticateGateway(user: string, secret: string): Promise<Publisher | undefined>;
}

/** A stretch of time from which the store lacks readings; `count` is for all points together. */
interface HistoryGap {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly count: number;
  readonly reason: string;
}

export type History = (
  | { readonly downsampled: false; readonly items: readonly RawRow[] }
  | { readonly downsampled: true; readonly items: readonly SampledRow[] }
) & { readonly completeTo?: EpochMs; readonly gaps?: readonly HistoryGap[] };

export interface AlertSearch {
  /** Present grade is any of these. */
  readonly grades?: readonly GradeName[];
  readonly kind?: 'hazard' | 'device';
  readonly exercise?: boolean;
  /** Division code: it and everything below; alerts of the service itself (division empty) are always in. */
  readonly division?: string;
  readonly enterprise?: string;
  readonly source?: string;
  /** `raisedAt` at or after `from`, before `to`. */
  readonly from?: EpochMs;
  readonly to?: EpochMs;
  /** Only alerts that come after this one in the order (raisedAt descending, id descending). */
  readonly before?: { readonly raisedAt: EpochMs; readonly id: string };
  readonly limit: number;
}

/** The past, from the projection: it may be a moment behind `LiveView`. */
export interface StateQueries {
  /** Newest first: by `raisedAt`, then id, both descending. `more` while others follow the last of these. */
  findAlerts(search: AlertSearch): Promise<{ readonly items: readonly Alert[]; readonly more: boolean }>;
  alert(id: string): Promise<Alert | undefined>;
  /** The newest `limit` entries of one alert before number `before`, oldest first; `more` while there are older ones. */
  timeline(
    id: string,
    query: { readonly before?: number; readonly limit: number },
  ): Promise<{ readonly items: readonly TimelineEntry[]; readonly more: boolean }>;
  /**
   * Transitions above `seq`, in order, at most `limit`, fewer where they are large; undefined when the beginning is no longer kept. Fleeting ones of
   * long ago may be missing in between: `history.fleetingDays`.
   */
  transitionsAfter(seq: number, limit: number): Promise<readonly Transition[] | undefined>;
}

export interface UserRecord {
  /** What one signs in with. */
  readonly name: string;
  /** As it is shown; the name when absent. */
  readonly displayName?: string;
  readonly role: Role;
  readonly level: DutyLevel;
  readonly scope: DataScope;
  /** As `hashPassword` in auth.ts makes it. */
  readonly passwordHash: string;
  readonly disabled?: boolean;
}

export interface SessionRecord {
  /** SHA-256 of the token in hex; the token itself is kept nowhere. */
  readonly tokenHash: string;
  readonly user: string;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs;
}

export interface AuditEntry {
  /** Wall time. */
  readonly at: EpochMs;
  /** User name as given; not necessarily an existing one. */
  readonly actor: string;
  /** e.g. `sign-in`, `sign-out`, `acknowledge`, `import-registry`. */
  readonly action: string;
  readonly object: string;
  readonly address: string;
  readonly outcome: 'done' | 'refused';
  readonly detail: string;
}

/** Users, sessions and the audit of what people did here. */
export interface Accounts {
  user(name: string): Promise<UserRecord | undefined>;
  addSession(session: SessionRecord): Promise<void>;
  session(tokenHash: string): Promise<SessionRecord | undefined>;
  /** Sessions are kept some days past their expiry: a duty desk reads on with an expired one. */
  endSession(tokenHash: string): Promise<void>;
  audit(entry: AuditEntry): Promise<void>;
}

/** One figure for Prometheus; the API adds its own about requests and screens. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

/** A draft as somebody asks to try it. */
export interface BacktestRequest {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly stated: {
    readonly points?: readonly unknown[] | undefined;
    readonly packs?: readonly unknown[] | undefined;
  };
  readonly actor: string;
  /** Whether the point lies where they may: another one is as if it were not there. */
  mayDraft(point: { readonly enterprise: string }): boolean;
}

export type BacktestAnswer =
  | { readonly ok: true; readonly backtest: Backtest }
  /** Another one is running. */
  | { readonly ok: false; readonly running: string }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Drafts against recorded history, one at a time, beside live judging. */
export interface Backtests {
  start(request: BacktestRequest): Promise<BacktestAnswer>;
  /** Newest first, without results. */
  list(): readonly Backtest[];
  get(id: string): Backtest | undefined;
  /** As it stands afterwards: one that had ended stays as it is. */
  cancel(id: string): Backtest | undefined;
}

export interface ServicePorts {
  readonly time: Scheduler;
  readonly live: LiveView;
  readonly registry: RegistryView;
  readonly inputs: Inputs;
  readonly state: StateQueries;
  readonly accounts: Accounts;
  readonly backtests: Backtests;
  /** `unavailable`: the store does not answer, and why. */
  history(
    point: RegisteredPoint,
    from: EpochMs,
    to: EpochMs,
    max: number,
  ): Promise<History | { readonly unavailable: string }>;
  /** Judges the newest sealed evidence of an alert again; undefined when there is none (yet). */
  explain(alertId: string): Promise<Explanation | undefined>;
  /** The last refusals (newest first, at most 1 000) and counts since start. */
  refusals(): {
    readonly counts: Readonly<Partial<Record<RefusalReason, number>>>;
    readonly items: readonly RefusalItem[];
  };
  metrics(): Iterable<MetricFamily>;
  /** Something went wrong that is our fault: for the service's log, never for the caller. */
  report(error: unknown, where: string): void;
}
