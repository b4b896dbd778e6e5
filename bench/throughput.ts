/**
 * How many messages a second become durable, judged and kept, against programs that only count: through Mosquitto and
 * over the embedded broker, both sides in one run and in turn.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from './figures.ts';
import { atLeast, atMost, median, ratioAtLeast, row } from './figures.ts';
import type { Broker } from './processes.ts';
import { newFolder, Reference, Service, startMosquitto } from './processes.ts';
import type { Order } from './publishing.ts';
import { monotonicMs, Publisher } from './publishing.ts';
import { lanesOf, loadPlant } from './registries.ts';

export interface Scale {
  readonly quick: boolean;
}

const POINTS = 2_000;
const RUNS = 3;
/** Messages without PUBACK, a gateway: with 1 000 the queue, not the work, fills the memory of either side. */
export const WINDOW = 100;
const POLL_MS = 50;

/** Through Mosquitto: from the first message sent until the consumer has the last one. Messages a second. */
async function drained(publisher: Publisher, order: Order, consumed: () => Promise<number>): Promise<number> {
  const before = await consumed();
  const wanted = order.messages ?? 0;
  const running = publisher.run(order);
  let reported = false;
  const report = running.then((done) => {
    reported = true;
    return done;
  });
  const giveUpMs = monotonicMs() + 120_000;
  let count = 0;
  let seenMs = monotonicMs();
  while (count < wanted) {
    await delay(POLL_MS);
    count = (await consumed()) - before;
    seenMs = monotonicMs();
    if (seenMs > giveUpMs) throw new Error(`${count} of ${wanted} messages came through Mosquitto`);
  }
  const { firstSentMs, sent, acknowledged } = await report;
  if (!reported || acknowledged !== sent) throw new Error(`Mosquitto acknowledged ${acknowledged} of ${sent} messages`);
  return (wanted * 1_000) / (seenMs - firstSentMs);
}

/** What is durable of the service, in messages: one input a message, less the ticks of the time that passed. */
function durableMessages(service: Service): () => Promise<number> {
  const startedMs = monotonicMs();
  return async () => {
    const [durable, refused] = await service.metrics('fenghuo_input_durable', 'fenghuo_refused_total');
    if (refused > 0) throw new Error(`${refused} readings were refused`);
    return durable - Math.floor((monotonicMs() - startedMs) / 1_000);
  };
}

interface Side {
  readonly publisher: Publisher;
  readonly consumed: () => Promise<number>;
  stop(): Promise<void>;
}

async function oursBehindMosquitto(): Promise<Side> {
  const broker = await startMosquitto();
  const service = await Service.start({ folder: newFolder('mosquitto'), mqttUrl: `mqtt://127.0.0.1:${broker.port}` });
  const plant = loadPlant(POINTS);
  await service.register(plant);
  const publisher = await Publisher.open(broker.port, lanesOf(plant));
  return { publisher, consumed: durableMessages(service), stop: () => endAll(publisher, service, broker) };
}

async function bareBehindMosquitto(...parse: readonly string[]): Promise<Side> {
  const broker = await startMosquitto();
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const counter = await Reference.start('mqtt-counter', url, 'fenghuo/v1/+/+/data', ...parse);
  const publisher = await Publisher.open(broker.port, lanesOf(loadPlant(POINTS)));
  return { publisher, consumed: () => counter.count(), stop: () => endAll(publisher, counter, broker) };
}

async function endAll(publisher: Publisher, consumer: { stop(): Promise<void> }, broker: Broker): Promise<void> {
  await publisher.close();
  await consumer.stop();
  await broker.stop();
}

export async function benchMosquitto({ quick }: Scale): Promise<Row[]> {
  const sides = [await oursBehindMosquitto(), await bareBehindMosquitto(), await bareBehindMosquitto('parse')];
  try {
    const single = { batch: 1, window: WINDOW, messages: quick ? 60_000 : 200_000 };
    const batched = { batch: 50, window: 100, messages: quick ? 6_000 : 20_000 };
    await inTurn(sides, { ...single, messages: single.messages / 4 }, 1);
    const one = await inTurn(sides, single, RUNS);
    const fifty = await inTurn(sides, batched, RUNS);
    const name = 'end to end durable through Mosquitto';
    const [counter, parsing] = ['bare mqtt.js counter', 'a counter that also parses the JSON'];
    return [
      row(`${name}, 1 reading a message, vs ${counter}`, 'msg/s', one[0], one[1], ratioAtLeast(0.8)),
      row(`${name}, 1 reading a message, vs ${parsing}`, 'msg/s', one[0], one[2]),
      row(`${name}, 50 readings a message, vs ${counter}`, 'msg/s', fifty[0], fifty[1], ratioAtLeast(0.8)),
      row(`${name}, 50 readings a message, vs ${parsing}`, 'msg/s', fifty[0], fifty[2]),
      row('absolute: through Mosquitto, 1 reading a message', 'msg/s', one[0], undefined, atLeast(30_000)),
      row(
        'absolute: through Mosquitto, 50 readings a message',
        'readings/s',
        fifty[0] * 50,
        undefined,
        atLeast(500_000),
      ),
    ];
  } finally {
    for (const side of sides) await side.stop();
  }
}

/** One median a side, the sides taking turns. */
async function inTurn(sides: readonly Side[], order: Order, runs: number): Promise<number[]> {
  const rates: number[][] = sides.map(() => []);
  for (let run = 0; run < runs; run++) {
    for (const [i, { publisher, consumed }] of sides.entries())
      rates[i].push(await drained(publisher, order, consumed));
  }
  return rates.map(median);
}

export async function benchEmbedded({ quick }: Scale, mosquitto: number | undefined): Promise<Row[]> {
  const plant = loadPlant(POINTS);
  const service = await Service.start({ folder: newFolder('embedded') });
  await service.register(plant);
  const counter = await Reference.start('aedes-counter');
  const ours = await Publisher.open(service.mqttPort, lanesOf(plant));
  const bare = await Publisher.open(counter.port, lanesOf(plant));
  try {
    const order = { batch: 1, window: WINDOW, warmUpSeconds: 1, seconds: quick ? 3 : 6 };
    const rates: [number[], number[], number[]] = [[], [], []];
    for (let run = 0; run < RUNS; run++) {
      rates[1].push(await acknowledgedPerSecond(bare, order));
      rates[0].push(await durablePerSecond(ours, order, service));
      rates[2].push(await durablePerSecond(ours, { ...order, batch: 50, window: 20 }, service));
    }
    const [one, aedes, fifty] = rates.map(median);
    return [
      row('embedded broker, 1 reading a message, vs bare aedes-hook counter', 'msg/s', one, aedes, ratioAtLeast(0.5)),
      ...(mosquitto === undefined
        ? []
        : [
            row(
              'embedded broker, 1 reading a message, vs our own path through Mosquitto',
              'msg/s',
              one,
              mosquitto,
              ratioAtLeast(2),
            ),
          ]),
      row('absolute: embedded broker, 1 reading a message', 'msg/s', one, undefined, atLeast(80_000)),
      row('absolute: embedded broker, 50 readings a message', 'readings/s', fifty * 50, undefined, atLeast(500_000)),
    ];
  } finally {
    await ours.close();
    await bare.close();
    await service.stop();
    await counter.stop();
  }
}

async function acknowledgedPerSecond(publisher: Publisher, order: Order): Promise<number> {
  const { sent, acknowledged, perSecond } = await publisher.run(order);
  if (acknowledged !== sent) throw new Error(`${acknowledged} of ${sent} messages were acknowledged`);
  return perSecond;
}

/** As above, and what was acknowledged is in the log: an acknowledgement without its record would be a lie. */
export async function durablePerSecond(publisher: Publisher, order: Order, service: Service): Promise<number> {
  const before = await service.metric('fenghuo_input_durable');
  const { sent, acknowledged, perSecond } = await publisher.run(order);
  const [durable, refused] = await service.metrics('fenghuo_input_durable', 'fenghuo_refused_total');
  if (acknowledged !== sent || refused > 0 || durable - before < sent) {
    throw new Error(`sent ${sent}, acknowledged ${acknowledged}, durable ${durable - before}, refused ${refused}`);
  }
  return perSecond;
}

/** One minute at 50 000 points: nothing lost, memory bounded. Also with a snapshot every 20 s, as no short run has one. */
export async function benchSustained({ quick }: Scale): Promise<Row[]> {
  const points = quick ? 10_000 : 50_000;
  const seconds = quick ? 15 : 60;
  const plant = loadPlant(points);
  const service = await Service.start({ folder: newFolder('sustained'), snapshotSeconds: 20 });
  await service.register(plant);
  const publisher = await Publisher.open(service.mqttPort, lanesOf(plant));
  try {
    const rate = await durablePerSecond(publisher, { batch: 1, window: 10, warmUpSeconds: 2, seconds }, service);
    const rss = (await service.metric('process_resident_memory_bytes')) / 2 ** 20;
    const name = `${seconds} s at ${points / 1_000}k points, embedded broker, snapshots every 20 s`;
    return [
      row(`${name}: rate`, 'msg/s', rate),
      row(`${name}: memory at its end`, 'MiB RSS', rss, undefined, atMost(500)),
    ];
  } finally {
    await publisher.close();
    await service.stop();
  }
}
