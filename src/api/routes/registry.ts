/**
 * Divisions, enterprises, sources and points within the caller's scope, and the import of a registry file.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { divisionPath, pathWithin } from '../../model/division.ts';
import { namedLimits } from '../../model/graded-limit.ts';
import type { Source as ModelSource } from '../../model/registry.ts';
import { sourceInWords } from '../../model/registry.ts';
import type { Api, RouteContext } from '../api.ts';
import { found, principalOf } from '../api.ts';
import { ApiError } from '../errors.ts';
import { pageById } from '../paging.ts';
import type { Principal } from '../policy/policy.ts';
import { mayConfigure, mayRead, mayReadDivision } from '../policy/policy.ts';
import type { ImportResult, RegisteredPoint, RegistryView } from '../ports.ts';
import { idempotencyKey } from '../schemas/commands.ts';
import type { Point, Source } from '../schemas/registry.ts';
import {
  divisionSchema,
  divisionsPage,
  divisionsQuery,
  enterpriseSchema,
  enterprisesPage,
  enterprisesQuery,
  importAnswer,
  pointSchema,
  pointsPage,
  pointsQuery,
  sourceSchema,
  sourcesPage,
  sourcesQuery,
} from '../schemas/registry.ts';
import { idParams } from '../schemas/scalars.ts';
import { placeOf } from '../view.ts';

const registryFile = z
  .custom<Uint8Array>((given) => given instanceof Uint8Array && given.length > 0, 'a registry file is expected')
  .meta({ type: 'string' });
/** A national registry in one file; above it, import province by province. */
const MAX_IMPORT_BYTES = 64 * 1024 * 1024;
const tags = ['registry'];

interface Search {
  readonly q?: string;
  readonly division?: string;
}

/** True when the thing is the caller's to see and what is searched for. */
function wanted(user: Principal, registry: RegistryView, enterprise: string, search: Search, ...texts: string[]) {
  const place = placeOf(registry, enterprise);
  if (place === undefined || !mayRead(user, place) || !matches(search, texts)) return false;
  return search.division === undefined || pathWithin(divisionPath(place.division), divisionPath(search.division));
}

function matches({ q }: Search, texts: readonly string[]): boolean {
  if (q === undefined) return true;
  const part = q.toLowerCase();
  return texts.some((text) => text.toLowerCase().includes(part));
}

/** The thing when the caller may see the enterprise it belongs to, else 404. */
function visible<T>(user: Principal, registry: RegistryView, thing: T | undefined, enterprise: string | undefined): T {
  const place = enterprise === undefined ? undefined : placeOf(registry, enterprise);
  if (place === undefined || !mayRead(user, place)) throw new ApiError('not-found');
  return found(thing);
}

/** A registered point the caller may see, else 404. */
export function visiblePoint(user: Principal, registry: RegistryView, id: string): RegisteredPoint {
  const point = registry.point(id);
  return visible(user, registry, point, point?.config.enterprise);
}

function showPoint(registry: RegistryView, point: RegisteredPoint): Point {
  const division = registry.enterprise(point.config.enterprise)?.division ?? '';
  return { ...point.config, number: point.number, division, limits: namedLimits(point.config) };
}

function showSource(registry: RegistryView, source: ModelSource): Source {
  const links = registry.linksFrom(source.id).map(({ to, kind }) => ({ to, kind }));
  return { ...sourceInWords(source), links };
}

export function registryRoutes(api: Api, context: RouteContext): void {
  divisionAndEnterpriseRoutes(api, context.ports.registry);
  sourceAndPointRoutes(api, context.ports.registry);
  api.register((scope: Api, _options, done) => {
    importRoute(scope, context);
    done();
  });
}

function divisionAndEnterpriseRoutes(api: Api, registry: RegistryView): void {
  const readable = (user: Principal, code: string) => {
    const { enterprise } = user.scope;
    return mayReadDivision(user, code, enterprise && registry.enterprise(enterprise)?.division);
  };

  api.get(
    '/divisions',
    { schema: { summary: 'Divisions', tags, querystring: divisionsQuery, response: { 200: divisionsPage } } },
    async (request) => {
      const [user, { query }] = [principalOf(request), request];
      const below = query.division === undefined ? '' : divisionPath(query.division);
      return pageById(
        registry.divisions(),
        query,
        (division) => division.code,
        ({ code, name }) =>
          pathWithin(divisionPath(code), below) && matches(query, [code, name]) && readable(user, code),
        (division) => division,
      );
    },
  );

  api.get(
    '/divisions/:id',
    { schema: { summary: 'One division', tags, params: idParams, response: { 200: divisionSchema } } },
    async (request) => {
      const { id } = request.params;
      if (!readable(principalOf(request), id)) throw new ApiError('not-found');
      return found(registry.division(id));
    },
  );

  api.get(
    '/enterprises',
    { schema: { summary: 'Enterprises', tags, querystring: enterprisesQuery, response: { 200: enterprisesPage } } },
    async (request) => {
      const [user, { query }] = [principalOf(request), request];
      return pageById(
        registry.enterprises(),
        query,
        (enterprise) => enterprise.id,
        ({ id, name }) => wanted(user, registry, id, query, id, name),
        (enterprise) => enterprise,
      );
    },
  );

  api.get(
    '/enterprises/:id',
    { schema: { summary: 'One enterprise', tags, params: idParams, response: { 200: enterpriseSchema } } },
    async (request) => {
      const { id } = request.params;
      return visible(principalOf(request), registry, registry.enterprise(id), id);
    },
  );
}

function sourceAndPointRoutes(api: Api, registry: RegistryView): void {
  api.get(
    '/sources',
    { schema: { summary: 'Hazard sources', tags, querystring: sourcesQuery, response: { 200: sourcesPage } } },
    async (request) => {
      const [user, { query }] = [principalOf(request), request];
      return pageById(
        registry.sources(),
        query,
        (source) => source.id,
        ({ id, name, enterprise }) =>
          (query.enterprise ?? enterprise) === enterprise && wanted(user, registry, enterprise, query, id, name),
        (source) => showSource(registry, source),
      );
    },
  );

  api.get(
    '/sources/:id',
    { schema: { summary: 'One hazard source', tags, params: idParams, response: { 200: sourceSchema } } },
    async (request) => {
      const source = registry.source(request.params.id);
      return showSource(registry, visible(principalOf(request), registry, source, source?.enterprise));
    },
  );

  api.get(
    '/points',
    { schema: { summary: 'Monitoring points', tags, querystring: pointsQuery, response: { 200: pointsPage } } },
    async (request) => {
      const [user, { query }] = [principalOf(request), request];
      return pageById(
        registry.points(),
        query,
        (point) => point.config.id,
        ({ config: { id, name, enterprise, source } }) =>
          (query.enterprise ?? enterprise) === enterprise &&
          (query.source ?? source) === source &&
          wanted(user, registry, enterprise, query, id, name),
        (point) => showPoint(registry, point),
      );
    },
  );

  api.get(
    '/points/:id',
    { schema: { summary: 'One point', tags, params: idParams, response: { 200: pointSchema } } },
    async (request) => showPoint(registry, visiblePoint(principalOf(request), registry, request.params.id)),
  );
}

/** In its own scope: here a body is bytes, whatever it says it is: reading them takes as long as a registry is large. */
function importRoute(api: Api, { ports, auth }: RouteContext): void {
  api.removeAllContentTypeParsers();
  api.addContentTypeParser(
    ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml', 'text/plain', 'application/json'],
    { parseAs: 'buffer', bodyLimit: MAX_IMPORT_BYTES },
    (_request, body, done) => done(null, body),
  );
  api.post(
    '/registry/import',
    {
      bodyLimit: MAX_IMPORT_BYTES,
      schema: {
        summary: 'Import a registry file (YAML or JSON): adds and changes, never removes; all or nothing',
        tags,
        consumes: ['application/yaml', 'application/json', 'text/plain'],
        headers: z.object({ 'idempotency-key': idempotencyKey.optional() }),
        body: registryFile,
        response: { 200: importAnswer },
      },
    },
    (request) =>
      configured(request, auth, 'import-registry', (actor) =>
        ports.inputs.importRegistry(request.body, actor, `${actor}/import/${keyOf(request)}`),
      ),
  );
  api.post(
    '/registry/packs',
    {
      schema: {
        summary: 'Read the packs in force anew: what is registered follows them; all or nothing',
        tags,
        headers: z.object({ 'idempotency-key': idempotencyKey.optional() }),
        response: { 200: importAnswer },
      },
    },
    (request) =>
      configured(request, auth, 'follow-packs', (actor) =>
        ports.inputs.followPacks(actor, `${actor}/packs/${keyOf(request)}`),
      ),
  );
}

interface Keyed {
  readonly headers: { readonly 'idempotency-key'?: string | undefined };
}

const keyOf = ({ headers }: Keyed): string => headers['idempotency-key'] ?? randomUUID();

/** By whoever may, with a note in the audit; refused whole, every error at once. */
async function configured(
  request: Parameters<typeof principalOf>[0],
  auth: RouteContext['auth'],
  action: string,
  change: (actor: string) => Promise<ImportResult | 'timeout'>,
): Promise<ImportResult & { readonly applied: true }> {
  const user = principalOf(request);
  const refused = mayConfigure(user);
  const note = { actor: user.name, action, object: '', address: request.ip };
  if (refused !== undefined) {
    auth.audit({ ...note, outcome: 'refused', detail: refused });
    throw new ApiError(refused);
  }
  const result = await change(user.name);
  if (result === 'timeout') throw new ApiError('not-confirmed');
  if (!result.applied) {
    auth.audit({ ...note, outcome: 'refused', detail: `${result.errors.length} errors` });
    const errors = result.errors.map((message) => ({ message }));
    throw new ApiError(
      'registry-refused',
      `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}; nothing was changed`,
      { errors },
    );
  }
  auth.audit({ ...note, outcome: 'done', detail: `${result.pending.length} pending` });
  return result;
}
