/**
 * Requests to the service. Whatever goes wrong comes back as data with a code of the service's own table; nothing here
 * throws, and nothing decides what the person is told.
 */
import type { CommandAnswer, CommandBody } from '../../src/api/schemas/commands.ts';
import type { Problem } from '../../src/api/schemas/error-codes.ts';
import type { ErrorCode } from '../../src/api/shapes/error-codes.ts';

export interface Trouble {
  readonly ok: false;
  readonly code: ErrorCode | 'unreachable';
  readonly by?: string;
  readonly retryAfterS?: number;
}
export type Answer<T> = { readonly ok: true; readonly body: T } | Trouble;

const TIMEOUT_MS = 10_000;
/** A command that was not confirmed is repeated with its key: it acts once, and the person need not guess. */
const COMMAND_TRIES = 3;
const TOKEN_KEY = 'fenghuo-token';
const SEEN_KEY = 'fenghuo-signed-in';

/**
 * The token is kept for this tab: the cookie is shared by all tabs, and a second person signing in beside this one must
 * not turn this desk's commands into theirs.
 */
export function storedToken(): string | undefined {
  return sessionStorage.getItem(TOKEN_KEY) ?? undefined;
}

export function keepToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token);
  localStorage.setItem(SEEN_KEY, 'yes');
}

/** The token is no longer good; the cookie of the browser still may be. */
export function dropToken(): void {
  sessionStorage.removeItem(TOKEN_KEY);
}

export function forgetSession(): void {
  dropToken();
  localStorage.removeItem(SEEN_KEY);
}

/** False in a browser where nobody has signed in: then there is nothing to ask the service about. */
export function mayBeSignedIn(): boolean {
  return storedToken() !== undefined || localStorage.getItem(SEEN_KEY) !== null;
}

interface Sending {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly key?: string;
}

export async function request<T>(path: string, sending: Sending = { method: 'GET' }): Promise<Answer<T>> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), TIMEOUT_MS);
  const headers: Record<string, string> = {};
  const token = storedToken();
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  if (sending.body !== undefined) headers['content-type'] = 'application/json';
  if (sending.key !== undefined) headers['idempotency-key'] = sending.key;
  try {
    const response = await fetch(`api/v1${path}`, {
      method: sending.method,
      headers,
      signal: ending.signal,
      cache: 'no-store',
      // JSON.stringify(undefined) is undefined: a request without a body.
      body: JSON.stringify(sending.body),
    });
    const body: unknown = response.status === 204 ? undefined : await response.json();
    return response.ok ? { ok: true, body: body as T } : troubleOf(body);
  } catch {
    return { ok: false, code: 'unreachable' };
  } finally {
    clearTimeout(timer);
  }
}

function troubleOf(body: unknown): Trouble {
  // What answers may be a proxy that knows nothing of our problems.
  const { code, by, retryAfterS } = (body ?? {}) as Partial<Problem>;
  if (code === undefined) return { ok: false, code: 'unreachable' };
  return { ok: false, code, by, retryAfterS };
}

export async function sendCommand(id: string, kind: string, body: CommandBody): Promise<Answer<CommandAnswer>> {
  const key = newKey();
  let answer: Answer<CommandAnswer> = { ok: false, code: 'unreachable' };
  for (let tries = 0; tries < COMMAND_TRIES; tries++) {
    answer = await request(`/alerts/${encodeURIComponent(id)}/${kind}`, { method: 'POST', body, key });
    if (answer.ok || (answer.code !== 'unreachable' && answer.code !== 'not-confirmed')) return answer;
  }
  return answer;
}

/** crypto.randomUUID is missing where a plant network has no TLS. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
