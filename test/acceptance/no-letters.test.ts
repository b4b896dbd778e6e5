// A busy day through every door of the shipped service: HTTP, socket, the site's MQTT topics, the command line, the tables of
// the history. The letters of the ladder stand in none of them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';
import { registryFile, SITE_SECRET } from '../support/build/registry-file.ts';
import { DeskClient } from '../support/desk-client.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import { lettersIn } from '../support/letters.ts';
import { temporaryDirectory } from '../support/servers.ts';
import type { Caller, RunningService } from '../support/service.ts';
import { ADMIN_PASSWORD, eventually, fenghuo, signIn, startService } from '../support/service.ts';

const folder = temporaryDirectory('no-letters');

/** One source of each class, by level, by word, and by a letter as files of before stated it. */
function registry(sources: readonly object[]): object {
  const file = registryFile([{ id: 'yt-chem/GD-101' }, { id: 'yt-chem/GD-102' }, { id: 'xh-chem/GD-201' }]);
  const stated = file.sources.map((source, i) => ({ ...source, level: undefined, ...sources[i] }));
  const rated = file.enterprises.map((enterprise) => ({ ...enterprise, enterpriseRiskLevel: 'D' }));
  return { ...file, sources: stated, enterprises: rated };
}

describe('the letters of the ladder', () => {
  let service: RunningService;
  let admin: Caller;
  let desk: DeskClient;
  /** Whatever left the service, by where it was seen. */
  const seen = new Map<string, unknown>();

  async function got(path: string): Promise<void> {
    const { status, body } = await admin.get(path);
    expect([path, status]).toEqual([path, 200]);
    seen.set(`GET ${path}`, body);
  }

  async function imported(name: string, sources: readonly object[]): Promise<void> {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(registry(sources)));
    const settings = { FENGHUO_PASSWORD: ADMIN_PASSWORD };
    seen.set(`import ${name}`, await fenghuo(['import', 'registry', file, '--url', service.url], '', settings));
    seen.set(`check ${name}`, await fenghuo(['check', '--no-cases', '--registry', file]));
    const text = { 'content-type': 'application/json', 'idempotency-key': name };
    const body = (await admin.post('/registry/import', registry(sources), text)).body;
    seen.set(`POST ${name}`, body);
  }

  beforeAll(async () => {
    service = await startService();
    admin = await signIn(service.url);
    await imported('plant', [{ level: 1 }, { class: 'B' }]);
    desk = await DeskClient.open(service.url, admin.token);
    await desk.subscribe({ points: ['yt-chem/GD-101'] });
  });

  afterAll(async () => {
    desk?.close();
    await service?.stop();
  });

  it('leave the service through no door of a busy day', async () => {
    const site = await connectGateway(service.mqttUrl, 'yt-chem/~site', `yt-chem ${SITE_SECRET}`);
    site.on('message', (topic, payload) => {
      const text = payload.toString('utf8');
      seen.set(`${topic} ${seen.size}`, text === '' ? '' : JSON.parse(text));
    });
    await site.subscribeAsync(['fenghuo/v1/yt-chem/alerts/#', 'fenghuo/v1/service/status'], { qos: 1 });
    const gateway = await connectGateway(service.mqttUrl, 'yt-chem/gw1');
    for (const [tag, value] of [
      ['GD-101', 30],
      ['GD-101', 60],
      ['GD-102', 55],
      ['GD-101', 3],
    ] as const)
      await publish(gateway, 'yt-chem/gw1', { point: tag, value });
    const other = await connectGateway(service.mqttUrl, 'xh-chem/gw1');
    await publish(other, 'xh-chem/gw1', { point: 'GD-201', value: 60 });
    await publish(other, 'xh-chem/gw1', { point: 'GD-999', value: 60 });
    const [alert] = await eventually('both alerts', async () => {
      const { items } = (await admin.get<{ items: Alert[] }>('/alerts')).body;
      return items.filter(({ kind }) => kind === 'hazard').length === 2 && items;
    });
    seen.set(
      'acknowledge',
      await admin.post(
        `/alerts/${alert.id}/acknowledge`,
        { seenSeq: alert.seq, note: 'seen' },
        { 'idempotency-key': 'letters-1' },
      ),
    );
    // A looser class waits, a stricter one is in force, a letter that there is not is refused.
    await imported('looser', [{ alarmClass: 'normal' }, { class: 'A' }]);
    await imported('wrong', [{ class: 'E' }, { class: 'b' }]);

    for (const list of ['divisions', 'enterprises', 'sources', 'points']) await got(`/${list}`);
    for (const item of ['enterprises/yt-chem', 'sources/yt-chem%2Ffarm', 'points/yt-chem%2FGD-101'])
      await got(`/${item}`);
    await got('/points/yt-chem%2FGD-101/state');
    await got(`/points/yt-chem%2FGD-101/readings?from=0&to=${Date.now()}`);
    await got('/alerts');
    await got('/alerts?from=0');
    await got('/events');
    await got('/ingest/refusals');
    const { items } = (await admin.get<{ items: Alert[] }>('/alerts?from=0')).body;
    for (const { id } of items) await got(`/alerts/${id}`);
    for (const { id } of items.filter(({ kind }) => kind === 'hazard')) await got(`/alerts/${id}/explanation`);
    for (const probe of ['readyz', 'metrics', 'openapi.json'])
      seen.set(probe, await (await fetch(`${service.url}/${probe}`)).text());
    await eventually('the site', () => [...seen.keys()].some((name) => name.startsWith('fenghuo/v1/yt-chem/alerts/')));
    seen.set('socket', [desk.snapshot, desk.transitions, desk.values, desk.heartbeats]);
    await site.endAsync(true);
    await gateway.endAsync(true);
    await other.endAsync(true);

    const recorded = join(folder, 'day.ndjson');
    const lines = [30, 60, 3].map((value, i) =>
      JSON.stringify({ point: 'yt-chem/GD-101', at: 1_763_510_400_000 + i * 60_000, value }),
    );
    writeFileSync(recorded, `${lines.join('\n')}\n`);
    for (const form of [[], ['--json']])
      seen.set(
        `replay ${form}`,
        await fenghuo(['replay', recorded, '--registry', join(folder, 'looser.json'), ...form]),
      );

    await service.stop();
    const store = openState({ file: join(service.directory, 'state.db') });
    const { history } = store;
    seen.set('transitions', await history.transitionsAfter(0, 1_000));
    seen.set('configurations', await history.configurations({ limit: 100 }));
    const trace = await history.itemHistory('source', 'xh-chem/farm', 100);
    seen.set('trace of a source', trace);
    expect(trace[0].fields).toEqual({ alarmClass: { from: 'raised', to: 'highest' } });
    seen.set('audit', await store.audit.entries({ limit: 1_000 }));
    await store.close();

    const letters = [...seen].flatMap(([where, what]) => lettersIn(what, where));
    expect(letters).toEqual([]);
    // What was looked at is what a busy day has.
    const words = JSON.stringify([...seen]);
    for (const word of [
      '"alarmClass":"highest"',
      '"sourceLevel":1',
      'read as alarmClass raised',
      '"enterpriseRiskLevel":"D"',
    ])
      expect(words).toContain(word);
  });
});
