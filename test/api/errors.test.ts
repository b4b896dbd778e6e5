// Every code of the error table can be reached, has its status and is a well-formed problem; nothing of ours leaks.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiError } from '../../src/api/errors.ts';
import { problemSchema } from '../../src/api/schemas/error-codes.ts';
import type { ErrorCode } from '../../src/api/shapes/error-codes.ts';
import { ERROR_CODES } from '../../src/api/shapes/error-codes.ts';
import { SESSION_MS } from '../../src/api/sign-in/auth.ts';
import { THROTTLE_LIMITS } from '../../src/api/sign-in/throttle.ts';
import type { OutcomeCode } from '../../src/model/command.ts';
import { makeAlert } from '../support/build/alert.ts';
import type { Answer } from './support/client.ts';
import { TestApi } from './support/client.ts';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start({ requestsPerMinute: 40 });
  api.service.change(makeAlert({ id: 'a', grade: 'red' }));
});
afterEach(() => api.stop());

const get = async (user: string, path: string): Promise<Answer> => (await api.as(user)).get(path);
const post = async (user: string, path: string, body: unknown, headers = {}): Promise<Answer> =>
  (await api.as(user)).post(path, body, headers);
const outcome = (code: OutcomeCode | 'timeout') => (): Promise<Answer> => {
  api.service.nextOutcome = code;
  return post('admin', '/alerts/a/close', { seenSeq: 1 });
};
const repeat = async (times: number, send: () => Promise<Answer>): Promise<Answer> => {
  for (let i = 1; i < times; i++) await send();
  return send();
};

// One way to reach each code. A code without one does not compile.
const WAYS: Record<ErrorCode, () => Promise<Answer>> = {
  'invalid-request': () => get('county', '/alerts?colour=red'),
  'not-signed-in': () => api.request('GET', '/api/v1/alerts'),
  'wrong-credentials': () => api.signIn('county', 'guess'),
  'session-expired': async () => {
    const county = await api.as('county');
    api.service.time.advance(SESSION_MS);
    return county.post('/alerts/a/acknowledge', { seenSeq: 1 });
  },
  'not-permitted': () => post('viewer', '/alerts/a/acknowledge', { seenSeq: 1 }),
  'wrong-origin': async () =>
    api.request('DELETE', '/api/v1/session', { headers: { cookie: `fenghuo_session=${await api.token('county')}` } }),
  'level-too-low': () => post('operator', '/alerts/a/close', { seenSeq: 1 }),
  'not-found': () => get('county', '/points/bh-mine%2FCH4-1'),
  'no-such-alert': () => get('county', '/alerts/none'),
  'already-acknowledged': outcome('already-acknowledged'),
  'alert-changed': outcome('alert-changed'),
  'already-closed': outcome('already-closed'),
  'still-active': outcome('still-active'),
  'not-acknowledged': outcome('not-acknowledged'),
  'not-latched': outcome('not-latched'),
  'not-held': outcome('not-held'),
  'not-verified': outcome('not-verified'),
  'same-person': outcome('same-person'),
  'second-person-required': outcome('second-person-required'),
  'note-required': outcome('note-required'),
  'out-of-reach': () => get('county', '/events?after=epoch-1~0:99'),
  'too-large': () => post('county', '/alerts/a/comment', { seenSeq: 1, note: 'x'.repeat(1_100_000) }),
  'unsupported-type': () => post('county', '/alerts/a/comment', 'x', { 'content-type': 'text/plain' }),
  'cause-required': outcome('cause-required'),
  'readings-refused': () => {
    api.service.nextReadings = { ok: false, reason: 'malformed', detail: 'empty' };
    return post('admin', '/readings?gateway=yt-chem%2Fgw1', {});
  },
  'state-unavailable': () => {
    api.service.accounts.user = () => Promise.reject(new ApiError('state-unavailable', 'the disk does not answer'));
    return post('county', '/session', { user: 'county', password: 'x' });
  },
  'history-unavailable': () => {
    api.service.nextHistory = { unavailable: 'connection refused' };
    return get('county', '/points/yt-chem%2FGD-101/readings?from=0&to=10');
  },
  'registry-refused': () => {
    api.service.nextImport = { applied: false, errors: ['one'] };
    return post('admin', '/registry/import', 'x', { 'content-type': 'text/yaml' });
  },
  'backtest-running': () => {
    api.service.nextBacktest = { ok: false, running: 'b1' };
    return post('admin', '/backtests', { from: 0, to: 1, points: [] });
  },
  'backtest-refused': () => post('admin', '/backtests', { from: 0, to: 1, points: [] }),
  'sign-in-busy': async () => {
    let letGo = (): void => undefined;
    const checked = new Promise<undefined>((resolve) => {
      letGo = () => resolve(undefined);
    });
    api.service.inputs.authenticateGateway = () => checked;
    const headers = { authorization: `Basic ${Buffer.from('yt-chem/gw1:x').toString('base64')}` };
    const send = () => api.request('POST', '/api/v1/readings', { headers, body: '{}' });
    const many = Array.from({ length: THROTTLE_LIMITS.checkedAtOnce + 1 }, send);
    const first = await Promise.race(many);
    letGo();
    await Promise.all(many);
    return first;
  },
  'too-many-attempts': () => repeat(11, () => api.signIn('county', 'guess')),
  'too-many-requests': () => repeat(41, () => api.request('GET', '/api/v1/alerts')),
  'internal-error': () => {
    api.service.breakStore = true;
    return api.signIn('county');
  },
  'unsaved-mode': outcome('unsaved-mode'),
  'not-confirmed': outcome('timeout'),
  'not-ready': () => {
    api.service.isReady = false;
    return api.signIn('county');
  },
};

it.each(Object.entries(WAYS))('%s', async (code, way) => {
  const answer = await way();
  const { status, title } = ERROR_CODES[code as ErrorCode];
  expect(answer.problem).toMatchObject({ code, status, title, type: `/docs#${code}` });
  expect(problemSchema.strict().safeParse(answer.problem).success).toBe(true);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
});

describe('our own mistakes', () => {
  it('are told to us with their place, and to the caller without their words', async () => {
    api.service.breakStore = true;
    const answer = await api.signIn('county');
    expect(JSON.stringify(answer.problem)).not.toContain('disk');
    expect(api.service.reports).toMatchObject([
      { where: 'POST /api/v1/session', error: { message: 'the disk is gone' } },
    ]);
  });

  it('an answer that does not fit the contract does not go out', async () => {
    const county = await api.as('county');
    api.service.nextHistory = { downsampled: false, items: [{ at: 1, value: Number.NaN, quality: 'good' }] };
    expect((await county.get('/points/yt-chem%2FGD-101/readings?from=1&to=2')).problem.code).toBe('internal-error');
    expect(api.service.reports).toHaveLength(1);
  });
});

it('what is not there at all is a problem too', async () => {
  for (const path of ['/api/v1/nothing', '/api/v2/alerts', '/wp-login.php']) {
    const answer = await api.request('GET', path);
    expect([answer.status, answer.problem.code], path).toEqual([404, 'not-found']);
  }
});
