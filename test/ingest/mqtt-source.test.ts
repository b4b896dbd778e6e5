// The external source on a real Mosquitto: the deferred PUBACK, the persistent session, pausing, and what it tells the sites.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { MqttClient } from 'mqtt';
import { connectAsync } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MqttSource, MqttSourceEvent, MqttSourceOptions } from '../../src/ingest/mqtt-source.ts';
import { startMqttSource } from '../../src/ingest/mqtt-source.ts';
import { FLAG } from '../../src/model/reading.ts';
import { needs } from '../support/available.ts';
import type { RunningServer } from '../support/servers.ts';
import { freePort, startMosquitto, temporaryDirectory } from '../support/servers.ts';
import { forgetProcess, rememberProcess } from '../support/temporary.ts';
import { eventually, newEdge, reading } from './fixtures.ts';

const DATA = 'fenghuo/v1/yt-chem/gw1/data';
const STATUS = 'fenghuo/v1/yt-chem/gw1/status';
const PINGREQ = 0xc0;
/** What Mosquitto sends without an answer, set in `beforeAll`. */
const INFLIGHT = 20;

const mosquitto = needs('mosquitto');
describe.skipIf(mosquitto.missing)(`external broker${mosquitto.note}`, () => {
  let server: RunningServer;
  const toEnd: (() => Promise<unknown>)[] = [];
  let names = 0;

  beforeAll(async () => {
    server = await startMosquitto({ config: `max_inflight_messages ${INFLIGHT}\nmax_queued_messages 0` });
  });
  afterEach(async () => {
    for (const end of toEnd.splice(0).reverse()) await end();
    // Whatever a test has left retained would reach the next one.
    const cleaner = await connectAsync(server.url);
    for (const topic of [DATA, STATUS]) await cleaner.publishAsync(topic, '', { retain: true, qos: 1 });
    await cleaner.endAsync();
  });
  afterAll(() => server.stop());

  async function start(more: Partial<MqttSourceOptions> = {}, on = server) {
    const edge = newEdge();
    const events: MqttSourceEvent[] = [];
    const source = startMqttSource({
      url: on.url,
      clientId: `fenghuo-${names++}`,
      reconnectMs: 20,
      onEvent: (event) => events.push(event),
      ...edge,
      ...more,
    });
    toEnd.push(() => source.stop(0));
    await eventually('connected', () => source.connected());
    return { ...edge, source, events };
  }

  async function device(on = server): Promise<MqttClient> {
    const mqtt = await connectAsync(on.url);
    toEnd.push(() => mqtt.endAsync(true));
    return mqtt;
  }

  const streamOf = (source: MqttSource): Duplex =>
    (source as unknown as { connection: { stream: Duplex } }).connection.stream;

  it('withholds PUBACKs until messages are done, and sends those of a group in one write', async () => {
    const { source, sink } = await start();
    sink.hold = true;
    const mqtt = await device();
    for (let i = 0; i < 3 * INFLIGHT; i++) await mqtt.publishAsync(DATA, reading(i), { qos: 1 });
    await eventually('a full window', () => sink.held.length === INFLIGHT);
    const writes: Buffer[] = [];
    const stream = streamOf(source);
    const write = stream.write.bind(stream);
    stream.write = ((chunk: Buffer) => {
      writes.push(chunk);
      return write(chunk);
    }) as typeof stream.write;
    // Out of order: the answers still leave in order of arrival.
    for (const { done } of sink.held.slice(0, INFLIGHT).reverse()) done();
    // How many come now is up to Mosquitto: 2.0 lets its window grow when many answers come at once.
    await eventually('the next ones', () => sink.held.length > INFLIGHT);
    const acknowledged = writes.filter((chunk) => chunk[0] === 0x40);
    expect(acknowledged).toHaveLength(1);
    const ids = Array.from({ length: INFLIGHT }, (_, i) => acknowledged[0].readUInt16BE(4 * i + 2));
    expect(ids).toEqual(ids.map((_, i) => ids[0] + i));
    sink.hold = false;
    for (const { done } of [...sink.held.slice(INFLIGHT)]) done();
    await eventually('the rest', () => sink.held.length === 3 * INFLIGHT);
    expect(sink.values()).toEqual(Array.from({ length: 3 * INFLIGHT }, (_, i) => i));
  });

  it('an answer behind one that is still owed waits for it', async () => {
    const { source, sink } = await start();
    sink.hold = true;
    const mqtt = await device();
    await mqtt.publishAsync(DATA, reading(1), { qos: 1 });
    await mqtt.publishAsync(DATA, 'malformed', { qos: 1 });
    await mqtt.publishAsync(DATA, reading(2), { qos: 1 });
    await eventually('both', () => sink.held.length === 2);
    const sent: number[] = [];
    const stream = streamOf(source);
    const write = stream.write.bind(stream);
    stream.write = ((chunk: Buffer) => {
      sent.push(chunk.length / 4);
      return write(chunk);
    }) as typeof stream.write;
    sink.held[0].done();
    await eventually('the first two', () => sent.length === 1);
    sink.held[1].done();
    await eventually('the third', () => sent.length === 2);
    expect(sent).toEqual([2, 1]);
  });

  it('gets un-acknowledged messages again after a lost connection, and forgets the old packet ids', async () => {
    const { source, sink } = await start();
    sink.hold = true;
    const mqtt = await device();
    for (let i = 0; i < 5; i++) await mqtt.publishAsync(DATA, reading(i), { qos: 1 });
    await eventually('all', () => sink.held.length === 5);
    const old = sink.held.map(({ done }) => done);
    streamOf(source).destroy();
    await eventually('all again', () => sink.held.length === 10);
    expect(sink.held.slice(5).map(({ batch }) => batch.flags[0])).toEqual(Array(5).fill(FLAG.REDELIVERED));
    // Answers for the old connection must not be taken for answers on the new one.
    for (const done of old) done();
    streamOf(source).destroy();
    await eventually('all a third time', () => sink.held.length === 15);
    sink.hold = false;
    for (const { done } of sink.held.slice(10)) done();
    await mqtt.publishAsync(DATA, reading(5), { qos: 1 });
    await eventually('the next one', () => sink.values().at(-1) === 5);
  });

  it('keeps its session over a stop: what came meanwhile is there at the next start', async () => {
    const clientId = 'fenghuo-stops';
    const first = await start({ clientId });
    first.sink.hold = true;
    const mqtt = await device();
    await mqtt.publishAsync(DATA, reading(1), { qos: 1 });
    await mqtt.publishAsync(DATA, reading(2), { qos: 1 });
    await eventually('both', () => first.sink.held.length === 2);
    const stopping = first.source.stop(5_000);
    // Held at the stop and done while stopping: acknowledged, so it does not come again.
    first.sink.held[0].done();
    first.sink.held[1].done();
    await stopping;
    await mqtt.publishAsync(DATA, reading(3), { qos: 1 });
    const second = await start({ clientId });
    await eventually('the one that came meanwhile', () => second.sink.held.length > 0);
    expect(second.events[0]).toEqual({ type: 'connected', sessionPresent: true });
    await mqtt.publishAsync(DATA, reading(4), { qos: 1 });
    await eventually('the next', () => second.sink.values().at(-1) === 4);
    expect(second.sink.values()).toEqual([3, 4]);
  });

  it('comes back by itself after the broker was killed', async () => {
    const broker = await startMosquitto();
    toEnd.push(() => broker.stop());
    const { source, sink, events } = await start({}, broker);
    await broker.kill();
    await eventually('noticed', () => !source.connected());
    await expect(source.publish('fenghuo/v1/yt-chem/alerts/a1-0', 'x')).rejects.toThrow('not connected');
    const again = await startMosquitto({ port: broker.port });
    toEnd.push(() => again.stop());
    await eventually('back', () => source.connected());
    await (await device(again)).publishAsync(DATA, reading(1), { qos: 1 });
    await eventually('the reading', () => sink.values().length === 1);
    expect(events.filter(({ type }) => type === 'connected')).toHaveLength(2);
  });

  it('speaks over a websocket too', async () => {
    const port = await freePort();
    const broker = await startMosquitto({ config: `listener ${port} 127.0.0.1\nprotocol websockets` });
    toEnd.push(() => broker.stop());
    const { source, sink } = await start({ url: `ws://127.0.0.1:${port}` }, broker);
    await (await device(broker)).publishAsync(DATA, reading(1), { qos: 1 });
    await eventually('the reading', () => sink.values().length === 1);
    await source.publish('fenghuo/v1/yt-chem/alerts/a1-0', 'x');
  });

  it('says in words why it is not let in, and tries again', async () => {
    const broker = await startMosquitto({ passwords: { fenghuo: 'right' } });
    toEnd.push(() => broker.stop());
    const events: MqttSourceEvent[] = [];
    const options = { url: broker.url, clientId: 'x', reconnectMs: 20, username: 'fenghuo', password: 'wrong' };
    const source = startMqttSource({ ...newEdge(), ...options, onEvent: (event) => events.push(event) });
    toEnd.push(() => source.stop(0));
    await eventually('two refusals', () => events.length >= 2);
    expect(events[1]).toEqual({ type: 'failed', reason: expect.stringMatching(/broker .*(let|user name)/) });
  });

  it('stops reading while paused, keeps the connection, and loses nothing', async () => {
    const { source, sink, events } = await start({ keepAliveMs: 2_000 });
    let pings = 0;
    const stream = streamOf(source);
    const write = stream.write.bind(stream);
    stream.write = ((chunk: Buffer) => {
      if (chunk[0] === PINGREQ) pings++;
      return write(chunk);
    }) as typeof stream.write;
    source.pause();
    const mqtt = await device();
    for (let i = 0; i < 200; i++) await mqtt.publishAsync(DATA, reading(i), { qos: 1 });
    // One at least in each keep-alive, or the broker would give us up; an un-paused client that hears no answer does within two.
    await eventually('four pings', () => pings >= 4);
    expect(sink.held.length).toBeLessThanOrEqual(1);
    expect(events.map(({ type }) => type)).toEqual(['connected', 'subscribed']);
    source.resume();
    await eventually('all', () => sink.held.length === 200);
    expect(sink.values()).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(events.map(({ type }) => type)).toEqual(['connected', 'subscribed']);
  });

  it('refuses with reason, acknowledges, and goes on', async () => {
    const { sink, quarantine } = await start();
    const mqtt = await device();
    await mqtt.publishAsync('fenghuo/v1/yt-chem/nobody/data', reading(1), { qos: 1 });
    await mqtt.publishAsync('fenghuo/v1/yt-chem/nobody/status', '{"online":true}', { qos: 1 });
    await mqtt.publishAsync(DATA, '{"point":', { qos: 1 });
    await mqtt.publishAsync(STATUS, 'up', { qos: 1 });
    for (let i = 0; i < 3 * INFLIGHT; i++) await mqtt.publishAsync(DATA, Buffer.from([0xff, i]), { qos: 1 });
    await mqtt.publishAsync(DATA, reading(2), { qos: 0 });
    await mqtt.publishAsync(DATA, reading(3), { qos: 1 });
    await eventually('the good ones', () => sink.held.length === 2);
    expect(quarantine.counts()).toMatchObject({ 'unknown-gateway': 2, malformed: 2 + 3 * INFLIGHT });
    expect(sink.held.map(({ batch }) => batch.flags[0])).toEqual([FLAG.QOS0, 0]);
  });

  it('refuses a reading that the broker had retained, not the same one published live', async () => {
    const mqtt = await device();
    await mqtt.publishAsync(DATA, reading(1), { qos: 1, retain: true });
    const { sink, quarantine } = await start();
    await eventually('the refusal', () => quarantine.counts().retained === 1);
    await mqtt.publishAsync(DATA, reading(2), { qos: 1, retain: true });
    await eventually('the live one', () => sink.held.length === 1);
    expect(sink.values()).toEqual([2]);
  });

  it('hears the status of gateways: their own word, their will, and the last known at its start', async () => {
    const first = await start();
    const will = { topic: STATUS, payload: Buffer.from('{"online":false}'), qos: 1 as const, retain: true };
    const mqtt = await connectAsync(server.url, { will });
    await mqtt.publishAsync(STATUS, '{"online":true}', { qos: 1, retain: true });
    mqtt.stream.destroy();
    await mqtt.endAsync(true);
    await eventually('both', () => first.sink.gateways.length === 2);
    expect(first.sink.gateways).toEqual([
      { number: 1, online: true, cause: 'status' },
      { number: 1, online: false, cause: 'will' },
    ]);
    const second = await start();
    await eventually('the last known', () => second.sink.gateways.length === 1);
    expect(second.sink.gateways).toEqual([{ number: 1, online: false, cause: 'status' }]);
  });

  it('tells the sites that it is there, that it leaves, and, by its will, that it is dead', async () => {
    const site = await device();
    const said: string[] = [];
    site.on('message', (_, payload) => said.push(payload.toString()));
    await site.subscribeAsync('fenghuo/v1/service/status', { qos: 1 });
    const first = await start();
    await eventually('there', () => said.at(-1) === '{"online":true}');
    streamOf(first.source).destroy();
    await eventually('dead', () => said.at(-1) === '{"online":false}');
    await eventually('back', () => said.at(-1) === '{"online":true}');
    await first.source.stop();
    await eventually('left', () => said.at(-1) === '{"online":false}');
    await expect(first.source.publish('x', 'y')).rejects.toThrow('not connected');
  });

  it('kill -9 of the consumer, again and again, loses nothing', async () => {
    const messages = 2_000;
    const file = join(temporaryDirectory('consumer'), 'lines');
    writeFileSync(file, '');
    const script = join(import.meta.dirname, 'mqtt-consumer.ts');
    // Node 20 runs no TypeScript; vite, which runs these tests, does.
    const code = `import { runnerImport } from 'vite'; await runnerImport(${JSON.stringify(script)});`;
    const consumer = () => {
      const args = ['--input-type=module', '-e', code, '--', server.url, file];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
      const pid = child.pid as number;
      rememberProcess(pid);
      return {
        kill: () =>
          new Promise<void>((resolve) => {
            child.once('exit', () => {
              forgetProcess(pid);
              resolve();
            });
            child.kill('SIGKILL');
          }),
      };
    };
    const lines = (): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);
    let running = consumer();
    const mqtt = await device();
    const probe = await connectAsync(server.url);
    // The consumer has its session when the service says that it is there.
    await new Promise<void>((resolve) => {
      probe.on('message', (_, payload) => payload.toString() === '{"online":true}' && resolve());
      void probe.subscribeAsync('fenghuo/v1/service/status');
    });
    await probe.endAsync();
    await mqtt.publishAsync(DATA, reading(0), { qos: 1 });
    await eventually('the first', () => lines().length > 0);
    const publishing = (async () => {
      for (let i = 1; i < messages; i += 20) {
        const count = Math.min(20, messages - i);
        await Promise.all(Array.from({ length: count }, (_, j) => mqtt.publishAsync(DATA, reading(i + j), { qos: 1 })));
      }
    })();
    for (const share of [0.1, 0.3, 0.6]) {
      await eventually('some more', () => lines().length > share * messages);
      await running.kill();
      running = consumer();
    }
    await publishing;
    const missing = (): number[] => {
      const seen = new Set(lines().map((line) => Number(line.split(' ')[0])));
      return Array.from({ length: messages }, (_, i) => i).filter((i) => !seen.has(i));
    };
    await eventually('every message', () => missing().length === 0);
    expect(lines().some((line) => Number(line.split(' ')[1]) & FLAG.REDELIVERED)).toBe(true);
    await running.kill();
  });
});
