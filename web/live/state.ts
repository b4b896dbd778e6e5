/**
 * What the screen knows of the service, as a pure reducer: the open alerts with the number they are complete up to, the
 * newest values, the last heartbeat, and what was asked for and not yet answered. No DOM, no clock, no sockets: instants
 * arrive with the actions, and what has to be asked of the server stands in `sync` for others to carry out.
 */
import type { Alert, TimelineEntry, Transition } from '../../src/api/schemas/alerts.ts';
import type { CommandBody } from '../../src/api/schemas/commands.ts';
import type {
  AlertsMessage,
  HeartbeatMessage,
  SnapshotMessage,
  SubscribeAnswer,
  SubscribeBody,
  ValueRow,
  ValuesMessage,
} from '../../src/api/schemas/live.ts';
import type { Acting } from '../../src/api/shapes/acts.ts';
import { checksumByGrade, countByGrade, isOpen } from '../../src/api/shapes/alert.ts';
import type { ErrorCode } from '../../src/api/shapes/error-codes.ts';
import type { CutReason } from '../../src/api/shapes/live.ts';
import { follows, HEARTBEAT_MS, LAG_WARN_MS, pointKey } from '../../src/api/shapes/live.ts';

/**
 * Where the subscription stands: `off` without a connection; `wanted` something has to be asked; `asked` no answer yet;
 * `loading` parts of a snapshot are coming; `settled` every message must follow the last.
 */
type Sync = 'off' | 'wanted' | 'asked' | 'loading' | 'settled';

interface Beat extends HeartbeatMessage {
  /** Instant of the screen's own running clock at which it came; never shown. */
  readonly localMs: number;
}

/** A command on its way: shown as done only when the service's own transition says so. */
export interface Pending {
  readonly kind: Acting['may']['command'][number];
  readonly seenSeq: number;
  /** Number of the transition it led to, once answered; it waits for that one to arrive. */
  readonly confirmedSeq?: number;
}

export interface Failure {
  readonly kind: Pending['kind'];
  readonly code: ErrorCode | 'unreachable';
  /** Who was first, for `already-acknowledged`. */
  readonly by?: string;
}

interface Parts {
  readonly to: string;
  readonly next: number;
  readonly alerts: readonly Alert[];
}

/** What happened to an alert, heard since everything was asked for last. */
export interface Told extends TimelineEntry {
  readonly alertId: string;
}

export interface ScreenState {
  readonly connected: boolean;
  /** Why the server does not let this screen in, or ended it. */
  readonly refused: ErrorCode | CutReason | undefined;
  readonly sync: Sync;
  /** The next request must be for everything: what is here was found to be wrong. */
  readonly fresh: boolean;
  /** Up to where the list is complete: the service's own text, compared and given back, never looked into. */
  readonly to: string | undefined;
  /** A whole snapshot has been taken; before that an empty list means nothing. */
  readonly complete: boolean;
  readonly alerts: ReadonlyMap<string, Alert>;
  readonly parts: Parts | undefined;
  /** The newest of what was heard, none left out between two of them. */
  readonly told: readonly Told[];
  /** By `pointKey`. */
  readonly values: ReadonlyMap<number, ValueRow>;
  readonly beat: Beat | undefined;
  readonly pending: ReadonlyMap<string, Pending>;
  readonly failures: ReadonlyMap<string, Failure>;
  /** Gaps noticed since the page was opened, for the curious and for tests. */
  readonly gaps: number;
  /** Snapshots in a row whose counts or checksum did not agree with what they held. */
  readonly disagreements: number;
}

export type Action =
  | { readonly type: 'connected' }
  | { readonly type: 'disconnected' }
  | { readonly type: 'refused'; readonly code: ErrorCode }
  | { readonly type: 'cut'; readonly reason: CutReason }
  | { readonly type: 'points-changed' }
  | { readonly type: 'asked' }
  | { readonly type: 'answered'; readonly answer: SubscribeAnswer }
  | { readonly type: 'snapshot'; readonly message: SnapshotMessage }
  | { readonly type: 'alerts'; readonly message: AlertsMessage }
  | { readonly type: 'values'; readonly message: ValuesMessage }
  | { readonly type: 'heartbeat'; readonly message: HeartbeatMessage; readonly localMs: number }
  | { readonly type: 'command-sent'; readonly id: string; readonly kind: Pending['kind']; readonly seenSeq: number }
  | { readonly type: 'command-applied'; readonly id: string; readonly seq: number }
  | { readonly type: 'command-failed'; readonly id: string; readonly code: Failure['code']; readonly by?: string }
  | { readonly type: 'failure-seen'; readonly id: string }
  | { readonly type: 'signed-out' };

export const INITIAL: ScreenState = {
  connected: false,
  refused: undefined,
  sync: 'off',
  fresh: false,
  to: undefined,
  complete: false,
  alerts: new Map(),
  parts: undefined,
  told: [],
  values: new Map(),
  beat: undefined,
  pending: new Map(),
  failures: new Map(),
  gaps: 0,
  disagreements: 0,
};

/** A screen that hears more than this between two drawings reads the timeline again. */
const TOLD_MAX = 300;
/** Snapshots that may disagree with their own checksum before the screen stops asking and says so. */
const MAX_DISAGREEMENTS = 3;

export function reduce(state: ScreenState, action: Action): ScreenState {
  switch (action.type) {
    case 'connected':
      return { ...state, connected: true, refused: undefined, sync: 'wanted', parts: undefined };
    case 'disconnected':
      // What was shown goes on being shown: it turns stale by itself when no heartbeat comes.
      return { ...state, connected: false, sync: 'off', parts: undefined };
    case 'refused':
      return { ...state, connected: false, sync: 'off', parts: undefined, refused: action.code };
    case 'cut':
      return { ...state, refused: action.reason };
    case 'points-changed':
      return state.sync === 'settled' ? { ...state, sync: 'wanted' } : state;
    case 'asked':
      return { ...state, sync: 'asked', parts: undefined };
    case 'answered':
      return answered(state, action.answer);
    case 'snapshot':
      return takePart(state, action.message);
    case 'alerts':
      return takeTransitions(state, action.message);
    case 'values':
      return takeValues(state, action.message);
    case 'heartbeat':
      return takeHeartbeat(state, action.message, action.localMs);
    case 'signed-out':
      return INITIAL;
    default:
      return reduceCommand(state, action);
  }
}

type CommandAction = Extract<Action, { type: 'command-sent' | 'command-applied' | 'command-failed' | 'failure-seen' }>;

function reduceCommand(state: ScreenState, action: CommandAction): ScreenState {
  const { id } = action;
  const pending = new Map(state.pending);
  const failures = new Map(state.failures);
  const sent = pending.get(id);
  switch (action.type) {
    case 'command-sent':
      pending.set(id, { kind: action.kind, seenSeq: action.seenSeq });
      failures.delete(id);
      break;
    case 'command-applied':
      if (sent !== undefined) pending.set(id, { ...sent, confirmedSeq: action.seq });
      break;
    case 'command-failed':
      pending.delete(id);
      failures.set(id, { kind: sent?.kind ?? 'acknowledge', code: action.code, by: action.by });
      break;
    case 'failure-seen':
      failures.delete(id);
  }
  return { ...state, failures, pending: stillPending(pending, state.alerts) };
}

/** Commands whose own transition has not arrived yet; those of alerts that are gone wait for nothing. */
function stillPending(
  pending: ReadonlyMap<string, Pending>,
  alerts: ReadonlyMap<string, Alert>,
): ReadonlyMap<string, Pending> {
  if (pending.size === 0) return pending;
  const left = [...pending].filter(([id, { confirmedSeq }]) => {
    const alert = alerts.get(id);
    return alert !== undefined && (confirmedSeq === undefined || alert.seq < confirmedSeq);
  });
  return left.length === pending.size ? pending : new Map(left);
}

function withAlerts(state: ScreenState, alerts: ReadonlyMap<string, Alert>, to: string): ScreenState {
  let { failures } = state;
  if ([...failures.keys()].some((id) => !alerts.has(id))) {
    failures = new Map([...failures].filter(([id]) => alerts.has(id)));
  }
  return { ...state, alerts, to, failures, pending: stillPending(state.pending, alerts) };
}

function answered(state: ScreenState, answer: SubscribeAnswer): ScreenState {
  if (state.sync !== 'asked') return state;
  if ('error' in answer) return { ...state, sync: 'off', refused: answer.error.code };
  if (answer.snapshot) return { ...state, sync: 'loading', fresh: false, parts: undefined };
  return { ...state, sync: 'settled' };
}

function takePart(state: ScreenState, message: SnapshotMessage): ScreenState {
  if (state.sync !== 'loading') return state;
  const before = state.parts ?? { to: message.to, next: 0, alerts: [] };
  const fits = message.part === before.next && message.to === before.to;
  if (!fits) return askForEverything({ ...state, gaps: state.gaps + 1 });
  const alerts = [...before.alerts, ...message.alerts];
  if (!message.last) return { ...state, parts: { ...before, next: before.next + 1, alerts } };
  const loaded = withAlerts(
    { ...state, sync: 'settled', complete: true, parts: undefined, told: [] },
    new Map(alerts.map((alert) => [alert.id, alert])),
    message.to,
  );
  if (agrees(loaded.alerts, message)) return { ...loaded, disagreements: 0 };
  // A list that may lack something still shows more than none: it stays while everything is asked for again.
  const disagreements = state.disagreements + 1;
  const suspect = { ...loaded, disagreements };
  return disagreements < MAX_DISAGREEMENTS ? askForEverything(suspect) : suspect;
}

function agrees(alerts: ReadonlyMap<string, Alert>, { counts, checksum }: SnapshotMessage): boolean {
  const grades = ['red', 'orange', 'yellow', 'blue'] as const;
  const [ownCounts, ownChecksum] = [countByGrade(alerts.values()), checksumByGrade(alerts.values())];
  return grades.every((grade) => counts[grade] === ownCounts[grade] && checksum[grade] === ownChecksum[grade]);
}

function takeTransitions(state: ScreenState, message: AlertsMessage): ScreenState {
  // Between question and answer these are of the former subscription, and the new one brings them again.
  if (state.sync === 'asked' || state.sync === 'loading' || !state.complete || state.fresh) return state;
  if (!follows(state.to, message)) return state.sync === 'settled' ? gap(state) : state;
  if (message.transitions.length === 0) return { ...state, to: message.to };
  const alerts = new Map(state.alerts);
  for (const { alert, leaves } of message.transitions) {
    if (isOpen(alert) && leaves !== true) alerts.set(alert.id, alert);
    else alerts.delete(alert.id);
  }
  const told = [...state.told, ...message.transitions.map(toldOf)].slice(-TOLD_MAX);
  return withAlerts({ ...state, told }, alerts, message.to);
}

function toldOf({ alert, leaves: _, ...entry }: Transition): Told {
  return { ...entry, grade: alert.grade, alertId: alert.id };
}

function gap(state: ScreenState): ScreenState {
  return { ...state, sync: 'wanted', gaps: state.gaps + 1 };
}

function askForEverything(state: ScreenState): ScreenState {
  return { ...state, sync: 'wanted', fresh: true, parts: undefined };
}

function takeValues(state: ScreenState, message: ValuesMessage): ScreenState {
  const values = new Map(state.values);
  for (const row of message.values) values.set(pointKey(row[0], row[1]), row);
  return { ...state, values };
}

function takeHeartbeat(state: ScreenState, message: HeartbeatMessage, localMs: number): ScreenState {
  const heard: ScreenState = { ...state, beat: { ...message, localMs } };
  if (state.sync !== 'settled') return heard;
  return message.to === state.to ? heard : gap(heard);
}

/** What to send when `sync` is `wanted`: only what was missed, when that can be said. */
export function subscribeRequest(state: ScreenState, points: readonly string[]): SubscribeBody {
  return { points: [...points], after: state.complete && !state.fresh ? state.to : undefined };
}

/** How much of what is shown can be believed to be now. */
export type Freshness =
  | { readonly kind: 'waiting' }
  /** Heard, and judging keeps up. `dataAgeMs`: how old the newest reading in view is. */
  | { readonly kind: 'live'; readonly lagMs: number; readonly dataAgeMs: number }
  /** Heard, but nothing in view has sent anything since the service started: there is nothing that could be live. */
  | { readonly kind: 'no-data' }
  /** Heard, and judging keeps up, but nothing in view has sent anything for so long that nobody may call it live. */
  | { readonly kind: 'quiet'; readonly dataAgeMs: number }
  | { readonly kind: 'behind'; readonly lagMs: number }
  /** `behind`: what was shown when the link went was behind already. */
  | { readonly kind: 'reconnecting'; readonly silentMs: number; readonly behind: boolean }
  | { readonly kind: 'lost'; readonly silentMs: number };

/** Three heartbeats that did not come, and a second for the last of them to be merely late. */
export const LOST_AFTER_MS = 3 * HEARTBEAT_MS + 1_000;

/** Two reports of a gateway that sends once a minute: a slow plant is not called silent between them. */
const QUIET_AFTER_MS = 120_000;

export function freshness({ beat, connected, complete }: ScreenState, localMs: number): Freshness {
  if (beat === undefined || !complete) return { kind: 'waiting' };
  const silentMs = Math.max(0, localMs - beat.localMs);
  if (silentMs >= LOST_AFTER_MS) return { kind: 'lost', silentMs };
  const behind = beat.behind === true || beat.lagMs > LAG_WARN_MS;
  if (!connected) return { kind: 'reconnecting', silentMs, behind };
  if (behind) return { kind: 'behind', lagMs: beat.lagMs };
  if (beat.data.state === 'no-data-since-start') return { kind: 'no-data' };
  const dataAgeMs = Math.max(0, beat.at + silentMs - beat.data.newestAt);
  if (dataAgeMs >= QUIET_AFTER_MS) return { kind: 'quiet', dataAgeMs };
  return { kind: 'live', lagMs: beat.lagMs, dataAgeMs };
}

/** True when everything shown has to look stopped: nobody vouches for it any more. */
export function looksStopped({ kind }: Freshness): boolean {
  return kind === 'lost';
}

/** True when the numbers are older than they look. The alerts stand: the server vouches for them, and they keep their colours. */
export function looksBehind(state: Freshness): boolean {
  return state.kind === 'behind' || (state.kind === 'reconnecting' && state.behind);
}

/**
 * Engine time of the service now, as far as this screen can tell: it stands still once the heartbeats are lost, for a
 * clock that runs on would make the rest look alive.
 */
export function serverNow({ beat }: ScreenState, localMs: number): number | undefined {
  if (beat === undefined) return undefined;
  return beat.at + Math.min(LOST_AFTER_MS, Math.max(0, localMs - beat.localMs));
}

/** What a person says with a command. */
export type Said = Omit<CommandBody, 'seenSeq'>;

/** The command body for what the person sees. */
export function seenBody({ seq }: Pick<Alert, 'seq'>, said: Said): CommandBody {
  return { ...said, seenSeq: seq, note: said.note || undefined };
}
