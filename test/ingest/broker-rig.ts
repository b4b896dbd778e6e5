// An embedded broker on a free port and clients for it: a library, and one that speaks byte by byte. It checks nothing.
import type { Socket } from 'node:net';
import { connect as connectTcp } from 'node:net';
import type { IClientOptions, MqttClient } from 'mqtt';
import { connectAsync } from 'mqtt';
import type { Broker, BrokerEvent, BrokerOptions } from '../../src/ingest/broker.ts';
import { startBroker } from '../../src/ingest/broker.ts';
import { hashOf, newEdge, verifySecret } from './fixtures.ts';

export const DATA = 'fenghuo/v1/yt-chem/gw1/data';
export const STATUS = 'fenghuo/v1/yt-chem/gw1/status';

const toEnd: (() => Promise<unknown> | undefined)[] = [];

/** To be called after each test: ends what it started, in reverse order. */
export async function endAll(): Promise<void> {
  for (const end of toEnd.splice(0).reverse()) await end();
}

export async function start(more: Partial<BrokerOptions> = {}) {
  const edge = newEdge();
  const events: BrokerEvent[] = [];
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    verifySecret,
    siteSecretHash: (enterprise) => (enterprise === 'yt-chem' ? hashOf('site secret') : undefined),
    onEvent: (event) => events.push(event),
    ...edge,
    ...more,
  });
  toEnd.push(() => broker.stop(0));
  return { ...edge, broker, events };
}

export async function client(broker: Broker, options: IClientOptions = {}): Promise<MqttClient> {
  const mqtt = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, {
    username: 'yt-chem/gw1',
    password: 'secret of gw1',
    reconnectPeriod: 0,
    ...options,
  });
  mqtt.on('error', () => {});
  toEnd.push(() => mqtt.endAsync(true).catch(() => {}));
  return mqtt;
}

export const gateway2: IClientOptions = { username: 'yt-chem/gw2', password: 'secret of gw2' };
export const site: IClientOptions = { username: 'yt-chem/~site', password: 'site secret' };

/** Speaks MQTT byte by byte, to do what no client library does. */
export async function rawClient(broker: Broker, options: { keepAliveS: number; clientId: string }) {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  };
  const packet = (type: number, body: Buffer): Buffer => {
    const length: number[] = [];
    let rest = body.length;
    do {
      const more = rest >> 7;
      length.push((rest & 127) | (more > 0 ? 128 : 0));
      rest = more;
    } while (rest > 0);
    return Buffer.concat([Buffer.from([type, ...length]), body]);
  };
  const publish = (id: number, payload: string, dup = false): Buffer =>
    packet(dup ? 0x3a : 0x32, Buffer.concat([text(DATA), Buffer.from([id >> 8, id & 255]), Buffer.from(payload)]));
  const connect = packet(
    0x10,
    Buffer.concat([
      text('MQTT'),
      Buffer.from([4, 0xc2, options.keepAliveS >> 8, options.keepAliveS & 255]),
      text(options.clientId),
      text('yt-chem/gw1'),
      text('secret of gw1'),
    ]),
  );
  const socket: Socket = connectTcp(broker.port, '127.0.0.1');
  const received: Buffer[] = [];
  let closed = false;
  socket.on('data', (chunk) => received.push(chunk as Buffer));
  socket.on('close', () => {
    closed = true;
  });
  socket.on('error', () => {});
  toEnd.push(() => {
    socket.destroy();
  });
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, connect, publish, received: () => Buffer.concat(received), closed: () => closed };
}
