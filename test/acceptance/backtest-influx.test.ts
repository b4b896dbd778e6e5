// A draft over a time of which only an InfluxDB has anything: it is judged from there, the result says so, and an InfluxDB that is
// away ends the backtest by name.
import { afterAll, describe, expect, it } from 'vitest';
import type { Backtest } from '../../src/api/schemas/backtests.ts';
import { needs } from '../support/available.ts';
import { BUSY_SETTINGS, BUSY_TAGS, busySeconds, loseArchive } from '../support/busy-plant.ts';
import { connectGateway } from '../support/gateway.ts';
import { PROMPT_GAS } from '../support/packs.ts';
import { startInflux1 } from '../support/servers.ts';
import type { Caller, RunningService } from '../support/service.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';

const GATEWAY = 'yt-chem/gw1';
/** More than the log keeps. */
const MESSAGES = 40;
const PATIENCE_MS = 120_000;

const need = needs('influxd');
describe.skipIf(need.missing)(`a backtest beside InfluxDB 1.6${need.note}`, () => {
  const running: { stop(): Promise<unknown> }[] = [];
  afterAll(async () => {
    for (const one of running.reverse()) await one.stop();
  });

  it('judges what log and archive have no more from what is in there', { timeout: 4 * PATIENCE_MS }, async () => {
    const influx = await startInflux1({ database: 'plant' });
    running.push(influx);
    const settings = {
      ...BUSY_SETTINGS,
      FENGHUO_INFLUX_URL: influx.url,
      FENGHUO_INFLUX_BUCKET: 'plant',
      FENGHUO_INFLUX_API: 'v1',
    };
    let service: RunningService = await startService({ settings });
    running.push({ stop: () => service.stop() });
    let admin = await signIn(service.url);
    await register(
      admin,
      BUSY_TAGS.map((tag) => ({ id: `yt-chem/${tag}`, type: PROMPT_GAS, onDelayMs: 0 })),
    );
    const gateway = await connectGateway(service.mqttUrl, GATEWAY);
    const from = await busySeconds(gateway, GATEWAY, MESSAGES);
    await gateway.endAsync();
    const again = async (): Promise<void> => {
      await service.stop();
      service = await startService({ directory: service.directory, ports: service.ports, settings });
      admin = await signIn(service.url);
    };
    await again();
    await loseArchive(service);
    await again();
    const { state, result, reason } = await tried(admin, from);
    expect([state, reason]).toEqual(['done', undefined]);
    expect(result?.stretches?.map(({ of }) => of)).toEqual(['readings', 'records']);
    expect(result?.approximate.join()).toMatch(/only the store of readings has it/);
    expect(result).toMatchObject({ lost: { total: 1, items: [{ points: ['yt-chem/GD-100'] }] }, gained: { total: 0 } });
    await influx.stop();
    const away = await tried(admin, from);
    expect(away).toMatchObject({ state: 'failed', reason: expect.stringMatching(/store of readings gives no answer/) });
  });
});

/** A draft by which the whiff would not have been told. */
async function tried(admin: Caller, from: number): Promise<Backtest> {
  const draft = { points: [{ id: 'yt-chem/GD-100', limits: { H: 35 } }] };
  const { status, body } = await admin.post<Backtest>('/backtests', { from, to: Date.now(), ...draft });
  if (status !== 202) throw new Error(`it is not taken: ${JSON.stringify(body)}`);
  return eventually(
    'it is over',
    async () => {
      const { body: backtest } = await admin.get<Backtest>(`/backtests/${body.id}`);
      return backtest.state === 'running' ? undefined : backtest;
    },
    PATIENCE_MS,
  );
}
