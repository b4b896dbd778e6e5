/**
 * The shipped service with InfluxDB for its readings: what is published over MQTT comes back over HTTP, and while InfluxDB
 * does not answer nothing is lost, memory stays bounded and alarms are raised as ever. The outage lasts 12 s here, longer
 * with OUTAGE_SECONDS=120.
 */
import { readFileSync } from 'node:fs';
import type { MqttClient } from 'mqtt';
import { afterAll, describe, expect, it } from 'vitest';
import { needs } from '../support/available.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import { startInflux2Answers } from '../support/influx2-answers.ts';
import { PROMPT_GAS } from '../support/packs.ts';
import type { RunningServer } from '../support/servers.ts';
import { startInflux1, startVictoriaMetrics } from '../support/servers.ts';
import type { Caller, RunningService } from '../support/service.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';

const OUTAGE_SECONDS = Number(process.env.OUTAGE_SECONDS ?? 12);
const GATEWAY = 'yt-chem/gw1';
const TAGS = Array.from({ length: 100 }, (_, i) => `GD-${100 + i}`);
/** Messages of one reading of every tag. */
const MESSAGES_PER_SECOND = 40;
/** What waits is in the log; the feed keeps 100 000 readings of eight numbers, and Node its slack. */
const GROWTH_MB_MAX = 200;

interface History {
  readonly items: readonly { at: number; value: number; quality: string }[];
  readonly downsampled: boolean;
  readonly completeTo?: number;
  readonly gaps: readonly { from: number; to: number; count: number; reason: string }[];
}

/** Publishes steadily; every acknowledged message is one reading of every tag at `at`. */
class Feeder {
  readonly acknowledged: number[] = [];
  private readonly gateway: MqttClient;
  private readonly timer: NodeJS.Timeout;
  private readonly inFlight = new Set<Promise<void>>();
  private at = Date.now();

  constructor(gateway: MqttClient) {
    this.gateway = gateway;
    this.timer = setInterval(() => this.send(), 1_000 / MESSAGES_PER_SECOND);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.inFlight);
  }

  private send(): void {
    this.at = Math.max(this.at + 1, Date.now());
    const { at } = this;
    const readings = TAGS.map((point, i) => ({ point, at, value: valueAt(at, i) }));
    const sent = publish(this.gateway, GATEWAY, { readings }).then(() => void this.acknowledged.push(at));
    this.inFlight.add(sent);
    void sent.finally(() => this.inFlight.delete(sent));
  }
}

/** Far below every limit, and told apart. */
const valueAt = (at: number, i: number): number => ((at + i) % 97) / 8;

function residentMb(pid: number): number {
  const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / 1_024;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const need = needs('influxd');
describe.skipIf(need.missing)(`readings in InfluxDB 1.6${need.note}`, () => {
  const running: { stop(): Promise<unknown> }[] = [];
  afterAll(async () => {
    for (const one of running.reverse()) await one.stop();
  });

  it(
    'come back over HTTP, nothing lost over an outage under load, alarms raised meanwhile',
    async () => {
      const influx = await startInflux1({ database: 'plant' });
      running.push(influx);
      const settings = { FENGHUO_INFLUX_URL: influx.url, FENGHUO_INFLUX_BUCKET: 'plant', FENGHUO_INFLUX_API: 'v1' };
      const service = await startService({ settings });
      running.push(service);
      const admin = await signIn(service.url);
      const points = [...TAGS, 'GD-1'].map((tag) => ({
        id: `yt-chem/${tag}`,
        type: PROMPT_GAS,
        onDelayMs: 0,
      }));
      await register(admin, points);
      const gateway = await connectGateway(service.mqttUrl, GATEWAY);
      const from = Date.now();
      const feeder = new Feeder(gateway);
      await sleep(3_000);
      const before = residentMb(service.pid);
      influx.pause();
      const until = performance.now() + OUTAGE_SECONDS * 1_000;
      let alarms = 0;
      let most = 0;
      while (performance.now() < until) {
        alarms++;
        await excursion(admin, gateway);
        most = Math.max(most, residentMb(service.pid));
        await sleep(250);
      }
      // The store is away all the while; nobody else notices.
      expect(await partOf(service, 'readings')).not.toBe('ok');
      expect(await partOf(service, 'log')).toBe('ok');
      influx.resume();
      await sleep(2_000);
      await feeder.stop();
      expect(alarms).toBeGreaterThan(3);
      expect(most - before).toBeLessThan(GROWTH_MB_MAX);
      const last = Math.max(...feeder.acknowledged);
      await eventually('the history is complete', () => complete(admin, from, last), 60_000);
      for (const i of [0, 41, 99]) {
        const found = await historyOf(admin, TAGS[i], from, last + 1);
        const expected = [...feeder.acknowledged].sort((a, b) => a - b).map((at) => ({ at, value: valueAt(at, i) }));
        expect(found.downsampled).toBe(false);
        expect(found.items.map(({ at, value }) => ({ at, value }))).toEqual(expected);
      }
      expect(await countIn(influx, 'plant')).toBe(feeder.acknowledged.length * TAGS.length);
      await gateway.endAsync();
    },
    180_000 + OUTAGE_SECONDS * 2_000,
  );

  it('are told in health and are gaps in the history where InfluxDB refuses them', async () => {
    const influx = await startInflux1({ database: 'plant' });
    const settings = { FENGHUO_INFLUX_URL: influx.url, FENGHUO_INFLUX_BUCKET: 'plant', FENGHUO_INFLUX_API: 'v1' };
    const service = await startService({ settings });
    running.push(influx);
    const admin = await signIn(service.url);
    await register(admin, [{ id: 'yt-chem/GD-100' }]);
    // Somebody else wrote whole numbers to the same field before.
    const line = `reading,enterprise=yt-chem,tag=GD-100 value=1i ${Date.now() - 1_000}`;
    await fetch(`${influx.url}/write?db=plant&precision=ms`, { method: 'POST', body: line });
    const gateway = await connectGateway(service.mqttUrl, GATEWAY);
    const from = Date.now();
    for (let i = 0; i < 3; i++) await publish(gateway, GATEWAY, { point: 'GD-100', at: from + i, value: i + 0.5 });
    const told = await eventually('it is told', async () => {
      const part = await healthOf(service, 'readings');
      return /^3 readings refused/.test(part.detail ?? '') ? part : undefined;
    });
    expect(told).toEqual({
      state: 'degraded',
      detail: expect.stringMatching(/gaps in the history: HTTP 400.*type conflict/),
    });
    const { items, gaps } = await historyOf(admin, 'GD-100', from, from + 10_000);
    expect(items).toEqual([]);
    expect(gaps.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(gaps[0]).toMatchObject({ from, reason: expect.stringContaining('field type conflict') });
    await gateway.endAsync();
    await service.kill();
    const again = await startService({ settings, directory: service.directory, ports: service.ports });
    running.push(again);
    const after = await signIn(again.url);
    expect((await historyOf(after, 'GD-100', from, from + 10_000)).gaps).toEqual(gaps);
    expect(await partOf(again, 'readings')).toBe('degraded');
  });

  it('are taken from where they were after a kill of InfluxDB and one of the service', async () => {
    const influx = await startInflux1({ database: 'plant' });
    const settings = { FENGHUO_INFLUX_URL: influx.url, FENGHUO_INFLUX_BUCKET: 'plant', FENGHUO_INFLUX_API: 'v1' };
    const service = await startService({ settings });
    const admin = await signIn(service.url);
    await register(
      admin,
      TAGS.map((tag) => ({ id: `yt-chem/${tag}` })),
    );
    const gateway = await connectGateway(service.mqttUrl, GATEWAY);
    const feeder = new Feeder(gateway);
    await sleep(1_500);
    await influx.kill();
    await sleep(1_500);
    await feeder.stop();
    await gateway.endAsync();
    await service.kill();
    const influxAgain = await startInflux1({ directory: influx.directory, port: influx.port });
    const again = await startService({ settings, directory: service.directory, ports: service.ports });
    running.push(influxAgain, again);
    const wanted = feeder.acknowledged.length * TAGS.length;
    await eventually('every reading is there', async () => (await countIn(influxAgain, 'plant')) === wanted, 60_000);
  });
});

describe('a setting that is wrong (recorded answers of InfluxDB 2.7)', () => {
  it('is named at start, in health and in the service log, and all is well once it is mended', async () => {
    const influx = await startInflux2Answers({ may: ['write'] });
    const settings = {
      FENGHUO_INFLUX_URL: influx.url,
      FENGHUO_INFLUX_TOKEN: influx.situation.token,
      FENGHUO_INFLUX_ORG: influx.situation.org,
      FENGHUO_INFLUX_BUCKET: influx.situation.bucket,
    };
    const service = await startService({ settings });
    const { state, detail } = await eventually('it is told', async () => {
      const part = await healthOf(service, 'readings');
      return part.state === 'degraded' ? part : undefined;
    });
    expect({ state, detail }).toEqual({
      state: 'degraded',
      detail: expect.stringMatching(/influx\.token may write the bucket and not read it/),
    });
    expect(service.output()).toMatch(/self-test of the readings store/);
    // No restart: the administrator of InfluxDB gives the token its second right.
    influx.situation.may = ['read', 'write'];
    await eventually('all is well', async () => (await partOf(service, 'readings')) === 'ok');
    await service.stop();
    await influx.stop();
  });
});

const victoria = needs('victoria-metrics');
describe.skipIf(victoria.missing)(`readings through the v2 write API (VictoriaMetrics)${victoria.note}`, () => {
  it('are delivered as they were published', async () => {
    const metrics = await startVictoriaMetrics();
    const settings = {
      FENGHUO_INFLUX_URL: metrics.url,
      FENGHUO_INFLUX_TOKEN: 'any',
      FENGHUO_INFLUX_ORG: 'plant',
      FENGHUO_INFLUX_BUCKET: 'plant',
    };
    const service = await startService({ settings });
    await register(await signIn(service.url), [{ id: 'yt-chem/GD-100' }]);
    const gateway = await connectGateway(service.mqttUrl, GATEWAY);
    const first = Date.now() - 500;
    const sent = Array.from({ length: 500 }, (_, i) => ({ point: 'GD-100', at: first + i, value: i / 64 }));
    for (let i = 0; i < sent.length; i += 50) await publish(gateway, GATEWAY, { readings: sent.slice(i, i + 50) });
    const exported = async () => {
      await (await fetch(`${metrics.url}/internal/force_flush`)).text();
      const query = new URLSearchParams({ 'match[]': '{__name__="reading_value",tag="GD-100"}' });
      const lines = (await (await fetch(`${metrics.url}/api/v1/export?${query}`)).text()).trim().split('\n');
      const series = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
      const values: number[] = series.flatMap((one) => one.values);
      const timestamps: number[] = series.flatMap((one) => one.timestamps);
      return timestamps.map((at, i) => ({ at, value: values[i] }));
    };
    await eventually('every reading is there', async () => (await exported()).length >= sent.length);
    expect(await exported()).toEqual(sent.map(({ at, value }) => ({ at, value })));
    await gateway.endAsync();
    await service.stop();
    await metrics.stop();
  });
});

/** One excursion of a point of its own, seen raised and cleared by a screen while the store is away. */
async function excursion(admin: Caller, gateway: MqttClient): Promise<void> {
  for (const [value, active] of [
    [60, true],
    [1, false],
  ] as const) {
    await publish(gateway, GATEWAY, { point: 'GD-1', at: Date.now(), value });
    await eventually(`GD-1 at ${value} is ${active ? 'in alarm' : 'back'}`, async () => {
      const { body } = await admin.get<{ items: { hazard: string; active: boolean }[] }>('/alerts');
      const alert = body.items.find(({ hazard }) => hazard === 'flammable-gas');
      return (alert?.active ?? false) === active;
    });
  }
}

async function historyOf(admin: Caller, tag: string, from: number, to: number): Promise<History> {
  const id = encodeURIComponent(`yt-chem/${tag}`);
  const { status, body } = await admin.get<History>(`/points/${id}/readings?from=${from}&to=${to}&max=10000`);
  if (status !== 200) throw new Error(`the history answers ${status}: ${JSON.stringify(body)}`);
  return body;
}

async function complete(admin: Caller, from: number, last: number): Promise<boolean> {
  const id = encodeURIComponent(`yt-chem/${TAGS[0]}`);
  const path = `/points/${id}/readings?from=${from}&to=${last + 1}&max=10000`;
  const { status, body } = await admin.get<History>(path);
  return status === 200 && body.items.at(-1)?.at === last;
}

async function partOf(service: RunningService, part: string): Promise<string> {
  return (await healthOf(service, part)).state;
}

async function healthOf(service: RunningService, part: string): Promise<{ state: string; detail?: string }> {
  const body = await (await fetch(`${service.url}/readyz`)).json();
  return (body as { parts: Record<string, { state: string; detail?: string }> }).parts[part];
}

async function countIn(influx: RunningServer, database: string): Promise<number> {
  const query = new URLSearchParams({
    db: database,
    q: `SELECT count("value") FROM "reading" WHERE "tag" =~ /^GD-1../`,
  });
  const answer = (await (await fetch(`${influx.url}/query?${query}`)).json()) as {
    results: { series?: { values: [string, number][] }[] }[];
  };
  return answer.results[0].series?.[0].values[0][1] ?? 0;
}
