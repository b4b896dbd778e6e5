// kill -9 under load, again and again on the same data: every acknowledged reading is in the history, every transition has
// its one place, what was pending goes on, what was answered stays answered, and a command acts once. And a graceful stop
// leaves nothing to replay.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert, Transition } from '../../src/api/schemas/alerts.ts';
import { DeskClient } from '../support/desk-client.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import { PROMPT_GAS } from '../support/packs.ts';
import type { Answer, Caller, RunningService } from '../support/service.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';
import type { SentReading } from '../support/steady-load.ts';
import { SteadyLoad } from '../support/steady-load.ts';

const ENTERPRISES = ['aa-chem', 'bb-chem', 'cc-chem', 'dd-chem'];
const TAGS = Array.from({ length: 25 }, (_, i) => `GD-${101 + i}`);
/** One for each kill; they choose its moment. */
const SEEDS = [11, 42, 1976];
/** In alarm all the time at one plant: an alert to answer before each kill, and one while it comes. */
const STEADY = TAGS.slice(1, 1 + 2 * SEEDS.length);
/** Readings acknowledged and transitions shown before each kill. */
const ACKNOWLEDGED_MIN = 2_000;
const SHOWN_MIN = 15;
const SNAPSHOTS = { FENGHUO_SNAPSHOT_SECONDS: '5' };

/** Mulberry32's first number in [0, 1). */
function random(seed: number): number {
  let t = seed + 0x6d2b79f5;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}

/** A command, and its answer where one came. */
interface Sent {
  readonly key: string;
  readonly path: string;
  readonly body: object;
  answer?: Answer<{ seq: number }>;
}

const load = (service: RunningService): Promise<SteadyLoad> =>
  SteadyLoad.start({
    url: service.mqttUrl,
    gateways: ENTERPRISES.map((enterprise) => ({ name: `${enterprise}/gw1`, tags: TAGS })),
    messagesPerSecond: 5_000,
    // The first head of each plant comes and goes, some stay in alarm, each in a unit of its own, the others never are.
    value: (tag, n) => (tag === TAGS[0] ? (n % 10 < 5 ? 31 : 4) : STEADY.includes(tag) ? 28 : (n % 200) / 10),
  });

describe('kill -9 under 5 000 messages a second', () => {
  let service: RunningService;
  let admin: Caller;
  const acknowledged: SentReading[] = [];
  /** The alerts of the steady heads right after each restart. */
  const steadyAfter: Alert[][] = [];
  /** What screens were shown before each kill. */
  const shown: Transition[] = [];
  const commands: Sent[] = [];
  const begun = Date.now();

  beforeAll(async () => {
    service = await startService({ settings: SNAPSHOTS });
    admin = await signIn(service.url);
    const points = ENTERPRISES.flatMap((enterprise) =>
      TAGS.map((tag) => ({ id: `${enterprise}/${tag}`, type: PROMPT_GAS, onDelayMs: 0, unitGroup: `unit of ${tag}` })),
    );
    await register(admin, points);
    for (const [life, seed] of SEEDS.entries()) await oneLife(life, seed);
  });

  afterAll(() => service?.stop());

  /** Load, a desk, an answered alarm, a command on its way; then the kill and the restart on what is left. */
  async function oneLife(life: number, seed: number): Promise<void> {
    const desk = await DeskClient.open(service.url, admin.token);
    await desk.subscribe();
    const running = await load(service);
    const moments = { answer: 200 + 600 * random(seed), kill: 100 + 900 * random(seed + 1) };
    await pause(moments.answer);
    await eventually('something acknowledged', () => running.acknowledged.length > 500);
    const heard = await commandFor(STEADY[2 * life], `answered-${seed}`);
    heard.answer = await admin.post(heard.path, heard.body, { 'idempotency-key': heard.key });
    await pause(moments.kill);
    // On a busy machine hardly anything may have come through by then, and that would prove nothing.
    await eventually('enough acknowledged', () => running.acknowledged.length > ACKNOWLEDGED_MIN);
    await eventually('enough shown', () => desk.transitions.length > SHOWN_MIN);
    // Nobody may hear the answer to this one: whether it was kept is not known.
    const { path, body, key } = await commandFor(STEADY[2 * life + 1], `lost-${seed}`);
    const lost = admin.post(path, body, { 'idempotency-key': key }).catch(() => undefined);
    await pause(8 * random(seed + 2));
    await service.kill();
    await lost;
    await running.end();
    desk.close();
    acknowledged.push(...running.acknowledged);
    shown.push(...desk.transitions);
    expect(desk.gaps).toBe(0);
    service = await startService({ directory: service.directory, ports: service.ports, settings: SNAPSHOTS });
    steadyAfter.push(await steady());
  }

  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  const steady = async (): Promise<Alert[]> =>
    (await admin.get<{ items: Alert[] }>('/alerts?kind=hazard&enterprise=aa-chem')).body.items;

  async function commandFor(tag: string, key: string): Promise<Sent> {
    const alert = await eventually(`the alert of ${tag}`, async () =>
      (await steady()).find(({ unit }) => unit === `unit of ${tag}`),
    );
    const command = { key, path: `/alerts/${alert.id}/acknowledge`, body: { seenSeq: alert.seq, note: key } };
    commands.push(command);
    return command;
  }

  it('keeps every acknowledged reading', async () => {
    expect(acknowledged.length).toBeGreaterThan(ACKNOWLEDGED_MIN * SEEDS.length);
    const byPoint = new Map<string, SentReading[]>();
    for (const reading of acknowledged) {
      const list = byPoint.get(reading.point);
      if (list === undefined) byPoint.set(reading.point, [reading]);
      else list.push(reading);
    }
    const to = Date.now() + 60_000;
    for (const [point, sent] of byPoint) {
      await eventually(`all ${sent.length} readings of ${point}`, async () => {
        const path = `/points/${encodeURIComponent(point)}/readings?from=${begun}&to=${to}&max=10000`;
        const { body } = await admin.get<{ items: { at: number; value: number }[]; downsampled: boolean }>(path);
        expect(body.downsampled).toBe(false);
        const kept = new Map(body.items.map(({ at, value }) => [at, value]));
        expect(kept.size).toBe(body.items.length);
        return sent.every(({ at, value }) => kept.get(at) === value);
      });
    }
  });

  it('gives every transition one place, and every screen was shown those', async () => {
    const events = await admin.events();
    expect(events.length).toBeGreaterThan(SHOWN_MIN * SEEDS.length);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    // Alert by alert, each begins where the one before had left it.
    const states = new Map<string, string>();
    for (const { alert, from, to, change } of events) {
      const before = states.get(alert.id);
      if (before !== undefined) expect([alert.id, change, from]).toEqual([alert.id, change, before]);
      states.set(alert.id, to);
    }
    const bySeq = new Map(events.map((event) => [event.seq, event]));
    expect(shown.length).toBeGreaterThan(SHOWN_MIN * SEEDS.length);
    // When it left is known of what was written before the kill; what a restart derives again says nothing of it.
    const told = ({ alert: { publishedAt: _left, ...alert }, ...rest }: Transition) => ({ ...rest, alert });
    for (const transition of shown) {
      const kept = bySeq.get(transition.seq);
      expect(kept && told(kept)).toEqual(told(transition));
    }
  });

  it('keeps what was answered, and acts once on a command that is repeated with its key', async () => {
    const events = await admin.events();
    const times = (key: string): number =>
      events.filter(({ note, change }) => change === 'acknowledged' && note === key).length;
    const heard = commands.filter(({ key }) => key.startsWith('answered'));
    expect(heard).toHaveLength(SEEDS.length);
    for (const [life, { key, path, body, answer }] of heard.entries()) {
      expect(answer).toMatchObject({ status: 200 });
      expect(times(key)).toBe(1);
      for (const after of steadyAfter.slice(life)) {
        const alert = after.find(({ unit }) => unit === `unit of ${STEADY[2 * life]}`);
        expect(alert).toMatchObject({ state: 'acknowledged', acknowledgements: [{ note: key }] });
      }
      const again = await admin.post<{ seq: number }>(path, body, { 'idempotency-key': key });
      expect([again.status, again.body.seq]).toEqual([200, answer?.body.seq]);
    }
    expect(await admin.events()).toHaveLength(events.length);

    for (const { key, path, body } of commands.filter((command) => command.key.startsWith('lost'))) {
      expect(times(key)).toBeLessThanOrEqual(1);
      // Kept or not before the kill, it is done once now.
      expect((await admin.post(path, body, { 'idempotency-key': key })).status).toBe(200);
      const acts = (await admin.events()).filter(({ note, change }) => change === 'acknowledged' && note === key);
      expect(acts).toHaveLength(1);
    }
  });
});

describe('a restart', () => {
  it('goes on with a pending on-delay, keeps an answer, and acts once on the command nobody heard the answer of', async () => {
    const delayMs = 14_000;
    let service = await startService();
    const admin = await signIn(service.url);
    await register(admin, [
      { id: 'yt-chem/GD-101', type: PROMPT_GAS, onDelayMs: delayMs },
      { id: 'xh-chem/GD-201', type: PROMPT_GAS, onDelayMs: 0 },
    ]);
    const alarmed = await connectGateway(service.mqttUrl, 'xh-chem/gw1');
    await publish(alarmed, 'xh-chem/gw1', { point: 'GD-201', at: Date.now(), value: 30 });
    const open = async (enterprise: string): Promise<Alert | undefined> =>
      (await admin.get<{ items: Alert[] }>(`/alerts?kind=hazard&enterprise=${enterprise}`)).body.items[0];
    const alert = await eventually('the alert', () => open('xh-chem'));
    const path = `/alerts/${alert.id}/acknowledge`;
    const command = { seenSeq: alert.seq, note: '收到' };
    const key = { 'idempotency-key': 'desk-7' };
    const first = await admin.post<{ seq: number }>(path, command, key);
    expect(first.status).toBe(200);

    const pending = await connectGateway(service.mqttUrl, 'yt-chem/gw1');
    const enteredAt = Date.now();
    while (Date.now() < enteredAt + delayMs / 2) await sample(pending);
    await service.kill();
    await Promise.all([pending.endAsync(true), alarmed.endAsync(true)]);
    service = await startService({ directory: service.directory, ports: service.ports });

    expect(await open('xh-chem')).toMatchObject({ id: alert.id, state: 'acknowledged', acked: true });
    expect(await admin.post(path, command, key)).toMatchObject({ status: 200, body: { seq: first.body.seq } });
    expect(await open('yt-chem')).toBeUndefined();

    const back = await connectGateway(service.mqttUrl, 'yt-chem/gw1');
    const backAt = Date.now();
    const raised = await eventually('the end of the on-delay', async () => {
      await sample(back);
      return open('yt-chem');
    });
    // From where it was: not before its time, and sooner than if it had begun again.
    expect(raised.detectedAt).toBeGreaterThanOrEqual(enteredAt + delayMs);
    expect(raised.detectedAt).toBeLessThan(backAt + delayMs - 1_000);
    const acknowledgements = (await admin.events()).filter(({ change }) => change === 'acknowledged');
    expect(acknowledgements).toHaveLength(1);
    await back.endAsync(true);
    await service.stop();
  });

  async function sample(gateway: Awaited<ReturnType<typeof connectGateway>>): Promise<void> {
    await publish(gateway, 'yt-chem/gw1', { point: 'GD-101', at: Date.now(), value: 33 });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  it('after a graceful stop replays nothing', async () => {
    const settings = { FENGHUO_LOG_LEVEL: 'info' };
    const before = await startService({ settings });
    const admin = await signIn(before.url);
    await register(
      admin,
      ENTERPRISES.flatMap((enterprise) => TAGS.map((tag) => ({ id: `${enterprise}/${tag}` }))),
    );
    const running = await load(before);
    await eventually('some load', () => running.acknowledged.length > 1_000);
    running.pause();
    const last = await eventually('its end', () => running.acknowledged.length === running.sent && running.sent);
    const events = await admin.events();
    await before.stop();
    await running.end();
    const after = await startService({ directory: before.directory, ports: before.ports, settings });
    const restored = after
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { msg: string; replayed?: number; input?: number; snapshotAt?: number })
      .find(({ msg }) => msg === 'state restored');
    expect(restored).toMatchObject({ replayed: 0 });
    expect(restored?.snapshotAt).toBe(restored?.input);
    expect(restored?.input).toBeGreaterThan(last);
    expect((await admin.events()).slice(0, events.length)).toEqual(events);
    await after.stop();
  });
});
