// Readings over HTTP: who may send them, that the bytes reach the codec as they came, and what is answered when.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readingsAnswer } from '../../src/api/schemas/readings.ts';
import { THROTTLE_LIMITS } from '../../src/api/sign-in/throttle.ts';
import type { Answer } from './support/client.ts';
import { TestApi } from './support/client.ts';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());
beforeEach(() => {
  api.service.payloads.length = 0;
  api.service.nextReadings = { ok: true, taken: 1, refused: [], unsaved: false };
  api.service.time.advance(THROTTLE_LIMITS.forgetMs);
});

const basic = (user: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`,
});
const gateway = basic('yt-chem/gw1', 'gateway secret');
const send = (headers: Record<string, string>, body = '{}', query = ''): Promise<Answer> =>
  api.request('POST', `/api/v1/readings${query}`, { headers, body });

describe('a gateway', () => {
  it('sends in its own name; 202 when durable, with what was refused and why, whose time was wrong, whose unit', async () => {
    api.service.nextReadings = {
      ok: true,
      taken: 2,
      refused: [{ index: 1, point: 'GD-999', reason: 'unknown-point' }],
      unsaved: false,
      clock: { readings: 2, point: 'GD-101', detail: '`at` is in seconds' },
      unit: { readings: 1, point: 'GD-101', detail: 'ppm?' },
    };
    const answer = await send({ ...gateway, 'content-type': 'application/json' }, '{"readings": []}');
    expect(answer.status).toBe(202);
    expect(readingsAnswer.parse(answer.body)).toEqual({
      taken: 2,
      refused: api.service.nextReadings.refused,
      unsaved: false,
      clock: { readings: 2, point: 'GD-101', detail: '`at` is in seconds' },
      unit: { readings: 1, point: 'GD-101', detail: 'ppm?' },
    });
    expect(api.service.payloads).toEqual([
      { publisher: { enterprise: 'yt-chem', gateway: 'gw1' }, text: '{"readings": []}' },
    ]);
  });

  it('has its bytes judged by the codec alone, whatever they are or say they are', async () => {
    for (const body of ['{"point":', '[1,2', 'x', '\u0000', '{"__proto__":1}', '']) {
      await send({ ...gateway, 'content-type': 'application/json' }, body);
    }
    await send({ ...gateway, 'content-type': 'application/senml+json' }, '[]');
    expect(api.service.payloads.map(({ text }) => text)).toEqual([
      '{"point":',
      '[1,2',
      'x',
      '\u0000',
      '{"__proto__":1}',
      '',
      '[]',
    ]);
  });

  it('is told 200 and not 202 when it was judged but could not be saved', async () => {
    api.service.nextReadings = { ok: true, taken: 1, refused: [], unsaved: true };
    const answer = await send(gateway);
    expect([answer.status, answer.body]).toEqual([200, { taken: 1, refused: [], unsaved: true }]);
  });

  it('is told when the message was refused whole, or is not durable in time', async () => {
    api.service.nextReadings = { ok: false, reason: 'malformed', detail: 'empty' };
    expect((await send(gateway)).problem).toMatchObject({
      status: 422,
      code: 'readings-refused',
      detail: 'malformed: empty',
    });
    api.service.nextReadings = { ok: false, reason: 'too-large', detail: '300000 bytes' };
    expect((await send(gateway)).problem).toMatchObject({ status: 413, code: 'too-large' });
    api.service.nextReadings = 'timeout';
    expect((await send(gateway)).problem).toMatchObject({ status: 503, code: 'not-confirmed' });
  });

  it('too large for any message never gets that far', async () => {
    expect((await send(gateway, 'x'.repeat(1_100_000))).problem).toMatchObject({ status: 413, code: 'too-large' });
    expect(api.service.payloads).toEqual([]);
  });

  it('with a wrong credential is refused, then delayed, and operators at its address are not', async () => {
    const wrong = basic('yt-chem/gw1', 'guess');
    expect((await send(wrong)).problem).toMatchObject({ status: 401, code: 'wrong-credentials' });
    for (let i = 1; i < THROTTLE_LIMITS.freeAttempts; i++) await send(wrong);
    expect((await send(wrong)).problem).toMatchObject({ status: 429, code: 'too-many-attempts' });
    expect((await api.signIn('county')).status).toBe(200);
    expect(api.service.payloads).toEqual([]);
  });
});

describe('a person', () => {
  it('who is administrator sends in the name of a gateway', async () => {
    const headers = { authorization: `Bearer ${await api.token('admin')}` };
    expect((await send(headers, '{}', '?gateway=yt-chem%2Fgw7')).status).toBe(202);
    expect(api.service.payloads[0].publisher).toEqual({ enterprise: 'yt-chem', gateway: 'gw7' });
    for (const query of ['', '?gateway=gw7', '?gateway=yt-chem%2F', '?gateway=a%2Fb%2Fc', '?gateways=x']) {
      expect((await send(headers, '{}', query)).problem.status, query).toBe(400);
    }
    expect((await send(headers, '{}', '?gateway=nobody%2Fgw1')).problem.code).toBe('not-found');
  });

  it('who is not, does not', async () => {
    const headers = { authorization: `Bearer ${await api.token('operator')}` };
    expect((await send(headers, '{}', '?gateway=yt-chem%2Fgw1')).problem.code).toBe('not-permitted');
    expect((await send(headers, '{}', '?gateway=bh-mine%2Fgw1')).problem.code).toBe('not-found');
    expect((await send({}, '{}', '?gateway=yt-chem%2Fgw1')).problem.code).toBe('not-signed-in');
    expect((await send({ authorization: 'Basic ###' })).problem.status).toBe(401);
    expect(api.service.payloads).toEqual([]);
  });
});

describe('refusals', () => {
  it('are listed within the caller’s scope; those of nobody only for who sees everything', async () => {
    api.service.refused.push(
      { at: 3, reason: 'malformed', enterprise: 'yt-chem', gateway: 'gw1', payload: '{"po' },
      { at: 2, reason: 'unknown-gateway', topic: 'fenghuo/v1/x/y/data' },
      { at: 1, reason: 'unknown-point', enterprise: 'bh-mine', gateway: 'gw1', point: 'T-1' },
    );
    const seen = async (user: string) => {
      const { body } = await (await api.as(user)).get<{ counts: object; items: { at: number }[] }>('/ingest/refusals');
      expect(body.counts).toEqual({ malformed: 2 });
      return body.items.map(({ at }) => at);
    };
    expect(await seen('county')).toEqual([3]);
    expect(await seen('other-county')).toEqual([1]);
    expect(await seen('province')).toEqual([3, 1]);
    expect(await seen('admin')).toEqual([3, 2, 1]);
  });
});
