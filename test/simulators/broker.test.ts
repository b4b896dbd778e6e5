// The simulators against a real Mosquitto: credentials, native batches, retained status, a will that fires when a gateway
// is cut off, back-fill afterwards, and a load that is acknowledged message by message.
import type { MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRegistry, runLoad } from '../../simulators/load.ts';
import { connectGateway } from '../../simulators/publish.ts';
import type { SimulationNote } from '../../simulators/simulate.ts';
import { runSimulation } from '../../simulators/simulate.ts';
import { demoRegistry } from '../seeds/seed-files.ts';
import { needs } from '../support/available.ts';
import type { RunningServer } from '../support/servers.ts';
import { startMosquitto } from '../support/servers.ts';

const broker = needs('mosquitto', 'mosquitto_passwd');
const registry = demoRegistry();
const now = () => Date.now();
const LOAD_SECRET = 'load-secret';
const loadPoints = 600;

interface Seen {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

/** Reads everything below fenghuo/ from now on. */
class Watcher {
  readonly seen: Seen[] = [];
  private readonly client: MqttClient;
  private readonly waiting = new Set<() => void>();

  private constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (topic, payload, { retain }) => {
      this.seen.push({ topic, payload: payload.toString('utf8'), retain });
      for (const look of this.waiting) look();
    });
  }

  static async open(url: string): Promise<Watcher> {
    const client = connect(url, { username: 'watcher', password: 'watcher', protocolVersion: 4 });
    const watcher = new Watcher(client);
    await client.subscribeAsync('fenghuo/v1/#', { qos: 1 });
    return watcher;
  }

  /** Resolves with the first message that fits, seen already or still to come. */
  find(fits: (seen: Seen) => boolean): Promise<Seen> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.seen.find(fits);
        if (found === undefined) return;
        this.waiting.delete(look);
        resolve(found);
      };
      this.waiting.add(look);
      look();
    });
  }

  close(): Promise<void> {
    return this.client.endAsync(true);
  }
}

interface Reading {
  readonly point: string;
  readonly at: number;
  readonly value: number | boolean;
  readonly historical?: boolean;
}

const readingsOf = (seen: Seen): Reading[] => (JSON.parse(seen.payload) as { readings: Reading[] }).readings;

describe.skipIf(broker.missing)(`simulators over MQTT${broker.note}`, () => {
  let server: RunningServer;
  let watcher: Watcher;

  beforeAll(async () => {
    const gateways = [...registry.gateways, ...loadRegistry(loadPoints, LOAD_SECRET).gateways];
    const passwords = Object.fromEntries(gateways.map(({ id, enterprise, secret }) => [`${enterprise}/${id}`, secret]));
    server = await startMosquitto({
      passwords: { ...passwords, watcher: 'watcher' },
      acl: 'user watcher\ntopic read fenghuo/#\n\npattern write fenghuo/v1/%u/#\n',
    });
  });
  afterAll(() => server?.stop());

  it('publishes every point of the demo registry, retained status first, nothing from the future', async () => {
    watcher = await Watcher.open(server.url);
    const stop = new AbortController();
    const notes: SimulationNote[] = [];
    const run = runSimulation({
      url: server.url,
      registry,
      scenario: 'normal',
      signal: stop.signal,
      now,
      stepMs: 50,
      onNote: (note) => notes.push(note),
    });
    const wanted = new Set(registry.points.map(({ id }) => id));
    const enterpriseOf = (seen: Seen) => seen.topic.split('/')[2];
    await watcher.find((seen) => {
      if (seen.topic.endsWith('/data'))
        for (const { point } of readingsOf(seen)) wanted.delete(`${enterpriseOf(seen)}/${point}`);
      return wanted.size === 0;
    });
    stop.abort();
    const result = await run;
    expect(result).toMatchObject({ ok: true });
    if (result.ok) expect(result.readings).toBeGreaterThanOrEqual(registry.points.length);
    expect(notes.filter(({ kind }) => kind === 'trouble' || kind === 'unknown-types')).toEqual([]);
    for (const { id, enterprise } of registry.gateways) {
      const status = watcher.seen.filter(({ topic }) => topic === `fenghuo/v1/${enterprise}/${id}/status`);
      expect(status.map(({ payload }) => payload)).toEqual(['{"online":true}', '{"online":false}']);
    }
    for (const seen of watcher.seen.filter(({ topic }) => topic.endsWith('/data'))) {
      for (const { at, historical } of readingsOf(seen)) {
        expect(at).toBeLessThanOrEqual(Date.now());
        expect(historical).toBeUndefined();
      }
    }
    await watcher.close();
  });

  it('loses a gateway without a word: the will fires, and what was measured meanwhile is back-filled', async () => {
    watcher = await Watcher.open(server.url);
    const stop = new AbortController();
    // The clock of the devices stands until the test moves it, so that nothing depends on how fast the broker is.
    const clock = { now: 1_800_000_000_000, looks: 0 };
    const startedAt = clock.now;
    const moveTo = async (plantMs: number): Promise<void> => {
      clock.now = startedAt + plantMs;
      const { looks } = clock;
      while (clock.looks < looks + 2) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const run = runSimulation({
      url: server.url,
      registry,
      scenario: 'gateway-loss',
      stepMs: 5,
      signal: stop.signal,
      now: () => {
        clock.looks++;
        return clock.now;
      },
    });
    for (const { id, enterprise } of registry.gateways) {
      await watcher.find(
        ({ topic, payload, retain }) =>
          !retain && topic === `fenghuo/v1/${enterprise}/${id}/status` && payload === '{"online":true}',
      );
    }
    await moveTo(40_000);
    const will = await watcher.find(({ payload, retain }) => !retain && payload === '{"online":false}');
    for (const plantMs of [60_000, 90_000, 120_000]) await moveTo(plantMs);
    await moveTo(181_000);
    const [, , enterprise, gateway] = will.topic.split('/');
    const own = `fenghuo/v1/${enterprise}/${gateway}`;
    const filled = await watcher.find(
      (seen) => seen.topic === `${own}/data` && seen.payload.includes('"historical":true'),
    );
    stop.abort();
    await run;
    // Other gateways stayed; this one came back before the end.
    const live = watcher.seen.filter(({ retain }) => !retain);
    const before = live.slice(0, live.indexOf(filled));
    expect(before.filter(({ payload }) => payload === '{"online":false}')).toHaveLength(1);
    const status = live.filter(({ topic }) => topic === `${own}/status`).map(({ payload }) => payload);
    expect(status).toEqual(['{"online":true}', '{"online":false}', '{"online":true}', '{"online":false}']);
    const readings = readingsOf(filled);
    expect(readings.every(({ historical }) => historical)).toBe(true);
    expect(new Set(readings.map(({ at }) => at)).size).toBeGreaterThan(1);
    expect(readings.some(({ value }) => Number(value) >= 50)).toBe(true);
    await watcher.close();
  });

  it('keeps what a cut connection left unacknowledged, and sends it in order when it is back', async () => {
    watcher = await Watcher.open(server.url);
    const { id, enterprise, secret } = registry.gateways[0];
    const link = connectGateway(server.url, { enterprise, gateway: id, secret });
    await link.connected();
    link.drop();
    const acknowledged: number[] = [];
    for (const n of [1, 2, 3]) link.publish(`{"readings":[{"point":"cut-${n}"}]}`, () => acknowledged.push(n));
    expect(link.pending()).toBe(3);
    link.restore();
    await watcher.find(({ payload }) => payload.includes('cut-3'));
    const order = watcher.seen.filter(({ payload }) => payload.includes('cut-')).map(({ payload }) => payload);
    expect([...new Set(order)].map((payload) => /cut-\d/.exec(payload)?.[0])).toEqual(['cut-1', 'cut-2', 'cut-3']);
    await link.close();
    expect(link.pending()).toBe(0);
    expect(acknowledged).toEqual([1, 2, 3]);
    await watcher.close();
  });

  it('refuses more than it may keep', () => {
    const { id, enterprise, secret } = registry.gateways[0];
    const link = connectGateway(server.url, { enterprise, gateway: id, secret }, { maxPending: 1 });
    link.drop();
    expect([link.publish('1'), link.publish('2')]).toEqual([true, false]);
  });

  it('says so when the broker refuses a credential', async () => {
    const { id, enterprise } = registry.gateways[0];
    const reason = await new Promise((resolve) => {
      const link = connectGateway(
        server.url,
        { enterprise, gateway: id, secret: 'wrong' },
        {
          onNote: (note) => {
            if (note.kind !== 'trouble') return;
            link.drop();
            resolve(note.reason);
          },
        },
      );
    });
    expect(reason).toMatch(/not authorized/i);
  });

  it('loads with a bounded number in flight and counts what was acknowledged', async () => {
    watcher = await Watcher.open(server.url);
    const batch = 7;
    const result = await runLoad({
      url: server.url,
      points: loadPoints,
      secret: LOAD_SECRET,
      ratePerSecond: 200,
      batch,
      seconds: 1,
      maxInFlight: 20,
      now,
    });
    expect(result.sent).toBeGreaterThan(0);
    expect(result.sent).toBeLessThanOrEqual(200);
    expect(result.acknowledged).toBe(result.sent);
    expect(result.readings).toBe(result.sent * batch);
    const data = () => watcher.seen.filter(({ topic }) => topic.endsWith('/data'));
    await watcher.find(() => data().length >= result.sent);
    expect(data()).toHaveLength(result.sent);
    // No two readings of one point share a time: the service would take the second for a conflict.
    const seen = data().flatMap((message) =>
      readingsOf(message).map(({ point, at }) => `${message.topic} ${point} ${at}`),
    );
    expect(seen).toHaveLength(result.sent * batch);
    expect(new Set(seen).size).toBe(seen.length);
    await watcher.close();
  });
});

describe('simulation options', () => {
  it('names the scenarios there are, and what a registry lacks', async () => {
    const base = { url: 'mqtt://127.0.0.1:1', registry, now };
    expect(await runSimulation({ ...base, scenario: 'quake' })).toEqual({
      ok: false,
      reason: expect.stringContaining('leak, overfill'),
    });
    expect(await runSimulation({ ...base, scenario: 'leak', speed: 0 })).toMatchObject({ ok: false });
    const empty = { ...registry, sources: [], points: [], gateways: [] };
    expect(await runSimulation({ ...base, registry: empty, scenario: 'leak' })).toEqual({
      ok: false,
      reason: 'scenario leak needs a source with two gas heads, and this registry has none',
    });
  });
});

describe('load registry', () => {
  it('spreads points over enterprises and gateways, every reference in place', () => {
    const { enterprises, sources, gateways, points, divisions } = loadRegistry(2_300, 's');
    expect(points).toHaveLength(2_300);
    expect(enterprises.map(({ id }) => id)).toEqual(['load-0001', 'load-0002', 'load-0003']);
    expect(enterprises.every(({ division }) => divisions.some(({ code }) => code === division))).toBe(true);
    expect(gateways).toHaveLength(10);
    const names = new Set(gateways.map(({ id, enterprise }) => `${enterprise}/${id}`));
    for (const point of points) {
      expect(names.has(`${point.id.split('/')[0]}/${point.gateways[0]}`)).toBe(true);
      expect(sources.some(({ id }) => id === point.source)).toBe(true);
    }
    expect(new Set(points.map(({ id }) => id)).size).toBe(2_300);
  });
});
