/**
 * kill -9 with 100 000 points, 10 000 open alerts and a minute of readings behind the last snapshot: how long until a
 * reading is judged and acknowledged again, and whether the alerts are the same.
 */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from './figures.ts';
import { atLeast, atMost, median, row } from './figures.ts';
import { WireConnection } from './mqtt-wire.ts';
import { newFolder, Service } from './processes.ts';
import { monotonicMs, Publisher } from './publishing.ts';
import { alarmPlant, CALM, IN_ALARM, lanesOf, loadPlant } from './registries.ts';
import type { Scale } from './throughput.ts';

/** What 100 000 points at mixed intervals give a second; a snapshot is due once a minute. */
const READINGS_A_SECOND = 9_300;
const TAIL_SECONDS = 60;
const RUNS = 3;

export async function benchRestart({ quick }: Scale): Promise<Row[]> {
  const scale = quick ? 10 : 1;
  const [alerts, tail] = [10_000 / scale, (READINGS_A_SECOND * TAIL_SECONDS) / scale];
  const load = loadPlant(100_000 / scale - alerts);
  const alarms = alarmPlant('flood', alerts, 20, false);
  const folder = newFolder('restart');
  const first = await Service.start({ folder });
  await first.register(load);
  await first.register(alarms);
  const raising = await Publisher.open(first.mqttPort, lanesOf(alarms));
  await raising.run({ batch: 1, window: 200, rounds: 1, value: IN_ALARM });
  await raising.close();
  // A graceful stop ends with a snapshot: what comes after it is the tail.
  await first.stop();

  const second = await Service.start({ folder });
  const publisher = await Publisher.open(second.mqttPort, lanesOf(load));
  const { sent, acknowledged } = await publisher.run({ batch: 1, window: 100, messages: tail });
  const before = await openHazards(second);
  await second.kill();
  await publisher.close();
  if (sent !== acknowledged) throw new Error(`${acknowledged} of ${sent} messages were acknowledged`);

  const times: number[] = [];
  let same = 1;
  for (let run = 0; run < RUNS; run++) {
    const startedMs = monotonicMs();
    const service = await Service.launch({ folder });
    await firstAcknowledged(service, load);
    times.push(monotonicMs() - startedMs);
    await service.ready();
    const after = await openHazards(service);
    if (after.digest !== before.digest || after.count < alerts) same = 0;
    await service.kill();
  }
  const name = `restart after kill -9: ${100 / scale}k points, ${before.count} open alerts, tail of ${tail} readings`;
  return [
    row(`${name}: judging again`, 'ms', median(times), undefined, atMost(5_000)),
    row(`${name}: open hazard alerts identical`, 'share', same, undefined, atLeast(1)),
  ];
}

/** Tries to connect and to publish from the moment the process is started, as a gateway does. */
async function firstAcknowledged(service: Service, plant: ReturnType<typeof alarmPlant>): Promise<void> {
  const [lane] = lanesOf(plant);
  for (;;) {
    const connection = await WireConnection.open(service.mqttPort, lane.user, lane.secret).catch(() => undefined);
    if (connection === undefined) {
      await delay(10);
      continue;
    }
    const acknowledged = new Promise<void>((resolve) => {
      connection.onAcknowledged = resolve;
    });
    connection.publish(lane.topic, `{"point":"${lane.tags[0]}","at":${Date.now()},"value":${CALM}}`);
    await acknowledged;
    connection.close();
    return;
  }
}

interface OpenAlerts {
  readonly count: number;
  readonly digest: string;
}

/** Every open alert of the alarm plant: identity, grade, state, and the number of its newest transition. */
async function openHazards(service: Service): Promise<OpenAlerts> {
  const lines: string[] = [];
  let cursor = '';
  do {
    const page = (await service.get(`/alerts?kind=hazard&limit=2000${cursor}`)) as {
      items: { id: string; key: string; grade: string; state: string; seq: number; raisedAt: number }[];
      nextCursor?: string;
    };
    for (const { id, key, grade, state, seq, raisedAt } of page.items) {
      // The gateways of the load come and go with the publisher, and what that raises is not of this comparison.
      if (key.startsWith('flood-')) lines.push([id, key, grade, state, seq, raisedAt].join(' '));
    }
    cursor = page.nextCursor === undefined ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
  } while (cursor !== '');
  lines.sort();
  return { count: lines.length, digest: createHash('sha256').update(lines.join('\n')).digest('hex') };
}
