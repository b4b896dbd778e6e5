// The registry within one's scope, point state and history, and the import of a file.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryAnswer } from '../../src/api/schemas/readings.ts';
import { historyAnswer, pointStateSchema } from '../../src/api/schemas/readings.ts';
import type { Point } from '../../src/api/schemas/registry.ts';
import {
  divisionsPage,
  enterprisesPage,
  pointSchema,
  pointsPage,
  sourceSchema,
  sourcesPage,
} from '../../src/api/schemas/registry.ts';
import type { Caller } from './support/client.ts';
import { TestApi } from './support/client.ts';
import { IMPORTED } from './support/service.ts';

let api: TestApi;
let county: Caller;
let operator: Caller;
let province: Caller;
let admin: Caller;
beforeAll(async () => {
  api = await TestApi.start();
  [county, operator, province, admin] = [
    await api.as('county'),
    await api.as('operator'),
    await api.as('province'),
    await api.as('admin'),
  ];
});
afterAll(() => api.stop());

interface List {
  readonly items: readonly { readonly id?: string; readonly code?: string }[];
  readonly nextCursor?: string;
}
const names = async (caller: Caller, path: string): Promise<(string | undefined)[]> =>
  (await caller.get<List>(path)).body.items.map(({ id, code }) => id ?? code);

describe('lists', () => {
  it('hold what lies in the caller’s scope', async () => {
    expect(await names(county, '/divisions')).toEqual(['32', '3209', '320921', '320921-p01']);
    expect(await names(operator, '/divisions')).toEqual(['32', '3209', '320921', '320921-p01']);
    expect(await names(county, '/enterprises')).toEqual(['yt-chem']);
    expect(await names(province, '/sources')).toEqual(['bh-mine/face-1', 'yt-chem/tank-farm-1']);
    expect(await names(county, '/points')).toEqual(['yt-chem/GD-101', 'yt-chem/GD-102']);
    expect(await names(await api.as('other-county'), '/points')).toEqual(['bh-mine/CH4-1']);
  });

  it('are searched by part of an id or name and by place', async () => {
    expect(await names(province, '/enterprises?q=%E7%9B%90%E9%80%9A')).toEqual(['yt-chem']);
    expect(await names(province, '/points?q=gd-')).toEqual(['yt-chem/GD-101', 'yt-chem/GD-102']);
    expect(await names(province, '/points?division=320922')).toEqual(['bh-mine/CH4-1']);
    expect(await names(province, '/points?source=bh-mine%2Fface-1')).toEqual(['bh-mine/CH4-1']);
    expect(await names(province, '/sources?enterprise=yt-chem')).toEqual(['yt-chem/tank-farm-1']);
    expect(await names(province, '/divisions?division=3209&q=%E5%8E%BF')).toEqual(['320921', '320922']);
    expect(await names(county, '/points?enterprise=bh-mine')).toEqual([]);
  });

  it('come in pages', async () => {
    const { body } = await province.get<List>('/points?limit=2');
    expect(body.items).toHaveLength(2);
    expect(await names(province, `/points?limit=2&cursor=${encodeURIComponent(body.nextCursor ?? '')}`)).toEqual([
      'yt-chem/GD-102',
    ]);
    expect((await province.get<List>('/points?limit=3')).body.nextCursor).toBeUndefined();
  });

  it('have the shapes of the contract', async () => {
    for (const [path, shape] of [
      ['/divisions', divisionsPage],
      ['/enterprises', enterprisesPage],
      ['/sources', sourcesPage],
      ['/points', pointsPage],
    ] as const) {
      expect(() => shape.parse({ ...api.service })).toThrow();
      const { body } = await province.get(path);
      expect(shape.parse(body)).toEqual(body);
    }
  });

  it.each(['limit=0', 'limit=2001', 'limit=ten', 'colour=red', 'division=jiangsu', 'limit=5&limit=6', 'q='])(
    'refuse ?%s',
    async (query) => {
      expect((await province.get(`/points?${query}`)).problem).toMatchObject({ status: 400, code: 'invalid-request' });
    },
  );
});

describe('one thing', () => {
  it('is found by its percent-encoded id', async () => {
    const { body } = await county.get<Point>('/points/yt-chem%2FGD-101');
    expect(pointSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ number: 3, division: '320921-p01', limits: { H: 25, HH: 50 }, basis: { mark: 'V' } });
    const source = (await county.get('/sources/yt-chem%2Ftank-farm-1')).body;
    expect(sourceSchema.parse(source)).toEqual(source);
    expect((await county.get('/enterprises/yt-chem')).status).toBe(200);
    expect((await county.get('/divisions/3209')).status).toBe(200);
  });

  it.each([
    '/points/bh-mine%2FCH4-1',
    '/points/bh-mine%2FCH4-1/state',
    '/points/bh-mine%2FCH4-1/readings?from=1&to=2',
    '/sources/bh-mine%2Fface-1',
    '/enterprises/bh-mine',
    '/divisions/320922',
    '/points/yt-chem%2Fnone',
    '/sources/none',
    '/enterprises/none',
    '/divisions/99',
  ])('out of scope or not there looks the same: %s', async (path) => {
    expect((await county.get(path)).problem).toMatchObject({
      status: 404,
      code: 'not-found',
      detail: 'There is no such thing within your scope',
    });
  });

  it('a malformed escape is an error, not a crash', async () => {
    expect((await county.get('/points/%E0%A4%A')).problem.status).toBe(400);
    expect((await county.get(`/points/${'x'.repeat(300)}`)).problem.status).toBe(400);
  });
});

describe('a point now and before', () => {
  it('state: never seen, then with its last reading and forecast, then not heard since a start', async () => {
    const state = {
      point: 'yt-chem/GD-101',
      number: 3,
      unit: '%{LEL}',
      quality: 'never-seen' as const,
      neverSeen: true,
      unsaved: false,
      stale: false,
      level: 'none' as const,
      limits: { H: 25, HH: 50 },
    };
    api.service.pointStates.set(3, state);
    expect((await county.get('/points/yt-chem%2FGD-101/state')).body).toEqual(state);
    const seen = {
      ...state,
      last: { sampledAt: 1, receivedAt: 2, value: 20, quality: 'good' as const },
      quality: 'stale' as const,
      neverSeen: false,
      unsaved: false,
      stale: true,
      level: 'PRE' as const,
      forecast: { limit: 'H', limitValue: 25, numbers: { timeToLimitMs: 60_000, r2: 0.97 } },
    };
    api.service.pointStates.set(3, seen);
    const { body } = await county.get('/points/yt-chem%2FGD-101/state');
    expect(pointStateSchema.parse(body)).toEqual(seen);
    // After a start its last reading is of before, and nothing is known of it.
    const awaited = { ...seen, quality: 'no-data-since-start' as const, stale: false };
    api.service.pointStates.set(3, awaited);
    expect((await county.get('/points/yt-chem%2FGD-101/state')).body).toEqual(awaited);
  });

  it('history: raw or down-sampled, with how far it is complete and what is missing in it', async () => {
    const path = '/points/yt-chem%2FGD-101/readings';
    api.service.nextHistory = {
      downsampled: false,
      items: [{ at: 5, value: 1.5, quality: 'uncertain' }],
      completeTo: 6,
      gaps: [{ from: 2, to: 4, count: 3, reason: 'HTTP 422: field type conflict' }],
    };
    const raw = (await county.get<HistoryAnswer>(`${path}?from=1&to=9`)).body;
    expect(historyAnswer.parse(raw)).toEqual({ point: 'yt-chem/GD-101', unit: '%{LEL}', ...api.service.nextHistory });
    api.service.nextHistory = { downsampled: true, items: [{ at: 5, min: 1, mean: 2, max: 3, count: 4 }] };
    const sampled = (await county.get<HistoryAnswer>(`${path}?from=1&to=9&max=1`)).body;
    expect(sampled).toEqual({ point: 'yt-chem/GD-101', unit: '%{LEL}', ...api.service.nextHistory, gaps: [] });
    for (const query of [
      '',
      '?from=1',
      '?from=9&to=9',
      '?from=1&to=9&max=0',
      '?from=1&to=9&max=10001',
      '?from=-1&to=9',
    ]) {
      expect((await county.get(path + query)).problem.code, query).toBe('invalid-request');
    }
  });
});

describe('importing a registry', () => {
  const LOOSER = {
    ...{ id: 'l3-0', kind: 'point' as const, item: 'yt-chem/GD-101', field: 'limits-high.H' },
    ...{ from: 25, to: 30, actor: 'admin', at: 1_000 },
  };
  const yaml = 'divisions: [{code: "320921", name: 响水县}]\n';
  beforeEach(() => {
    api.service.imports.length = 0;
    api.service.nextImport = IMPORTED;
  });

  it('hands the text on, whatever its type, and tells what waits for a second person', async () => {
    api.service.nextImport = { ...IMPORTED, pending: [LOOSER], warnings: ['class'] };
    for (const type of ['application/yaml', 'text/plain', 'application/json', 'text/yaml; charset=utf-8']) {
      const answer = await admin.post('/registry/import', yaml, { 'content-type': type, 'idempotency-key': 'i1' });
      expect([answer.status, answer.body], type).toEqual([200, api.service.nextImport]);
    }
    expect(api.service.imports[0]).toEqual({ text: yaml, actor: 'admin', commandId: 'admin/import/i1' });
    expect(api.service.audits.at(-1)).toMatchObject({ actor: 'admin', action: 'import-registry', outcome: 'done' });
  });

  it('a file with errors changes nothing and answers every one of them', async () => {
    api.service.nextImport = { applied: false, errors: ['points[0].type: unknown', 'points[7].limits: H above HH'] };
    const { problem } = await admin.post('/registry/import', yaml, { 'content-type': 'application/yaml' });
    expect(problem).toMatchObject({ status: 422, code: 'registry-refused' });
    expect(problem.errors?.map(({ message }) => message)).toEqual(api.service.nextImport.errors);
  });

  it('only an administrator may, or make what is registered follow its packs', async () => {
    for (const caller of [county, operator, province]) {
      const { problem } = await caller.post('/registry/import', yaml, { 'content-type': 'application/yaml' });
      expect(problem.code).toBe('not-permitted');
      expect((await caller.post('/registry/packs', '', {})).problem.code).toBe('not-permitted');
    }
    expect(api.service.imports).toEqual([]);
    const { status, body } = await admin.post('/registry/packs', '', { 'idempotency-key': 'p1' });
    expect([status, body]).toEqual([200, api.service.nextImport]);
    expect(api.service.imports).toEqual([{ text: 'packs', actor: 'admin', commandId: 'admin/packs/p1' }]);
    expect(api.service.audits.at(-1)).toMatchObject({ actor: 'admin', action: 'follow-packs', outcome: 'done' });
  });

  it('an empty or unknown body is refused before anyone looks at it', async () => {
    expect((await admin.post('/registry/import', '', { 'content-type': 'text/plain' })).problem.status).toBe(400);
    const answer = await admin.post('/registry/import', yaml, { 'content-type': 'application/x-protobuf' });
    const detail = expect.stringMatching(
      /"application\/x-protobuf" is not taken here: send application\/json or application\/yaml$/,
    );
    expect(answer.problem).toMatchObject({ code: 'unsupported-type', detail });
  });
});
