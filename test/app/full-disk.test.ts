/**
 * The shipped service on a disk that is really full (a small tmpfs): devices are acknowledged, alarms are raised and shown
 * as unsaved, only the answer to an alarm is taken; with room again everything is kept, over a restart too.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { needsThat } from '../support/available.ts';
import { registryFile } from '../support/build/registry-file.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';
import { temporaryDirectory } from '../support/temporary.ts';

const GATEWAY = 'yt-chem/gw1';
const mounted: string[] = [];

function mountSmall(megabytes: number): string | undefined {
  const dir = temporaryDirectory('small-disk');
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir]).status !== 0) return undefined;
  mounted.push(dir);
  return dir;
}

/** Writes until nothing fits any more. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const bytes of [1 << 20, 4_096, 1]) {
      const chunk = Buffer.alloc(bytes);
      try {
        for (;;) if (writeSync(descriptor, chunk) < bytes) break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

const dir = process.getuid?.() === 0 ? mountSmall(48) : undefined;
const need = needsThat(dir !== undefined, 'a tmpfs can only be mounted by root');

interface Shown {
  readonly id: string;
  readonly hazard: string;
  readonly grade: string;
  readonly unsaved: boolean;
  readonly active: boolean;
  readonly state: string;
  readonly seq: number;
}

describe.skipIf(need.missing)(`a full disk${need.note}`, () => {
  afterAll(() => {
    for (const one of mounted) spawnSync('umount', ['-l', one]);
  });

  it('hides no alarm, and forgets nothing when there is room again', async () => {
    const directory = dir ?? '';
    const settings = { FENGHUO_LOG_SEGMENT_MIB: '2', FENGHUO_LOG_RESERVE_MIB: '2', FENGHUO_SNAPSHOT_SECONDS: '3600' };
    const service = await startService({ directory, settings });
    const admin = await signIn(service.url);
    await register(
      admin,
      ['GD-1', 'GD-2', 'GD-3'].map((tag) => ({ id: `yt-chem/${tag}` })),
    );
    const gateway = await connectGateway(service.mqttUrl, GATEWAY);
    const say = (tag: string, value: number) => publish(gateway, GATEWAY, { point: tag, at: Date.now(), value });
    const alerts = async () => (await admin.get<{ items: Shown[] }>('/alerts')).body.items;
    const health = async () =>
      (await (await fetch(`${service.url}/readyz`)).json()) as { unsaved: boolean; state: string };
    await say('GD-1', 30);

    fill(join(directory, 'filler'));
    await eventually(
      'the log has no room',
      async () => {
        for (let i = 0; i < 50; i++) await say('GD-2', i % 20);
        return (await health()).unsaved;
      },
      60_000,
    );
    expect(await health()).toMatchObject({ state: 'failing' });

    // A PUBACK comes, and with it the alarm on the screen.
    await say('GD-1', 60);
    const worse = await eventually('the alarm', async () =>
      (await alerts()).find(
        ({ hazard, unsaved, grade }) => hazard === 'flammable-gas' && unsaved && grade !== 'yellow',
      ),
    );
    await eventually('the storage alarm', async () => (await alerts()).some(({ hazard }) => hazard === 'storage'));
    const answer = (action: string, body: object) =>
      admin.post<{ code?: string }>(`/alerts/${worse.id}/${action}`, body);
    const comment = await answer('comment', { seenSeq: worse.seq, note: 'looking' });
    expect(comment.status).toBeGreaterThanOrEqual(400);
    expect(comment.body.code).toBe('unsaved-mode');
    const plant = registryFile([{ id: 'yt-chem/GD-9' }]);
    const change = await admin.post<{ errors: { message: string }[] }>('/registry/import', plant);
    expect(change.body.errors[0].message).toMatch(/^unsaved-mode/);
    expect(await answer('acknowledge', { seenSeq: worse.seq })).toMatchObject({ status: 200 });

    rmSync(join(directory, 'filler'));
    await eventually('it is saved again', async () => !(await health()).unsaved, 30_000);
    const before = await eventually('the storage alarm is over', async () => {
      const shown = await alerts();
      return shown.every(({ hazard, active }) => hazard !== 'storage' || !active) ? shown : undefined;
    });
    await say('GD-3', 60);
    await eventually('GD-3', async () => (await alerts()).some(({ seq }) => seq > before[0].seq));
    const shown = await alerts();
    await gateway.endAsync();
    await service.kill();

    const again = await startService({ directory, settings, ports: service.ports });
    const restored = await eventually('the alerts', async () => {
      const items = (await admin.get<{ items: Shown[] }>('/alerts')).body.items;
      return items.length >= shown.length ? items : undefined;
    });
    // The gateway said goodbye: whether that is an alarm before the kill or after it is no matter here.
    const told = (items: readonly Shown[]) =>
      items
        .filter(({ active, hazard }) => active && hazard !== 'offline')
        .map(({ id, grade, state }) => [id, grade, state]);
    expect(told(restored)).toEqual(told(shown));
    await again.stop();
  }, 180_000);

  it('is started on: history is away and named, people sign in, an alarm is raised; with room again all of it is kept', async () => {
    const directory = mountSmall(48) ?? '';
    const filler = join(directory, 'filler');
    const settings = { FENGHUO_LOG_SEGMENT_MIB: '2', FENGHUO_LOG_RESERVE_MIB: '2', FENGHUO_SNAPSHOT_SECONDS: '3600' };
    const first = await startService({ directory, settings });
    const health = async (url: string) =>
      (await (await fetch(`${url}/readyz`)).json()) as { unsaved: boolean; parts: Record<string, { state: string }> };
    await register(
      await signIn(first.url),
      ['GD-2', 'GD-3'].map((tag) => ({ id: `yt-chem/${tag}` })),
    );
    const noisy = await connectGateway(first.mqttUrl, GATEWAY);
    fill(filler);
    await eventually(
      'the log has no room',
      async () => {
        for (let i = 0; i < 50; i++) await publish(noisy, GATEWAY, { point: 'GD-2', at: Date.now(), value: i % 20 });
        return (await health(first.url)).unsaved;
      },
      60_000,
    );
    await noisy.endAsync();
    // EX_IOERR: something is forgotten.
    expect(await first.stop()).toBe(74);

    // What the stop has given back goes too.
    fill(join(directory, 'rest'));
    const service = await startService({ directory, settings, ports: first.ports });
    expect(service.output()).toContain('the last run ended in unsaved mode');
    const { parts } = await health(service.url);
    expect(parts.state).toMatchObject({ state: 'degraded', detail: expect.stringMatching(/disk|SQLITE|full/i) });
    const admin = await signIn(service.url);
    const gateway = await connectGateway(service.mqttUrl, GATEWAY);
    await publish(gateway, GATEWAY, { point: 'GD-3', at: Date.now(), value: 70 });
    const alarm = await eventually('the alarm', async () =>
      (await admin.get<{ items: Shown[] }>('/alerts')).body.items.find(({ hazard }) => hazard === 'flammable-gas'),
    );
    expect(await admin.post(`/alerts/${alarm.id}/acknowledge`, { seenSeq: alarm.seq })).toMatchObject({ status: 200 });
    await eventually('unsaved mode', async () => (await health(service.url)).unsaved);

    rmSync(filler);
    await eventually('all is kept again', async () => {
      const { unsaved, parts } = await health(service.url);
      return !unsaved && parts.log.state === 'ok' && parts.state.state === 'ok' && parts.readings.state === 'ok';
    });
    const seqs = (await admin.events()).map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(seqs).toContain(alarm.seq);
    await gateway.endAsync();
    expect(await service.stop()).toBe(0);
  }, 180_000);
});
