/**
 * Somebody deletes `state.db` or `readings.db`, or the disk it was on is not there at the start: what is gone with it is an alarm
 * that somebody must answer, and whatever log and snapshots have stands in the history again.
 */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectGateway, publish } from '../support/gateway.ts';
import type { Caller, RunningService } from '../support/service.ts';
import { eventually, fenghuo, register, signIn, startService } from '../support/service.ts';

const GATEWAY = 'yt-chem/gw1';
const SETTINGS = { FENGHUO_LOG_SEGMENT_MIB: '1', FENGHUO_SNAPSHOT_SECONDS: '5' };
const MINUTE_MS = 60_000;

interface Shown {
  readonly id: string;
  readonly hazard: string;
  readonly state: string;
  readonly seq: number;
}

interface Health {
  readonly parts: Record<string, { readonly state: string; readonly detail?: string }>;
}

interface History {
  readonly items: readonly { readonly value: number }[];
  readonly gaps: readonly { readonly from: number; readonly to: number; readonly reason: string }[];
}

const healthOf = async ({ url }: RunningService) => (await (await fetch(`${url}/readyz`)).json()) as Health;
const alertsOf = async (caller: Caller) => (await caller.get<{ items: Shown[] }>('/alerts')).body.items;
const remove = (directory: string, store: string): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(join(directory, `${store}.db${end}`), { force: true });
};

async function historyOf(caller: Caller, point: string): Promise<History> {
  const from = Date.now() - 60 * MINUTE_MS;
  const to = Date.now() + MINUTE_MS;
  const query = `from=${from}&to=${to}`;
  const { status, body } = await caller.get<History>(`/points/${encodeURIComponent(point)}/readings?${query}`);
  expect(status).toBe(200);
  return body;
}

/** A plant with a standing alarm, a person, and some readings. */
async function plant(): Promise<{ service: RunningService; standing: Shown }> {
  const service = await startService({ settings: SETTINGS });
  const admin = await signIn(service.url);
  await register(
    admin,
    ['GD-1', 'GD-2'].map((tag) => ({ id: `yt-chem/${tag}` })),
  );
  const li = ['user', 'add', 'li', '--role', 'county-duty', '--level', 'county', '--division', '320921'];
  const added = await fenghuo(li, 'a password of li\n', { FENGHUO_DATA_DIR: service.directory });
  expect(added.code, added.stderr).toBe(0);
  await signIn(service.url, 'li', 'a password of li');
  const gateway = await connectGateway(service.mqttUrl, GATEWAY);
  await publish(gateway, GATEWAY, { point: 'GD-1', at: Date.now(), value: 70 });
  const standing = await eventually('the alarm', async () =>
    (await alertsOf(admin)).find(({ hazard }) => hazard === 'flammable-gas'),
  );
  await gateway.endAsync();
  return { service, standing };
}

describe('a state.db that is gone', () => {
  it('is an alarm of the service to be answered, said once; the history comes back from the log, people do not', async () => {
    const { service: before, standing } = await plant();
    const admin = await signIn(before.url);
    const told = (await admin.events()).map(({ seq, change, alert }) => [seq, change, alert.id]);
    const { directory, ports } = before;
    await before.stop();
    remove(directory, 'state');
    const nobody = await fenghuo(['user', 'passwd', 'li'], 'another password\n', { FENGHUO_DATA_DIR: directory });
    expect(nobody.stderr).toContain('state.db is not there, or empty');
    expect(existsSync(join(directory, 'state.db'))).toBe(false);

    const service = await startService({ directory, ports, settings: SETTINGS });
    await expect(signIn(service.url, 'li', 'a password of li')).rejects.toThrow('not let in');
    const again = await signIn(service.url);
    const { parts } = await healthOf(service);
    expect(parts.state).toMatchObject({ state: 'degraded' });
    expect(parts.state.detail).toContain('state.db was not there, or empty');
    const alarm = await eventually('the alarm', async () =>
      (await alertsOf(again)).find(({ hazard }) => hazard === 'storage'),
    );
    expect(JSON.stringify(alarm)).toContain('users, sessions and audit of before are gone');
    await eventually('what was told before is in the history', async () => {
      const events = (await again.events()).map(({ seq, change, alert }) => [seq, change, alert.id]);
      return told.every((one) => events.some((other) => JSON.stringify(one) === JSON.stringify(other)));
    });
    const { body } = await again.get<{ timeline?: unknown[] }>(`/alerts/${standing.id}`);
    expect(JSON.stringify(body)).toContain('raised');
    const answered = await again.post<{ code: string }>(`/alerts/${alarm.id}/acknowledge`, { seenSeq: alarm.seq });
    expect(answered.status, JSON.stringify(answered.body)).toBe(200);
    await service.stop();
    expect(readdirSync(directory).filter((name) => name.endsWith('.lost'))).toEqual([]);

    const third = await startService({ directory, ports, settings: SETTINGS });
    expect((await healthOf(third)).parts.state).toMatchObject({ state: 'ok' });
    expect(third.output()).not.toContain('was not there');
    await third.stop();
  });

  it('is told by the next start where the one that made it anew died before it could', async () => {
    const { service: before } = await plant();
    const { directory, ports } = before;
    await before.stop();
    // As it lies there between the two.
    writeFileSync(join(directory, 'state.db.lost'), '2026-11-30T03:00:00.000Z\n');
    const service = await startService({ directory, ports, settings: SETTINGS });
    const alarm = await eventually('the alarm', async () =>
      (await alertsOf(await signIn(service.url))).find(({ hazard }) => hazard === 'storage'),
    );
    expect(JSON.stringify(alarm)).toContain(
      'state.db was not there, or empty, at the start of 2026-11-30T03:00:00.000Z',
    );
    await service.stop();
  });
});

describe('a store that a power cut, or whoever made room, left empty', () => {
  it('is told as one that is gone', async () => {
    const { service: before } = await plant();
    const { directory, ports } = before;
    await before.stop();
    remove(directory, 'state');
    writeFileSync(join(directory, 'state.db'), '');
    const nobody = await fenghuo(['user', 'passwd', 'li'], 'another password\n', { FENGHUO_DATA_DIR: directory });
    expect(nobody.stderr).toContain('state.db is not there, or empty');
    const service = await startService({ directory, ports, settings: SETTINGS });
    const { parts } = await healthOf(service);
    expect(parts.state).toMatchObject({ state: 'degraded' });
    const alarm = await eventually('the alarm', async () =>
      (await alertsOf(await signIn(service.url))).find(({ hazard }) => hazard === 'storage'),
    );
    expect(JSON.stringify(alarm)).toContain('users, sessions and audit of before are gone');
    await service.stop();
  });
});

describe('both stores gone, and the log has let go of its beginning', () => {
  it('leaves open alerts and what is registered in the history, and a gap in that of values', async () => {
    const { service: first, standing } = await plant();
    const { directory, ports } = first;
    const logs = () => readdirSync(join(directory, 'log')).filter((name) => /^\d.*\.log$/.test(name));
    const oldest = logs()[0];
    const noisy = await connectGateway(first.mqttUrl, GATEWAY);
    let at = Date.now() - 30 * MINUTE_MS;
    while (logs().length < 3) {
      const readings = Array.from({ length: 1_000 }, () => ({
        point: 'GD-2',
        at: at++,
        value: at % 7,
        historical: true,
      }));
      await publish(noisy, GATEWAY, { readings });
    }
    await noisy.endAsync();
    // A stop seals what waits of the values: then nobody needs the beginning of the log any more.
    await first.stop();
    const second = await startService({ directory, ports, settings: SETTINGS });
    await eventually('the first file of the log is freed', () => !logs().includes(oldest), 60_000);
    await second.stop();
    remove(directory, 'state');
    remove(directory, 'readings');

    const service = await startService({ directory, ports, settings: SETTINGS });
    const admin = await signIn(service.url);
    const alarm = await eventually('the alarm', async () =>
      (await alertsOf(admin)).find(({ hazard }) => hazard === 'storage'),
    );
    expect(JSON.stringify(alarm)).toContain('only what the log still has is written again');
    expect(JSON.stringify(alarm)).toContain('readings.db was not there');
    expect((await alertsOf(admin)).map(({ id }) => id)).toContain(standing.id);
    const { gaps } = await eventually('the values of the log are there again', async () => {
      const history = await historyOf(admin, 'yt-chem/GD-2');
      return history.gaps.length > 0 && history;
    });
    expect(gaps[0].reason).toContain('was made anew');
    await eventually('the history is written', async () => {
      const { detail = '' } = (await healthOf(service)).parts.state;
      return !detail.includes('behind') && detail.includes('no snapshot is left');
    });
    await service.stop();

    const next = await startService({ directory, ports, settings: SETTINGS });
    // A person of a place that is registered can be added: the configuration is there.
    const li = ['user', 'add', 'li', '--role', 'county-duty', '--level', 'county', '--division', '320921'];
    const added = await fenghuo(li, 'a password of li\n', { FENGHUO_DATA_DIR: directory });
    expect(added.code, added.stderr).toBe(0);
    const after = await signIn(next.url);
    const gap = (await historyOf(after, 'yt-chem/GD-2')).gaps[0];
    expect(gap.reason).toContain('was made anew');
    await next.stop();
  }, 240_000);
});
