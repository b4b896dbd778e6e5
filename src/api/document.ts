/**
 * The OpenAPI description of the API, made from the same schemas that check it, and the page to read it on. It describes;
 * it adds no route of its own but these two.
 */
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Api } from './api.ts';
import { problemSchema } from './schemas/error-codes.ts';
import { SESSION_COOKIE } from './sign-in/auth.ts';

/** Registers the specification (/openapi.json) and its page (/docs); before the routes, which it then sees. */
export async function document(app: Api, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Fenghuo 烽火',
        description: 'Risk monitoring and early warning for work safety. Errors are problem+json with a stable `code`.',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          session: { type: 'http', scheme: 'bearer', description: 'The token that POST /api/v1/session gave' },
          cookie: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
          gateway: { type: 'http', scheme: 'basic', description: '{enterprise}/{gateway} and its credential' },
        },
      },
      security: [{ session: [] }, { cookie: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (given) => withoutUnused(jsonSchemaTransformObject(given)),
  });
  const content = { 'application/problem+json': { schema: problemSchema } };
  app.addHook('onRoute', (route) => {
    if (route.schema === undefined || route.schema.hide === true || !route.url.startsWith('/api/')) return;
    const problems = { '4xx': { description: 'Problem', content }, '5xx': { description: 'Problem', content } };
    route.schema.response = { ...(route.schema.response as object), ...problems };
  });
  await app.register(fastifySwaggerUi, { routePrefix: '/docs', uiConfig: { validatorUrl: null } });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

type Specification = ReturnType<typeof jsonSchemaTransformObject>;

/** Every shape is made twice, as it may come in and as it goes out; most go only one way. */
function withoutUnused(specification: Specification): Specification {
  const schemas = ('components' in specification ? specification.components?.schemas : undefined) ?? {};
  for (let size = -1; size !== Object.keys(schemas).length; ) {
    size = Object.keys(schemas).length;
    const text = JSON.stringify(specification);
    for (const name of Object.keys(schemas)) {
      if (!text.includes(`"#/components/schemas/${name}"`)) delete schemas[name];
    }
  }
  return specification;
}
