/**
 * The native JSON payload: one reading, or a batch `{"readings":[…]}`. Each bad reading is refused by itself with its
 * reason and the good ones of the message are taken; nothing is repaired, and only a missing `at` is filled in, with the
 * arrival time and a mark.
 */
import { GOOD, QUALITY_NAMES } from '../../model/quality.ts';
import type { ReadingBatch, RefusalReason } from '../../model/reading.ts';
import { FLAG, NO_SEQ, newBatch, UNKNOWN_POINT, VERDICT } from '../../model/reading.ts';
import type { EpochMs } from '../../model/time.ts';
import type { GatewayEntry } from '../directory.ts';
import { isTag } from '../topic.ts';
import type { Decoded, Refused } from './codec.ts';
import { MESSAGE_BYTES_MAX, MESSAGE_DEPTH_MAX, MESSAGE_READINGS_MAX } from './codec.ts';
import { shown, whyNoMessage, whyNoPoint, whyNoTag, whyNoTime, whyNotJson, whyNotUtf8, whyNoValue } from './why.ts';

/** Beyond it there is no calendar date (ECMA-262 time range): not a wrong clock but no time at all. */
const AT_MAX_MS = 8.64e15;

// The byte order mark is kept, so that JSON.parse refuses it: JSON text has none (RFC 8259 §8.1).
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** See `Decode` for the parameters. */
export function decodeNative(payload: Uint8Array, gateway: GatewayEntry, receivedAt: EpochMs, flags: number): Decoded {
  if (payload.byteLength > MESSAGE_BYTES_MAX) {
    return whole('too-large', `${payload.byteLength} bytes, at most ${MESSAGE_BYTES_MAX}`);
  }
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return whole('malformed', whyNotUtf8(payload));
  }
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    return whole('malformed', whyNotJson(text, error));
  }
  if (!isObject(root)) return whole('malformed', whyNoMessage(root));
  const readings: unknown = Object.hasOwn(root, 'readings') ? root.readings : [root];
  if (!Array.isArray(readings)) return whole('malformed', `\`readings\` is ${shown(readings)}, an array expected`);
  if (readings.length === 0) return whole('malformed', 'no readings');
  if (readings.length > MESSAGE_READINGS_MAX) {
    return whole('too-large', `${readings.length} readings, at most ${MESSAGE_READINGS_MAX}`);
  }
  if (mayNestDeeply(text, readings.length) && isDeeperThan(text, MESSAGE_DEPTH_MAX)) {
    return whole('malformed', `nested deeper than ${MESSAGE_DEPTH_MAX} levels`);
  }
  return decodeReadings(readings, gateway, receivedAt, flags);
}

function decodeReadings(
  readings: readonly unknown[],
  gateway: GatewayEntry,
  receivedAt: EpochMs,
  flags: number,
): Decoded {
  const batch = newBatch(gateway.number, receivedAt);
  const refused: Refused[] = [];
  const unknown: string[] = [];
  let sorted = true;
  for (let i = 0; i < readings.length; i++) {
    const reading = readings[i];
    const problem = isObject(reading)
      ? addReading(batch, reading, gateway, flags, unknown)
      : ({ reason: 'malformed', detail: `${shown(reading)} is no reading: an object expected` } as const);
    if (problem !== undefined) {
      refused.push({ ...problem, index: i });
    } else if (batch.count > 1 && batch.sampledAt[batch.count - 1] < batch.sampledAt[batch.count - 2]) {
      sorted = false;
    }
  }
  if (!sorted) sortBySampledAt(batch, unknown);
  // A tag stands in `unknown` at the row of its reading; the batch wants the tags alone, in row order.
  if (unknown.length > 0) batch.unknownTags = unknown.filter((tag) => tag !== undefined);
  return { ok: true, batch, refused };
}

/** Appends one reading to the columns, or says why not; then the columns are as they were. */
function addReading(
  batch: ReadingBatch,
  reading: Record<string, unknown>,
  gateway: GatewayEntry,
  transportFlags: number,
  unknown: string[],
): Refused | undefined {
  const { point: tag, at, value, quality, seq, historical } = reading;
  if (typeof tag !== 'string') return { reason: 'malformed', detail: whyNoPoint(reading) };
  const number = gateway.tags.get(tag);
  if (number === undefined && !isTag(tag)) return refuse('malformed', tag, whyNoTag(tag));
  let flags = transportFlags;
  let amount: number;
  if (typeof value === 'number') {
    amount = value;
    // JSON has no infinity, but 1e999 parses to one.
    if (!Number.isFinite(amount)) return refuse('not-finite', tag, '`value` is too large for a number');
  } else if (typeof value === 'boolean') {
    amount = value ? 1 : 0;
    flags |= FLAG.BOOLEAN;
  } else {
    return refuse('wrong-type', tag, whyNoValue(value));
  }
  let sampledAt = batch.receivedAt;
  if (at === undefined) flags |= FLAG.NO_AT;
  else if (typeof at === 'number' && Math.abs(at) <= AT_MAX_MS) sampledAt = at;
  else return refuse('malformed', tag, whyNoTime(at));
  const code = quality === undefined ? GOOD : QUALITY_NAMES.indexOf(quality as never);
  if (code < 0) {
    return refuse('malformed', tag, `\`quality\` is ${shown(quality)}: one of ${QUALITY_NAMES.join(', ')} expected`);
  }
  if (seq !== undefined && !(Number.isSafeInteger(seq) && (seq as number) >= 0)) {
    return refuse('malformed', tag, `\`seq\` is ${shown(seq)}: a whole number from 0 on expected`);
  }
  if (historical === true) flags |= FLAG.HISTORICAL;
  else if (historical !== undefined && historical !== false) {
    return refuse('malformed', tag, `\`historical\` is ${shown(historical)}: true or false expected`);
  }
  if (number === undefined) unknown[batch.count] = tag;
  const sent = seq === undefined ? NO_SEQ : (seq as number);
  if (batch.count++ === 0) begin(batch, number ?? UNKNOWN_POINT, sampledAt, amount, code, sent, flags);
  else append(batch, number ?? UNKNOWN_POINT, sampledAt, amount, code, sent, flags);
  return undefined;
}

/**
 * The first row makes arrays of just one: most messages hold one reading, and an empty array that is pushed to reserves
 * room for seventeen, in eight columns a message.
 */
function begin(
  batch: ReadingBatch,
  point: number,
  sampledAt: EpochMs,
  value: number,
  quality: number,
  seq: number,
  flags: number,
): void {
  batch.point = [point];
  batch.sampledAt = [sampledAt];
  batch.value = [value];
  batch.quality = [quality];
  batch.seq = [seq];
  batch.flags = [flags];
  batch.verdict = [VERDICT.LIVE];
  batch.judgedAt = [sampledAt];
}

function append(
  batch: ReadingBatch,
  point: number,
  sampledAt: EpochMs,
  value: number,
  quality: number,
  seq: number,
  flags: number,
): void {
  batch.point.push(point);
  batch.sampledAt.push(sampledAt);
  batch.value.push(value);
  batch.quality.push(quality);
  batch.seq.push(seq);
  batch.flags.push(flags);
  batch.verdict.push(VERDICT.LIVE);
  batch.judgedAt.push(sampledAt);
}

/** Sorts all columns by device time; readings of the same time keep the order in which they were sent. */
function sortBySampledAt(batch: ReadingBatch, unknown: string[]): void {
  const order = Array.from({ length: batch.count }, (_, row) => row);
  const { sampledAt } = batch;
  order.sort((a, b) => sampledAt[a] - sampledAt[b]);
  const permuted = (column: readonly number[]): number[] => order.map((row) => column[row]);
  batch.point = permuted(batch.point);
  batch.value = permuted(batch.value);
  batch.quality = permuted(batch.quality);
  batch.seq = permuted(batch.seq);
  batch.flags = permuted(batch.flags);
  batch.sampledAt = permuted(sampledAt);
  batch.judgedAt = permuted(batch.judgedAt);
  if (unknown.length === 0) return;
  const tags = order.map((row) => unknown[row]);
  unknown.length = 0;
  unknown.push(...tags);
}

/**
 * A cheap look that spares ordinary messages the scan: a native message has one brace a reading, one for the batch and
 * one bracket. Braces inside a text only make the scan run in vain.
 */
function mayNestDeeply(text: string, readings: number): boolean {
  const bracket = text.indexOf('[');
  if (bracket >= 0 && text.indexOf('[', bracket + 1) >= 0) return true;
  let braces = 0;
  for (let i = text.indexOf('{'); i >= 0; i = text.indexOf('{', i + 1)) {
    if (++braces > readings + 1) return true;
  }
  return false;
}

/** Of valid JSON text. */
function isDeeperThan(text: string, levels: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (quoted) {
      if (character === 0x5c /* \ */) i++;
      else if (character === 0x22 /* " */) quoted = false;
    } else if (character === 0x22) quoted = true;
    else if (character === 0x7b /* { */ || character === 0x5b /* [ */) {
      if (++depth > levels) return true;
    } else if (character === 0x7d /* } */ || character === 0x5d /* ] */) depth--;
  }
  return false;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(reason: RefusalReason, tag: string, detail: string): Refused {
  return { reason, tag: tag.slice(0, 64), detail };
}

function whole(reason: RefusalReason, detail: string): Decoded {
  return { ok: false, refused: { reason, detail } };
}
