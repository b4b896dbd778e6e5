// What operators do to alerts: who may, what is sent to the engine, what comes back, and that a repeat acts once.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandAnswer } from '../../src/api/schemas/commands.ts';
import { commandAnswer } from '../../src/api/schemas/commands.ts';
import { ERROR_CODES } from '../../src/api/shapes/error-codes.ts';
import { bodyOf, COMMAND_KINDS, OUTCOME_CODES } from '../../src/model/command.ts';
import { makeAlert } from '../support/build/alert.ts';
import { TestApi } from './support/client.ts';

let api: TestApi;
beforeEach(async () => {
  api = await TestApi.start();
  api.service.change(makeAlert({ id: 'a', grade: 'blue' }));
});
afterEach(() => api.stop());

describe('a command', () => {
  it('goes to the engine in the person’s name and level, and the answer is the alert after it', async () => {
    const county = await api.as('county');
    const answer = await county.post<CommandAnswer>('/alerts/a/acknowledge', { seenSeq: 1, note: '已派人' });
    expect(answer.status).toBe(200);
    expect(() => commandAnswer.parse(answer.body)).not.toThrow();
    expect(answer.body).toMatchObject({ seq: 2, alert: { id: 'a', state: 'acknowledged', ackedLevel: 'county' } });
    expect(api.service.commands).toMatchObject([
      {
        actor: 'county',
        role: 'county-duty',
        level: 'county',
        alertId: 'a',
        seenSeq: 1,
        body: { kind: 'acknowledge', note: '已派人' },
        policy: { act: 'acknowledge', role: 'county-duty', rule: 'county-duty may acknowledge' },
      },
    ]);
    expect(api.service.audits.at(-1)).toMatchObject({
      actor: 'county',
      action: 'acknowledge',
      object: 'a',
      outcome: 'done',
    });
  });

  it.each(COMMAND_KINDS.map((kind) => [kind] as const))('%s is a route', async (kind) => {
    const operator = await api.as('operator');
    expect((await operator.post(`/alerts/a/${kind}`, { seenSeq: 1, cause: 'real' })).status).toBe(200);
    expect(api.service.commands[0].body).toEqual(bodyOf(kind, { cause: 'real' }));
  });

  it('repeated with its key acts once and is answered the same', async () => {
    const county = await api.as('county');
    const send = () =>
      county.post<CommandAnswer>('/alerts/a/acknowledge', { seenSeq: 1 }, { 'idempotency-key': 'k-1' });
    const [once, again] = [await send(), await send()];
    expect([once.body.at, once.body.seq]).toEqual([again.body.at, again.body.seq]);
    expect(api.service.newest).toBe(2);
    const commandIds = new Set(api.service.commands.map(({ commandId }) => commandId));
    expect(commandIds.size).toBe(1);
  });

  it('without a key is another command each time', async () => {
    const county = await api.as('county');
    await county.post('/alerts/a/comment', { seenSeq: 1, note: 'x' });
    await county.post('/alerts/a/comment', { seenSeq: 1, note: 'x' });
    expect(new Set(api.service.commands.map(({ commandId }) => commandId)).size).toBe(2);
  });

  it('a key used again for another alert, another act or by another person is not the same command', async () => {
    api.service.change(makeAlert({ id: 'b' }));
    const [county, province] = [await api.as('county'), await api.as('province')];
    const key = { 'idempotency-key': 'same' };
    await county.post('/alerts/a/acknowledge', { seenSeq: 1 }, key);
    await county.post('/alerts/b/acknowledge', { seenSeq: 2 }, key);
    await county.post('/alerts/a/comment', { seenSeq: 1 }, key);
    await province.post('/alerts/a/acknowledge', { seenSeq: 1 }, key);
    expect(new Set(api.service.commands.map(({ commandId }) => commandId)).size).toBe(4);
  });

  it.each(OUTCOME_CODES.filter((code) => code !== 'applied').map((code) => [code] as const))(
    'refused by the engine as %s says so',
    async (code) => {
      api.service.nextOutcome = code;
      const answer = await (await api.as('county')).post('/alerts/a/acknowledge', { seenSeq: 1 });
      expect(answer.problem).toMatchObject({ status: ERROR_CODES[code].status, code });
      const by = code === 'already-acknowledged' ? 'wang' : undefined;
      expect(answer.problem.by).toBe(by);
      // People read the detail: what is in the way stands there, not the name alone.
      expect(answer.problem.detail).toBe([ERROR_CODES[code].title, by].filter(Boolean).join(': '));
      expect(api.service.audits.at(-1)).toMatchObject({ outcome: 'refused', detail: code });
    },
  );

  it('not confirmed in time may be repeated', async () => {
    api.service.nextOutcome = 'timeout';
    const answer = await (await api.as('county')).post('/alerts/a/acknowledge', { seenSeq: 1 });
    expect(answer.problem).toMatchObject({ status: 503, code: 'not-confirmed' });
  });
});

describe('who may', () => {
  it('a viewer may not, and it never reaches the engine', async () => {
    const viewer = await api.as('viewer');
    for (const kind of COMMAND_KINDS) {
      expect((await viewer.post(`/alerts/a/${kind}`, { seenSeq: 1 })).problem).toMatchObject({
        status: 403,
        code: 'not-permitted',
      });
    }
    expect(api.service.commands).toEqual([]);
    expect(api.service.audits.filter(({ outcome }) => outcome === 'refused')).toHaveLength(COMMAND_KINDS.length);
  });

  it('what is out of scope is not there, before anything else is said', async () => {
    const other = await api.as('other-county');
    expect((await other.post('/alerts/a/acknowledge', { seenSeq: 1 })).problem.code).toBe('no-such-alert');
    expect((await other.post('/alerts/none/acknowledge', { seenSeq: 1 })).problem.code).toBe('no-such-alert');
    expect(api.service.commands).toEqual([]);
  });

  it('a red alert is not closed by the control room', async () => {
    api.service.change(makeAlert({ id: 'r', grade: 'red' }));
    const operator = await api.as('operator');
    expect((await operator.post('/alerts/r/close', { seenSeq: 2, cause: 'real' })).problem).toMatchObject({
      status: 403,
      code: 'level-too-low',
    });
  });
});

describe('what is not a command', () => {
  it.each([
    ['no body', ''],
    ['not JSON', '{"seenSeq":'],
    ['no seenSeq', {}],
    ['a text as seenSeq', { seenSeq: '1' }],
    ['a fraction', { seenSeq: 1.5 }],
    ['an unknown key', { seenSeq: 1, force: true }],
    ['an unknown cause', { seenSeq: 1, cause: 'because' }],
    ['an endless note', { seenSeq: 1, note: 'x'.repeat(2_001) }],
    ['a list', [1]],
    ['a prototype', '{"seenSeq":1,"__proto__":{"role":"admin"}}'],
  ])('%s', async (_what, body) => {
    const answer = await (await api.as('county')).post('/alerts/a/acknowledge', body);
    expect(answer.problem).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(api.service.commands).toEqual([]);
  });

  it('lists every fault with its place', async () => {
    const answer = await (await api.as('county')).post('/alerts/a/acknowledge', { seenSeq: -1, note: 5, more: 1 });
    expect(answer.problem.errors).toHaveLength(3);
    expect(answer.problem.errors?.map(({ path }) => path)).toContain('body/note');
  });

  it('a made-up key', async () => {
    const county = await api.as('county');
    const answer = await county.post('/alerts/a/acknowledge', { seenSeq: 1 }, { 'idempotency-key': 'has spaces' });
    expect(answer.problem.code).toBe('invalid-request');
  });

  it('a body of another type, or far too large', async () => {
    const county = await api.as('county');
    const typed = await county.post('/alerts/a/acknowledge', 'seenSeq=1', { 'content-type': 'text/plain' });
    const detail = 'content-type "text/plain" is not taken here: send application/json';
    expect(typed.problem).toMatchObject({ status: 415, code: 'unsupported-type', detail });
    const large = await county.post('/alerts/a/acknowledge', { seenSeq: 1, note: 'x'.repeat(2_000_000) });
    expect(large.problem).toMatchObject({ status: 413, code: 'too-large' });
  });
});
