// The broker configuration that ships: Mosquitto takes it, keeps gateways apart, and loses nothing while the service
// is away for longer than Mosquitto's defaults would forgive.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IClientOptions, MqttClient } from 'mqtt';
import { connectAsync, connect as open } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinary, needs } from '../support/available.ts';
import type { RunningServer } from '../support/servers.ts';
import { acceptsConnections, freePort, launch, temporaryDirectory, until } from '../support/servers.ts';

const passwords = { fenghuo: 'a', 'yt-chem/gw1': 'b', 'yt-chem/gw2': 'c', 'yt-chem': 'd', 'yt-chem/~site': 'e' };

const mosquitto = needs('mosquitto', 'mosquitto_passwd');
describe.skipIf(mosquitto.missing)(`the shipped mosquitto.conf${mosquitto.note}`, () => {
  let server: RunningServer;

  beforeAll(async () => {
    const folder = temporaryDirectory('shipped-mosquitto');
    const port = await freePort();
    const shipped = readFileSync('mosquitto.conf', 'utf8')
      .replace('listener 1883', `listener ${port} 127.0.0.1`)
      .replaceAll(/\/mosquitto\/(data|config)\//g, `${folder}/`);
    const config = join(folder, 'mosquitto.conf');
    writeFileSync(config, process.getuid?.() === 0 ? `${shipped}\nuser root\n` : shipped);
    // The lines that mosquitto.acl tells the operator to add for a site, with its comment signs taken off.
    const acl = readFileSync('mosquitto.acl', 'utf8').replaceAll(/^# {3}(user|topic) /gm, '$1 ');
    writeFileSync(join(folder, 'mosquitto.acl'), acl);
    const passwordFile = join(folder, 'passwords');
    writeFileSync(passwordFile, '', { mode: 0o600 });
    for (const [user, password] of Object.entries(passwords)) {
      spawnSync(findBinary('mosquitto_passwd') ?? '', ['-b', passwordFile, user, password]);
    }
    const starting = launch('mosquitto', ['-c', config], { port, scheme: 'mqtt', directory: folder });
    const started = await until(starting, () => acceptsConnections(port));
    if (started === undefined) throw new Error(`port ${port} was taken`);
    server = started;
  });
  afterAll(() => server?.stop());

  async function connect(user: keyof typeof passwords, options: IClientOptions = {}): Promise<MqttClient> {
    return connectAsync(server.url, { username: user, password: passwords[user], reconnectPeriod: 0, ...options });
  }

  /** Collects what a client is sent until a message on `last` comes. */
  function received(client: MqttClient, last: string): Promise<string[]> {
    return new Promise((resolve) => {
      const topics: string[] = [];
      client.on('message', (topic) => {
        if (topic === last) resolve(topics);
        else topics.push(topic);
      });
    });
  }

  it('is taken without an error', () => expect(server.output()).not.toMatch(/error|unknown|invalid/i));

  it('lets nobody in without a password', async () => {
    await expect(connectAsync(server.url, { reconnectPeriod: 0 })).rejects.toThrow(/not authorized/i);
  });

  it('lets a gateway publish below its own topic only', async () => {
    const service = await connect('fenghuo');
    await service.subscribeAsync('fenghuo/v1/#', { qos: 1 });
    const seen = received(service, 'fenghuo/v1/yt-chem/gw2/status');
    const [one, whole] = [await connect('yt-chem/gw1'), await connect('yt-chem')];
    await one.publishAsync('fenghuo/v1/yt-chem/gw2/data', '{}', { qos: 1 });
    await one.publishAsync('fenghuo/v1/yt-chem/alerts/a1', '{}', { qos: 1 });
    await whole.publishAsync('fenghuo/v1/yt-chem/gw1/data', '{}', { qos: 1 });
    await one.publishAsync('fenghuo/v1/yt-chem/gw1/data', '{}', { qos: 1 });
    const two = await connect('yt-chem/gw2');
    await two.publishAsync('fenghuo/v1/yt-chem/gw2/status', '{"online":true}', { qos: 1 });
    expect(await seen).toEqual(['fenghuo/v1/yt-chem/gw1/data']);
    for (const client of [service, one, whole, two]) await client.endAsync();
  });

  it('shows a site the alerts of its own enterprise only', async () => {
    const site = await connect('yt-chem/~site');
    await site.subscribeAsync(['fenghuo/v1/+/alerts/#', 'fenghuo/v1/+/+/data', 'fenghuo/v1/service/status']);
    const seen = received(site, 'fenghuo/v1/service/status');
    const service = await connect('fenghuo');
    for (const topic of ['other/alerts/a1', 'yt-chem/gw1/data', 'yt-chem/alerts/a2', 'service/status']) {
      await service.publishAsync(`fenghuo/v1/${topic}`, '{}', { qos: 1 });
    }
    expect(await seen).toEqual(['fenghuo/v1/yt-chem/alerts/a2']);
    for (const client of [site, service]) await client.endAsync();
  });

  it('keeps far more than 1 000 readings for a service that is away', async () => {
    const session = { clientId: 'fenghuo-away', clean: false };
    const before = await connect('fenghuo', session);
    await before.subscribeAsync('fenghuo/v1/+/+/data', { qos: 1 });
    await before.endAsync();
    const gateway = await connect('yt-chem/gw1');
    const published = Array.from({ length: 5_000 }, (_, n) => String(n));
    await Promise.all(published.map((n) => gateway.publishAsync('fenghuo/v1/yt-chem/gw1/data', n, { qos: 1 })));
    await gateway.endAsync();
    const values: string[] = [];
    const after = await connectCollecting(session, values, published.length);
    expect(values).toEqual(published);
    await after.endAsync();
  });

  // The queue is sent as soon as the session is back, so the listener must be there before the connection is.
  async function connectCollecting(session: IClientOptions, into: string[], count: number): Promise<MqttClient> {
    const client = open(server.url, { username: 'fenghuo', password: passwords.fenghuo, ...session });
    await new Promise<void>((resolve) => {
      client.on('message', (_, payload) => {
        into.push(payload.toString());
        if (into.length === count) resolve();
      });
    });
    return client;
  }
});
