// A broker whose rights are written while we connect, or that never answers: what the link says is what arrives.
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Packet } from 'mqtt-packet';
import { generate, parser } from 'mqtt-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/app/config.ts';
import { openMqttDoor } from '../../src/app/open/mqtt.ts';
import { newEdge } from '../ingest/fixtures.ts';
import { eventually } from '../support/service.ts';
import { SILENT } from './rig.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** Speaks MQTT as far as a subscription: the answer to the nth is what `answer` says, or none at all. */
async function broker(answer: (nth: number) => number | 'silence'): Promise<{ port: number; asked(): number }> {
  let asked = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const say = (packet: Packet) => socket.write(generate(packet, { protocolVersion: 4 }));
    const packets = parser({ protocolVersion: 4 });
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => packets.parse(chunk));
    packets.on('packet', (packet: Packet) => {
      if (packet.cmd === 'connect') say({ cmd: 'connack', returnCode: 0, sessionPresent: false });
      else if (packet.cmd === 'pingreq') say({ cmd: 'pingresp' });
      else if (packet.cmd === 'publish' && packet.qos === 1) say({ cmd: 'puback', messageId: packet.messageId! });
      else if (packet.cmd === 'subscribe') {
        const granted = answer(++asked);
        if (granted !== 'silence') say({ cmd: 'suback', messageId: packet.messageId!, granted: [granted, granted] });
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ended.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked: () => asked };
}

async function door(port: number) {
  const links: boolean[] = [];
  const opened = await openMqttDoor({
    connections: { max: { mqtt: 10, http: 10 }, refused: () => undefined },
    config: { mqtt: { url: `mqtt://127.0.0.1:${port}`, clientId: 'fenghuo' } } as never,
    edge: newEdge(),
    verifySecret: () => true,
    registry: () => ({}) as never,
    logger: SILENT,
    onConnected: () => undefined,
    link: (up) => links.push(up),
  });
  ended.push(() => opened.stop());
  return { opened, links };
}

describe('the link to an external broker', () => {
  it('is up from the moment that a subscription is granted, also where the first was refused', async () => {
    const { port, asked } = await broker((nth) => (nth === 1 ? 128 : 1));
    const { opened, links } = await door(port);
    await eventually('the second is granted', () => asked() === 2 && opened.health().ok);
    expect(links).toEqual([false, true]);
  });

  it('asks again where nobody answers', async () => {
    const { port, asked } = await broker((nth) => (nth === 1 ? 'silence' : 1));
    const { opened, links } = await door(port);
    await eventually('asked again', () => asked() === 2 && opened.health().ok);
    expect(links).toEqual([false, true]);
  });

  it('takes no password in its address, which stands in every health answer', () => {
    const loaded = loadConfig({ FENGHUO_MQTT_URL: 'mqtt://fenghuo:geheim@broker' });
    const words = JSON.stringify(loaded);
    expect(words).toContain('a name and password stand in username and password');
    expect(words).not.toContain('geheim');
  });
});
