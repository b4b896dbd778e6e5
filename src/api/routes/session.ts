/**
 * Signing in, out, and who am I.
 */

import { z } from 'zod';
import type { Api, RouteContext } from '../api.ts';
import { sessionOf } from '../api.ts';
import { ApiError } from '../errors.ts';
import { describeUser } from '../policy/policy.ts';
import { loginAnswer, loginBody, sessionAnswer } from '../schemas/session.ts';
import { READ_ON_MS, SESSION_COOKIE, SESSION_MS } from '../sign-in/auth.ts';
import { fromOwnPage } from '../sign-in/authentication.ts';

export function sessionRoutes(api: Api, context: RouteContext): void {
  const { auth, ports, secureCookies } = context;
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: secureCookies } as const;

  api.post(
    '/session',
    {
      config: { open: true },
      schema: { summary: 'Sign in', tags: ['session'], body: loginBody, response: { 200: loginAnswer } },
    },
    async (request, reply) => {
      // A foreign page could otherwise sign its visitor in as somebody else.
      if (request.headers.origin !== undefined && !fromOwnPage(request.headers, request.host)) {
        throw new ApiError('wrong-origin');
      }
      const result = await auth.signIn(request.body.user, request.body.password, request.ip);
      if (!result.ok) {
        if (result.reason === 'wrong-credentials') throw new ApiError('wrong-credentials');
        throw new ApiError(result.reason, undefined, { retryAfterS: Math.ceil(result.waitMs / 1_000) });
      }
      const { principal, expiresAt } = result.session;
      // The cookie outlives the session: an expired one still reads, and the server says so.
      const expires = new Date(ports.time.wall() + SESSION_MS + READ_ON_MS);
      void reply.setCookie(SESSION_COOKIE, result.token, { ...cookie, expires });
      return { token: result.token, user: describeUser(principal), expiresAt };
    },
  );

  api.delete(
    '/session',
    { schema: { summary: 'Sign out', tags: ['session'], response: { 204: z.undefined() } } },
    async (request, reply) => {
      const session = sessionOf(request);
      await auth.signOut(session, request.ip);
      context.signedOut(session.tokenHash);
      return reply.clearCookie(SESSION_COOKIE, cookie).code(204).send();
    },
  );

  api.get(
    '/session',
    { schema: { summary: 'Who am I', tags: ['session'], response: { 200: sessionAnswer } } },
    async (request) => {
      const { principal, expiresAt } = sessionOf(request);
      return { user: describeUser(principal), expiresAt, readOnly: principal.readOnly };
    },
  );
}
