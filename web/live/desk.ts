/**
 * The desk as signals: the reduced state, who is signed in, what is selected and filtered, and what a person can set in
 * motion. It draws nothing; components read these signals and call these functions.
 */
import { computed, effect, signal } from '@preact/signals';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import type { ValueRow } from '../../src/api/schemas/live.ts';
import type { LoginAnswer, SessionAnswer, User } from '../../src/api/schemas/session.ts';
import { pointKey } from '../../src/api/shapes/live.ts';
import type { Trouble } from '../service/api.ts';
import { dropToken, forgetSession, keepToken, mayBeSignedIn, request, storedToken } from '../service/api.ts';
import { firstLanguage, language } from '../words/language.ts';
import { screenWords } from '../words/screen.ts';
import type { Duty, Filter } from './alert-list.ts';
import { countAlerts, GRADES, listView, watchedPoints, worstOwed } from './alert-list.ts';
import type { LiveConnection } from './connection.ts';
import { connectLive } from './connection.ts';
import { localNow } from './local-clock.ts';
import { forgetNames } from './registry.ts';
import type { Action } from './state.ts';
import { freshness, INITIAL, looksBehind, looksStopped, reduce, serverNow } from './state.ts';

export type Theme = 'light' | 'dark';

const TICK_MS = 500;
/** Two desk steps of a lamp make one flash: 86 a minute. */
const LAMP_MS = 350;
/** Points of the list whose live values are asked for; the contract takes 5 000. */
const WATCHED_POINTS = 1_000;
/** A list that changes every second must not subscribe again every second. */
const RESUBSCRIBE_MS = 2_000;
const ASK_AGAIN_MS = 2_000;
const PAST_TRIES = 5;
const LANGUAGE_KEY = 'fenghuo-language';

export const screen = signal(INITIAL);
export const user = signal<User | undefined>(undefined);
/** Whether it has been asked who is sitting here. */
export const known = signal(false);
export const tick = signal(localNow());

export const theme = signal<Theme>(localStorage.getItem('fenghuo-theme') === 'dark' ? 'dark' : 'light');

export const cursorId = signal<string | undefined>(undefined);
export const openId = signal<string | undefined>(undefined);
export const filters = signal<ReadonlySet<Filter>>(new Set());
/** Commands that take words and nothing else but what they are about. */
export type SpokenCommand = 'acknowledge' | 'comment' | 'verify' | 'release';

/** A command that waits for words, and the alert as it was when it was begun: what grew worse meanwhile is not covered. */
interface Asking {
  readonly kind: SpokenCommand | 'close';
  readonly alert: Alert;
  /** Called when it has been sent. */
  readonly sent?: () => void;
}

export const asking = signal<Asking | undefined>(undefined);
export const signingInAgain = signal(false);

export const alerts = computed(() => screen.value.alerts);
export const told = computed(() => screen.value.told);
export const level = computed(() => user.value?.level ?? 'enterprise');
/** Who sits here, as far as owing an answer goes. */
export const duty = computed<Duty>(() => ({ level: level.value, scope: user.value?.scope ?? {} }));
export const view = computed(() => listView(alerts.value.values(), duty.value, filters.value));
export const counts = computed(() => countAlerts(alerts.value.values(), duty.value));
export const worst = computed(() => worstOwed(alerts.value.values(), duty.value));
/** The opened alert when it is no longer on the list: closed, and read from the past. */
const past = signal<Alert | undefined>(undefined);
const unread = signal<{ readonly id: string; readonly code: Trouble['code'] } | undefined>(undefined);
/** Why what is opened cannot be shown; undefined while it is shown, or still looked for. */
export const notRead = computed(() => (unread.value?.id === openId.value ? unread.value?.code : undefined));
export const opened = computed(() => {
  const id = openId.value;
  if (id === undefined) return undefined;
  return alerts.value.get(id) ?? (past.value?.id === id ? past.value : undefined);
});
/** Has to be asked for: the same word from one message to the next, so that it is asked for once. */
const wantedPast = computed(() => {
  const id = openId.value;
  return screen.value.complete && id !== undefined && opened.value === undefined ? id : undefined;
});
export const fresh = computed(() => freshness(screen.value, tick.value));
export const stopped = computed(() => looksStopped(fresh.value));
export const behind = computed(() => looksBehind(fresh.value));
/** Engine time now; undefined before the first heartbeat. */
export const engineNow = computed(() => serverNow(screen.value, tick.value));
/** What to add to an engine instant to show it as a clock. */
export const wallOffsetMs = computed(() => screen.value.beat?.wallOffsetMs ?? 0);
export const readOnly = computed(() => screen.value.beat?.readOnly === true);

/** Newest live value of a contributor of an alert of this partition. */
export function liveRow(partition: number, { number }: { readonly number: number }): ValueRow | undefined {
  return screen.value.values.get(pointKey(partition, number));
}

let live: LiveConnection | undefined;
let subscribed: ReadonlySet<string> = new Set();
let subscribedAt = Number.NEGATIVE_INFINITY;

export function dispatch(action: Action): void {
  screen.value = reduce(screen.value, action);
}

const watched = computed(() => watchedPoints(view.value, opened.value, WATCHED_POINTS));

function attend(): void {
  if (screen.value.sync !== 'wanted') return;
  subscribed = new Set(watched.peek());
  subscribedAt = localNow();
  live?.attend(screen.value, watched.peek());
}

function reviewWatched(): void {
  const { sync } = screen.peek();
  const openedPoints = alerts.peek().get(openId.peek() ?? '')?.points ?? [];
  // What somebody has just opened should not wait; the rest of the list may.
  const urgent = openedPoints.some(({ id, number }) => number >= 0 && !subscribed.has(id));
  if (sync !== 'settled' || (!urgent && localNow() - subscribedAt < RESUBSCRIBE_MS)) return;
  if (watched.peek().some((id) => !subscribed.has(id))) dispatch({ type: 'points-changed' });
}

function begin(): void {
  live?.close();
  live = connectLive(dispatch, localNow);
}

/** Starts clocks and effects, and finds out who is signed in. Once a page. */
export function startDesk(): void {
  language.value = firstLanguage(localStorage.getItem(LANGUAGE_KEY), navigator.language);
  setInterval(() => {
    tick.value = localNow();
    reviewWatched();
  }, TICK_MS);
  const { classList, dataset } = document.documentElement;
  setInterval(() => classList.toggle('lamp-lit'), LAMP_MS);
  effect(() => {
    dataset.theme = theme.value;
    localStorage.setItem('fenghuo-theme', theme.value);
  });
  effect(() => {
    document.documentElement.lang = screenWords.value.locale;
  });
  effect(() => {
    const { red, orange } = counts.value.owed;
    document.title = `${red + orange > 0 ? `(${red + orange}) ` : ''}${screenWords.value.product} · ${screenWords.value.title}`;
  });
  effect(attend);
  let shownId: string | undefined;
  effect(() => {
    shownId = opened.value?.id ?? shownId;
  });
  effect(() => {
    const id = wantedPast.value;
    if (id !== undefined) void readPast(id, id === shownId);
  });
  effect(() => {
    // The first list opens its first alert: an empty pane tells a duty officer nothing.
    if (screen.value.complete && openId.peek() === undefined && !everOpened) open(firstRow());
  });
  void whoAmI();
}

/** `shown`: it was on the list a moment ago; then the history may not have it yet, and an unknown id is no last word. */
async function readPast(id: string, shown: boolean, tries = 1): Promise<void> {
  unread.value = undefined;
  // An address that ends before the id asks for nothing.
  const answer = await (id === '' ? NO_SUCH : request<Alert>(`/alerts/${encodeURIComponent(id)}`));
  if (wantedPast.peek() !== id) return;
  if (answer.ok) past.value = answer.body;
  else if (isAway(answer) || (shown && tries < PAST_TRIES)) {
    setTimeout(() => wantedPast.peek() === id && void readPast(id, shown, tries + 1), ASK_AGAIN_MS);
  } else unread.value = { id, code: answer.code };
}

const NO_SUCH: Trouble = { ok: false, code: 'no-such-alert' };
const isAway = ({ code }: Trouble): boolean => code === 'unreachable' || code === 'not-ready';

let everOpened = false;
const firstRow = (): Alert | undefined => view.value.owed[0] ?? view.value.handled[0];

async function whoAmI(): Promise<void> {
  if (!mayBeSignedIn()) {
    known.value = true;
    return;
  }
  let answer = await request<SessionAnswer>('/session');
  if (!answer.ok && answer.code === 'not-signed-in' && storedToken() !== undefined) {
    // The token of this tab is of the past; the cookie of the browser may not be.
    dropToken();
    answer = await request<SessionAnswer>('/session');
  }
  if (!answer.ok && isAway(answer)) {
    // A desk that was reloaded while the service restarts comes back by itself.
    setTimeout(() => void whoAmI(), ASK_AGAIN_MS);
    return;
  }
  if (answer.ok) {
    user.value = answer.body.user;
    begin();
  }
  known.value = true;
}

export async function signIn(name: string, password: string): Promise<Trouble | undefined> {
  const answer = await request<LoginAnswer>('/session', { method: 'POST', body: { user: name, password } });
  if (!answer.ok) return answer;
  keepToken(answer.body.token);
  // Somebody else may see other things: nothing of the former person's list stays.
  if (user.value !== undefined && user.value.name !== answer.body.user.name) forgetDesk();
  user.value = answer.body.user;
  signingInAgain.value = false;
  begin();
  return undefined;
}

export async function signOut(): Promise<void> {
  await request('/session', { method: 'DELETE' });
  live?.close();
  live = undefined;
  forgetSession();
  forgetDesk();
  user.value = undefined;
}

function forgetDesk(): void {
  dispatch({ type: 'signed-out' });
  forgetNames();
  everOpened = false;
  cursorId.value = undefined;
  openId.value = undefined;
  asking.value = undefined;
  past.value = undefined;
  unread.value = undefined;
  filters.value = new Set();
}

export function open(alert: Alert | undefined): void {
  if (alert === undefined) return;
  everOpened = true;
  cursorId.value = alert.id;
  openId.value = alert.id;
  reviewWatched();
}

/** The other language, from now on and at the next visit. */
export function speakOther(): void {
  language.value = language.value === 'zh' ? 'en' : 'zh';
  localStorage.setItem(LANGUAGE_KEY, language.value);
}

export function toggleFilter(filter: Filter): void {
  const next = new Set(filters.value);
  if (!next.delete(filter)) next.add(filter);
  filters.value = next;
}

export function showOnly(grade: Alert['grade']): void {
  filters.value = new Set(GRADES.filter((other) => other !== grade));
}

export function showAll(): void {
  filters.value = new Set();
}
