// /live over a real socket: snapshot, then numbered changes without a gap, each screen in its own scope.
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cursorOf } from '../../src/api/cursor.ts';
import type { EventsPage } from '../../src/api/schemas/alerts.ts';
import type { AlertsMessage } from '../../src/api/schemas/live.ts';
import { alertsMessage, heartbeatMessage, snapshotMessage, valuesMessage } from '../../src/api/schemas/live.ts';
import { checksumByGrade, countByGrade, worstFirst } from '../../src/api/shapes/alert.ts';
import { follows } from '../../src/api/shapes/live.ts';
import { SESSION_MS } from '../../src/api/sign-in/auth.ts';
import { makeAlert } from '../support/build/alert.ts';
import type { Caller, Screen } from './support/client.ts';
import { TestApi } from './support/client.ts';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start({ gateway: { maxClients: 10 } });
});
afterEach(() => api.stop());

const inMine = { enterprise: 'bh-mine', source: 'bh-mine/face-1', division: '320922', hazard: 'mine-gas' } as const;
const ofService = {
  enterprise: 'service',
  source: 'service',
  division: '',
  kind: 'device',
  hazard: 'storage',
} as const;

async function open(user: string, body = {}): Promise<Screen> {
  const screen = await api.screen(await api.token(user));
  const answer = await screen.subscribe(body);
  expect(answer).toMatchObject({ snapshot: true });
  await screen.until(() => screen.of('heartbeat').length > 0);
  return screen;
}

/** The cursor of a number. */
const at = (seq: number, epoch = 'epoch-1'): string => cursorOf({ epoch, seq });

const seqs = (messages: readonly AlertsMessage[]): number[] =>
  messages.flatMap(({ transitions }) => transitions.map(({ seq }) => seq));

function expectChain(screen: Screen): void {
  let last = screen.of('snapshot').at(-1)?.to;
  for (const { from, to } of screen.of('alerts')) {
    expect(from).toBe(last);
    last = to;
  }
}

describe('a new screen', () => {
  it('gets a complete snapshot, worst first, in parts of at most 500, then every change in a chain', async () => {
    const grades = ['blue', 'red', 'yellow', 'orange'] as const;
    const alerts = Array.from({ length: 1_203 }, (_, i) =>
      makeAlert({ id: `s${i}`, grade: grades[i % 4], raisedAt: i }),
    );
    api.service.change(...alerts);
    const screen = await open('county');
    const parts = screen.of('snapshot');
    expect(parts.map(({ part, last, alerts: some }) => [part, last, some.length])).toEqual([
      [0, false, 500],
      [1, false, 500],
      [2, true, 203],
    ]);
    const shown = parts.flatMap((part) => part.alerts);
    expect(shown.map(({ id }) => id)).toEqual(
      [...api.service.book.values()].sort(worstFirst('county')).map(({ id }) => id),
    );
    for (const part of parts) {
      expect(() => snapshotMessage.parse(part)).not.toThrow();
      expect(part).toMatchObject({ to: at(1_203), counts: countByGrade(shown) });
      expect(part.checksum).toEqual(checksumByGrade(shown));
    }
    for (let i = 0; i < 5; i++) api.service.change(makeAlert({ id: `n${i}` }), makeAlert({ ...inMine, id: `m${i}` }));
    await screen.until(() => seqs(screen.of('alerts')).length === 5);
    expect(seqs(screen.of('alerts'))).toEqual([1_204, 1_206, 1_208, 1_210, 1_212]);
    expectChain(screen);
    for (const message of screen.of('alerts')) expect(() => alertsMessage.parse(message)).not.toThrow();
  });

  it('gets one empty part when nothing is open', async () => {
    const screen = await open('county');
    expect(screen.of('snapshot')).toEqual([
      {
        to: at(0),
        part: 0,
        last: true,
        alerts: [],
        counts: { red: 0, orange: 0, yellow: 0, blue: 0 },
        checksum: { red: 0, orange: 0, yellow: 0, blue: 0 },
      },
    ]);
  });
});

describe('scopes', () => {
  it('two counties see different alerts, each in its own chain, and both the alarms of the service', async () => {
    const [one, other, province] = [await open('county'), await open('other-county'), await open('province')];
    for (let i = 0; i < 4; i++) {
      api.service.change(makeAlert({ id: `y${i}` }));
      api.service.change(makeAlert({ ...inMine, id: `b${i}` }), makeAlert({ ...inMine, id: `c${i}` }));
    }
    api.service.change(makeAlert({ ...ofService, id: 'storage' }));
    for (const screen of [one, other, province]) await screen.until(() => seqs(screen.of('alerts')).includes(13));
    expect(seqs(one.of('alerts'))).toEqual([1, 4, 7, 10, 13]);
    expect(seqs(other.of('alerts'))).toEqual([2, 3, 5, 6, 8, 9, 11, 12, 13]);
    expect(seqs(province.of('alerts'))).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
    for (const screen of [one, other, province]) expectChain(screen);
  });

  it('asking for more than the own scope gives the own scope; for something else, nothing', async () => {
    api.service.change(makeAlert({ id: 'y' }), makeAlert({ ...inMine, id: 'b' }));
    const screen = await open('county', { division: '32' });
    expect(screen.of('snapshot').flatMap(({ alerts }) => alerts.map(({ id }) => id))).toEqual(['y']);
    for (const body of [
      { division: '320922' },
      { enterprise: 'bh-mine' },
      { source: 'bh-mine/face-1' },
      { source: 'no' },
    ]) {
      expect(await screen.subscribe(body)).toMatchObject({ error: { code: 'not-found' } });
    }
  });

  it('a screen that asks for something else no longer gets what it saw before', async () => {
    const screen = await open('province', { enterprise: 'yt-chem' });
    expect(await screen.subscribe({ source: 'bh-mine/face-1' })).toMatchObject({ snapshot: true });
    api.service.change(makeAlert({ id: 'y' }));
    api.service.change(makeAlert({ ...inMine, id: 'b' }));
    await screen.until(() => screen.of('alerts').length > 0);
    expect(seqs(screen.of('alerts'))).toEqual([2]);
    expectChain(screen);
  });
});

describe('coming back', () => {
  it('with the cursor of its last message a screen gets only what it missed', async () => {
    const screen = await open('county');
    api.service.change(makeAlert({ id: 'y0' }));
    await screen.until(() => screen.of('alerts').length === 1);
    screen.socket.disconnect();
    api.service.change(makeAlert({ id: 'y1' }), makeAlert({ ...inMine, id: 'b1' }), makeAlert({ id: 'y2' }));
    api.service.change(makeAlert({ ...inMine, id: 'b2' }));
    const back = await api.screen(await api.token('county'));
    expect(await back.subscribe({ after: at(1) })).toMatchObject({ snapshot: false, to: at(5) });
    await back.until(() => back.of('alerts').length === 1);
    expect(back.of('alerts')[0]).toMatchObject({ from: at(1), to: at(5) });
    expect(seqs(back.of('alerts'))).toEqual([2, 4]);
    api.service.change(makeAlert({ id: 'y3' }));
    await back.until(() => back.of('alerts').length === 2);
    expect(back.of('alerts')[1]).toMatchObject({ from: at(5), to: at(6) });
    expect(back.of('snapshot')).toEqual([]);
  });

  it.each([
    ['another epoch', { after: at(1, 'epoch-0') }],
    ['a text we never gave', { after: '1' }],
    ['another partition', { after: 'epoch-1~1:1' }],
    ['a number out of reach', { after: at(1) }],
    ['a number not given yet', { after: at(9) }],
  ])('%s gives a new snapshot', async (what, body) => {
    api.service.change(makeAlert({ id: 'y0' }), makeAlert({ id: 'y1' }), makeAlert({ id: 'y2' }));
    if (what === 'a number out of reach') api.service.forgotten = 2;
    const screen = await open('county', body);
    expect(screen.of('snapshot')[0]).toMatchObject({ to: at(3), last: true });
    expect(screen.of('alerts')).toEqual([]);
  });

  it('a lost message shows, and the events route fills the gap', async () => {
    const screen = await open('county');
    const county = await api.as('county');
    for (let i = 0; i < 4; i++) api.service.change(makeAlert({ id: `y${i}` }), makeAlert({ ...inMine, id: `b${i}` }));
    await screen.until(() => screen.of('alerts').length === 4);
    const [first, , third] = screen.of('alerts');
    expect(follows(at(0), first)).toBe(true);
    expect(follows(first.to, third)).toBe(false);
    const filled = (await county.get<EventsPage>(`/events?after=${first.to}`)).body;
    expect(filled).toMatchObject({ from: first.to, to: at(8) });
    expect(filled.items.map(({ seq }) => seq)).toEqual(seqs(screen.of('alerts').slice(1)));
  });

  it('a new epoch stands in the next heartbeat, and the old number is worth nothing there', async () => {
    const screen = await open('county');
    api.service.epochName = 'epoch-2';
    api.service.time.advance(5_000);
    await screen.until(() => screen.of('heartbeat').length === 2);
    expect(screen.of('heartbeat')[1].to).toBe(at(0, 'epoch-2'));
    expect(await screen.subscribe({ after: at(0) })).toMatchObject({ snapshot: true, to: at(0, 'epoch-2') });
  });
});

describe('values', () => {
  it('the newest at once, then at most two a second of each point, only of points asked for and allowed', async () => {
    const { service } = api;
    service.newestValues.set(3, [0, 3, 100, 12.5, 'no-data-since-start']);
    const screen = await api.screen(await api.token('county'));
    const points = ['yt-chem/GD-101', 'yt-chem/GD-102', 'bh-mine/CH4-1', 'yt-chem/gone', 'yt-chem/GD-101'];
    expect(await screen.subscribe({ points })).toMatchObject({ unknownPoints: ['bh-mine/CH4-1', 'yt-chem/gone'] });
    await screen.until(() => screen.of('values').length === 1);
    service.dirty.push(
      [0, 3, 101, 13, 'good'],
      [0, 7, 101, 0.4, 'good'],
      [0, 4, 101, 1, 'uncertain'],
      [0, 3, 102, 14, 'good'],
    );
    service.time.advance(500);
    service.time.advance(500);
    service.dirty.push([0, 4, 103, 2, 'good']);
    service.time.advance(500);
    await screen.until(() => screen.of('values').length === 3);
    expect(screen.of('values').map(({ values, folded }) => [values, folded])).toEqual([
      [[[0, 3, 100, 12.5, 'no-data-since-start']], 0],
      [
        [
          [0, 3, 102, 14, 'good'],
          [0, 4, 101, 1, 'uncertain'],
        ],
        0,
      ],
      [[[0, 4, 103, 2, 'good']], 0],
    ]);
    for (const message of screen.of('values')) expect(() => valuesMessage.parse(message)).not.toThrow();
  });
});

describe('heartbeat', () => {
  it('comes every 5 s with health, lag and how far this screen has been sent', async () => {
    const screen = await open('county');
    api.service.change(makeAlert({ ...inMine, id: 'b' }), makeAlert({ id: 'y' }), makeAlert({ ...inMine, id: 'c' }));
    api.service.time.offsetMs = 42;
    api.service.lag = 10_001;
    api.service.state_ = { state: 'failing', unsaved: true, parts: { log: { state: 'failing', detail: 'no space' } } };
    api.service.time.advance(4_999);
    api.service.time.advance(1);
    await screen.until(() => screen.of('heartbeat').length === 2);
    const beat = screen.of('heartbeat')[1];
    expect(() => heartbeatMessage.parse(beat)).not.toThrow();
    expect(beat).toEqual({
      at: api.service.time.now(),
      wallOffsetMs: 42,
      to: at(2),
      health: api.service.state_,
      lagMs: 10_001,
      data: { state: 'live', newestAt: api.service.time.now() - 5_000 },
      behind: true,
    });
  });

  it('says how old the data is of what this screen looks at, not of the whole service', async () => {
    api.service.ages.set('bh-mine', { state: 'no-data-since-start' });
    const [whole, mine] = [await open('province'), await open('province', { enterprise: 'bh-mine' })];
    expect(whole.of('heartbeat')[0].data).toMatchObject({ state: 'live' });
    expect(mine.of('heartbeat')[0].data).toEqual({ state: 'no-data-since-start' });
  });

  it('at the end of its session a screen goes on showing, read-only', async () => {
    const screen = await open('county');
    api.service.time.advance(SESSION_MS);
    api.service.change(makeAlert({ id: 'y' }));
    await screen.until(() => screen.of('alerts').length === 1 && screen.of('heartbeat').at(-1)?.readOnly === true);
    expect(await screen.subscribe({})).toMatchObject({ snapshot: true });
    expect(screen.socket.connected).toBe(true);
  });
});

describe('who may connect', () => {
  const refusal = (token: string | undefined, headers = {}) =>
    api.screen(token, headers).then(
      () => 'connected',
      (error: Error) => error.message,
    );

  it('nobody without a session', async () => {
    expect(await refusal(undefined)).toBe('not-signed-in');
    expect(await refusal('made-up')).toBe('not-signed-in');
  });

  it('a cookie only from our own page', async () => {
    const cookie = `fenghuo_session=${await api.token('county')}`;
    expect(await refusal(undefined, { cookie })).toBe('wrong-origin');
    expect(await refusal(undefined, { cookie, origin: 'http://evil.example' })).toBe('wrong-origin');
    expect(await refusal(undefined, { cookie, origin: api.url })).toBe('connected');
  });

  it('nobody before the service is restored, nor above the bound', async () => {
    const token = await api.token('county');
    api.service.isReady = false;
    expect(await refusal(token)).toBe('not-ready');
    api.service.isReady = true;
    for (let i = 0; i < 10; i++) expect(await refusal(token)).toBe('connected');
    expect(await refusal(token)).toBe('too-many-requests');
  });

  it('nothing is served outside /live', async () => {
    const socket = io(api.url, { transports: ['websocket'], forceNew: true, reconnection: false });
    const message = await new Promise((resolve) => socket.once('connect_error', (error) => resolve(error.message)));
    socket.disconnect();
    expect(message).toBe('not-found');
  });

  it('a store that fails refuses the new screen, says so to us, and leaves the others alone', async () => {
    const screen = await open('county');
    const token = await api.token('county');
    api.service.breakStore = true;
    expect(await refusal(token)).toBe('internal-error');
    api.service.time.advance(30_000);
    api.service.change(makeAlert({ id: 'y' }));
    await screen.until(() => screen.of('alerts').length === 1);
    expect(api.service.reports.map(({ where }) => where)).toContain('live connection');
  });
});

describe('who is cut', () => {
  const cutReason = async (screen: Screen): Promise<unknown> => {
    await screen.until(() => screen.of('disconnect').length > 0);
    return screen.of('cut').at(-1)?.reason;
  };

  it('every screen of a session that signs out, and no other', async () => {
    const [token, other] = [await api.token('county'), await open('county')];
    const screen = await api.screen(token);
    await api.request('DELETE', '/api/v1/session', { headers: { authorization: `Bearer ${token}` } });
    expect(await cutReason(screen)).toBe('signed-out');
    expect(other.socket.connected).toBe(true);
  });

  it('a person who was disabled or given another scope, within half a minute', async () => {
    const { users, time } = api.service;
    const [disabled, moved, stays] = [await open('county'), await open('other-county'), await open('province')];
    users.set('county', { ...users.get('county')!, disabled: true });
    users.set('other-county', { ...users.get('other-county')!, scope: { division: '320921' } });
    time.advance(30_000);
    expect(await cutReason(disabled)).toBe('signed-out');
    expect(await cutReason(moved)).toBe('signed-out');
    expect(stays.socket.connected).toBe(true);
  });

  it('nobody because a session that had expired was swept away', async () => {
    const screen = await open('county');
    api.service.time.advance(SESSION_MS);
    api.service.sessions.clear();
    api.service.time.advance(30_000);
    api.service.change(makeAlert({ id: 'y' }));
    await screen.until(() => screen.of('alerts').length === 1);
  });

  it('everyone when the service stops', async () => {
    const screen = await open('county');
    await api.server.stop();
    expect(await cutReason(screen)).toBe('stopping');
  });
});

describe('whatever a client sends', () => {
  it.each([
    ['nothing', undefined],
    ['text', 'all'],
    ['an unknown key', { everything: true }],
    ['a wrong type', { points: 'yt-chem/GD-101' }],
    ['too many points', { points: Array.from({ length: 5_001 }, (_, i) => `e/${i}`) }],
    ['a negative number', { after: -1 }],
  ])('%s is an error and the connection stays', async (_what, body) => {
    const screen = await api.screen(await api.token('county'));
    expect(await screen.subscribe(body as object)).toMatchObject({ error: { code: 'invalid-request' } });
    expect(await screen.subscribe({})).toMatchObject({ snapshot: true });
  });

  it('a subscription without a callback is served too', async () => {
    const screen = await api.screen(await api.token('county'));
    screen.socket.emit('subscribe', {}, undefined as never);
    await screen.until(() => screen.of('snapshot').length === 1);
  });
});

it('commands come back on the socket of everyone who sees the alert', async () => {
  api.service.change(makeAlert({ id: 'y' }));
  const screen = await open('province');
  const county: Caller = await api.as('county');
  expect((await county.post('/alerts/y/acknowledge', { seenSeq: 1 })).status).toBe(200);
  await screen.until(() => screen.of('alerts').length === 1);
  expect(screen.of('alerts')[0].transitions[0]).toMatchObject({
    change: 'acknowledged',
    alert: { ackedLevel: 'county' },
  });
});
