/**
 * What every route file is given: the typed fastify instance, the ports, and who is asking. It registers nothing.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { ApiError } from './errors.ts';
import type { Principal } from './policy/policy.ts';
import type { ServicePorts } from './ports.ts';
import type { Authenticator, SignedIn } from './sign-in/auth.ts';

export type Api = FastifyInstance<Server, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>;

export interface RouteContext {
  readonly ports: ServicePorts;
  readonly auth: Authenticator;
  /** Cookies only over TLS. */
  readonly secureCookies: boolean;
  /** Ends every live connection of a session that signed out. */
  signedOut(tokenHash: string): void;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication hook on every route that is not `open`. */
    signedIn: SignedIn | undefined;
  }
  interface FastifyContextConfig {
    /** The route does its own authentication; every other one is closed by default. */
    readonly open?: boolean;
  }
}

/** Who asks. Only for routes that are not open; there it cannot be missing. */
export function sessionOf(request: FastifyRequest): SignedIn {
  if (request.signedIn === undefined) throw new ApiError('not-signed-in');
  return request.signedIn;
}

export function principalOf(request: FastifyRequest): Principal {
  return sessionOf(request).principal;
}

/** The thing, or 404: what is not there and what is out of scope look the same. */
export function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new ApiError('not-found');
  return thing;
}
