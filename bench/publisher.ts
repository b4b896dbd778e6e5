/**
 * The publishing process: PUBLISH packets encoded beforehand, in which only the packet id and the time are written anew,
 * over one TCP connection a gateway, with a bounded number of messages in flight. It judges nothing.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { encodePublish, WireConnection } from './mqtt-wire.ts';
import type { FromPublisher, LaneSpec, Order, Report, ToPublisher } from './publishing.ts';
import { monotonicMs } from './publishing.ts';

const PACE_MS = 2;
/** At most so many messages in one write: one gateway must not hold up the others. */
const BURST = 256;
const LAST_ACKNOWLEDGEMENTS_MS = 30_000;
const AT_DIGITS = 13;

/** One round over the points of a gateway, ready to be copied: every packet, where it begins, where its times stand. */
interface Round {
  readonly bytes: Buffer;
  /** Begin of each packet, and one more: the end. */
  readonly starts: readonly number[];
  readonly ids: readonly number[];
  readonly times: readonly (readonly number[])[];
}

interface Lane {
  readonly spec: LaneSpec;
  readonly connection: WireConnection;
  /** Rounds with different values, taken in turn. */
  rounds: readonly Round[];
  round: number;
  next: number;
  /** Messages that this order still allows it. */
  left: number;
  /** Two readings of one point never share a time. */
  newestAt: number;
  at: Buffer;
}

let lanes: Lane[] = [];

function prepare(lane: Lane, order: Order): void {
  const rounds = order.value === undefined ? 4 : 1;
  lane.rounds = Array.from({ length: rounds }, (_, r) => encodeRound(lane.spec, order, r));
  lane.round = 0;
  lane.next = 0;
  lane.left = (order.rounds ?? Number.POSITIVE_INFINITY) * lane.rounds[0].ids.length;
}

function encodeRound({ topic, tags }: LaneSpec, { batch, value }: Order, round: number): Round {
  const packets: Buffer[] = [];
  const starts: number[] = [0];
  const ids: number[] = [];
  const times: number[][] = [];
  for (let first = 0; first < tags.length; first += batch) {
    const readings = tags.slice(first, first + batch).map((tag, k) => {
      const wave = value ?? Math.round(1_000 + 500 * Math.sin(round + first + k)) / 100;
      return `{"point":"${tag}","at":${'0'.repeat(AT_DIGITS)},"value":${wave}}`;
    });
    const payload = batch === 1 ? readings[0] : `{"readings":[${readings.join(',')}]}`;
    const { bytes, idOffset, payloadOffset } = encodePublish(topic, Buffer.from(payload));
    const start = starts[starts.length - 1];
    const found = [...payload.matchAll(/"at":/g)].map(({ index, 0: { length } }) => index + length);
    packets.push(bytes);
    ids.push(start + idOffset);
    times.push(found.map((at) => start + payloadOffset + at));
    starts.push(start + bytes.length);
  }
  return { bytes: Buffer.concat(packets), starts, ids, times };
}

/** Sends `count` messages in one write, or fewer where the round ends. */
function send(lane: Lane, count: number): number {
  if (lane.next === 0) {
    lane.newestAt = Math.max(Date.now(), lane.newestAt + 1);
    lane.at = Buffer.from(String(lane.newestAt));
  }
  const round = lane.rounds[lane.round];
  const from = lane.next;
  const to = Math.min(from + count, round.ids.length);
  const begin = round.starts[from];
  // A copy, because the socket may still hold the last one.
  const bytes = Buffer.allocUnsafe(round.starts[to] - begin);
  round.bytes.copy(bytes, 0, begin, round.starts[to]);
  for (let i = from; i < to; i++) {
    bytes.writeUInt16BE(lane.connection.takeId(), round.ids[i] - begin);
    for (const time of round.times[i]) lane.at.copy(bytes, time - begin);
  }
  lane.connection.socket.write(bytes);
  lane.connection.sent += to - from;
  lane.next = to === round.ids.length ? 0 : to;
  if (lane.next === 0) lane.round = (lane.round + 1) % lane.rounds.length;
  return to - from;
}

/** Fills the window of one gateway as far as the order still allows; gives the number sent. */
function fill(lane: Lane, order: Order, allowed: number): number {
  let sent = 0;
  let room = Math.min(order.window - lane.connection.inFlight, allowed, lane.left);
  while (room > 0) {
    const taken = send(lane, Math.min(room, BURST));
    sent += taken;
    room -= taken;
    lane.left -= taken;
  }
  return sent;
}

const sum = (of: (connection: WireConnection) => number): number =>
  lanes.reduce((total, { connection }) => total + of(connection), 0);

async function run(order: Order): Promise<Report> {
  for (const lane of lanes) {
    prepare(lane, order);
    lane.connection.sent = 0;
    lane.connection.acknowledged = 0;
  }
  const inRounds = lanes.reduce((total, { left }) => total + left, 0);
  const limit = Math.min(order.messages ?? Number.POSITIVE_INFINITY, inRounds);
  const startedMs = monotonicMs();
  const endsMs = startedMs + (order.seconds ?? 3_600) * 1_000;
  let sent = 0;
  let turn = 0;
  let warm: { readonly atMs: number; readonly acknowledged: number } | undefined;
  const refill = (owed: number): void => {
    for (let idle = 0; idle < lanes.length && sent < owed; turn++) {
      const share = order.ratePerSecond === undefined ? BURST : 1 + Math.floor((owed - sent) / lanes.length);
      const taken = fill(lanes[turn % lanes.length], order, Math.min(owed - sent, share));
      sent += taken;
      idle = taken === 0 ? idle + 1 : 0;
    }
  };
  if (order.ratePerSecond === undefined) {
    // Each gateway goes on as soon as it is answered; the loop below only watches the end.
    for (const lane of lanes) {
      lane.connection.onAcknowledged = () => {
        if (monotonicMs() < endsMs) sent += fill(lane, order, limit - sent);
      };
    }
    refill(limit);
  }
  while (monotonicMs() < endsMs && sent < limit) {
    await delay(PACE_MS);
    const elapsed = (monotonicMs() - startedMs) / 1_000;
    if (order.ratePerSecond !== undefined) refill(Math.min(limit, Math.floor(elapsed * order.ratePerSecond)));
    if (warm === undefined && elapsed >= (order.warmUpSeconds ?? 0)) {
      warm = { atMs: monotonicMs(), acknowledged: sum(({ acknowledged }) => acknowledged) };
    }
  }
  const lastSentMs = monotonicMs();
  const atEnd = sum(({ acknowledged }) => acknowledged);
  for (const lane of lanes) lane.connection.onAcknowledged = () => {};
  const giveUpMs = lastSentMs + LAST_ACKNOWLEDGEMENTS_MS;
  while (sum(({ inFlight }) => inFlight) > 0 && monotonicMs() < giveUpMs) await delay(1);
  const from = warm ?? { atMs: startedMs, acknowledged: 0 };
  return {
    sent,
    acknowledged: sum(({ acknowledged }) => acknowledged),
    perSecond: ((atEnd - from.acknowledged) * 1_000) / (lastSentMs - from.atMs),
    firstSentMs: startedMs,
    lastSentMs,
    lastAcknowledgedMs: monotonicMs(),
  };
}

async function open(port: number, specs: readonly LaneSpec[]): Promise<void> {
  lanes = await Promise.all(
    specs.map(async (spec) => ({
      spec,
      connection: await WireConnection.open(port, spec.user, spec.secret),
      rounds: [],
      round: 0,
      next: 0,
      left: 0,
      newestAt: 0,
      at: Buffer.alloc(0),
    })),
  );
}

async function handle(message: ToPublisher): Promise<FromPublisher> {
  if ('order' in message) return { report: await run(message.order) };
  await open(message.open.port, message.open.lanes);
  return { opened: true };
}

process.on('message', (message: ToPublisher) => {
  handle(message).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ failed: String(error) } satisfies FromPublisher),
  );
});
process.on('disconnect', () => process.exit(0));
