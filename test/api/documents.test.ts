// What describes and surrounds the API: OpenAPI, its page under the strict CSP, headers, probes, figures, the dashboard.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { livenessAnswer, readinessAnswer } from '../../src/api/schemas/service.ts';
import { needs } from '../support/available.ts';
import { startChromium } from '../support/chromium.ts';
import { TestApi } from './support/client.ts';

let api: TestApi;
let webRoot: string;
beforeAll(async () => {
  webRoot = mkdtempSync(join(tmpdir(), 'fenghuo-web-'));
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>烽火</title>');
  writeFileSync(join(webRoot, 'app-1a2b.js'), 'export {};');
  api = await TestApi.start({ webRoot });
});
afterAll(async () => {
  await api.stop();
  rmSync(webRoot, { recursive: true });
});

interface Operation {
  readonly summary?: string;
  readonly tags?: string[];
  readonly security?: object[];
  readonly parameters?: { in: string; name: string; required: boolean }[];
  readonly responses: Record<string, object>;
}
interface Specification {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object>; readonly securitySchemes: Record<string, object> };
}
const specification = async (): Promise<Specification> =>
  (await api.request<Specification>('GET', '/openapi.json')).body;
const operations = ({ paths }: Specification): [string, string, Operation][] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [method, path, operation]),
  );

describe('OpenAPI', () => {
  it('names every route of the interface', async () => {
    const known = operations(await specification()).map(([method, path]) => `${method} ${path.replace('/api/v1', '')}`);
    expect(known.toSorted()).toEqual(
      [
        ...['post /session', 'delete /session', 'get /session', 'get /people/{id}'],
        ...['divisions', 'enterprises', 'sources', 'points'].flatMap((one) => [`get /${one}`, `get /${one}/{id}`]),
        ...['get /points/{id}/readings', 'get /points/{id}/state', 'post /readings'],
        ...['get /alerts', 'get /alerts/{id}', 'get /alerts/{id}/explanation', 'get /events', 'get /ingest/refusals'],
        'get /roll-up',
        ...['acknowledge', 'comment', 'verify', 'reset', 'release', 'close'].map((kind) => `post /alerts/{id}/${kind}`),
        ...['post /backtests', 'get /backtests', 'get /backtests/{id}', 'delete /backtests/{id}'],
        ...['post /registry/import', 'post /registry/packs', 'get /healthz', 'get /readyz', 'get /metrics'],
      ].toSorted(),
    );
  });

  it('is whole: every reference resolves, every path parameter is declared, every operation is described', async () => {
    const document = await specification();
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Fenghuo 烽火', version: '0.1.0' });
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(20);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty([name]);
    for (const [method, path, operation] of operations(document)) {
      const place = `${method} ${path}`;
      expect(operation.summary, place).toBeTruthy();
      expect(operation.tags, place).toHaveLength(1);
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        place,
      ).toBe(true);
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
      expect(declared, place).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const one of operation.security ?? []) {
        for (const scheme of Object.keys(one)) expect(document.components.securitySchemes).toHaveProperty([scheme]);
      }
      if (path.startsWith('/api/')) expect(Object.keys(operation.responses), place).toContain('4XX');
    }
    for (const name of Object.keys(document.components.schemas)) {
      expect(JSON.stringify(document), name).toContain(`"#/components/schemas/${name}"`);
    }
  });

  it('every route but signing in is closed to who is not signed in', async () => {
    for (const [method, path] of operations(await specification())) {
      if (!path.startsWith('/api/') || (method === 'post' && path.endsWith('/session'))) continue;
      const answer = await api.request(method.toUpperCase(), path.replace('{id}', 'x'));
      expect([answer.status, answer.problem.code], `${method} ${path}`).toEqual([401, 'not-signed-in']);
    }
  });
});

const chromium = needs('chromium');
describe.skipIf(chromium.missing)(`the page of the API${chromium.note}`, () => {
  it('works under the content security policy', async () => {
    const { browser, stop } = await startChromium();
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      const outside: string[] = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(api.url) && !request.url().startsWith('data:')) outside.push(request.url());
      });
      await page.goto(`${api.url}/docs/`);
      await page.locator('.opblock-summary-path', { hasText: '/api/v1/alerts' }).first().waitFor();
      expect(await page.locator('.title').first().textContent()).toContain('Fenghuo 烽火');
      expect(complaints).toEqual([]);
      expect(outside).toEqual([]);
    } finally {
      await stop();
    }
  });
});

describe('headers', () => {
  it('every answer carries the policy and none invites framing or sniffing', async () => {
    for (const path of ['/', '/docs/', '/api/v1/alerts', '/nothing', '/healthz']) {
      const { headers } = await api.request('GET', path);
      const policy = headers.get('content-security-policy')?.split(';') ?? [];
      expect(policy, path).toEqual([
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "connect-src 'self' ws: wss:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });

  it('what is signed in for is kept by no cache', async () => {
    const county = await api.as('county');
    expect((await county.get('/alerts')).headers.get('cache-control')).toBe('no-store');
  });
});

describe('the dashboard', () => {
  it('is served at /, the page fresh, its hashed files for good', async () => {
    const page = await api.request<string>('GET', '/');
    expect(page.body).toContain('烽火');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const script = await api.request('GET', '/app-1a2b.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await api.request('GET', '/..%2f..%2fetc%2fpasswd')).status).toBe(404);
  });

  it('may be missing', async () => {
    const bare = await TestApi.start({ webRoot: join(webRoot, 'not-built') });
    expect((await bare.request('GET', '/')).status).toBe(404);
    expect((await bare.request('GET', '/healthz')).status).toBe(200);
    await bare.stop();
  });
});

describe('probes', () => {
  it('alive, and ready only once restored, with the state of each part', async () => {
    expect(livenessAnswer.parse((await api.request('GET', '/healthz')).body)).toEqual({ alive: true });
    const ready = await api.request('GET', '/readyz');
    expect([ready.status, readinessAnswer.parse(ready.body).ready]).toEqual([200, true]);
    api.service.isReady = false;
    const restoring = await api.request('GET', '/readyz');
    expect([restoring.status, restoring.body]).toEqual([503, { ready: false, ...api.service.state_ }]);
    expect((await api.request('GET', '/healthz')).status).toBe(200);
    api.service.isReady = true;
  });

  it('figures of every part and of the API itself, scrape after scrape', async () => {
    api.service.figures = [
      {
        name: 'fenghuo_readings_total',
        help: 'Readings',
        type: 'counter',
        samples: [
          { labels: { verdict: 'live' }, value: 5 },
          { labels: { verdict: 'history' }, value: 2 },
        ],
      },
      { name: 'fenghuo_points', help: 'Points', type: 'gauge', samples: [{ value: 3 }] },
    ];
    await api.request('GET', '/metrics');
    const { body, headers } = await api.request<string>('GET', '/metrics');
    expect(headers.get('content-type')).toContain('text/plain');
    for (const line of [
      'fenghuo_readings_total{verdict="live"} 5',
      'fenghuo_readings_total{verdict="history"} 2',
      '# TYPE fenghuo_points gauge',
      'fenghuo_points 3',
      'fenghuo_live_clients 0',
    ]) {
      expect(body).toContain(line);
    }
    expect(body).toMatch(/fenghuo_http_request_seconds_count\{route="\/metrics",method="GET",status="200"\} \d/);
    expect(body).not.toMatch(/route="\/api\/v1\/alerts\/x/);
  });
});
