/**
 * Readings in over HTTP (the same codec and admission as MQTT, 202 only when durable), history out, and the state of a
 * point now.
 */

import type { FastifyRequest } from 'fastify';
import type { Api, RouteContext } from '../api.ts';
import { found, principalOf } from '../api.ts';
import { ApiError } from '../errors.ts';
import { maySendReadings } from '../policy/policy.ts';
import type { Publisher } from '../ports.ts';
import {
  DEFAULT_HISTORY,
  historyAnswer,
  historyQuery,
  pointStateSchema,
  readingsAnswer,
  readingsBody,
  readingsIngestQuery,
} from '../schemas/readings.ts';
import { idParams } from '../schemas/scalars.ts';
import { basicCredentials, signedInBy } from '../sign-in/authentication.ts';
import { Throttle } from '../sign-in/throttle.ts';
import { placeOf } from '../view.ts';
import { visiblePoint } from './registry.ts';

/** Above the 256 KiB a message may have, so that a message which is too large is refused, and counted, by the codec. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Requests of one address a minute: a plant's gateways often share one. */
const INGEST_PER_MINUTE = 60_000;

export function readingRoutes(api: Api, context: RouteContext): void {
  const { ports } = context;
  api.register((scope: Api, _options, done) => {
    ingestRoute(scope, context);
    done();
  });

  api.get(
    '/points/:id/readings',
    {
      schema: {
        summary: 'History of a point, down-sampled to at most `max` rows; gaps stay gaps',
        tags: ['points'],
        params: idParams,
        querystring: historyQuery,
        response: { 200: historyAnswer },
      },
    },
    async (request) => {
      const point = visiblePoint(principalOf(request), ports.registry, request.params.id);
      const { from, to, max = DEFAULT_HISTORY } = request.query;
      if (from >= to) throw new ApiError('invalid-request', '`from` must be before `to`');
      const history = await ports.history(point, from, to, max);
      if ('unavailable' in history) throw new ApiError('history-unavailable', history.unavailable);
      const { gaps = [], ...rest } = history;
      return { point: point.config.id, unit: point.config.unit, ...rest, gaps };
    },
  );

  api.get(
    '/points/:id/state',
    {
      schema: {
        summary: 'Last reading, quality, limits in force, forecast',
        tags: ['points'],
        params: idParams,
        response: { 200: pointStateSchema },
      },
    },
    async (request) => {
      const point = visiblePoint(principalOf(request), ports.registry, request.params.id);
      return found(ports.live.pointState(point.number));
    },
  );
}

/** In its own scope: here a body is bytes, judged by the codec and by nothing before it. */
function ingestRoute(api: Api, context: RouteContext): void {
  const throttle = new Throttle();
  api.removeAllContentTypeParsers();
  api.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  api.post(
    '/readings',
    {
      bodyLimit: MAX_BODY_BYTES,
      config: { open: true, rateLimit: { max: INGEST_PER_MINUTE, timeWindow: 60_000, groupId: 'readings' } },
      // The shape is written down for the reader of the API; the codec refuses bad readings one by one, zod could not.
      validatorCompiler: ({ httpPart, schema }) =>
        httpPart === 'body' ? (body) => ({ value: body }) : api.validatorCompiler!({ schema, method: '', url: '' }),
      schema: {
        summary: 'Readings of one gateway (HTTP basic with its credential), or in its name (administrator)',
        tags: ['points'],
        security: [{ gateway: [] }, { session: [] }],
        querystring: readingsIngestQuery,
        body: readingsBody,
        response: { 200: readingsAnswer, 202: readingsAnswer },
      },
    },
    async (request, reply) => {
      const publisher = await publisherOf(request, request.query.gateway, context, throttle);
      const body: unknown = request.body;
      const payload = body instanceof Uint8Array ? body : new Uint8Array();
      const result = await context.ports.inputs.readings(publisher, payload);
      if (result === 'timeout') throw new ApiError('not-confirmed', 'Not durable in time: send it again');
      if (!result.ok) {
        if (result.reason === 'too-large') throw new ApiError('too-large', result.detail);
        throw new ApiError('readings-refused', `${result.reason}: ${result.detail}`, {
          errors: [{ message: `${result.reason}: ${result.detail}` }],
        });
      }
      const { taken, refused, unsaved, clock, unit } = result;
      return reply.code(unsaved ? 200 : 202).send({ taken, refused, unsaved, clock, unit });
    },
  );
}

async function publisherOf(
  request: FastifyRequest,
  gateway: string | undefined,
  context: RouteContext,
  throttle: Throttle,
): Promise<Publisher> {
  const { inputs, registry, time } = context.ports;
  const basic = basicCredentials(request.headers);
  if (basic !== undefined) {
    const waitMs = throttle.waitMs(request.ip, time.now());
    if (waitMs > 0) {
      throw new ApiError('too-many-attempts', undefined, { retryAfterS: Math.ceil(waitMs / 1_000) });
    }
    if (throttle.isBusy(request.ip)) throw new ApiError('sign-in-busy', undefined, { retryAfterS: 1 });
    const publisher = await throttle.check(request.ip, time, () =>
      inputs.authenticateGateway(basic.user, basic.secret),
    );
    if (publisher === undefined) throw new ApiError('wrong-credentials', 'No gateway with this credential');
    return publisher;
  }
  const session = await signedInBy(request, context);
  if (session === undefined) throw new ApiError('not-signed-in');
  const [enterprise, name, ...rest] = (gateway ?? '').split('/');
  if (!enterprise || !name || rest.length > 0) {
    throw new ApiError('invalid-request', 'Name the gateway: ?gateway={enterprise}/{gateway}');
  }
  const refused = maySendReadings(session.principal, found(placeOf(registry, enterprise)));
  if (refused !== undefined) throw new ApiError(refused);
  return { enterprise, gateway: name };
}
