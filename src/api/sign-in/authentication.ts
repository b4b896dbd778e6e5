/**
 * Finds out who a request or a socket comes from: bearer token or cookie. A cookie is sent by the browser itself, so it
 * counts only for requests from our own pages. It decides nothing about rights.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Api, RouteContext } from '../api.ts';
import { ApiError } from '../errors.ts';
import { roleMay } from '../policy/roles.ts';
import type { SignedIn } from './auth.ts';
import { SESSION_COOKIE } from './auth.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The token of an `Authorization: Bearer` header. */
function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

const cookiePattern = new RegExp(`(?:^|;)\\s*${SESSION_COOKIE}=([\\w-]+)`);

/** The token of the session cookie; tokens are base64url, so nothing in it is quoted or encoded. */
export function sessionCookie(headers: IncomingHttpHeaders): string | undefined {
  return cookiePattern.exec(headers.cookie ?? '')?.[1];
}

/** User and password of an `Authorization: Basic` header. */
export function basicCredentials(headers: IncomingHttpHeaders): { user: string; secret: string } | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), secret: text.slice(colon + 1) };
}

/**
 * The host that a browser has in its address bar: as `request.host` of the HTTP routes, for what is no request of theirs. Behind
 * a trusted proxy it is the last one that the proxy wrote.
 */
export function hostOf(headers: IncomingHttpHeaders, trustProxy: boolean): string {
  const forwarded = headers['x-forwarded-host'];
  if (!trustProxy || forwarded === undefined || forwarded.length === 0) return headers.host ?? '';
  return String(forwarded).split(',').at(-1)?.trim() ?? '';
}

/**
 * True when the request was made by a page of `host` (browsers state the origin of everything that is not a plain
 * GET). Besides SameSite=Strict, because that treats another port of the same machine as the same site.
 */
export function fromOwnPage(headers: IncomingHttpHeaders, host: string): boolean {
  const { origin } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === host;
}

/** Authenticates every request but those to open routes; without a valid session the answer is 401. */
export function requireSession(api: Api, context: RouteContext): void {
  api.decorateRequest('signedIn', undefined);
  api.addHook('onRequest', async (_request, reply) => {
    // Alarms and names of one person's scope stay in no cache on the way.
    void reply.header('cache-control', 'no-store');
  });
  // Not onRequest: the limit by address is one of a route's own hooks there, and those come last.
  api.addHook('preParsing', async (request) => {
    if (!context.ports.live.ready()) throw new ApiError('not-ready');
    if (request.routeOptions.config.open === true) return;
    request.signedIn = await signedInBy(request, context);
    if (request.signedIn === undefined) throw new ApiError('not-signed-in');
    if (!roleMay(request.signedIn.principal.role, 'read')) throw new ApiError('not-permitted');
  });
}

/** Who the request comes from; undefined when nobody is signed in. */
export async function signedInBy(request: FastifyRequest, context: RouteContext): Promise<SignedIn | undefined> {
  const bearer = bearerToken(request.headers);
  if (bearer !== undefined) return context.auth.authenticate(bearer);
  const cookie = sessionCookie(request.headers);
  if (cookie === undefined) return undefined;
  if (!SAFE_METHODS.has(request.method) && !fromOwnPage(request.headers, request.host)) {
    throw new ApiError('wrong-origin');
  }
  return context.auth.authenticate(cookie);
}
