// The service behind a broker of somebody else, Debian's Mosquitto: what the broker has been told is received is kept over
// a kill, what comes meanwhile waits in the broker, and a gateway's will is one device alarm, not one for each point.
import type { MqttClient } from 'mqtt';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import type { Health } from '../../src/api/schemas/service.ts';
import { needs } from '../support/available.ts';
import { SECRET } from '../support/build/registry-file.ts';
import { publish } from '../support/gateway.ts';
import type { RunningServer } from '../support/servers.ts';
import { startMosquitto } from '../support/servers.ts';
import type { Caller, RunningService } from '../support/service.ts';
import { eventually, register, run, signIn, startService } from '../support/service.ts';

const broker = needs('mosquitto', 'mosquitto_pub');
const PASSWORD = 'password of the service';
const ACL = [
  'pattern write fenghuo/v1/%u/data',
  'pattern write fenghuo/v1/%u/status',
  'user fenghuo',
  'topic readwrite fenghuo/v1/#',
  '',
].join('\n');

describe.skipIf(broker.missing)(`behind Mosquitto${broker.note}`, () => {
  let mosquitto: RunningServer;
  let service: RunningService;
  let admin: Caller;
  const open: MqttClient[] = [];
  let settings: Record<string, string>;

  beforeAll(async () => {
    mosquitto = await startMosquitto({
      passwords: { fenghuo: PASSWORD, 'yt-chem/gw1': SECRET, 'yt-chem/gw2': SECRET },
      acl: ACL,
      config: 'max_queued_messages 100000\nmax_inflight_messages 2000',
    });
    settings = {
      FENGHUO_MQTT_URL: mosquitto.url,
      FENGHUO_MQTT_USERNAME: 'fenghuo',
      FENGHUO_MQTT_PASSWORD: PASSWORD,
    };
    service = await startService({ settings });
    admin = await signIn(service.url);
    await connected();
    await register(admin, [
      { id: 'yt-chem/GD-101', gateways: ['gw1'] },
      ...[1, 2, 3].map((n) => ({ id: `yt-chem/GD-20${n}`, gateways: ['gw2'] })),
    ]);
  });

  afterAll(async () => {
    await Promise.all(open.map((client) => client.endAsync(true)));
    await service?.stop();
    await mosquitto?.stop();
  });

  const connected = () =>
    eventually('the connection to the broker', async () => {
      const health = (await (await fetch(`${service.url}/readyz`)).json()) as Health;
      return health.parts.mqtt.state === 'ok';
    });

  async function gateway(id: string): Promise<MqttClient> {
    const status = `fenghuo/v1/yt-chem/${id}/status`;
    const will = { topic: status, payload: Buffer.from('{"online":false}'), qos: 1 as const, retain: true };
    const login = { username: `yt-chem/${id}`, password: SECRET, reconnectPeriod: 0 };
    const client = await connectAsync(mosquitto.url, { ...login, will });
    open.push(client);
    await client.publishAsync(status, '{"online":true}', { qos: 1, retain: true });
    return client;
  }

  const alerts = async (query: string): Promise<Alert[]> =>
    (await admin.get<{ items: Alert[] }>(`/alerts?${query}`)).body.items;

  it('raises an alert for what mosquitto_pub says with the credential of a gateway', async () => {
    const message = JSON.stringify({ point: 'GD-101', at: Date.now(), value: 30 });
    const to = ['-h', '127.0.0.1', '-p', String(mosquitto.port), '-u', 'yt-chem/gw1', '-P', SECRET, '-q', '1'];
    const sent = await run('mosquitto_pub', [...to, '-t', 'fenghuo/v1/yt-chem/gw1/data', '-m', message]);
    expect(sent.code).toBe(0);
    const [alert] = await eventually('the alert', async () => {
      const found = await alerts('kind=hazard');
      return found.length > 0 && found;
    });
    expect(alert).toMatchObject({ grade: 'yellow', points: [{ id: 'yt-chem/GD-101', value: 30 }] });
  });

  it('loses nothing over a kill: neither what it had, nor what came while it was gone', async () => {
    const client = await gateway('gw2');
    const begun = Date.now();
    const ats: number[] = [];
    let sending = true;
    const sender = (async () => {
      for (let n = 0; sending; n++) {
        const at = Math.max(Date.now(), (ats.at(-1) ?? 0) + 1);
        // Resolves at the broker's PUBACK: from here on the reading is owed.
        await publish(client, 'yt-chem/gw2', { point: 'GD-201', at, value: n % 20 });
        ats.push(at);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    await eventually('some readings', () => ats.length > 100);
    const before = await alerts('kind=hazard');
    await service.kill();
    const sentWhenKilled = ats.length;
    await eventually('readings while it is gone', () => ats.length > sentWhenKilled + 100);
    service = await startService({ directory: service.directory, ports: service.ports, settings });
    await connected();
    const sentAtReturn = ats.length;
    await eventually('readings after it is back', () => ats.length > sentAtReturn + 50);
    sending = false;
    await sender;

    await eventually('every reading in the history', async () => {
      const path = `/points/yt-chem%2FGD-201/readings?from=${begun}&to=${Date.now() + 1}&max=10000`;
      const { body } = await admin.get<{ items: { at: number }[]; downsampled: boolean }>(path);
      expect(body.downsampled).toBe(false);
      const kept = new Set(body.items.map(({ at }) => at));
      return ats.every((at) => kept.has(at));
    });
    expect((await alerts('kind=hazard')).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    const events = await admin.events();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  });

  it('takes the will of a gateway for one device alarm, ended by its return', async () => {
    const client = await gateway('gw2');
    for (const tag of ['GD-201', 'GD-202', 'GD-203']) {
      await publish(client, 'yt-chem/gw2', { point: tag, at: Date.now(), value: 3 });
    }
    const offline = async () => (await alerts('kind=device')).filter(({ source }) => source.includes('gw2'));
    await eventually('no alarm before', async () => (await offline()).every(({ active }) => !active));
    for (const each of open) each.stream.destroy();
    const alarms = await eventually('the device alarm', async () => {
      const active = (await offline()).filter((alert) => alert.active);
      return active.length > 0 && active;
    });
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toMatchObject({ kind: 'device', hazard: 'offline' });
    expect((await alerts('kind=device')).filter(({ points }) => points.some(({ id }) => id.includes('GD-20')))).toEqual(
      [],
    );

    await gateway('gw2');
    // Its return ends the alarm once it has stayed for the off-delay of a minute.
    const standing = async () => (await offline()).filter(({ active, hazard }) => active && hazard === 'offline');
    await eventually('its end', async () => (await standing()).length === 0, 90_000);
  }, 150_000);

  it('tells that its own link to the broker is down', async () => {
    const link = async () => (await alerts('kind=device')).filter(({ hazard }) => hazard === 'link');
    expect(await link()).toEqual([]);
    await mosquitto.stop();
    // A fault of a device stands for ten seconds before it is told.
    await eventually('the alarm', async () => (await link()).some(({ active }) => active), 60_000);
  });
});
