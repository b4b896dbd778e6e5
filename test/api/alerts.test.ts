// Alerts over HTTP: open ones worst first, past ones newest first, pages that neither repeat nor skip, scope everywhere.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert, AlertDetail, EventsPage } from '../../src/api/schemas/alerts.ts';
import { alertDetail, alertsPage, eventsPage } from '../../src/api/schemas/alerts.ts';
import type { Page } from '../../src/api/schemas/scalars.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';
import type { Caller } from './support/client.ts';
import { TestApi } from './support/client.ts';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start();
});
afterEach(() => api.stop());

const inMine = { enterprise: 'bh-mine', source: 'bh-mine/face-1', division: '320922', hazard: 'mine-gas' } as const;
const ids = (page: { readonly items: readonly { readonly id: string }[] }): string[] => page.items.map(({ id }) => id);

async function allPages(caller: Caller, path: string): Promise<Page<Alert>[]> {
  const pages: Page<Alert>[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; cursor = pages.at(-1)?.nextCursor) {
    const answer = await caller.get<Page<Alert>>(`${path}${cursor && `&cursor=${cursor}`}`);
    expect(answer.status).toBe(200);
    pages.push(answer.body);
  }
  return pages;
}

describe('open alerts', () => {
  it('come worst first, as the caller’s own level sees them', async () => {
    api.service.change(
      makeAlert({ id: 'quiet', grade: 'red', state: 'acknowledged', acked: true, ackedLevel: 'county' }),
      makeAlert({ id: 'blue', grade: 'blue' }),
      makeAlert({ id: 'orange', grade: 'orange' }),
    );
    const [county, province] = [await api.as('county'), await api.as('province')];
    const seen = (await county.get<Page<Alert>>('/alerts')).body;
    expect(() => alertsPage.parse(seen)).not.toThrow();
    expect(ids(seen)).toEqual(['orange', 'blue', 'quiet']);
    expect(seen.items[2].state).toBe('acknowledged');
    const above = (await province.get<Page<Alert>>('/alerts')).body;
    expect(ids(above)).toEqual(['quiet', 'orange', 'blue']);
    expect(above.items[0].state).toBe('unacknowledged');
    expect(ids((await county.get<Page<Alert>>('/alerts?state=acknowledged')).body)).toEqual(['quiet']);
    expect(ids((await province.get<Page<Alert>>('/alerts?state=acknowledged')).body)).toEqual([]);
  });

  it('pages neither repeat nor skip what stays, while alerts come and go', async () => {
    const grades = ['blue', 'red', 'yellow', 'orange'] as const;
    const alerts = Array.from({ length: 25 }, (_, i) =>
      makeAlert({ id: `s${i}`, grade: grades[i % 4], raisedAt: i % 3 }),
    );
    api.service.change(...alerts);
    const county = await api.as('county');
    const first = (await county.get<Page<Alert>>('/alerts?limit=10')).body;
    const gone = first.items[9];
    api.service.changeAs('closed', { ...gone, closedAt: 5, handling: 'closed' });
    api.service.change(makeAlert({ id: 'new', grade: 'red', raisedAt: 99 }));
    const second = (await county.get<Page<Alert>>(`/alerts?limit=10&cursor=${first.nextCursor}`)).body;
    const third = (await county.get<Page<Alert>>(`/alerts?limit=10&cursor=${second.nextCursor}`)).body;
    expect(third.nextCursor).toBeUndefined();
    const all = [...ids(first), ...ids(second), ...ids(third)];
    expect(new Set(all).size).toBe(25);
    expect(all.toSorted()).toEqual(ids({ items: alerts }).toSorted());
  });

  it('are filtered by grade, kind, place and exercise', async () => {
    api.service.change(
      makeAlert({ id: 'a', grade: 'red' }),
      makeAlert({ id: 'b', grade: 'blue', kind: 'device', hazard: 'silent' }),
      makeAlert({ ...inMine, id: 'c', grade: 'orange' }),
      makeAlert({ id: 'd', exercise: true }),
    );
    const province = await api.as('province');
    const list = async (query: string) => ids((await province.get<Page<Alert>>(`/alerts?${query}`)).body).toSorted();
    expect(await list('grade=red,orange')).toEqual(['a', 'c']);
    expect(await list('kind=device')).toEqual(['b']);
    expect(await list('division=320922')).toEqual(['c']);
    expect(await list('enterprise=yt-chem&exercise=false')).toEqual(['a', 'b']);
    expect(await list('source=bh-mine%2Fface-1')).toEqual(['c']);
    expect(await list('state=latched')).toEqual([]);
  });

  it('of another county do not exist', async () => {
    api.service.change(makeAlert({ id: 'mine' }), makeAlert({ ...inMine, id: 'theirs' }));
    const county = await api.as('county');
    expect(ids((await county.get<Page<Alert>>('/alerts')).body)).toEqual(['mine']);
    for (const path of ['/alerts/theirs', '/alerts/nothing', '/alerts/theirs/explanation']) {
      expect((await county.get(path)).problem, path).toMatchObject({ status: 404, code: 'no-such-alert' });
    }
    for (const query of ['division=320922', 'enterprise=bh-mine', 'source=bh-mine%2Fface-1', 'enterprise=nobody']) {
      expect((await county.get(`/alerts?${query}`)).problem, query).toMatchObject({ status: 404, code: 'not-found' });
    }
  });
});

describe('past alerts', () => {
  it('come newest first with those still open, in pages, from the book where it is newer', async () => {
    for (let i = 0; i < 7; i++) api.service.change(makeAlert({ id: `p${i}`, raisedAt: 100 + i }));
    api.service.changeAs('closed', { ...api.service.book.get('p3')!, closedAt: 500, handling: 'closed' });
    api.service.change(makeAlert({ ...inMine, id: 'theirs', raisedAt: 104 }));
    api.service.projectedTo = api.service.newest;
    api.service.changeAs('acknowledged', {
      ...api.service.book.get('p2')!,
      state: 'acknowledged',
      acked: true,
      ackedLevel: 'county',
    });
    const county = await api.as('county');
    const pages = await allPages(county, '/alerts?from=101&to=106&limit=2');
    expect(pages.flatMap(ids)).toEqual(['p5', 'p4', 'p3', 'p2', 'p1']);
    expect(pages.flatMap(({ items }) => items).find(({ id }) => id === 'p2')?.state).toBe('acknowledged');
    expect(ids((await county.get<Page<Alert>>('/alerts?from=101&state=acknowledged')).body)).toEqual(['p2']);
  });

  it('a made-up cursor is an error', async () => {
    const county = await api.as('county');
    const cursor = Buffer.from('["now"]').toString('base64url');
    for (const path of [
      `/alerts?cursor=${cursor}`,
      `/alerts?from=1&cursor=${cursor}`,
      '/alerts?cursor=%00',
      '/alerts?cursor=',
    ]) {
      expect((await county.get(path)).problem, path).toMatchObject({ status: 400, code: 'invalid-request' });
    }
  });
});

describe('one alert', () => {
  it('comes with its whole timeline, also what the store does not have yet', async () => {
    api.service.change(makeAlert({ id: 'a' }), makeAlert({ id: 'other' }));
    api.service.projectedTo = 2;
    api.service.changeAs('worse-grade', { ...api.service.book.get('a')!, grade: 'red', peakGrade: 'red' });
    const county = await api.as('county');
    const { body } = await county.get<AlertDetail>('/alerts/a');
    expect(() => alertDetail.parse(body)).not.toThrow();
    expect(body).toMatchObject({ id: 'a', grade: 'red', seq: 3 });
    expect(body.timeline.map(({ seq, change, grade, gradeBefore }) => [seq, change, gradeBefore, grade])).toEqual([
      [1, 'raised', 'none', 'yellow'],
      [3, 'worse-grade', 'yellow', 'red'],
    ]);
  });

  it('says what the caller may do to it, and why not: a county may not let go once the alert was red', async () => {
    const county = await api.as('county');
    const refused = async (peakGrade: Alert['peakGrade']) => {
      api.service.change(makeAlert({ id: 'a', grade: 'orange', peakGrade }));
      const { body } = await county.get<AlertDetail>('/alerts/a');
      return body.acts.flatMap(({ kind, refused: why }) => (why === undefined ? [] : [[kind, why.code, why.level]]));
    };
    expect(await refused('orange')).toEqual([]);
    expect(await refused('red')).toEqual([['release', 'level-too-low', 'city']]);
    const viewer = await api.as('viewer');
    const { body } = await viewer.get<AlertDetail>('/alerts/a');
    expect(body.acts.every(({ refused: why }) => why?.code === 'not-permitted')).toBe(true);
  });

  it('tells what memory has of it while the store has not got it yet, however old the service is', async () => {
    // Its first transitions are in the store alone, and the store is away since.
    api.service.change(makeAlert({ id: 'earlier' }));
    api.service.forgotten = 1;
    api.service.projectedTo = 1;
    api.service.change(makeAlert({ id: 'a' }), makeAlert({ id: 'other' }));
    api.service.changeAs('worse-grade', { ...api.service.book.get('a')!, grade: 'red' });
    const { body } = await (await api.as('county')).get<AlertDetail>('/alerts/a');
    expect(body.timeline.map(({ seq, change }) => [seq, change])).toEqual([
      [2, 'raised'],
      [4, 'worse-grade'],
    ]);
  });

  it('that chatters comes with the newest of its timeline; what came before is asked for by its cursor', async () => {
    api.service.change(makeAlert({ id: 'a' }));
    for (let i = 0; i < 249; i++) api.service.changeAs('re-raised', api.service.book.get('a')!);
    // The last thirty are not in the store yet.
    api.service.projectedTo = 220;
    const county = await api.as('county');
    const newest = (await county.get<AlertDetail>('/alerts/a')).body;
    expect(newest.timeline.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, i) => 51 + i));
    const seen: number[] = [];
    for (let cursor = newest.nextCursor; cursor !== undefined; ) {
      const { body }: { body: AlertDetail } = await county.get<AlertDetail>(`/alerts/a?limit=20&cursor=${cursor}`);
      seen.unshift(...body.timeline.map(({ seq }) => seq));
      cursor = body.nextCursor;
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => 1 + i));
    expect((await county.get('/alerts/a?cursor=bm8')).problem).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  it('is found in the past once the book has let it go', async () => {
    api.service.change(makeAlert({ id: 'a' }));
    api.service.changeAs('closed', { ...api.service.book.get('a')!, closedAt: 9, handling: 'closed' });
    const { status, body } = await (await api.as('county')).get<AlertDetail>('/alerts/a');
    expect([status, body.handling]).toEqual([200, 'closed']);
  });

  it('is explained from its evidence', async () => {
    const alert = makeAlert({ id: 'a' });
    api.service.change(alert);
    const county = await api.as('county');
    expect((await county.get('/alerts/a/explanation')).problem).toMatchObject({ status: 404, code: 'not-found' });
    const explanation = {
      alert: 'a',
      seq: 1,
      at: 5,
      input: 77,
      engineVersion: '1',
      equal: true,
      differences: [],
      grade: alert.grade,
      reasons: alert.reasons,
      points: [],
      proof: {
        what: 'grade',
        name: 'red',
        detail: {},
        because: [{ what: 'base', value: 3, detail: { level: 'HH' }, because: [] }],
      },
      evidence: { before: [1, 2], nested: { deep: true } },
    };
    api.service.explanations.set('a', explanation);
    expect((await county.get('/alerts/a/explanation')).body).toEqual(explanation);
  });
});

describe('events', () => {
  beforeEach(() => {
    for (let i = 0; i < 6; i++) api.service.change(makeAlert({ id: `y${i}` }), makeAlert({ ...inMine, id: `b${i}` }));
  });

  it('give what came after a number, of the caller’s scope, page by page', async () => {
    const county = await api.as('county');
    const got: number[] = [];
    let after: string | undefined = 'epoch-1~0:3';
    while (after !== undefined) {
      const { body }: { body: EventsPage } = await county.get<EventsPage>(`/events?after=${after}&limit=4`);
      expect(() => eventsPage.parse(body)).not.toThrow();
      expect(body.from).toBe(after);
      got.push(...body.items.map(({ seq }) => seq));
      after = body.nextCursor;
      if (after === undefined) expect(body.to).toBe('epoch-1~0:12');
    }
    expect(got).toEqual([5, 7, 9, 11]);
  });

  it('come from the store when memory no longer has them, and say so when that has not either', async () => {
    api.service.forgotten = 10;
    const county = await api.as('county');
    const { body } = await county.get<EventsPage>('/events?limit=3');
    expect([body.items.map(({ seq }) => seq), body.to, body.nextCursor]).toEqual([
      [1, 3],
      'epoch-1~0:3',
      'epoch-1~0:3',
    ]);
    api.service.lost = 4;
    expect((await county.get('/events')).problem).toMatchObject({ status: 410, code: 'out-of-reach' });
    api.service.lost = 0;
    api.service.projectedTo = 5;
    expect((await county.get('/events?after=epoch-1~0:6')).problem.code).toBe('out-of-reach');
    expect((await county.get('/events?after=epoch-1~0:13')).problem.code).toBe('out-of-reach');
  });

  it('of another epoch are out of reach, and a text we never gave is called that', async () => {
    const county = await api.as('county');
    expect((await county.get('/events?after=epoch-0~0:3')).problem.code).toBe('out-of-reach');
    expect((await county.get('/events?after=3')).problem).toMatchObject({
      code: 'invalid-request',
      detail: 'after: not a cursor of this service',
    });
  });
});

describe('alerts of two hundred points', () => {
  const points = Array.from({ length: 200 }, (_, number) =>
    alertPoint(`yt-chem/GD-${number}`, number, {
      value: 27.5,
      quality: 'good',
      sampledAt: 1_763_775_600_000,
      limit: 'H',
      limitValue: 25,
      peak: 31.2,
    }),
  );
  beforeEach(() => {
    for (let i = 0; i < 80; i++) api.service.change(makeAlert({ id: `big${i}`, raisedAt: i, points }));
  });

  it('come in short pages, of which none is left out, and each goes on from the one before', async () => {
    const county = await api.as('county');
    for (const path of ['/alerts?limit=2000', '/alerts?from=0&limit=2000']) {
      const pages = await allPages(county, path);
      expect(pages.length, path).toBeGreaterThan(1);
      for (const page of pages) expect(() => alertsPage.parse(page)).not.toThrow();
      expect(pages.flatMap(ids).toSorted(), path).toEqual([...api.service.book.keys()].toSorted());
    }
    const changes: number[] = [];
    let [cursor, pages] = ['epoch-1~0:0', 0];
    for (let after: string | undefined = cursor; after !== undefined; after = cursor || undefined) {
      const { body }: { body: EventsPage } = await county.get<EventsPage>(`/events?after=${after}`);
      expect(() => eventsPage.parse(body)).not.toThrow();
      changes.push(...body.items.map(({ seq }) => seq));
      [cursor, pages] = [body.nextCursor ?? '', pages + 1];
    }
    expect(pages).toBeGreaterThan(1);
    expect(changes).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
  });
});
