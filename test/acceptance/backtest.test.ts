// A draft against what was, in a running service: who may ask, what is gained and lost, one at a time, cancelled, and a restart in
// the middle of one.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backtest } from '../../src/api/schemas/backtests.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import { PROMPT_GAS } from '../support/packs.ts';
import type { Caller, RunningService } from '../support/service.ts';
import { ADMIN_PASSWORD, eventually, fenghuo, register, signIn, startService } from '../support/service.ts';

const GATEWAY = 'yt-chem/gw1';
const PASSWORD = 'a password of theirs';

let service: RunningService;
let admin: Caller;
let gateway: MqttClient;
let from: number;

const say = (readings: Readonly<Record<string, number>>) =>
  publish(gateway, GATEWAY, { readings: Object.entries(readings).map(([point, value]) => ({ point, value })) });
const ask = (caller: Caller, body: object) =>
  caller.post<Backtest & { errors?: { message: string }[] }>('/backtests', { from, to: Date.now(), ...body });
const ended = (caller: Caller, id: string): Promise<Backtest> =>
  eventually('the backtest is over', async () => {
    const { body } = await caller.get<Backtest>(`/backtests/${id}`);
    return body.state === 'running' ? undefined : body;
  });

/** Somebody who may sign in, with a role and a scope. */
async function person(name: string, args: readonly string[]): Promise<Caller> {
  const settings = { FENGHUO_DATA_DIR: service.directory };
  const added = await fenghuo(['user', 'add', name, ...args], `${PASSWORD}\n`, settings);
  expect(added).toMatchObject({ code: 0 });
  return signIn(service.url, name, PASSWORD);
}

beforeAll(async () => {
  service = await startService();
  from = Date.now();
  admin = await signIn(service.url);
  const points = ['GD-1', 'GD-2', 'GD-3'].map((tag) => ({ id: `yt-chem/${tag}`, type: PROMPT_GAS, onDelayMs: 0 }));
  await register(admin, [...points, { id: 'xh-chem/GD-1', type: PROMPT_GAS }]);
  gateway = await connectGateway(service.mqttUrl, GATEWAY);
  const calm = { 'GD-1': 3, 'GD-2': 3, 'GD-3': 3 };
  await say(calm);
  await say({ ...calm, 'GD-1': 30 });
  await say(calm);
  await say({ ...calm, 'GD-2': 18 });
  await say(calm);
});
afterAll(async () => {
  await gateway?.endAsync(true);
  await service?.stop();
});

describe('a draft of limits over what was', () => {
  it('names what is gained and lost, and how heavy it would have been', async () => {
    const asked = await ask(admin, {
      points: [
        { id: 'yt-chem/GD-1', limits: { H: 35 } },
        { id: 'yt-chem/GD-2', limits: { H: 15 } },
      ],
    });
    expect(asked).toMatchObject({ status: 202, body: { points: ['yt-chem/GD-1', 'yt-chem/GD-2'], by: 'admin' } });
    const { state, result, reason } = await ended(admin, asked.body.id);
    expect([state, reason]).toEqual(['done', undefined]);
    expect(result).toMatchObject({
      lost: { total: 1, items: [{ points: ['yt-chem/GD-1'], hazard: 'flammable-gas' }] },
      gained: { total: 1, items: [{ points: ['yt-chem/GD-2'], hazard: 'flammable-gas' }] },
      load: { was: { floods: 0 }, drafted: { floods: 0 } },
      approximate: [],
    });
    const { body } = await admin.get<{ items: Backtest[] }>('/backtests');
    expect(body.items.map(({ id, result: left }) => [id, left])).toContainEqual([asked.body.id, undefined]);
    // Nothing of it is in force.
    const { body: point } = await admin.get<{ limits?: { H?: number } }>('/points/yt-chem%2FGD-1');
    expect(JSON.stringify(point)).toContain('"H":25');
  });

  it('that is wrong is refused with all its errors', async () => {
    const { status, body } = await ask(admin, {
      from: Date.now() + 60_000,
      points: [
        { id: 'yt-chem/GD-9', limits: { H: 1 } },
        { id: 'yt-chem/GD-1', limit: 3 },
      ],
    });
    expect(status).toBe(422);
    const said = JSON.stringify(body);
    expect(said).toMatch(/yt-chem\/GD-9: is not registered; near it: yt-chem\/GD-/);
    expect(said).toMatch(/GD-1.*limit/);
    expect(said).toMatch(/from: must be before/);
    expect((await ask(admin, { points: [] })).status).toBe(422);
    expect((await ask(admin, { packs: [{ id: 'x' }] })).status).toBe(422);
    expect((await admin.post('/backtests', { from: 'yesterday' })).status).toBe(400);
  });

  it('is asked for from the command line too', async () => {
    const draft = join(service.directory, 'draft.yaml');
    writeFileSync(draft, 'points:\n  - { id: yt-chem/GD-1, limits: { H: 35 } }\n');
    const settings = { FENGHUO_URL: service.url, FENGHUO_PASSWORD: ADMIN_PASSWORD };
    const range = ['--from', String(from), '--to', String(Date.now())];
    const told = await fenghuo(['backtest', '--draft', draft, ...range], '', settings);
    expect(told).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /新增 0，消失 1（. 1）.* · gained 0, lost 1.*\n消失 lost .*可燃气体 .*yt-chem\/GD-1/,
      ),
    });
    expect(told.stdout).toMatch(/worst period .* ≤ 10/);
    writeFileSync(draft, 'points:\n  - { id: yt-chem/GD-8, limits: { H: 35 } }\n');
    const refused = await fenghuo(['backtest', '--draft', draft, ...range], '', settings);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('yt-chem/GD-8: is not registered') });
  });

  it('is for who may, within what they see', async () => {
    const viewer = await person('viewer', ['--role', 'viewer', '--level', 'county', '--division', '320921']);
    const director = await person('director', [
      '--role',
      'safety-director',
      '--level',
      'enterprise',
      '--enterprise',
      'xh-chem',
    ]);
    const draft = { points: [{ id: 'yt-chem/GD-1', limits: { H: 35 } }] };
    expect((await ask(viewer, draft)).status).toBe(403);
    const refused = await ask(director, draft);
    expect([refused.status, JSON.stringify(refused.body)]).toEqual([422, expect.stringContaining('is not registered')]);
    const { body } = await ask(admin, draft);
    expect((await director.get(`/backtests/${body.id}`)).status).toBe(404);
    expect((await viewer.get(`/backtests/${body.id}`)).status).toBe(200);
    await ended(admin, body.id);
  });
});

it('one that was under way when the service ended says so, and those that were done are kept', async () => {
  const { body } = await ask(admin, { points: [{ id: 'yt-chem/GD-1', limits: { H: 35 } }] });
  const done = await ended(admin, body.id);
  await gateway.endAsync(true);
  await service.stop();
  // As it stands in the folder after a death in the middle of one.
  const { result: _, ...head } = done;
  mkdirSync(join(service.directory, 'backtests'), { recursive: true });
  const under = { v: 1, ...head, id: 'bunderway', state: 'running', progress: 0.4 };
  writeFileSync(join(service.directory, 'backtests', 'bunderway.json'), JSON.stringify(under));
  service = await startService({ directory: service.directory, ports: service.ports });
  admin = await signIn(service.url);
  expect((await admin.get<Backtest>('/backtests/bunderway')).body).toMatchObject({ state: 'interrupted' });
  expect((await admin.get<Backtest>(`/backtests/${body.id}`)).body).toEqual(done);
  // The place is free: another one may be asked for.
  const again = await ask(admin, { points: [{ id: 'yt-chem/GD-1', limits: { H: 35 } }] });
  expect(again.status).toBe(202);
  const over = await ended(admin, again.body.id);
  expect(over.result?.lost.total).toBe(1);
});
