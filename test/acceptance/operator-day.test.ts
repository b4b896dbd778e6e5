// One alert's day through the shipped binary: registered with the command line, raised by Debian's mosquitto_pub, seen on a
// duty desk's socket, answered over HTTP, sounded at the site over MQTT, and explained afterwards.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert, AlertDetail, Explanation, Transition } from '../../src/api/schemas/alerts.ts';
import type { RefusalsAnswer } from '../../src/api/schemas/service.ts';
import { needs } from '../support/available.ts';
import { registryFile, SECRET, SITE_SECRET } from '../support/build/registry-file.ts';
import { DeskClient } from '../support/desk-client.ts';
import { connectGateway, dataTopicOf } from '../support/gateway.ts';
import { temporaryDirectory } from '../support/servers.ts';
import type { Caller, RunningService } from '../support/service.ts';
import { ADMIN_PASSWORD, eventually, fenghuo, run, signIn, startService } from '../support/service.ts';

const tools = needs('mosquitto_pub');
const PASSWORD = 'each their own password';

describe.skipIf(tools.missing)(`an operator's day${tools.note}`, () => {
  let service: RunningService;
  let admin: Caller;
  let desk: DeskClient;
  let site: MqttClient;
  /** Stays connected, as gateways do: mosquitto_pub comes and goes, and its going alone would be a loss of sight. */
  let gateway: MqttClient;
  const heardAtSite = new Map<string, string>();
  const raisedAt = Date.now();

  beforeAll(async () => {
    service = await startService();
    admin = await signIn(service.url);
    const file = join(temporaryDirectory('registry'), 'registry.json');
    const text = registryFile([
      { id: 'yt-chem/GD-101' },
      { id: 'yt-chem/GD-102' },
      { id: 'yt-chem/LT-101', type: 'tank_level_pct', gateways: ['gw2'] },
      { id: 'xh-chem/GD-201' },
    ]);
    writeFileSync(file, JSON.stringify(text));
    const imported = await fenghuo(['import', 'registry', file, '--url', service.url], '', {
      FENGHUO_PASSWORD: ADMIN_PASSWORD,
    });
    expect(imported).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/: applied: .* points? added; 0 pending\n$/),
    });
    desk = await DeskClient.open(service.url, admin.token);
    await desk.subscribe({ points: ['yt-chem/GD-101'] });
    await eventually('the snapshot', () => desk.to !== undefined);
    gateway = await connectGateway(service.mqttUrl, 'yt-chem/gw1');
    site = await connectGateway(service.mqttUrl, 'yt-chem/~site', `yt-chem ${SITE_SECRET}`);
    site.on('message', (topic, payload) => heardAtSite.set(topic, payload.toString('utf8')));
    await site.subscribeAsync(['fenghuo/v1/yt-chem/alerts/#', 'fenghuo/v1/service/status'], { qos: 1 });
  });

  afterAll(async () => {
    desk?.close();
    await site?.endAsync(true);
    await gateway?.endAsync(true);
    await service?.stop();
  });

  async function addUser(name: string, ...options: string[]): Promise<Caller> {
    const added = await fenghuo(['user', 'add', name, ...options], `${PASSWORD}\n`, {
      FENGHUO_DATA_DIR: service.directory,
    });
    expect(added).toMatchObject({ code: 0, stderr: '' });
    return signIn(service.url, name, PASSWORD);
  }

  /** The gateway's clock is half a minute behind, and a head's off-delay is a minute: it ends when the clock is put right. */
  function pub(topic: string, value: number, tag = 'GD-101', aheadMs = -30_000) {
    const message = JSON.stringify({ point: tag, at: Date.now() + aheadMs, value });
    const { mqtt } = service.ports;
    const to = ['-h', '127.0.0.1', '-p', String(mqtt), '-u', 'yt-chem/gw1', '-P', SECRET, '-q', '1'];
    return run('mosquitto_pub', [...to, '-t', topic, '-m', message]);
  }

  const changes = (name: string): Transition[] => desk.transitions.filter(({ change }) => change === name);
  const topicOf = (alert: Alert): string => `fenghuo/v1/yt-chem/alerts/${alert.id}`;
  let alert: Alert;

  it('raises a yellow alert for one H reading at a class-B source, on the desk as a numbered transition', async () => {
    expect(await pub(dataTopicOf('yt-chem/gw1'), 30)).toMatchObject({ code: 0 });
    const raised = await eventually('the alert on the desk', () => changes('raised')[0]);
    alert = raised.alert;
    expect(alert).toMatchObject({
      grade: 'yellow',
      kind: 'hazard',
      hazard: 'flammable-gas',
      source: 'yt-chem/farm',
      state: 'unacknowledged',
      points: [{ id: 'yt-chem/GD-101', value: 30, limit: 'H', limitValue: 25 }],
    });
    expect(raised).toMatchObject({ from: 'normal', to: 'unacknowledged', gradeBefore: 'none', annunciate: true });
    expect(raised.seq).toBe(alert.seq);
    expect(desk.gaps).toBe(0);
    await eventually('the value on the desk', () =>
      desk.values.some(({ values }) => values.some(([, , , value, quality]) => value === 30 && quality === 'good')),
    );
  });

  it("refuses and counts the same reading below another gateway's topic", async () => {
    const seqBefore = desk.to;
    expect(await pub(dataTopicOf('yt-chem/gw2'), 30)).toMatchObject({ code: 0 });
    expect(await pub(dataTopicOf('xh-chem/gw1'), 30, 'GD-201')).toMatchObject({ code: 0 });
    const { body } = await admin.get<RefusalsAnswer>('/ingest/refusals');
    expect(body.counts['not-authorised']).toBe(2);
    expect(body.items.map(({ topic, gateway }) => ({ topic, gateway }))).toEqual([
      { topic: 'fenghuo/v1/xh-chem/gw1/data', gateway: 'gw1' },
      { topic: 'fenghuo/v1/yt-chem/gw2/data', gateway: 'gw1' },
    ]);
    // Below its own topic a gateway may not speak for a point of another one either.
    expect(await pub(dataTopicOf('yt-chem/gw1'), 99, 'LT-101')).toMatchObject({ code: 0 });
    const after = await eventually('the third refusal', async () => {
      const answer = await admin.get<RefusalsAnswer>('/ingest/refusals');
      return answer.body.counts['not-authorised'] === 3 && answer.body;
    });
    expect(after.items[0]).toMatchObject({ reason: 'not-authorised', gateway: 'gw1', point: 'LT-101' });
    expect(desk.to).toBe(seqBefore);
  });

  it('gives the site the alert, retained, and the status of the service', async () => {
    const heard = await eventually('the alert at the site', () => heardAtSite.get(topicOf(alert)));
    expect(JSON.parse(heard)).toEqual(alert);
    // Whoever comes later finds it.
    const late = await connectGateway(service.mqttUrl, 'yt-chem/~site', `yt-chem ${SITE_SECRET}`);
    const retained = new Promise<boolean>((resolve) =>
      late.on('message', (_topic, _text, { retain }) => resolve(retain)),
    );
    await late.subscribeAsync('fenghuo/v1/yt-chem/alerts/#', { qos: 1 });
    expect(await retained).toBe(true);
    await late.endAsync();
    const status = await eventually('the status', () => heardAtSite.get('fenghuo/v1/service/status'));
    expect(JSON.parse(status)).toMatchObject({ online: true });
    // Another enterprise's alerts are none of its business, nor may it publish.
    await expect(site.subscribeAsync('fenghuo/v1/xh-chem/alerts/#', { qos: 1 })).rejects.toThrow();
    expect([...heardAtSite.keys()].every((topic) => !topic.includes('xh-chem'))).toBe(true);
    const { body } = await admin.get('/enterprises/yt-chem');
    expect(JSON.stringify(body)).not.toMatch(/secret|hash/i);
  });

  it('shows nothing of it to somebody of another county, and lets a viewer look only', async () => {
    const viewer = await addUser('viewer', '--role', 'viewer', '--level', 'enterprise', '--enterprise', 'yt-chem');
    const away = await addUser('binhai', '--role', 'county-duty', '--level', 'county', '--division', '320922');
    expect((await viewer.get<{ items: Alert[] }>('/alerts')).body.items.map(({ id }) => id)).toEqual([alert.id]);
    const refused = await viewer.post(`/alerts/${alert.id}/acknowledge`, { seenSeq: alert.seq });
    expect(refused).toMatchObject({ status: 403, body: { code: 'not-permitted' } });

    expect((await away.get<{ items: Alert[] }>('/alerts')).body.items).toEqual([]);
    expect((await away.get(`/alerts/${alert.id}`)).status).toBe(404);
    expect((await away.get(`/alerts/${alert.id}/explanation`)).status).toBe(404);
    expect((await away.get('/points/yt-chem%2FGD-101/state')).status).toBe(404);
    expect((await away.get(`/points/yt-chem%2FGD-101/readings?from=0&to=${Date.now()}`)).status).toBe(404);
    expect(await away.events()).toEqual([]);
    expect((await away.post(`/alerts/${alert.id}/acknowledge`, { seenSeq: alert.seq })).status).toBe(404);
    const elsewhere = await DeskClient.open(service.url, away.token);
    expect(await elsewhere.subscribe({ points: ['yt-chem/GD-101'] })).toMatchObject({
      unknownPoints: ['yt-chem/GD-101'],
    });
    await eventually('its empty snapshot', () => elsewhere.to !== undefined);
    expect(elsewhere.snapshot).toEqual([]);
    elsewhere.close();
  });

  it('is acknowledged as the operator saw it, once', async () => {
    const path = `/alerts/${alert.id}/acknowledge`;
    // A second point at the source comes in before the operator's answer: it answers for what was seen, not for more.
    await pub(dataTopicOf('yt-chem/gw1'), 31, 'GD-102');
    const worse = await eventually('the second point', () => changes('new-point')[0]);
    expect(worse).toMatchObject({ annunciate: true, to: 'unacknowledged' });
    const stale = await admin.post(path, { seenSeq: alert.seq });
    expect(stale).toMatchObject({ status: 409, body: { code: 'alert-changed' } });

    const key = { 'idempotency-key': 'desk-1:0001' };
    const body = { seenSeq: worse.seq, note: '已派人查看' };
    const first = await admin.post<{ seq: number; alert: Alert }>(path, body, key);
    expect(first).toMatchObject({ status: 200, body: { alert: { state: 'acknowledged', acked: true } } });
    const again = await admin.post(path, body, key);
    expect(again).toEqual(first);
    const other = await admin.post(path, body);
    expect(other).toMatchObject({ status: 409, body: { code: 'already-acknowledged', by: 'admin' } });
    await eventually('the answer on the desk', () => changes('acknowledged').length > 0);
    expect(changes('acknowledged')).toHaveLength(1);
    expect(changes('acknowledged')[0]).toMatchObject({ by: 'admin', note: '已派人查看', seq: first.body.seq });
  });

  it('is explained from its evidence alone, with an equal result', async () => {
    const explained = await eventually('the explanation', async () => {
      const answer = await admin.get<Explanation>(`/alerts/${alert.id}/explanation`);
      return answer.status === 200 && answer.body;
    });
    expect(explained).toMatchObject({
      alert: alert.id,
      equal: true,
      differences: [],
      grade: changes('new-point')[0].alert.grade,
    });
    expect(explained.reasons.map(({ step }) => step)).toContain('base');
  });

  it('is over when the values are, and emptied at the site when it is closed', async () => {
    for (const aheadMs of [-30_000, 31_000]) {
      await pub(dataTopicOf('yt-chem/gw1'), 5, 'GD-102', aheadMs);
      await pub(dataTopicOf('yt-chem/gw1'), 5, 'GD-101', aheadMs);
    }
    const cleared = await eventually('the return', () => changes('cleared')[0]);
    expect(cleared.to).toBe('normal');
    const closed = await admin.post(`/alerts/${alert.id}/close`, { seenSeq: cleared.seq, cause: 'real' });
    expect(closed).toMatchObject({ status: 200, body: { alert: { handling: 'closed' } } });
    await eventually('the emptied topic', () => heardAtSite.get(topicOf(alert)) === '');
    expect((await admin.get<{ items: Alert[] }>('/alerts')).body.items).toEqual([]);

    const timeline = await eventually('the whole timeline', async () => {
      const { body } = await admin.get<AlertDetail>(`/alerts/${alert.id}`);
      return body.timeline.some(({ change }) => change === 'closed') && body.timeline;
    });
    expect(timeline.map(({ change }) => change)).toEqual([
      'raised',
      'new-point',
      'acknowledged',
      'point-cleared',
      'cleared',
      'closed',
    ]);
    const events = await admin.events();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(desk.transitions).toEqual(events.filter(({ seq }) => seq >= desk.transitions[0].seq));
    expect(desk.gaps).toBe(0);
  });

  it('has every reading in the history, the refused ones not', async () => {
    const to = Date.now() + 60_000;
    const path = `/points/yt-chem%2FGD-101/readings?from=${raisedAt - 60_000}&to=${to}`;
    const items = await eventually('the history', async () => {
      const { body } = await admin.get<{ items: { value: number }[] }>(path);
      return body.items.length >= 3 && body.items;
    });
    expect(items.map(({ value }) => value)).toEqual([30, 5, 5]);
  });
});
