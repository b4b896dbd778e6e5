// Every short excursion is caught: twenty of 200 ms, one sample each, are twenty raises and twenty clears where the point
// has no off-delay, and one alert that counts them where it has one.
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import { DeskClient } from '../support/desk-client.ts';
import { connectGateway, publish } from '../support/gateway.ts';
import { PROMPT_GAS } from '../support/packs.ts';
import type { RunningService } from '../support/service.ts';
import { eventually, register, signIn, startService } from '../support/service.ts';

const EXCURSIONS = 20;
const EXCURSION_MS = 200;
const PEAK = 47;

describe('twenty excursions of 200 ms', () => {
  let service: RunningService;
  let desk: DeskClient;
  const gateways: MqttClient[] = [];

  beforeAll(async () => {
    service = await startService();
    const admin = await signIn(service.url);
    await register(admin, [
      { id: 'yt-chem/GD-101', type: PROMPT_GAS, onDelayMs: 0 },
      { id: 'xh-chem/GD-201', type: PROMPT_GAS, onDelayMs: 0, offDelayMs: 60_000 },
    ]);
    desk = await DeskClient.open(service.url, admin.token);
    await desk.subscribe();
    await eventually('the snapshot', () => desk.to !== undefined);
    for (const name of ['yt-chem/gw1', 'xh-chem/gw1']) gateways.push(await connectGateway(service.mqttUrl, name));
    const start = Date.now() + EXCURSION_MS;
    for (let i = 0; i < EXCURSIONS; i++) {
      const above = i === 7 ? PEAK : 26 + (i % 5);
      await both(start + 2 * i * EXCURSION_MS, above);
      await both(start + (2 * i + 1) * EXCURSION_MS, 3);
    }
  });

  afterAll(async () => {
    desk?.close();
    await Promise.all(gateways.map((gateway) => gateway.endAsync(true)));
    await service?.stop();
  });

  /** Sent when it is sampled, as a fast detector does. */
  async function both(at: number, value: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, at - Date.now()));
    await Promise.all([
      publish(gateways[0], 'yt-chem/gw1', { point: 'GD-101', at, value }),
      publish(gateways[1], 'xh-chem/gw1', { point: 'GD-201', at, value }),
    ]);
  }

  const of = (enterprise: string) =>
    desk.transitions.filter(({ alert }) => alert.enterprise === enterprise && alert.kind === 'hazard');

  it('are twenty raises and twenty clears without an off-delay', async () => {
    const cleared = () => of('yt-chem').filter(({ change }) => change === 'cleared');
    await eventually('the last clear', () => cleared().length === EXCURSIONS);
    const changes = of('yt-chem').map(({ change }) => change);
    expect(changes).toEqual(
      Array.from({ length: EXCURSIONS }, (_, i) => [i === 0 ? 'raised' : 're-raised', 'cleared']).flat(),
    );
    // Nobody has answered: it stays one occurrence, owed until somebody does.
    const last = of('yt-chem').at(-1)?.alert as Alert;
    expect(last).toMatchObject({ state: 'returned-unacknowledged', activations: EXCURSIONS });
    expect(new Set(of('yt-chem').map(({ alert }) => alert.id)).size).toBe(1);
  });

  it('are one raise with its count and its peak with an off-delay of a minute', async () => {
    const admin = await signIn(service.url);
    const [alert] = await eventually('the count', async () => {
      const { body } = await admin.get<{ items: Alert[] }>('/alerts?enterprise=xh-chem&kind=hazard');
      return body.items;
    });
    expect(of('xh-chem').filter(({ change }) => change === 'raised' || change === 're-raised')).toHaveLength(1);
    expect(of('xh-chem').filter(({ change }) => change === 'cleared')).toHaveLength(0);
    expect(alert).toMatchObject({
      active: true,
      points: [{ id: 'xh-chem/GD-201', excursions: EXCURSIONS, peak: PEAK, active: true }],
    });
    expect(desk.gaps).toBe(0);
  });
});
