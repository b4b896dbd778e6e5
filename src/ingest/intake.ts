/**
 * What all sources do with the bytes of one message: look up the gateway, decode, count what is refused, pour the rest
 * into the sink. It decides nothing that needs history, and no message can make it throw.
 */
import { crc32 } from 'node:zlib';
import type { EpochMs } from '../model/time.ts';
import type { Decode, Decoded, Refused } from './codecs/codec.ts';
import { decodeNative } from './codecs/native.ts';
import type { GatewayDirectory, GatewayEntry } from './directory.ts';
import type { Quarantine } from './quarantine.ts';
import type { IngestSink } from './sink.ts';

/** What every source is given. */
export interface Edge {
  readonly directory: GatewayDirectory;
  readonly sink: IngestSink;
  readonly quarantine: Quarantine;
  /** Engine time. */
  readonly now: () => EpochMs;
}

/** One message as it came in. */
export interface Arrival {
  readonly enterprise: string;
  readonly gateway: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** FLAG bits of the transport. */
  readonly flags: number;
}

export interface Taken {
  /** Readings handed on; whether they are live, duplicate or unknown is decided in log order. */
  readonly readings: number;
  readonly refused: readonly Refused[];
}

/** So many bad readings of one message are listed, the others only counted: one message must not clear the list. */
const LISTED_PER_MESSAGE = 10;

/** `done` is called exactly once: when the message is durable or judged, at once when nothing of it was taken. */
export function takeReadings(edge: Edge, arrival: Arrival, done: () => void): Taken {
  const gateway = edge.directory.find(arrival.enterprise, arrival.gateway);
  if (gateway === undefined) {
    return refuseWhole(edge, arrival, { reason: 'unknown-gateway', detail: 'not in the registry' }, done);
  }
  const decoded = decodeSafely(codecOf(arrival.payload), arrival, gateway, edge.now());
  if (!decoded.ok) return refuseWhole(edge, arrival, decoded.refused, done);
  const { batch, refused } = decoded;
  batch.digest = digestOf(arrival.payload);
  if (refused.length > 0) refuse(edge, arrival, refused);
  if (batch.count === 0) done();
  else edge.sink.readings(batch, arrival.payload.byteLength, done);
  return { readings: batch.count, refused };
}

/**
 * By which a message that comes again is known: check sum and length, in one number that a double holds exactly. Never 0,
 * which stands for "there was no message".
 */
function digestOf(payload: Uint8Array): number {
  return crc32(payload) * 2 ** 20 + (payload.byteLength % 2 ** 20);
}

/** Counts a message that is refused as a whole and lets it be acknowledged. */
export function refuseWhole(edge: Edge, arrival: Arrival, refused: Refused, done: () => void): Taken {
  refuse(edge, arrival, [refused]);
  done();
  return { readings: 0, refused: [refused] };
}

/**
 * What a gateway says of itself: `{"online":true}` or `{"online":false}`.
 *
 * @returns undefined when it says neither.
 */
export function parseStatus(payload: Uint8Array): boolean | undefined {
  if (payload.byteLength > 1024) return undefined;
  try {
    const status: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    if (typeof status !== 'object' || status === null || !('online' in status)) return undefined;
    return typeof status.online === 'boolean' ? status.online : undefined;
  } catch {
    return undefined;
  }
}

/** The one place that tells payload forms apart, by their first bytes. */
function codecOf(_payload: Uint8Array): Decode {
  return decodeNative;
}

// A codec never throws; where one does all the same, one message is lost and named instead of the whole service.
function decodeSafely(decode: Decode, arrival: Arrival, gateway: GatewayEntry, receivedAt: EpochMs): Decoded {
  try {
    return decode(arrival.payload, gateway, receivedAt, arrival.flags);
  } catch (error) {
    return { ok: false, refused: { reason: 'malformed', detail: `the decoder failed: ${(error as Error).message}` } };
  }
}

function refuse(edge: Edge, arrival: Arrival, refused: readonly Refused[]): void {
  const { enterprise, gateway, topic, payload } = arrival;
  const at = edge.now();
  const listed = refused.slice(0, LISTED_PER_MESSAGE);
  const rest = refused.slice(LISTED_PER_MESSAGE);
  listed.forEach(({ reason, tag, index, detail: words }, i) => {
    const detail = index === undefined ? words : `readings[${index}]: ${words}`;
    const report = { at, enterprise, gateway, topic, payload, reason, detail, tag };
    edge.quarantine.refuse(report, i === listed.length - 1 ? rest.length : 0);
  });
  for (const { reason } of rest) edge.quarantine.count(reason);
}
