// How a backtest ends that does not come to its end: somebody cancels it, or the service is killed in the middle of it. Whoever asks
// is told which, and nobody waits for ever. And what is tried of a time that only the store of readings has any more.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backtest } from '../../src/api/schemas/backtests.ts';
import { BUSY_SETTINGS, BUSY_TAGS, busySeconds, loseArchive } from '../support/busy-plant.ts';
import { connectGateway } from '../support/gateway.ts';
import { PROMPT_GAS } from '../support/packs.ts';
import type { Caller, RunningService } from '../support/service.ts';
import { ADMIN_PASSWORD, eventually, fenghuo, register, signIn, startService } from '../support/service.ts';

const GATEWAY = 'yt-chem/gw1';
/** A backtest takes a fifth of a core at most, and gives way: on a busy machine it is long. */
const PATIENCE_MS = 120_000;

let service: RunningService;
let admin: Caller;
let gateway: MqttClient;
let from: number;

const draft = { points: [{ id: 'yt-chem/GD-100', limits: { H: 35 } }] };
const ask = () => admin.post<Backtest>('/backtests', { from, to: Date.now(), ...draft });
const look = async (id: string) => (await admin.get<Backtest>(`/backtests/${id}`)).body;
const under = (id: string) =>
  eventually('it is under way', async () => {
    const backtest = await look(id);
    if (backtest.state !== 'running') throw new Error(`it is ${backtest.state} before anybody could end it`);
    return backtest.progress > 0 ? backtest : undefined;
  });
const ended = (id: string) =>
  eventually(
    'it is over',
    async () => {
      const backtest = await look(id);
      return backtest.state === 'running' ? undefined : backtest;
    },
    PATIENCE_MS,
  );
/** Taken as soon as the thread of the one before has ended. */
const another = () =>
  eventually('another one is taken', async () => {
    const { status, body } = await ask();
    return status === 202 ? body : undefined;
  });
const fromTheCommandLine = () => {
  const file = join(service.directory, 'draft.json');
  writeFileSync(file, JSON.stringify(draft));
  const settings = { FENGHUO_URL: service.url, FENGHUO_PASSWORD: ADMIN_PASSWORD };
  return fenghuo(['backtest', '--draft', file, '--from', String(from), '--to', String(Date.now())], '', settings);
};
const running = () =>
  eventually('one is under way', async () => {
    const { body } = await admin.get<{ items: Backtest[] }>('/backtests');
    return body.items.find(({ state, progress }) => state === 'running' && progress > 0);
  });

/** On the data that is there. */
async function again(): Promise<void> {
  await service.stop();
  service = await startService({ directory: service.directory, ports: service.ports, settings: BUSY_SETTINGS });
  admin = await signIn(service.url);
}

beforeAll(async () => {
  service = await startService({ settings: BUSY_SETTINGS });
  admin = await signIn(service.url);
  await register(
    admin,
    BUSY_TAGS.map((tag) => ({ id: `yt-chem/${tag}`, type: PROMPT_GAS, onDelayMs: 0 })),
  );
  gateway = await connectGateway(service.mqttUrl, GATEWAY);
  from = await busySeconds(gateway, GATEWAY);
});
afterAll(async () => {
  await gateway?.endAsync(true);
  await service?.stop();
});

describe('a backtest that somebody cancels', () => {
  it('is cancelled at once and stays so, and a second one beside it is refused by its name', async () => {
    const { body: first } = await ask();
    await under(first.id);
    const second = await ask();
    expect([second.status, JSON.stringify(second.body)]).toEqual([
      409,
      expect.stringContaining(`${first.id} is running`),
    ]);
    const cancelled = await admin.delete<Backtest>(`/backtests/${first.id}`);
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled', endedAt: expect.any(Number) } });
    const next = await another();
    expect(await look(first.id)).toEqual(cancelled.body);
    await admin.delete(`/backtests/${next.id}`);
    expect((await look(next.id)).state).toBe('cancelled');
  });

  it('is told to who waits for it at the command line', async () => {
    const told = fromTheCommandLine();
    const { id } = await running();
    await admin.delete(`/backtests/${id}`);
    expect(await told).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('cancelled') });
  });
});

describe('a backtest in the middle of which the service is killed', () => {
  it('is interrupted when it is back, for everybody who asks or waits, and another one comes to its end', {
    timeout: 2 * PATIENCE_MS,
  }, async () => {
    const told = fromTheCommandLine();
    const { id } = await running();
    await service.kill();
    await again();
    expect(await look(id)).toMatchObject({ state: 'interrupted', reason: expect.stringContaining('ask again') });
    expect(await told).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/interrupted.*ask again/) });
    const next = await another();
    expect(await ended(next.id)).toMatchObject({ state: 'done', result: { lost: { total: 1 } } });
  });
});

describe('a time that log and archive have no records of any more', () => {
  it('is judged from the store of readings, which the result says', { timeout: 2 * PATIENCE_MS }, async () => {
    await again();
    await loseArchive(service);
    await again();
    const { state, result, reason } = await ended((await another()).id);
    expect([state, reason]).toEqual(['done', undefined]);
    expect(result?.stretches?.map(({ of }) => of)).toEqual(['readings', 'records']);
    expect(result?.approximate.join()).toMatch(/only the store of readings has it; not known are/);
    expect(result).toMatchObject({ lost: { total: 1, items: [{ points: ['yt-chem/GD-100'] }] }, gained: { total: 0 } });
    const earlier = await admin.post<Backtest>('/backtests', {
      from: from - 7_200_000,
      to: from - 3_600_000,
      ...draft,
    });
    const nothing = await ended(earlier.body.id);
    expect(nothing).toMatchObject({ state: 'failed', reason: expect.stringContaining('nothing is kept of') });
  });
});
