// Signing in and out over real HTTP: tokens, cookies, origins, delays, expiry.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loginAnswer, sessionAnswer } from '../../src/api/schemas/session.ts';
import { READ_ON_MS, SESSION_MS } from '../../src/api/sign-in/auth.ts';
import { THROTTLE_LIMITS } from '../../src/api/sign-in/throttle.ts';
import { makeAlert } from '../support/build/alert.ts';
import type { Answer } from './support/client.ts';
import { TestApi } from './support/client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
beforeEach(() => {
  // Every test from an address that has not failed yet.
  api.service.time.advance(THROTTLE_LIMITS.forgetMs);
  api.service.audits.length = 0;
});

const cookieOf = (answer: Answer): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

describe('signing in', () => {
  it('gives a token, who one is and a cookie that no script and no other site can use', async () => {
    const answer = await api.signIn('operator');
    expect(answer.status).toBe(200);
    expect(() => loginAnswer.parse(answer.body)).not.toThrow();
    expect(answer.body.user).toMatchObject({ name: 'operator', level: 'enterprise', scope: { enterprise: 'yt-chem' } });
    expect(answer.body.expiresAt).toBe(api.service.time.wall() + SESSION_MS);
    expect(answer.headers.get('set-cookie')).toMatch(/^fenghuo_session=[\w-]{43}; .*HttpOnly; SameSite=Strict$/);
    expect(answer.headers.get('set-cookie')).not.toContain('Secure');
  });

  it('keeps only a hash of the token', async () => {
    const { token } = (await api.signIn('operator')).body;
    expect(JSON.stringify([...api.service.sessions])).not.toContain(token);
    expect([...api.service.sessions.keys()].every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
  });

  it('does not tell a wrong name from a wrong password, and writes both down', async () => {
    const [name, password] = [await api.signIn('nobody'), await api.signIn('operator', 'guess')];
    expect(name.problem).toEqual(password.problem);
    expect(name.problem).toMatchObject({ status: 401, code: 'wrong-credentials' });
    expect(name.headers.get('set-cookie')).toBeNull();
    expect(api.service.audits.map(({ actor, action, outcome }) => [actor, action, outcome])).toEqual([
      ['nobody', 'sign-in', 'refused'],
      ['operator', 'sign-in', 'refused'],
    ]);
  });

  it('refuses a disabled user', async () => {
    await api.service.addUser('left', 'operator', 'enterprise', {});
    const token = await api.token('left');
    api.service.users.set('left', { ...api.service.users.get('left')!, disabled: true });
    expect((await api.signIn('left')).status).toBe(401);
    const answer = await api.request('GET', '/api/v1/session', { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
  });

  it('lets a whole command centre sign in at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.signIn('county')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  it('behind a proxy goes by the address that the proxy saw, not by what the caller says of himself', async () => {
    const behind = await TestApi.start({ trustProxy: true });
    const guess = (made: number) =>
      behind.request('POST', '/api/v1/session', {
        headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.9.8.${made}, 203.0.113.7` },
        body: JSON.stringify({ user: 'county', password: 'guess' }),
      });
    const statuses: number[] = [];
    for (let i = 0; i <= THROTTLE_LIMITS.freeAttempts; i++) statuses.push((await guess(i)).status);
    expect(statuses.at(-1)).toBe(429);
    expect(new Set(behind.service.audits.map(({ address }) => address))).toEqual(new Set(['203.0.113.7']));
    await behind.stop();
  });

  it('behind a proxy that rewrites Host, the page is one of ours over HTTP and on the socket alike', async () => {
    const origin = 'https://fenghuo.example';
    const taken = async (trustProxy: boolean, forwarded: string) => {
      const behind = await TestApi.start({ trustProxy });
      const cookie = `fenghuo_session=${await behind.token('county')}`;
      const headers = { cookie, origin, 'x-forwarded-host': forwarded };
      const onSocket = await behind.screen(undefined, headers).then(
        () => true,
        () => false,
      );
      const { status } = await behind.request('DELETE', '/api/v1/session', { headers });
      await behind.stop();
      return { onSocket, overHttp: status !== 403 };
    };
    expect(await taken(true, 'fenghuo.example')).toEqual({ onSocket: true, overHttp: true });
    // What stands before the proxy's own word, the caller wrote.
    expect(await taken(true, 'evil.example, fenghuo.example')).toEqual({ onSocket: true, overHttp: true });
    expect(await taken(true, 'fenghuo.example, evil.example')).toEqual({ onSocket: false, overHttp: false });
    expect(await taken(false, 'fenghuo.example')).toEqual({ onSocket: false, overHttp: false });
  });

  it('delays an address after many failures, and never the person', async () => {
    const live = await api.as('county');
    let last: Answer | undefined;
    for (let i = 0; i <= THROTTLE_LIMITS.freeAttempts; i++) last = await api.signIn('county', 'guess');
    expect(last?.problem).toMatchObject({ status: 429, code: 'too-many-attempts', retryAfterS: 1 });
    expect(last?.headers.get('retry-after')).toBe('1');
    expect((await api.signIn('county')).status).toBe(429);
    expect((await live.get('/session')).status).toBe(200);
    api.service.time.advance(1_000);
    expect((await api.signIn('county')).status).toBe(200);
  });
});

describe('a session', () => {
  it('works by bearer and by cookie', async () => {
    const answer = await api.signIn('county');
    const byCookie = await api.request('GET', '/api/v1/session', { headers: { cookie: cookieOf(answer) } });
    expect(() => sessionAnswer.parse(byCookie.body)).not.toThrow();
    expect(byCookie.body).toMatchObject({ user: { name: 'county' }, readOnly: false });
  });

  it('calls a person by name to those above, below and at the same place, and to nobody else', async () => {
    const asked = async (asker: string, name: string): Promise<unknown> => {
      return (await (await api.as(asker)).get<{ displayName: string }>(`/people/${name}`)).body.displayName;
    };
    expect(await asked('operator', 'county')).toBe('county 先生');
    expect(await asked('county', 'operator')).toBe('operator 先生');
    expect(await asked('province', 'other-county')).toBe('other-county 先生');
    expect(await asked('operator', 'admin')).toBe('admin 先生');
    // The others are called as they sign, and so is who is not there: nobody can try out names here.
    expect(await asked('county', 'other-county')).toBe('other-county');
    expect(await asked('other-county', 'operator')).toBe('operator');
    expect(await asked('county', 'nobody')).toBe('nobody');
  });

  it('by cookie, changes come only from our own pages', async () => {
    const cookie = cookieOf(await api.signIn('county'));
    api.service.change(makeAlert({ id: 'o' }));
    const post = (headers: Record<string, string>) =>
      api.request('POST', '/api/v1/alerts/o/comment', {
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ seenSeq: 1 }),
      });
    for (const origin of [
      undefined,
      'http://evil.example',
      'null',
      'http://127.0.0.1:1',
      'http://127.0.0.1.evil.example',
    ]) {
      const answer = await post(origin === undefined ? {} : { origin });
      expect(answer.problem, String(origin)).toMatchObject({ status: 403, code: 'wrong-origin' });
    }
    expect((await post({ origin: api.url })).status).toBe(200);
    expect((await api.request('DELETE', '/api/v1/session', { headers: { cookie } })).problem.code).toBe('wrong-origin');
  });

  it('a foreign page cannot sign its visitor in', async () => {
    const answer = await api.request('POST', '/api/v1/session', {
      headers: { 'content-type': 'application/json', origin: 'http://evil.example' },
      body: JSON.stringify({ user: 'county', password: 'guess' }),
    });
    expect(answer.problem.code).toBe('wrong-origin');
  });

  it('ends at signing out, for everyone who holds its token', async () => {
    const answer = await api.signIn('county');
    const headers = { cookie: cookieOf(answer), origin: api.url };
    const out = await api.request('DELETE', '/api/v1/session', { headers });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/^fenghuo_session=;.*Expires=Thu, 01 Jan 1970/);
    const bearer = { authorization: `Bearer ${answer.body.token}` };
    expect((await api.request('GET', '/api/v1/session', { headers: bearer })).problem.code).toBe('not-signed-in');
    expect(api.service.audits.map(({ action }) => action)).toContain('sign-out');
  });

  it('reads on after its end and may not act, then is gone', async () => {
    const county = await api.as('county');
    api.service.change(makeAlert({ id: 'x' }));
    api.service.time.advance(SESSION_MS);
    expect((await county.get('/session')).body).toMatchObject({ readOnly: true });
    expect((await county.get('/alerts')).status).toBe(200);
    const refused = await county.post('/alerts/x/acknowledge', { seenSeq: 1 });
    expect(refused.problem).toMatchObject({ status: 401, code: 'session-expired' });
    api.service.time.advance(READ_ON_MS);
    expect((await county.get('/session')).problem.code).toBe('not-signed-in');
  });

  it('a failing audit stops nobody', async () => {
    const { accounts } = api.service;
    const audit = accounts.audit;
    accounts.audit = () => Promise.reject(new Error('no space'));
    expect((await api.signIn('county')).status).toBe(200);
    accounts.audit = audit;
    expect(api.service.reports.splice(0)).toMatchObject([{ where: 'audit' }]);
  });
});

it('over TLS the cookie is sent over nothing else, and the browser stays there', async () => {
  const secure = await TestApi.start({ secure: true });
  const answer = await secure.signIn('county');
  expect(answer.headers.get('set-cookie')).toContain('; Secure;');
  expect(answer.headers.get('strict-transport-security')).toContain('max-age=31536000');
  await secure.stop();
});
