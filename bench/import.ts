/**
 * How long judging is held while a registry of 100 000 points is imported in one request, and how long a reading waits
 * meanwhile: one message every few milliseconds, each timed from its scheduled send to its PUBACK, which leaves when it is
 * judged and durable.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from './figures.ts';
import { atMost, quantile, row } from './figures.ts';
import { WireConnection } from './mqtt-wire.ts';
import { newFolder, Service } from './processes.ts';
import { monotonicMs } from './publishing.ts';
import { alarmPlant, CALM, lanesOf, loadPlant } from './registries.ts';
import type { Scale } from './throughput.ts';

const EVERY_MS = 5;
const CALM_MS = 3_000;
const WARM_MS = 2_000;
/** Judging is never held for longer (semantics: an import is sliced). */
const HELD_MS = 50;

export async function benchImport({ quick }: Scale): Promise<Row[]> {
  const points = quick ? 10_000 : 100_000;
  const registry = loadPlant(points);
  const body = Buffer.from(JSON.stringify(registry));
  const folder = newFolder('import');
  const service = await Service.start({ folder });
  const mark = alarmPlant('mark', 1, 1, true);
  await service.register(mark);
  const [lane] = lanesOf(mark);
  const sender = await WireConnection.open(service.mqttPort, lane.user, lane.secret);
  const message = () => `{"point":"${lane.tags[0]}","at":${Date.now()},"value":${CALM}}`;
  const send = () => sender.publish(lane.topic, message());
  try {
    await waits(sender, send, delay(WARM_MS));
    await service.longestHeld();
    const calm = await waits(sender, send, delay(CALM_MS));
    const heldBefore = await service.longestHeld();
    const startedMs = monotonicMs();
    let importedMs = 0;
    const imported = service.importWhole(body, points).then(() => {
      importedMs = monotonicMs() - startedMs;
    });
    const meanwhile = await waits(sender, send, imported);
    const held = await service.longestHeld();
    const name = `import of ${points / 1_000}k points in one request`;
    return [
      row(`${name}: judging held, longest stretch`, 'ms', held.wallMs, undefined, atMost(HELD_MS)),
      row(
        `${name}: judging held, longest stretch of its own processor time`,
        'ms',
        held.ownMs,
        undefined,
        atMost(HELD_MS),
      ),
      row(`${name}: judging held, longest stretch just before it`, 'ms', heldBefore.wallMs),
      row(`${name}: longest wait of a reading meanwhile`, 'ms', Math.max(...meanwhile)),
      row(`${name}: wait of a reading meanwhile, p99`, 'ms', quantile(meanwhile, 0.99)),
      row(`${name}: longest wait of a reading just before it`, 'ms', Math.max(...calm)),
      row(`${name}: until all are in force`, 's', importedMs / 1_000),
    ];
  } finally {
    sender.close();
    await service.stop();
  }
}

/** Milliseconds from scheduled send to PUBACK of one message every few milliseconds, until `end` is settled. */
async function waits(sender: WireConnection, send: () => void, end: Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  const pending: number[] = [];
  let known = sender.acknowledged;
  // PUBACKs come in the order of the messages.
  sender.onAcknowledged = () => {
    for (const now = monotonicMs(); known < sender.acknowledged; known++) found.push(now - (pending.shift() ?? now));
  };
  let isOver = false;
  const over = end.finally(() => {
    isOver = true;
  });
  const startedMs = monotonicMs();
  for (let n = 0; !isOver; n++) {
    const scheduled = startedMs + n * EVERY_MS;
    if (scheduled > monotonicMs()) await delay(scheduled - monotonicMs());
    pending.push(scheduled);
    send();
  }
  await over;
  for (let waited = 0; sender.inFlight > 0 && waited < 600; waited++) await delay(25);
  if (sender.inFlight > 0) throw new Error(`${sender.inFlight} messages were not acknowledged`);
  return found;
}
