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

export async function postText(access: ApiAccess, path: string, body: string, type: string): Promise<ApiAnswer> {
  try {
    const session = await send(
      `${access.url}/api/v1/session`,
      'application/json',
      {},
      JSON.stringify({ user: access.user, password: access.password }),
    );
    if (!session.ok) return session;
    return await send(`${access.url}${path}`, type, { authorization: `Bearer ${String(session.body.token)}` }, body);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return { ok: false, detail: `no service at ${access.url}${cause}`, errors: [] };
  }
}

async function send(url: string, type: string, headers: Record<string, string>, body: string): Promise<ApiAnswer> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type, ...headers }, body });
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return { ok: true, body: answer };
  const errors = Array.isArray(answer.errors)
    ? answer.errors.map((error: { message?: unknown }) => String(error.message))
    : [];
  return { ok: false, detail: String(answer.detail ?? answer.title ?? response.status), errors };
}
