/** Speaks to a running service over its own API, for commands that change it: signs in, posts, tells problems in words. */
import { environment } from '../config.ts';

export interface ApiAccess {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

export type ApiAnswer =
  | { readonly ok: true; readonly body: Record<string, unknown> }
  | { readonly ok: false; readonly detail: string; readonly errors: readonly string[] };

/** As every command that speaks to a service takes them. */
export interface AccessOptions {
  readonly url?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** Where the service is and who asks: options first, then FENGHUO_URL, FENGHUO_USER, FENGHUO_PASSWORD. Else why not. */
export function accessOf(options: AccessOptions): ApiAccess | string {
  const url = options.url ?? environment.FENGHUO_URL ?? 'http://127.0.0.1:8080';
  const user = options.user ?? environment.FENGHUO_USER ?? 'admin';
  const password = options.password ?? environment.FENGHUO_PASSWORD ?? environment.FENGHUO_ADMIN_PASSWORD;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    return `"${url}" is no address of a service: it begins with http:// or https://, such as http://127.0.0.1:8080`;
  if (password === undefined) return 'no password: give --password, or set FENGHUO_PASSWORD';
  return { url: url.replace(/\/$/, ''), user, password };
}

/** Posts one text and signs in for it. */
export function postText(access: ApiAccess, path: string, body: string, type: string): Promise<ApiAnswer> {
  return new ApiSession(access).request('POST', path, { type, body });
}

interface Sent {
  readonly type: string;
  readonly body: string;
}

type Method = 'GET' | 'POST' | 'DELETE';

/** Signed in with the first request. Where there is no service the answer says so. */
export class ApiSession {
  private readonly access: ApiAccess;
  private token: string | undefined;

  constructor(access: ApiAccess) {
    this.access = access;
  }

  send(method: Method, path: string, body?: object): Promise<ApiAnswer> {
    const sent = body && { type: 'application/json', body: JSON.stringify(body) };
    return this.request(method, path, sent);
  }

  async request(method: Method, path: string, sent?: Sent): Promise<ApiAnswer> {
    const { url, user, password } = this.access;
    try {
      if (this.token === undefined) {
        const credentials = { type: 'application/json', body: JSON.stringify({ user, password }) };
        const session = await send('POST', `${url}/api/v1/session`, credentials);
        if (!session.ok) return session;
        this.token = String(session.body.token);
      }
      return await send(method, `${url}${path}`, sent, this.token);
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
      return { ok: false, detail: `no service at ${url}${cause}`, errors: [] };
    }
  }
}

async function send(method: string, url: string, sent?: Sent, token?: string): Promise<ApiAnswer> {
  const headers: Record<string, string> = {};
  if (sent !== undefined) headers['content-type'] = sent.type;
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const response = await fetch(url, sent === undefined ? { method, headers } : { method, headers, body: sent.body });
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return { ok: true, body: answer };
  const errors = Array.isArray(answer.errors)
    ? answer.errors.map((error: { message?: unknown }) => String(error.message))
    : [];
  return { ok: false, detail: String(answer.detail ?? answer.title ?? response.status), errors };
}
