// Payloads that no gateway should send, sent to the embedded broker through real sockets.
import { afterEach, describe, expect, it } from 'vitest';
import { client, DATA, endAll, rawClient, STATUS, start } from './broker-rig.ts';
import { eventually, reading } from './fixtures.ts';

afterEach(endAll);

describe('payloads', () => {
  const bad: [string, string | Buffer, string][] = [
    ['no JSON', '{"point":', 'malformed'],
    ['nothing', '', 'malformed'],
    ['huge', reading('x'.repeat(300_000)), 'too-large'],
    ['a megabyte', Buffer.alloc(1_000_000, 0x20), 'too-large'],
    ['deeply nested', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'malformed'],
    [
      'no UTF-8',
      Buffer.concat([Buffer.from('{"point":"'), Buffer.from([0xff, 0xfe]), Buffer.from('","value":1}')]),
      'malformed',
    ],
    ['a text as value', reading('12.3'), 'wrong-type'],
    ['too large a number', '{"point":"GD-101","value":1e999}', 'not-finite'],
  ];

  it('are refused with their reason and acknowledged; the next one is taken', async () => {
    const { broker, sink, quarantine } = await start();
    const mqtt = await client(broker);
    for (const [, payload] of bad) await mqtt.publishAsync(DATA, payload, { qos: 1 });
    await mqtt.publishAsync(DATA, reading(1), { qos: 1 });
    expect(sink.values()).toEqual([1]);
    expect(
      quarantine
        .list()
        .reverse()
        .map(({ reason }) => reason),
    ).toEqual(bad.map(([, , reason]) => reason));
  });

  it('beyond what is worth reading end the connection, with reason', async () => {
    const { broker, sink, quarantine } = await start();
    const raw = await rawClient(broker, { keepAliveS: 60, clientId: 'raw' });
    raw.socket.write(raw.connect);
    await eventually('CONNACK', () => raw.received().length === 4);
    // The header of a PUBLISH of 200 MB, and the first of it.
    raw.socket.write(Buffer.concat([Buffer.from([0x32, 0x80, 0x84, 0xaf, 0x5f]), Buffer.alloc(1000)]));
    raw.socket.write(Buffer.alloc(1000));
    await eventually('the end', () => {
      if (!raw.closed()) raw.socket.write(Buffer.alloc(1000));
      return raw.closed();
    });
    expect(quarantine.counts()['too-large']).toBe(1);
    await (await client(broker)).publishAsync(DATA, reading(1), { qos: 1 });
    expect(sink.values()).toEqual([1]);
  });

  it('with some bad readings: the good ones are taken, each bad one is refused', async () => {
    const { broker, sink, quarantine } = await start();
    const mqtt = await client(broker);
    const batch = `{"readings":[${reading(1)},${reading('x')},{"point":"GD-101","value":1e999},${reading(2)},3]}`;
    await mqtt.publishAsync(DATA, batch, { qos: 1 });
    expect(sink.values()).toEqual([1, 2]);
    expect(quarantine.counts()).toMatchObject({ 'wrong-type': 1, 'not-finite': 1, malformed: 1 });
  });

  it('of a status that says nothing are counted', async () => {
    const { broker, quarantine, sink } = await start();
    const mqtt = await client(broker);
    await mqtt.publishAsync(STATUS, 'up', { qos: 1, retain: true });
    await mqtt.publishAsync(STATUS, '{"online":true}', { qos: 1, retain: true });
    expect(quarantine.counts().malformed).toBe(1);
    expect(sink.gateways).toEqual([{ number: 1, online: true, cause: 'connection' }]);
  });
});
