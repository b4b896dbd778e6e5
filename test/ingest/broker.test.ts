// The embedded broker through real sockets: when a PUBACK leaves, who gets in, and who may say what.
import { spawn } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import type { Broker } from '../../src/ingest/broker.ts';
import { FOREIGN_IN_ROW_MAX } from '../../src/ingest/broker-publishing.ts';
import { FLAG } from '../../src/model/reading.ts';
import { findBinary, needs } from '../support/available.ts';
import { client, DATA, endAll, gateway2, rawClient, site, start } from './broker-rig.ts';
import { eventually, gw1, reading } from './fixtures.ts';

afterEach(endAll);

describe('acknowledgement', () => {
  it('withholds the PUBACK until the message is done', async () => {
    const { broker, sink } = await start();
    sink.hold = true;
    const mqtt = await client(broker);
    let acknowledged = false;
    const publishing = mqtt.publishAsync(DATA, reading(12.5), { qos: 1 }).then(() => {
      acknowledged = true;
    });
    const [held] = await eventually('the reading', () => sink.held.length === 1 && sink.held);
    // A ping goes there and back on the same connection only after everything before it was answered.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(acknowledged).toBe(false);
    expect(held.batch).toMatchObject({ gateway: 1, count: 1, point: [10], value: [12.5], flags: [0] });
    held.done();
    await publishing;
    expect(acknowledged).toBe(true);
  });

  it('gives the un-acknowledged message again to a broker that was killed meanwhile', async () => {
    const first = await start();
    first.sink.hold = true;
    const mqtt = await client(first.broker, { clean: false, clientId: 'gw1', reconnectPeriod: 20 });
    const publishing = mqtt.publishAsync(DATA, reading(7), { qos: 1 });
    await eventually('the reading', () => first.sink.held.length === 1);
    const { port } = first.broker;
    await first.broker.stop(0);
    const second = await start({ port });
    await publishing;
    expect(second.sink.values()).toEqual([7]);
  });

  it('takes QoS 0 and QoS 2 too, QoS 0 marked', async () => {
    const { broker, sink } = await start();
    const mqtt = await client(broker);
    await mqtt.publishAsync(DATA, reading(1), { qos: 0 });
    await mqtt.publishAsync(DATA, reading(2), { qos: 2 });
    expect(sink.values()).toEqual([1, 2]);
    expect(sink.held.map(({ batch }) => batch.flags[0])).toEqual([FLAG.QOS0, 0]);
  });

  it('routes nothing that a gateway publishes', async () => {
    const { broker } = await start();
    const reader = await client(broker, site);
    const messages: string[] = [];
    reader.on('message', (topic) => messages.push(topic));
    await reader.subscribeAsync('fenghuo/v1/yt-chem/alerts/#', { qos: 1 });
    const mqtt = await client(broker);
    await mqtt.publishAsync('fenghuo/v1/yt-chem/alerts/a1-0', 'forged', { qos: 1, retain: true });
    await broker.publish('fenghuo/v1/yt-chem/alerts/a2-0', 'true');
    await eventually('the true one', () => messages.length > 0);
    expect(messages).toEqual(['fenghuo/v1/yt-chem/alerts/a2-0']);
    const late = await client(broker, site);
    late.on('message', (topic) => messages.push(topic));
    await late.subscribeAsync(['fenghuo/v1/yt-chem/alerts/#', 'fenghuo/v1/service/status'], { qos: 1 });
    await eventually('the retained status', () => messages.length > 1);
    expect(messages.slice(1)).toEqual(['fenghuo/v1/service/status']);
  });

  it('marks what the sender marks as sent again', async () => {
    const { broker, sink } = await start();
    const raw = await rawClient(broker, { keepAliveS: 60, clientId: 'raw' });
    raw.socket.write(Buffer.concat([raw.connect, raw.publish(1, reading(1), true)]));
    await eventually('the reading', () => sink.held.length === 1);
    expect(sink.held[0].batch.flags).toEqual([FLAG.REDELIVERED]);
  });
});

describe('credentials', () => {
  it.each([
    ['a wrong password', { password: 'wrong' }, 'wrong password'],
    ['an unknown gateway', { username: 'yt-chem/gw9' }, 'unknown user'],
    ['a name that is no gateway', { username: 'admin' }, 'user name is not {enterprise}/{gateway}'],
    ['nobody', { username: undefined, password: undefined }, 'no credential'],
    ['a site without a credential', { username: 'other/~site', password: 'site secret' }, 'unknown user'],
  ])('%s is not let in', async (_, options, reason) => {
    const { broker, events, sink } = await start();
    await expect(client(broker, options)).rejects.toThrow(/refused/i);
    expect(events).toMatchObject([{ type: 'connection-refused', reason }]);
    await eventually('nobody is left', () => broker.connections() === 0);
    expect(sink.gateways).toEqual([]);
  });

  it('says what is wrong with a gateway that speaks MQTT 5', async () => {
    const { broker, events } = await start();
    await expect(client(broker, { protocolVersion: 5 })).rejects.toThrow();
    expect(events).toMatchObject([
      {
        type: 'connection-refused',
        user: 'yt-chem/gw1',
        reason: 'MQTT 5 is not spoken here: set the gateway to MQTT 3.1.1 (protocol version 4)',
      },
    ]);
  });

  it('answers "unavailable" when credentials cannot be checked now', async () => {
    const verify = () => Promise.reject(new Error('too many'));
    const { broker } = await start({ verifySecret: verify });
    await expect(client(broker)).rejects.toThrow(/server unavailable/i);
  });

  it('takes what was sent right behind CONNECT, in order, once the client is known', async () => {
    let check: (answer: boolean) => void = () => {};
    const asked = new Promise<boolean>((resolve) => {
      check = resolve;
    });
    let checking = false;
    const { broker, sink } = await start({
      verifySecret: () => {
        checking = true;
        return asked;
      },
    });
    const raw = await rawClient(broker, { keepAliveS: 60, clientId: 'raw' });
    raw.socket.write(
      Buffer.concat([raw.connect, ...Array.from({ length: 100 }, (_, i) => raw.publish(i + 1, reading(i)))]),
    );
    await eventually('the check', () => checking);
    raw.socket.write(raw.publish(101, reading(100)));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(sink.held).toHaveLength(0);
    check(true);
    // CONNACK and 101 PUBACKs of four bytes each.
    await eventually('all answers', () => raw.received().length === 4 * 102);
    expect(sink.values()).toEqual(Array.from({ length: 101 }, (_, i) => i));
  });

  it('takes a message longer than one read of the socket right behind CONNECT', async () => {
    const { broker, sink } = await start();
    const raw = await rawClient(broker, { keepAliveS: 60, clientId: 'raw' });
    const long = JSON.stringify({ point: 'GD-101', value: 1, pad: 'x'.repeat(200_000) });
    raw.socket.write(Buffer.concat([raw.connect, raw.publish(1, long)]));
    await eventually('an answer to both', () => raw.received().length === 8);
    expect(sink.values()).toEqual([1]);
  });

  it('does not let one gateway end the connection of another by its client id', async () => {
    const { broker } = await start();
    const first = await client(broker, { clientId: 'same' });
    await client(broker, { clientId: 'same', ...gateway2 });
    await first.publishAsync(DATA, reading(1), { qos: 1 });
    expect(broker.connections()).toBe(2);
  });
});

describe('topics', () => {
  it('refuses a foreign topic, counts it, acknowledges it, and goes on', async () => {
    const { broker, sink, quarantine } = await start();
    const mqtt = await client(broker);
    await mqtt.publishAsync('fenghuo/v1/yt-chem/gw2/data', reading(99), { qos: 1 });
    await mqtt.publishAsync('fenghuo/v1/other/gw1/data', reading(99), { qos: 1 });
    await mqtt.publishAsync('anything', reading(99), { qos: 1 });
    await mqtt.publishAsync(DATA, reading(1), { qos: 1 });
    expect(sink.values()).toEqual([1]);
    expect(quarantine.counts()['not-authorised']).toBe(3);
    expect(quarantine.list()[2]).toMatchObject({
      enterprise: 'yt-chem',
      gateway: 'gw1',
      topic: 'fenghuo/v1/yt-chem/gw2/data',
      reason: 'not-authorised',
    });
  });

  it('closes a connection that goes on publishing on foreign topics, each of them acknowledged', async () => {
    const { broker, quarantine, events } = await start();
    const mqtt = await client(broker);
    const closed = new Promise((resolve) => mqtt.once('close', () => resolve('closed')));
    for (let i = 0; i < FOREIGN_IN_ROW_MAX; i++) await mqtt.publishAsync('foreign', 'x', { qos: 1 });
    expect(await closed).toBe('closed');
    expect(quarantine.counts()['not-authorised']).toBe(FOREIGN_IN_ROW_MAX);
    expect(events).toMatchObject([
      { type: 'connection-closed', user: 'yt-chem/gw1', reason: /^20 publishes in a row/ },
    ]);
  });

  it('does not close one that publishes on its own topic in between', async () => {
    const { broker } = await start();
    const mqtt = await client(broker);
    for (let i = 0; i < 2 * FOREIGN_IN_ROW_MAX; i++) {
      await mqtt.publishAsync('foreign', 'x', { qos: 1 });
      if (i % 10 === 0) await mqtt.publishAsync(DATA, reading(i), { qos: 1 });
    }
    expect(mqtt.connected).toBe(true);
  });

  it('refuses a retained reading and keeps nothing of it', async () => {
    const { broker, sink, quarantine } = await start();
    const mqtt = await client(broker);
    await mqtt.publishAsync(DATA, reading(1), { qos: 1, retain: true });
    expect(sink.held).toHaveLength(0);
    expect(quarantine.counts().retained).toBe(1);
  });

  it('shows a site its alerts and the state of the service, and nothing else', async () => {
    const { broker, quarantine } = await start();
    const reader = await client(broker, site);
    const filters = [
      'fenghuo/v1/yt-chem/alerts/#',
      'fenghuo/v1/yt-chem/alerts/a1-0',
      'fenghuo/v1/service/status',
      '#',
      'fenghuo/v1/#',
      'fenghuo/v1/+/alerts/#',
      'fenghuo/v1/other/alerts/#',
      'fenghuo/v1/yt-chem/+/data',
      '$SYS/#',
    ];
    const granted = await reader.subscribeAsync(filters, { qos: 1 }).catch(() => []);
    const codes = await Promise.all(
      filters.map((filter) =>
        reader.subscribeAsync(filter, { qos: 1 }).then(
          ([grant]) => grant.qos,
          () => 128,
        ),
      ),
    );
    expect(codes).toEqual([1, 1, 1, 128, 128, 128, 128, 128, 128]);
    expect(granted.length).toBeLessThanOrEqual(filters.length);
    await reader.publishAsync(DATA, reading(1), { qos: 1 });
    expect(quarantine.counts()['not-authorised']).toBe(1);
  });

  it('lets a gateway read no alerts', async () => {
    const { broker } = await start();
    const mqtt = await client(broker);
    await expect(mqtt.subscribeAsync('fenghuo/v1/yt-chem/alerts/#', { qos: 1 })).rejects.toThrow();
  });

  it('gives a site its open alerts when it comes, and takes closed ones away', async () => {
    const { broker } = await start();
    await broker.publish('fenghuo/v1/yt-chem/alerts/a1-0', '{"id":"a1-0"}', { qos: 1, retain: true });
    await broker.publish('fenghuo/v1/yt-chem/alerts/a2-0', '{"id":"a2-0"}', { qos: 1, retain: true });
    await broker.publish('fenghuo/v1/yt-chem/alerts/a1-0', '', { qos: 1, retain: true });
    const reader = await client(broker, { ...site, clean: false, clientId: 'desk' });
    const seen: string[] = [];
    reader.on('message', (topic, payload) => seen.push(`${topic.split('/').at(-1)} ${payload}`));
    await reader.subscribeAsync(['fenghuo/v1/yt-chem/alerts/#', 'fenghuo/v1/service/status'], { qos: 1 });
    await eventually('both', () => seen.length >= 2);
    expect(seen.sort()).toEqual(['a2-0 {"id":"a2-0"}', 'status {"online":true}']);
    const down = eventually('the last word', () => seen.includes('status {"online":false}'));
    await broker.stop();
    await down;
  });
});

const pub = needs('mosquitto_pub');
describe.skipIf(pub.missing)(`mosquitto_pub${pub.note}`, () => {
  async function publish(broker: Broker, ...more: string[]): Promise<number | null> {
    const args = ['-h', '127.0.0.1', '-p', String(broker.port), '-q', '1', ...more];
    const child = spawn(findBinary('mosquitto_pub') ?? '', args, { stdio: 'ignore' });
    return new Promise((resolve) => child.once('exit', resolve));
  }
  const credential = ['-u', 'yt-chem/gw1', '-P', 'secret of gw1'];

  it('with the credential of a gateway is heard', async () => {
    const { broker, sink } = await start();
    expect(await publish(broker, ...credential, '-t', DATA, '-m', reading(26))).toBe(0);
    expect(sink.held[0].batch).toMatchObject({ gateway: gw1.number, value: [26] });
  });

  it('below the topic of another gateway is refused and counted, and ends normally', async () => {
    const { broker, sink, quarantine } = await start();
    expect(await publish(broker, ...credential, '-t', 'fenghuo/v1/yt-chem/gw2/data', '-m', reading(26))).toBe(0);
    expect(sink.held).toHaveLength(0);
    expect(quarantine.counts()['not-authorised']).toBe(1);
  });

  it('without a credential is told so', async () => {
    const { broker } = await start();
    expect(await publish(broker, '-t', DATA, '-m', reading(26))).not.toBe(0);
  });
});

describe('a port that is taken', () => {
  it('is said, and nothing of the broker stays to keep the process alive', async () => {
    const { broker } = await start();
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    await expect(start({ port: broker.port })).rejects.toThrow('EADDRINUSE');
    // One of an earlier broker may have run out meanwhile; none may have been added.
    expect(timers()).toBeLessThanOrEqual(before);
  });
});
