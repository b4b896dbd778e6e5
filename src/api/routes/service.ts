/**
 * What the service says about itself: liveness, readiness with its parts, Prometheus figures, refused readings.
 */
import type { Api, RouteContext } from '../api.ts';
import { principalOf } from '../api.ts';
import type { Metrics } from '../metrics.ts';
import { mayRead, seesEverything } from '../policy/policy.ts';
import type { ServicePorts } from '../ports.ts';
import { livenessAnswer, readinessAnswer, refusalsAnswer } from '../schemas/service.ts';
import { placeOf } from '../view.ts';

/** Without a session and outside /api/v1: for probes on the same machine. They tell states and sums, no one's data. */
export function probeRoutes(api: Api, ports: ServicePorts, metrics: Metrics): void {
  const tags = ['service'];
  api.get(
    '/healthz',
    { schema: { summary: 'The process answers', tags, security: [], response: { 200: livenessAnswer } } },
    async () => ({ alive: true as const }),
  );
  api.get(
    '/readyz',
    {
      schema: {
        summary: 'Restored and judging; with the state of each part',
        tags,
        security: [],
        response: { 200: readinessAnswer, 503: readinessAnswer },
      },
    },
    async (_request, reply) => {
      const ready = ports.live.ready();
      return reply.code(ready ? 200 : 503).send({ ready, ...ports.live.health() });
    },
  );
  api.get('/metrics', { schema: { summary: 'Prometheus', tags, security: [] } }, async (_request, reply) => {
    const { type, text } = await metrics.render(ports.metrics());
    return reply.type(type).send(text);
  });
}

export function refusalRoutes(api: Api, { ports }: RouteContext): void {
  api.get(
    '/ingest/refusals',
    {
      schema: {
        summary:
          'What was refused, why and how often; the last 1 000, with the start of their payload or the reading as understood',
        tags: ['service'],
        response: { 200: refusalsAnswer },
      },
    },
    async (request) => {
      const user = principalOf(request);
      const { counts, items } = ports.refusals();
      return {
        counts,
        items: items.filter(({ enterprise }) => {
          if (seesEverything(user)) return true;
          const place = enterprise === undefined ? undefined : placeOf(ports.registry, enterprise);
          return place !== undefined && mayRead(user, place);
        }),
      };
    },
  );
}
