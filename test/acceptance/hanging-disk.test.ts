// The shipped service on a disk that really hangs (a frozen file system: every write waits in the kernel): judging goes on, alarms
// are seen on the socket and answered, health says which store hangs, and nothing is lost or doubled when the disk is back.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import type { Health } from '../../src/api/schemas/service.ts';
import { needsThat } from '../support/available.ts';
import { DeskClient } from '../support/desk-client.ts';
import { freezingDisk } from '../support/freezing-disk.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import { PROMPT_GAS } from '../support/packs.ts';
import type { RunningService } from '../support/service.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';

const GATEWAY = 'yt-chem/gw1';
const disk = freezingDisk(256);
const need = needsThat(disk !== undefined, 'no disk that can be frozen');
const settings = { FENGHUO_SNAPSHOT_SECONDS: '3600' };

async function healthOf({ url }: RunningService): Promise<Health> {
  return (await (await fetch(`${url}/readyz`)).json()) as Health;
}

describe.skipIf(need.missing)(`a disk that hangs${need.note}`, () => {
  const directory = disk?.directory ?? '';
  afterEach(() => disk?.thaw());
  afterAll(() => disk?.unmount());

  it('hides no alarm, and neither loses nor doubles anything when it answers again', async () => {
    const service = await startService({ directory, settings });
    const admin = await signIn(service.url);
    await register(
      admin,
      ['GD-1', 'GD-2', 'GD-3'].map((tag) => ({ id: `yt-chem/${tag}`, type: PROMPT_GAS, onDelayMs: 0 })),
    );
    const desk = await DeskClient.open(service.url, admin.token);
    await desk.subscribe();
    const gateway = await connectGateway(service.mqttUrl, GATEWAY);
    const say = (tag: string, value: number) => publish(gateway, GATEWAY, { point: tag, at: Date.now(), value });
    const raised = (source: string) =>
      eventually(`an alarm of ${source}`, () =>
        desk.transitions.find(
          ({ alert }) => alert.hazard === 'flammable-gas' && alert.points.some(({ id }) => id.endsWith(source)),
        ),
      );
    await say('GD-1', 30);
    await raised('GD-1');

    disk?.freeze();
    // More of one point than a chunk holds: the history of values has something to write.
    const minute = Date.now() - 60_000;
    const readings = Array.from({ length: 700 }, (_, i) => ({ point: 'GD-3', at: minute + i * 10, value: i % 20 }));
    await publish(gateway, GATEWAY, { readings });
    await say('GD-2', 60);
    const { alert } = await raised('GD-2');
    expect(alert).toMatchObject({ unsaved: true });
    const hanging = await eventually('what hangs is named', async () => {
      const { parts } = await healthOf(service);
      return parts.state.state === 'degraded' && parts.readings.state === 'degraded' ? parts : undefined;
    });
    expect(hanging.log).toMatchObject({ state: 'failing' });
    expect(hanging.state.detail).toMatch(/the disk has not answered for \d+ s/);
    expect(hanging.readings.detail).toMatch(/the disk has not answered for \d+ s/);

    // Whoever is signed in answers the alarm; whoever is not signs in, opens a desk and sees it; a gateway comes back.
    expect(await admin.post(`/alerts/${alert.id}/acknowledge`, { seenSeq: alert.seq })).toMatchObject({ status: 200 });
    await eventually('the answer', () => desk.transitions.some(({ change }) => change === 'acknowledged'));
    const second = await signIn(service.url);
    const other = await DeskClient.open(service.url, second.token);
    await other.subscribe();
    await eventually('the alarm on another desk', () => other.snapshot.some(({ id }) => id === alert.id));
    const back = await connectGateway(service.mqttUrl, 'yt-chem/gw1');
    await publish(back, GATEWAY, { point: 'GD-2', at: Date.now(), value: 61 });
    const unknown = await admin.get<{ code: string }>('/alerts/a0.zzz-0');
    expect([unknown.status, unknown.body.code]).toEqual([503, 'state-unavailable']);

    disk?.thaw();
    await eventually('all is well again', async () => {
      const { unsaved, parts } = await healthOf(service);
      return !unsaved && [parts.log, parts.state, parts.readings].every(({ state }) => state === 'ok');
    });
    const told = await admin.events();
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, i) => i + 1));
    const heard = desk.transitions.map(({ seq }) => seq);
    expect(told.map(({ seq }) => seq)).toEqual(expect.arrayContaining(heard));
    expect(desk.gaps).toBe(0);
    expect(told.filter(({ change }) => change === 'acknowledged')).toHaveLength(1);
    const range = `from=${minute}&to=${Date.now()}&max=2000`;
    const values = await eventually('the history of values', async () => {
      const path = `/points/yt-chem%2FGD-3/readings?${range}`;
      const { body } = await admin.get<{ items: unknown[]; gaps: unknown[] }>(path);
      return body.items.length === 700 ? body : undefined;
    });
    expect(values.gaps).toEqual([]);

    const before = (await admin.get<{ items: Alert[] }>('/alerts')).body.items.map(({ id }) => id);
    other.close();
    desk.close();
    await service.kill();
    const again = await startService({ directory, settings, ports: service.ports });
    const after = await eventually(
      'the alarms',
      async () => (await admin.get<{ items: Alert[] }>('/alerts')).body.items,
    );
    expect(after.map(({ id }) => id)).toEqual(expect.arrayContaining(before));
    const kept = await admin.events();
    expect(kept.slice(0, told.length).map(({ alert: { publishedAt: _left, ...rest } }) => rest)).toEqual(
      told.map(({ alert: { publishedAt: _left, ...rest } }) => rest),
    );
    await again.stop();
  }, 300_000);

  it('is left behind by a stop all the same, and the next start says what was forgotten', async () => {
    const service = await startService({ directory, settings });
    const admin = await signIn(service.url);
    const gateway = await connectGateway(service.mqttUrl, GATEWAY);
    disk?.freeze();
    await publish(gateway, GATEWAY, { point: 'GD-1', at: Date.now(), value: 70 });
    await eventually('unsaved mode', async () => (await healthOf(service)).unsaved);
    const stopping = service.stop();
    await eventually('the stop', () => service.output().includes('stopped in unsaved mode'), 120_000);
    await expect(fetch(`${service.url}/readyz`)).rejects.toThrow();
    // The kernel lets no process go that waits in a write.
    disk?.thaw();
    expect(await stopping).toBeNull();

    const again = await startService({ directory, settings, ports: service.ports });
    expect(again.output()).toContain('the last run ended in unsaved mode');
    const told = await eventually('the alarm of it', async () =>
      (await admin.get<{ items: Alert[] }>('/alerts')).body.items.find(({ hazard }) => hazard === 'storage'),
    );
    expect(told).toMatchObject({ active: false, unsaved: false });
    expect(await again.stop()).toBe(0);
    const third = await startService({ directory, settings });
    expect(third.output()).not.toContain('the last run ended in unsaved mode');
    await third.stop();
  }, 300_000);
});
