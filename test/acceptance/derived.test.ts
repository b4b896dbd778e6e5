// A vote of three gas heads in a running service: registered, computed, alarmed, explained, and the same after kill -9.
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert, Explanation } from '../../src/api/schemas/alerts.ts';
import type { PointState } from '../../src/api/schemas/readings.ts';
import type { Point } from '../../src/api/schemas/registry.ts';
import type { PlantPoint } from '../support/build/registry-file.ts';
import { registryFile } from '../support/build/registry-file.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import { PROMPT_GAS } from '../support/packs.ts';
import type { Caller, RunningService } from '../support/service.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';

const GATEWAY = 'yt-chem/gw1';
const HEADS = ['GD-1', 'GD-2', 'GD-3'];
const VOTE = 'yt-chem/VOTE-1';
const VOTE_PATH = `/points/${encodeURIComponent(VOTE)}`;
const vote = { id: VOTE, type: 'gas_lel_2oo3', gateways: [], inputs: { heads: HEADS } };
const heads = HEADS.map((tag) => ({ id: `yt-chem/${tag}`, type: PROMPT_GAS }));

describe('a vote of three gas heads', () => {
  let service: RunningService;
  let admin: Caller;
  let gateway: MqttClient;

  beforeAll(async () => {
    service = await startService();
    admin = await signIn(service.url);
    await register(admin, [...heads, vote]);
    gateway = await connectGateway(service.mqttUrl, GATEWAY);
  });

  afterAll(async () => {
    await gateway?.endAsync(true);
    await service?.stop();
  });

  const say = (values: readonly number[]) =>
    publish(gateway, GATEWAY, { readings: values.map((value, i) => ({ point: HEADS[i], value })) });
  const state = async () => (await admin.get<PointState>(`${VOTE_PATH}/state`)).body;
  const voting = async () =>
    (await admin.get<{ items: Alert[] }>('/alerts')).body.items.find(({ points }) =>
      points.some(({ id }) => id === VOTE),
    );

  it('says how it is derived', async () => {
    const { derive, gateways } = (await admin.get<Point>(VOTE_PATH)).body;
    expect(gateways).toEqual([]);
    expect(derive).toMatchObject({
      function: 'kOfN',
      parameters: { k: 2, above: 50 },
      inputs: { heads: { points: heads.map(({ id }) => id), many: true, unit: '%{LEL}' } },
    });
  });

  it('is refused by name where its inputs are wrong, and nothing is changed', async () => {
    const refused = async (points: readonly PlantPoint[]): Promise<string> => {
      const { status, body } = await admin.post('/registry/import', registryFile([...heads, vote, ...points]));
      expect(status).toBe(422);
      return JSON.stringify(body);
    };
    const said = await refused([
      { ...vote, id: 'yt-chem/V-B', inputs: { heads: ['GD-1', 'VOTE-1'] } },
      { ...vote, id: 'yt-chem/V-C', inputs: { horns: ['GD-1'] } },
      { ...vote, id: 'yt-chem/V-D', gateways: ['gw1'] },
    ]);
    expect(said).toContain('point yt-chem/V-B: inputs.heads: must be a number, yt-chem/VOTE-1 is a boolean');
    expect(said).toContain('the type has no such input; it has heads');
    expect(said).toContain('nobody publishes gas_lel_2oo3, it is derived');
    const unknown = await refused([{ ...vote, id: 'yt-chem/V-A', inputs: { heads: ['GD-1', 'GD-9'] } }]);
    expect(unknown).toContain('point yt-chem/V-A: inputs.heads: point yt-chem/GD-9 is not registered');
    expect((await admin.get('/points/yt-chem%2FV-A')).status).toBe(404);
  });

  it('is blind while nothing is known, false by two heads that are low, and red by two that are high', async () => {
    expect(await state()).toMatchObject({ neverSeen: true, quality: 'never-seen' });
    await say([5, 5, 60]);
    await eventually('the vote is against', async () => (await state()).last?.value === 0);
    await say([5, 61, 62]);
    const alert = await eventually('the vote is in the alert', voting);
    expect(alert).toMatchObject({ grade: 'red', hazard: 'flammable-gas' });
    expect(await state()).toMatchObject({
      last: { value: 1, quality: 'good' },
      inputs: [5, 61, 62].map((value, i) => ({ name: 'heads', point: `yt-chem/${HEADS[i]}`, value, quality: 'good' })),
    });
  });

  it('is explained by what it was computed from, and judged again the same', async () => {
    const { id } = (await voting())!;
    const { equal, differences, evidence } = (await admin.get<Explanation>(`/alerts/${id}/explanation`)).body;
    expect({ equal, differences }).toEqual({ equal: true, differences: [] });
    const sealed = (evidence as { points: { config: { id: string }; inputs?: { value: number }[] }[] }).points;
    const inputs = sealed.find(({ config }) => config.id === VOTE)?.inputs;
    expect(inputs?.map(({ value }) => value)).toEqual([5, 61, 62]);
  });

  it('stands after kill -9, with its history', async () => {
    const before = (await voting())!;
    await service.kill();
    service = await startService({ directory: service.directory, ports: service.ports });
    admin = await signIn(service.url);
    expect(await voting()).toMatchObject({ id: before.id, grade: 'red' });
    const history = await eventually('its history is there', async () => {
      const answer = await admin.get<{ items: { value: number }[] }>(
        `${VOTE_PATH}/readings?from=0&to=${Date.now() + 60_000}`,
      );
      return answer.body.items?.length >= 2 && answer.body.items;
    });
    expect(history.map(({ value }) => value)).toEqual([0, 1]);
  });

  it('goes on with one head lost, and is blind with all of them', async () => {
    gateway = await connectGateway(service.mqttUrl, GATEWAY);
    await publish(gateway, GATEWAY, {
      readings: [
        { point: 'GD-1', value: 5 },
        { point: 'GD-2', value: 60 },
        { point: 'GD-3', value: 3, quality: 'bad' },
      ],
    });
    // Of two that are left one is enough.
    await eventually('one vote of two', async () => {
      const { last, inputs } = await state();
      return last?.value === 1 && inputs?.[2].quality === 'bad';
    });
    await gateway.endAsync();
    await eventually('nobody sees', async () => (await state()).stale);
    const blind = (await voting())!;
    expect(blind.points.find(({ id }) => id === VOTE)).toMatchObject({ active: true, held: true });
  });
});
