/**
 * How long after its scheduled send a breach is on a screen, while the service carries half and four fifths of what it
 * can carry; and whether every single-sample excursion is seen. The screen is a socket.io client, the sender its own
 * connection, both in this process and on one clock.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import type { AlertsMessage, ServerToClient } from '../src/api/schemas/live.ts';
import type { Row } from './figures.ts';
import { atMost, median, quantile, row } from './figures.ts';
import { WireConnection } from './mqtt-wire.ts';
import { hasMosquitto, newFolder, Service, startMosquitto } from './processes.ts';
import { monotonicMs, Publisher } from './publishing.ts';
import { alarmPlant, CALM, IN_ALARM, lanesOf, loadPlant } from './registries.ts';
import type { Scale } from './throughput.ts';
import { WINDOW } from './throughput.ts';

/** What a mark leads to. */
const SHOWN: readonly string[] = ['raised', 're-raised', 'cleared'];
export const MARKS = 40;
/** 40 a second: below the 100 from which the screens are told in portions. */
const MARK_EVERY_MS = 25;
const POINTS = 2_000;
/** A paced publisher is held by its rate alone. */
const LOOSE = 5_000;
const SETTLE_MS = 1_500;

export interface Screen {
  onAlerts: (message: AlertsMessage) => void;
  close(): void;
}

/** A screen that sees everything; resolves when its first snapshot is complete. */
export async function openScreen(service: Service): Promise<Screen> {
  const socket = io(`${service.httpUrl}/live`, {
    transports: ['websocket'],
    auth: { token: await service.token() },
    reconnection: false,
  });
  const screen: Screen = { onAlerts: () => {}, close: () => void socket.disconnect() };
  const on = socket.on.bind(socket) as <E extends keyof ServerToClient>(event: E, listener: ServerToClient[E]) => void;
  await new Promise<void>((resolve, reject) => {
    socket.on('connect_error', reject);
    on('cut', ({ reason }) => reject(new Error(`cut: ${reason}`)));
    on('snapshot', ({ last }) => {
      if (last) resolve();
    });
    socket.emit('subscribe', {}, () => {});
  });
  on('alerts', (message) => screen.onAlerts(message));
  return screen;
}

/** Toggles one point after the other between calm and alarm, on a schedule, and gives each delay in milliseconds. */
export async function marks(senders: readonly WireConnection[], screen: Screen, seconds: number): Promise<number[]> {
  const lanes = lanesOf(alarmPlant('mark', MARKS, 1, true));
  const [enterprise] = lanes[0].user.split('/');
  // What was sent of a point and is not shown yet, oldest first: under load a second mark may overtake the first answer.
  const pending = new Map<string, number[]>(lanes[0].tags.map((tag) => [`${enterprise}/${tag}`, []]));
  let sent = 0;
  const delays: number[] = [];
  screen.onAlerts = ({ transitions }) => {
    const now = monotonicMs();
    for (const { point, change } of transitions) {
      if (point === undefined || !SHOWN.includes(change)) continue;
      const scheduled = pending.get(point)?.shift();
      if (scheduled !== undefined) delays.push(now - scheduled);
    }
  };
  const startedMs = monotonicMs();
  const count = Math.floor((seconds * 1_000) / MARK_EVERY_MS);
  for (let n = 0; n < count; n++) {
    const scheduled = startedMs + n * MARK_EVERY_MS;
    if (scheduled > monotonicMs()) await delay(scheduled - monotonicMs());
    const tag = lanes[0].tags[n % MARKS];
    const value = Math.floor(n / MARKS) % 2 === 0 ? IN_ALARM : CALM;
    pending.get(`${enterprise}/${tag}`)?.push(scheduled);
    sent++;
    senders[0].publish(lanes[0].topic, `{"point":"${tag}","at":${Date.now()},"value":${value}}`);
  }
  for (let waited = 0; delays.length < sent && waited < 600; waited++) await delay(25);
  if (delays.length !== sent) throw new Error(`${delays.length} of ${sent} transitions reached the screen`);
  return delays;
}

async function measurePath(name: string, service: Service, port: number, { quick }: Scale): Promise<Row[]> {
  const plant = loadPlant(POINTS);
  await service.register(plant);
  const mark = alarmPlant('mark', MARKS, 1, true);
  await service.register(mark);
  const publisher = await Publisher.open(port, lanesOf(plant));
  const screen = await openScreen(service);
  const [lane] = lanesOf(mark);
  const sender = await WireConnection.open(port, lane.user, lane.secret);
  try {
    const seconds = quick ? 4 : 8;
    const top = { batch: 1, window: WINDOW, warmUpSeconds: 1, seconds: quick ? 3 : 5 };
    // Behind a broker the highest rate is what the service takes, not what the broker accepts.
    const highest = await durableRate(publisher, service, top);
    const rows = [row(`${name}: highest rate with zero loss in this run`, 'msg/s', highest)];
    for (const [share, target] of [
      [0.5, 25],
      [0.8, 100],
    ] as const) {
      const p50: number[] = [];
      const p99: number[] = [];
      for (let run = 0; run < 3; run++) {
        const load = publisher.run({ batch: 1, window: LOOSE, seconds: seconds + 2, ratePerSecond: highest * share });
        // Whatever the marks meet, the publisher is heard to the end.
        load.catch(() => {});
        await delay(SETTLE_MS);
        const delays = await marks([sender], screen, seconds);
        const { sent, acknowledged } = await load;
        if (sent !== acknowledged) throw new Error(`${acknowledged} of ${sent} messages were acknowledged`);
        p50.push(quantile(delays, 0.5));
        p99.push(quantile(delays, 0.99));
      }
      const label = `${name}: publish to screen at ${share * 100} % load`;
      rows.push(
        row(`${label}, p50`, 'ms', median(p50)),
        row(`${label}, p99`, 'ms', median(p99), undefined, atMost(target)),
      );
    }
    return rows;
  } finally {
    sender.close();
    screen.close();
    await publisher.close();
  }
}

/** Messages a second from the first one sent until all are durable, with the backlog worked off. */
export async function durableRate(
  publisher: Publisher,
  service: Service,
  order: Parameters<Publisher['run']>[0],
): Promise<number> {
  const before = await service.metric('fenghuo_input_durable');
  const { sent, acknowledged, firstSentMs } = await publisher.run(order);
  if (sent !== acknowledged) throw new Error(`${acknowledged} of ${sent} messages were acknowledged`);
  const giveUpMs = monotonicMs() + 60_000;
  while ((await service.metric('fenghuo_input_durable')) - before < sent) {
    if (monotonicMs() > giveUpMs) throw new Error('not everything that was sent became durable');
    await delay(20);
  }
  return (sent * 1_000) / (monotonicMs() - firstSentMs);
}

export async function benchLatency(scale: Scale): Promise<Row[]> {
  const rows: Row[] = [];
  const service = await Service.start({ folder: newFolder('latency') });
  try {
    rows.push(...(await measurePath('embedded broker', service, service.mqttPort, scale)));
  } finally {
    await service.stop();
  }
  if (!hasMosquitto()) return rows;
  const broker = await startMosquitto();
  const behind = await Service.start({ folder: newFolder('latency'), mqttUrl: `mqtt://127.0.0.1:${broker.port}` });
  try {
    rows.push(...(await measurePath('Mosquitto', behind, broker.port, scale)));
  } finally {
    await behind.stop();
    await broker.stop();
  }
  return rows;
}

const EXCURSIONS = 20;
const EXCURSION_MS = 200;

/** 20 excursions of 200 ms, each one sample and one back in the limit, under load: raises and clears that reach a screen. */
export async function benchExcursions(_scale: Scale): Promise<Row[]> {
  const service = await Service.start({ folder: newFolder('excursions') });
  const plant = loadPlant(POINTS);
  await service.register(plant);
  const mark = alarmPlant('mark', 1, 1, true);
  await service.register(mark);
  const publisher = await Publisher.open(service.mqttPort, lanesOf(plant));
  const screen = await openScreen(service);
  const [lane] = lanesOf(mark);
  const sender = await WireConnection.open(service.mqttPort, lane.user, lane.secret);
  try {
    let [raised, cleared] = [0, 0];
    screen.onAlerts = ({ transitions }) => {
      for (const { change, alert } of transitions) {
        if (alert.kind !== 'hazard') continue;
        if (change === 'raised' || change === 're-raised') raised++;
        if (change === 'cleared') cleared++;
      }
    };
    const load = publisher.run({ batch: 1, window: 100, seconds: 10, ratePerSecond: 5_000 });
    for (let n = 0; n < 2 * EXCURSIONS; n++) {
      const value = n % 2 === 0 ? IN_ALARM : CALM;
      sender.publish(lane.topic, `{"point":"${lane.tags[0]}","at":${Date.now()},"value":${value}}`);
      await delay(EXCURSION_MS);
    }
    await load;
    const name = `${EXCURSIONS} excursions of ${EXCURSION_MS} ms at 5 000 msg/s`;
    return [
      row(`${name}: raises on a screen`, 'of 20', raised, undefined, { compares: 'ours', is: '>=', limit: EXCURSIONS }),
      row(`${name}: clears on a screen`, 'of 20', cleared, undefined, {
        compares: 'ours',
        is: '>=',
        limit: EXCURSIONS,
      }),
    ];
  } finally {
    sender.close();
    screen.close();
    await publisher.close();
    await service.stop();
  }
}
