/**
 * An engine input as the bytes of one log record and back. Readings are packed columns with their admission verdicts;
 * everything rarer is JSON behind the same header. It neither judges nor repairs: a record it cannot read is named.
 *
 * Layout of format 2, little endian: u8 format with the highest bit set, u8 kind, u16 partition, f64 at; then for readings
 * u32 gateway, f64 receivedAt, u32 count, u8 extra columns, count × (u32 point, u16 flags, u8 quality, u8 verdict,
 * f64 sampledAt, f64 value), then those extra columns that there are (seq f64, judgedAt f64, sent quality u8, each × count;
 * digest f64; u32 derived, derived × (u32 point, u16 flags, u8 quality, u8 0, f64 at, f64 value)), u16 tags, tags × (u16 length,
 * UTF-8); for the others UTF-8 JSON of the input without kind and at, with what was derived. The first
 * byte of format 1 is its kind, below 0x80: so the two are told apart, and one decoder a format reads them.
 */
import type { DerivedRow } from '../engine/effect.ts';
import type { Input, ReadingsInput, ReconciledInput } from '../engine/input.ts';
import type { Alert } from '../model/alert.ts';
import type { ReadingBatch } from '../model/reading.ts';
import { FLAG, NO_SEQ, newBatch } from '../model/reading.ts';
import type { EpochMs } from '../model/time.ts';
import { stamped, stampedChange, upcastAlert, upcastChange, upcastCommand } from '../model/upcast.ts';
import { NewerVersionError } from '../model/version.ts';
import { decodeBatch1, HEADER_BYTES_1, KINDS_1 } from './record-v1.ts';

export const RECORD_FORMAT = 2;
/** Set in the first byte of every format but the first. */
const FORMAT_BIT = 0x80;
/** The place in the list is the code in the record: lines are never moved or taken out. */
const KINDS = [...KINDS_1, 'link', 'install', 'apply', 'reconciled'] as readonly ('' | Input['kind'])[];
const HEADER_BYTES = 12;
const READINGS_HEADER_BYTES = HEADER_BYTES + 17;
const ROW_BYTES = 24;
const NO_TAGS: readonly Buffer[] = [];
const HAS_SEQ = 1;
const HAS_JUDGED_AT = 2;
const HAS_SENT_QUALITY = 4;
const HAS_DIGEST = 8;
const HAS_DERIVED = 16;
const KNOWN_PARTS = HAS_SEQ | HAS_JUDGED_AT | HAS_SENT_QUALITY | HAS_DIGEST | HAS_DERIVED;
const NOTHING_DERIVED: readonly DerivedRow[] = [];

/** A record whose checksum holds and that is none all the same: a bug of whoever wrote it. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

interface RecordHeader {
  readonly format: number;
  readonly kind: Input['kind'];
  /** 0 for the one partition of an embedded log. */
  readonly partition: number;
  readonly at: EpochMs;
}

/** Encodes into a buffer that is re-used: the result is valid until the next call, and the log copies it. */
export class RecordEncoder {
  private readonly partition: number;
  private bytes = new Uint8Array(64 * 1024);
  private view = new DataView(this.bytes.buffer);

  constructor(partition = 0) {
    this.partition = partition;
  }

  /** `derived`: values of derived points that the input led to. */
  encode(input: Input, derived: readonly DerivedRow[] = NOTHING_DERIVED): Uint8Array {
    if (input.kind === 'readings') return this.encodeReadings(input, derived);
    const { kind, at, ...rest } = storedInput(input);
    const stored = derived.length === 0 ? rest : { ...rest, derived };
    const json = Buffer.from(JSON.stringify(stored), 'utf8');
    this.room(HEADER_BYTES + json.byteLength);
    this.header(kind, at);
    this.bytes.set(json, HEADER_BYTES);
    return this.bytes.subarray(0, HEADER_BYTES + json.byteLength);
  }

  private encodeReadings(input: ReadingsInput, derived: readonly DerivedRow[]): Uint8Array {
    const { batch } = input;
    const { count } = batch;
    const extra = extraOf(batch) | (derived.length === 0 ? 0 : HAS_DERIVED);
    const tags = batch.unknownTags.length === 0 ? NO_TAGS : batch.unknownTags.map((tag) => Buffer.from(tag, 'utf8'));
    let tagBytes = 2;
    for (const tag of tags) tagBytes += 2 + tag.byteLength;
    this.room(READINGS_HEADER_BYTES + count * (ROW_BYTES + 17) + 12 + derived.length * ROW_BYTES + tagBytes);
    this.header('readings', input.at);
    const { view } = this;
    view.setUint32(HEADER_BYTES, batch.gateway, true);
    view.setFloat64(HEADER_BYTES + 4, batch.receivedAt, true);
    view.setUint32(HEADER_BYTES + 12, count, true);
    view.setUint8(HEADER_BYTES + 16, extra);
    let offset = READINGS_HEADER_BYTES;
    for (let i = 0; i < count; i++, offset += ROW_BYTES) writeRow(view, offset, batch, i);
    if ((extra & HAS_SEQ) !== 0) offset = writeColumn(view, offset, batch.seq, count);
    if ((extra & HAS_JUDGED_AT) !== 0) offset = writeColumn(view, offset, batch.judgedAt, count);
    if ((extra & HAS_SENT_QUALITY) !== 0) {
      for (let i = 0; i < count; i++) view.setUint8(offset++, batch.sentQuality[i]);
    }
    if ((extra & HAS_DIGEST) !== 0) {
      view.setFloat64(offset, batch.digest, true);
      offset += 8;
    }
    if ((extra & HAS_DERIVED) !== 0) offset = writeDerived(view, offset, derived);
    view.setUint16(offset, tags.length, true);
    offset += 2;
    for (const tag of tags) {
      view.setUint16(offset, tag.byteLength, true);
      this.bytes.set(tag, offset + 2);
      offset += 2 + tag.byteLength;
    }
    return this.bytes.subarray(0, offset);
  }

  private header(kind: Input['kind'], at: number): void {
    this.view.setUint8(0, FORMAT_BIT | RECORD_FORMAT);
    this.view.setUint8(1, KINDS.indexOf(kind));
    this.view.setUint16(2, this.partition, true);
    this.view.setFloat64(4, at, true);
  }

  private room(length: number): void {
    if (length <= this.bytes.byteLength) return;
    this.bytes = new Uint8Array(2 ** Math.ceil(Math.log2(length)));
    this.view = new DataView(this.bytes.buffer);
  }
}

/** What a record says of itself. Throws NewerVersionError for a format or a kind that this version does not know. */
export function readHeader(bytes: Uint8Array): RecordHeader {
  const view = viewOf(bytes);
  if (bytes.byteLength < HEADER_BYTES_1) throw tooShort(bytes, HEADER_BYTES_1);
  const first = view.getUint8(0);
  if (first < FORMAT_BIT) {
    if (view.getUint8(1) !== 1) throw new NewerVersionError('a log record', view.getUint8(1), RECORD_FORMAT);
    return { format: 1, kind: kindOf(KINDS_1, first), partition: 0, at: view.getFloat64(2, true) };
  }
  const format = first & ~FORMAT_BIT;
  if (format !== RECORD_FORMAT) throw new NewerVersionError('a log record', format, RECORD_FORMAT);
  if (bytes.byteLength < HEADER_BYTES) throw tooShort(bytes, HEADER_BYTES);
  const kind = kindOf(KINDS, view.getUint8(1));
  return { format, kind, partition: view.getUint16(2, true), at: view.getFloat64(4, true) };
}

/** An input as it stands in the log, with the values of derived points that it led to when it was folded. */
interface Recorded {
  readonly input: Input;
  readonly derived: readonly DerivedRow[];
}

/** The input of a record. Throws as `readRecord`. */
export const decodeRecord = (bytes: Uint8Array): Input => readRecord(bytes).input;

/** Throws as `readHeader`, and RecordError for bytes that are no record at all. */
export function readRecord(bytes: Uint8Array): Recorded {
  const { format, kind, at } = readHeader(bytes);
  const headerBytes = format === 1 ? HEADER_BYTES_1 : HEADER_BYTES;
  if (kind === 'readings') {
    if (format === 1)
      return { input: { kind, at, batch: decodeBatch1(bytes, viewOf(bytes)) }, derived: NOTHING_DERIVED };
    const { batch, derived } = decodeBatch(bytes, viewOf(bytes));
    return { input: { kind, at, batch }, derived };
  }
  const json = Buffer.from(bytes.buffer, bytes.byteOffset + headerBytes, bytes.byteLength - headerBytes);
  const { derived = NOTHING_DERIVED, ...stated } = JSON.parse(json.toString('utf8')) as { derived?: DerivedRow[] };
  return { input: broughtUp({ kind, at, ...stated } as Input), derived };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function tooShort(bytes: Uint8Array, needed: number): RecordError {
  return new RecordError(`a record has at least ${needed} bytes, this one ${bytes.byteLength}`);
}

function kindOf(kinds: readonly ('' | Input['kind'])[], code: number): Input['kind'] {
  const kind = kinds[code];
  if (kind === undefined || kind === '') throw new NewerVersionError('a log record', `kind ${code}`, kinds.length - 1);
  return kind;
}

/** The JSON shapes inside an input, with their versions. */
function storedInput(input: Exclude<Input, ReadingsInput>): Exclude<Input, ReadingsInput> {
  if (input.kind === 'command') return { ...input, command: stamped('command', input.command) };
  if (input.kind === 'configuration') return { ...input, change: stampedChange(input.change) };
  if (input.kind === 'reconciled') return { ...input, alerts: eachRecorded(input, (alert) => stamped('alert', alert)) };
  return input;
}

function broughtUp(input: Input): Input {
  if (input.kind === 'command') return { ...input, command: upcastCommand(input.command) };
  if (input.kind === 'configuration') return { ...input, change: upcastChange(input.change) };
  if (input.kind === 'reconciled') return { ...input, alerts: eachRecorded(input, upcastAlert) };
  return input;
}

function eachRecorded({ alerts }: ReconciledInput, change: (alert: Alert) => Alert): ReconciledInput['alerts'] {
  return alerts.map(({ id, recorded }) => ({ id, recorded: recorded && change(recorded) }));
}

/** Which extra columns say something: nobody pays for the others. */
function extraOf({ count, seq, flags, quality, sentQuality, digest }: ReadingBatch): number {
  let extra = digest === 0 ? 0 : HAS_DIGEST;
  for (let i = 0; i < count; i++) {
    if (seq[i] !== NO_SEQ) extra |= HAS_SEQ;
    // Only a wrong device clock makes the two times differ.
    if ((flags[i] & FLAG.CLOCK_SKEWED) !== 0) extra |= HAS_JUDGED_AT;
    if (sentQuality.length > 0 && sentQuality[i] !== quality[i]) extra |= HAS_SENT_QUALITY;
  }
  return extra;
}

function writeRow(view: DataView, offset: number, batch: ReadingBatch, i: number): void {
  view.setUint32(offset, batch.point[i], true);
  view.setUint16(offset + 4, batch.flags[i], true);
  view.setUint8(offset + 6, batch.quality[i]);
  view.setUint8(offset + 7, batch.verdict[i]);
  view.setFloat64(offset + 8, batch.sampledAt[i], true);
  view.setFloat64(offset + 16, batch.value[i], true);
}

function writeDerived(view: DataView, start: number, derived: readonly DerivedRow[]): number {
  view.setUint32(start, derived.length, true);
  let offset = start + 4;
  for (const { point, flags, quality, at, value } of derived) {
    view.setUint32(offset, point, true);
    view.setUint16(offset + 4, flags, true);
    view.setUint8(offset + 6, quality);
    view.setUint8(offset + 7, 0);
    view.setFloat64(offset + 8, at, true);
    view.setFloat64(offset + 16, value, true);
    offset += ROW_BYTES;
  }
  return offset;
}

function readDerived(view: DataView, start: number): DerivedRow[] {
  return Array.from({ length: view.getUint32(start, true) }, (_, i) => {
    const offset = start + 4 + i * ROW_BYTES;
    return {
      point: view.getUint32(offset, true),
      at: view.getFloat64(offset + 8, true),
      value: view.getFloat64(offset + 16, true),
      quality: view.getUint8(offset + 6),
      flags: view.getUint16(offset + 4, true),
    };
  });
}

function writeColumn(view: DataView, offset: number, column: readonly number[], count: number): number {
  for (let i = 0; i < count; i++) view.setFloat64(offset + 8 * i, column[i], true);
  return offset + 8 * count;
}

function decodeBatch(bytes: Uint8Array, view: DataView): { batch: ReadingBatch; derived: readonly DerivedRow[] } {
  const batch = newBatch(view.getUint32(HEADER_BYTES, true), view.getFloat64(HEADER_BYTES + 4, true));
  const count = view.getUint32(HEADER_BYTES + 12, true);
  const extra = view.getUint8(HEADER_BYTES + 16);
  if ((extra & ~KNOWN_PARTS) !== 0)
    throw new NewerVersionError('a log record', `parts ${extra & ~KNOWN_PARTS}`, KNOWN_PARTS);
  batch.count = count;
  let offset = READINGS_HEADER_BYTES;
  for (let i = 0; i < count; i++, offset += ROW_BYTES) {
    batch.point.push(view.getUint32(offset, true));
    batch.flags.push(view.getUint16(offset + 4, true));
    batch.quality.push(view.getUint8(offset + 6));
    batch.sentQuality.push(batch.quality[i]);
    batch.verdict.push(view.getUint8(offset + 7));
    batch.sampledAt.push(view.getFloat64(offset + 8, true));
    batch.value.push(view.getFloat64(offset + 16, true));
    batch.seq.push(NO_SEQ);
    batch.judgedAt.push(batch.sampledAt[i]);
  }
  if ((extra & HAS_SEQ) !== 0) offset = readColumn(view, offset, batch.seq, count);
  if ((extra & HAS_JUDGED_AT) !== 0) offset = readColumn(view, offset, batch.judgedAt, count);
  if ((extra & HAS_SENT_QUALITY) !== 0) {
    for (let i = 0; i < count; i++) batch.sentQuality[i] = view.getUint8(offset++);
  }
  if ((extra & HAS_DIGEST) !== 0) {
    batch.digest = view.getFloat64(offset, true);
    offset += 8;
  }
  const derived = (extra & HAS_DERIVED) === 0 ? NOTHING_DERIVED : readDerived(view, offset);
  if (derived.length > 0) offset += 4 + derived.length * ROW_BYTES;
  const tags = view.getUint16(offset, true);
  offset += 2;
  for (let i = 0; i < tags; i++) {
    const length = view.getUint16(offset, true);
    batch.unknownTags.push(Buffer.from(bytes.buffer, bytes.byteOffset + offset + 2, length).toString('utf8'));
    offset += 2 + length;
  }
  return { batch, derived };
}

function readColumn(view: DataView, offset: number, column: number[], count: number): number {
  for (let i = 0; i < count; i++) column[i] = view.getFloat64(offset + 8 * i, true);
  return offset + 8 * count;
}
