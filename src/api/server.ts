/**
 * The HTTP server: plugins, security headers, limits, the documented routes, the dashboard's files and the live gateway,
 * composed in one place. It holds no rule of its own.
 */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import Fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Api, RouteContext } from './api.ts';
import { document } from './document.ts';
import { ApiError, errorHandler, sendProblem } from './errors.ts';
import type { GatewayOptions } from './live/gateway.ts';
import { LiveGateway } from './live/gateway.ts';
import { Metrics } from './metrics.ts';
import type { ServicePorts } from './ports.ts';
import { alertRoutes } from './routes/alerts.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { commandRoutes } from './routes/commands.ts';
import { peopleRoutes } from './routes/people.ts';
import { readingRoutes } from './routes/readings.ts';
import { registryRoutes } from './routes/registry.ts';
import { rollUpRoutes } from './routes/roll-up.ts';
import { probeRoutes, refusalRoutes } from './routes/service.ts';
import { sessionRoutes } from './routes/session.ts';
import { Authenticator } from './sign-in/auth.ts';
import { requireSession } from './sign-in/authentication.ts';

export interface ApiOptions {
  readonly version: string;
  /** Folder of the built dashboard, served at `/`; left out when it is not there. */
  readonly webRoot?: string;
  /** The service is reached over TLS: cookies are sent over nothing else, and browsers are told to stay there. */
  readonly secure?: boolean;
  /** Behind a proxy that sets X-Forwarded-For and -Host. */
  readonly trustProxy?: boolean;
  /** Requests of one address a minute. */
  readonly requestsPerMinute?: number;
  readonly gateway?: GatewayOptions;
  /** At once; more are closed as they come. */
  readonly connectionsMax?: number;
  /** Called for each of those. */
  readonly onFull?: (address: string) => void;
  /** How long a caller may take to send a request, or its headers; how often that is looked at; how long nothing may go either way. */
  readonly withinMs?: Readonly<Record<'request' | 'headers' | 'looked' | 'still', number>>;
}

export interface ApiServer {
  /** Port 0 takes a free one. Gives the port it listens on. */
  listen(host: string, port: number): Promise<number>;
  /** Tells the screens, lets requests in flight end, closes. */
  stop(): Promise<void>;
}

/** A control room of twenty desks behind one address, each loading the dashboard at once. */
const REQUESTS_PER_MINUTE = 6_000;
const MAX_BODY_BYTES = 1024 * 1024;
/** A registry file over a slow line takes its time; who only holds a connection open does not get it. */
const WITHIN_MS = {
  request: 120_000,
  headers: 10_000,
  looked: 5_000,
  // Who does not read the answer, or upgrades to what is not here; who waits for a large import waits no longer either.
  still: 300_000,
} as const;
/** A screen asks again within seconds. */
const KEEP_ALIVE_MS = 72_000;

export async function createApi(ports: ServicePorts, options: ApiOptions): Promise<ApiServer> {
  const within = options.withinMs ?? WITHIN_MS;
  const app = Fastify({
    // Requests are counted by route in the metrics; what goes wrong is told to `report`.
    logger: false,
    // One proxy: the address that it saw, which is the last it wrote. What stands before that, the caller wrote.
    trustProxy: options.trustProxy === true && ((_address: string, hop: number) => hop === 0),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: within.request,
    connectionTimeout: within.still,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: { headersTimeout: within.headers, connectionsCheckingInterval: within.looked },
    routerOptions: { maxParamLength: 600 },
    // A keep-alive connection of a dashboard must not hold a stop back.
    forceCloseConnections: true,
    // An address that cannot be read never reaches a route, nor its error handler.
    frameworkErrors: (error, _request, reply) =>
      sendProblem(reply as FastifyReply, new ApiError('invalid-request', error.message)),
  }).withTypeProvider<ZodTypeProvider>() as Api;
  // A form of another site can send plain text without asking; here only JSON is a body, where a route says no other.
  app.removeContentTypeParser('text/plain');
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(errorHandler((error, where) => ports.report(error, where)));

  const auth = new Authenticator(ports.accounts, ports.time, (error, where) => ports.report(error, where));
  const gateway = new LiveGateway(app.server, ports, auth, { trustProxy: options.trustProxy, ...options.gateway });
  const metrics = new Metrics(() => gateway.figures());
  const context: RouteContext = {
    ports,
    auth,
    secureCookies: options.secure ?? false,
    signedOut: (tokenHash) => gateway.signedOut(tokenHash),
  };

  app.addHook('onResponse', async (request, reply) => {
    metrics.answered(request.routeOptions.url ?? 'none', request.method, reply.statusCode, reply.elapsedTime / 1_000);
  });
  await protect(app, options);
  await document(app, options.version);
  probeRoutes(app, ports, metrics);
  await app.register(
    (scope: Api, _options, done) => {
      requireSession(scope, context);
      sessionRoutes(scope, context);
      peopleRoutes(scope, context);
      registryRoutes(scope, context);
      backtestRoutes(scope, context);
      readingRoutes(scope, context);
      alertRoutes(scope, context);
      rollUpRoutes(scope, context);
      commandRoutes(scope, context);
      refusalRoutes(scope, context);
      done();
    },
    { prefix: '/api/v1' },
  );
  await dashboard(app, options.webRoot);
  if (options.connectionsMax !== undefined) app.server.maxConnections = options.connectionsMax;
  app.server.on('drop', (from) => options.onFull?.(from?.remoteAddress ?? ''));
  app.addHook('preClose', async () => gateway.stop());
  await app.ready();
  return {
    listen: async (host, port) => {
      await app.listen({ host, port });
      return (app.server.address() as AddressInfo).port;
    },
    stop: () => app.close(),
  };
}

async function protect(app: Api, options: ApiOptions): Promise<void> {
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'connect-src': ["'self'", 'ws:', 'wss:'],
        'object-src': ["'none'"],
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    // On a plant network without TLS these headers would lock people out or do nothing but warn.
    strictTransportSecurity: options.secure === true ? { maxAge: 31_536_000 } : false,
    crossOriginOpenerPolicy: options.secure === true,
    originAgentCluster: options.secure === true,
  });
  await app.register(fastifyRateLimit, {
    max: options.requestsPerMinute ?? REQUESTS_PER_MINUTE,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { ttl }) =>
      new ApiError('too-many-requests', undefined, { retryAfterS: Math.ceil(ttl / 1_000) }),
  });
  await app.register(fastifyCookie);
}

async function dashboard(app: Api, webRoot: string | undefined): Promise<void> {
  if (webRoot !== undefined && existsSync(webRoot)) {
    await app.register(fastifyStatic, {
      root: webRoot,
      wildcard: false,
      setHeaders: (reply, path) => {
        // Built files carry a hash in their name; the page that names them must always be fresh.
        void reply.header('cache-control', path.endsWith('.html') ? 'no-cache' : 'public, max-age=31536000, immutable');
      },
    });
  }
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) =>
    sendProblem(reply, new ApiError('not-found', `Nothing answers ${request.method} here`)),
  );
}
