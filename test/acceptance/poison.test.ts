// What no gateway should send, over real MQTT: each refused with its reason, acknowledged all the same, the good readings
// of the same message taken, the service unmoved and its memory bounded.
import { readFileSync } from 'node:fs';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingsAnswer } from '../../src/api/schemas/readings.ts';
import type { RefusalsAnswer } from '../../src/api/schemas/service.ts';
import type { RefusalReason } from '../../src/model/reading.ts';
import { connectGateway, dataTopicOf } from '../support/gateway.ts';
import type { Caller, RunningService } from '../support/service.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';

const TOPIC = dataTopicOf('yt-chem/gw1');
const FLOOD = 15_000;
/** What the service may grow by while it refuses: the list of the last 1 000, and what the collector has not taken yet. */
const GROWTH_MAX_MIB = 150;

describe('poison', () => {
  let service: RunningService;
  let admin: Caller;
  let gateway: MqttClient;
  const begun = Date.now();

  beforeAll(async () => {
    service = await startService();
    admin = await signIn(service.url);
    await register(admin, [{ id: 'yt-chem/GD-101' }, { id: 'yt-chem/GD-102' }]);
    gateway = await connectGateway(service.mqttUrl, 'yt-chem/gw1');
  });

  afterAll(async () => {
    await gateway?.endAsync(true);
    await service?.stop();
  });

  const send = (payload: string | Buffer, options: { qos?: 0 | 1; retain?: boolean } = {}) =>
    gateway.publishAsync(TOPIC, payload, { qos: 1, ...options });
  const refusals = async (): Promise<RefusalsAnswer> => (await admin.get<RefusalsAnswer>('/ingest/refusals')).body;
  const kept = async (tag: string): Promise<number[]> => {
    const path = `/points/yt-chem%2F${tag}/readings?from=${begun - 60_000}&to=${Date.now() + 60_000}&max=10000`;
    return (await admin.get<{ items: { value: number }[] }>(path)).body.items.map(({ value }) => value);
  };
  const good = { point: 'GD-101', value: 7 };
  const deep = `{"point":"GD-101","value":7,"x":${'['.repeat(40_000)}${']'.repeat(40_000)}}`;
  const invalid = Buffer.concat([Buffer.from('{"point":"GD-'), Buffer.from([0xff, 0xfe]), Buffer.from('","value":1}')]);

  it.each<[string, string | Buffer, RefusalReason, { retain?: boolean }?]>([
    ['nothing', '', 'malformed'],
    ['no JSON', '{"point":"GD-101","value":', 'malformed'],
    ['not UTF-8', invalid, 'malformed'],
    ['a byte order mark', `\ufeff${JSON.stringify(good)}`, 'malformed'],
    ['a text instead of an object', '"GD-101"', 'malformed'],
    ['deeply nested', deep, 'malformed'],
    ['readings that are no list', '{"readings":{"0":1}}', 'malformed'],
    ['no readings', '{"readings":[]}', 'malformed'],
    ['no point', '{"value":1}', 'malformed'],
    ['a time that is none', '{"point":"GD-101","at":"now","value":1}', 'malformed'],
    ['a quality that is none', '{"point":"GD-101","value":1,"quality":"great"}', 'malformed'],
    ['a prototype', '{"__proto__":{"point":"GD-101"},"value":1}', 'malformed'],
    ['a text as value', '{"point":"GD-101","value":"12"}', 'wrong-type'],
    ['no value', '{"point":"GD-101"}', 'wrong-type'],
    ['a boolean for a number', '{"point":"GD-101","value":true}', 'wrong-type'],
    ['more than a number holds', '{"point":"GD-101","value":1e999}', 'not-finite'],
    ['a point nobody knows', '{"point":"GD-999","value":1}', 'unknown-point'],
    ['5 001 readings', JSON.stringify({ readings: Array(5_001).fill({ point: 'GD-101', value: 1 }) }), 'too-large'],
    ['more than 256 KiB', JSON.stringify({ ...good, x: 'x'.repeat(256 * 1024) }), 'too-large'],
    ['a retained reading', JSON.stringify(good), 'retained', { retain: true }],
  ])('%s is acknowledged and refused', async (_what, payload, reason, options = {}) => {
    const before = await refusals();
    await send(payload, options);
    const after = await eventually('the refusal', async () => {
      const now = await refusals();
      return now.counts[reason] === (before.counts[reason] ?? 0) + 1 && now;
    });
    expect(after.items[0]).toMatchObject({ reason, enterprise: 'yt-chem', gateway: 'gw1' });
    expect(sum(after)).toBe(sum(before) + 1);
    expect(after.items[0].payload?.length ?? 0).toBeLessThanOrEqual(4 * 256);
    expect(await kept('GD-101')).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ['a boolean for a number', '{"point":"GD-101","value":true}', /`value` is true: a number expected/],
    ['a point nobody knows', '{"point":"GD-999","value":1}', /the enterprise has no point of this name; value 1/],
  ])('%s, found only against the registry, is told in words', async (_what, payload, words) => {
    const before = sum(await refusals());
    await send(payload);
    const after = await eventually('the refusal', async () => {
      const now = await refusals();
      return sum(now) === before + 1 && now;
    });
    // The bytes are gone by then: no text stands there as if it had been sent.
    expect(after.items[0]).toMatchObject({ detail: expect.stringMatching(words), understood: { value: 1 } });
    expect(after.items[0].payload).toBeUndefined();
    const answer = await admin.post<{ refused: unknown[] }>('/readings?gateway=yt-chem/gw1', JSON.parse(payload));
    expect(answer.body.refused).toMatchObject([{ detail: expect.stringMatching(words) }]);
  });

  const sum = ({ counts }: RefusalsAnswer): number => Object.values(counts).reduce((total, n) => total + n, 0);

  it('takes the good readings of a message with bad ones, and those at QoS 0', async () => {
    const at = Date.now();
    const readings = [
      { point: 'GD-102', at, value: 1 },
      { point: 'GD-102', at: at + 1, value: 'two' },
      { point: 'GD-999', at: at + 2, value: 3 },
      7,
      { point: 'GD-102', at: at + 4, value: 5 },
    ];
    const before = await refusals();
    await send(JSON.stringify({ readings }));
    await send(JSON.stringify({ point: 'GD-102', at: at + 5, value: 6 }), { qos: 0 });
    await eventually('the good ones', async () => (await kept('GD-102')).join() === '1,5,6');
    const after = await refusals();
    expect(sum(after)).toBe(sum(before) + 3);
    expect(new Set(after.items.slice(0, 3).map(({ reason }) => reason))).toEqual(
      new Set(['wrong-type', 'unknown-point', 'malformed']),
    );
  });

  it('refuses a flood in bounded memory and judges on', async () => {
    const residentMiB = (): number =>
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'))?.[1]) / 1024;
    const junk = Buffer.from(`{"point":"${'x'.repeat(4_000)}`);
    const flood = async (messages: number): Promise<void> => {
      for (let sent = 0; sent < messages; sent += 500) {
        await Promise.all(Array.from({ length: 500 }, () => send(junk)));
      }
    };
    // The first thousand fill the list: what comes after replaces it.
    await flood(2_000);
    const before = residentMiB();
    const { counts } = await refusals();
    await flood(FLOOD);
    const after = await refusals();
    expect(after.counts.malformed).toBe((counts.malformed ?? 0) + FLOOD);
    expect(after.items).toHaveLength(1_000);
    expect(residentMiB() - before).toBeLessThan(GROWTH_MAX_MIB);
    // Its address, said at the start, and of the flood a line a minute: the gateway, how many, and what is wrong.
    const [address, ...lines] = service.output().trim().split('\n');
    expect(address).toMatch(/^烽火 Fenghuo: http:\/\/\S+$/);
    expect(lines.length).toBeLessThanOrEqual(2);
    expect(JSON.parse(lines[0])).toMatchObject({ gateway: 'yt-chem/gw1', detail: expect.any(String), msg: 'refused' });
    await send(JSON.stringify({ point: 'GD-101', value: 42 }));
    await eventually('the reading after the flood', async () => (await kept('GD-101')).join() === '42');
  });

  it('takes a reading whose time is in seconds, and tells its sender so, over HTTP and in the log', async () => {
    const reading = { point: 'GD-102', at: Math.floor(Date.now() / 1_000), value: 8 };
    const words = /seconds since 1970: send ms, \d{13}$/;
    const { body } = await admin.post<unknown>('/readings?gateway=yt-chem/gw1', reading);
    expect(readingsAnswer.parse(body)).toMatchObject({
      taken: 1,
      clock: { readings: 1, point: 'GD-102', detail: expect.stringMatching(words) },
    });
    const line = await eventually('the line in the log', async () => {
      const lines = service.output().trim().split('\n').slice(1);
      return lines.find((text) => text.endsWith('"clock wrong"}'));
    });
    expect(JSON.parse(line)).toMatchObject({
      gateway: 'yt-chem/gw1',
      readings: { seconds: 1 },
      detail: expect.stringMatching(words),
    });
  });
});
