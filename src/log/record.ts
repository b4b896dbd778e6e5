/**
 * An engine input as the bytes of one log record and back. Readings are packed columns with their admission verdicts;
 * everything rarer is JSON behind the same header. It neither judges nor repairs: a record it cannot read is named.
 *
 * Layout, little endian: u8 kind, u8 format, f64 at; then for readings u32 gateway, f64 receivedAt, u32 count, u8 extra
 * columns, count × (u32 point, u16 flags, u8 quality, u8 verdict, f64 sampledAt, f64 value), [count × f64 seq],
 * [count × f64 judgedAt], u16 tags, tags × (u16 length, UTF-8); for the others UTF-8 JSON of the input without kind and at.
 */
import type { Input, ReadingsInput } from '../engine/input.ts';
import type { ReadingBatch } from '../model/reading.ts';
import { FLAG, NO_SEQ, newBatch } from '../model/reading.ts';

const FORMAT = 1;
const KINDS = ['', 'readings', 'device', 'tick', 'clock', 'resumed', 'command', 'configuration'] as const;
const HEADER_BYTES = 10;
const READINGS_HEADER_BYTES = HEADER_BYTES + 17;
const ROW_BYTES = 24;
const NO_TAGS: readonly Buffer[] = [];
const HAS_SEQ = 1;
const HAS_JUDGED_AT = 2;

export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/** Encodes into a buffer that is re-used: the result is valid until the next call, and the log copies it. */
export class RecordEncoder {
  private bytes = new Uint8Array(64 * 1024);
  private view = new DataView(this.bytes.buffer);

  encode(input: Input): Uint8Array {
    if (input.kind === 'readings') return this.encodeReadings(input);
    const { kind, at, ...rest } = input;
    const json = Buffer.from(JSON.stringify(rest), 'utf8');
    this.room(HEADER_BYTES + json.byteLength);
    this.header(kind, at);
    this.bytes.set(json, HEADER_BYTES);
    return this.bytes.subarray(0, HEADER_BYTES + json.byteLength);
  }

  private encodeReadings(input: ReadingsInput): Uint8Array {
    const { batch } = input;
    const { count } = batch;
    let hasSeq = false;
    // Only a wrong device clock makes the two times differ; everyone else does not pay for the column.
    let hasJudgedAt = false;
    for (let i = 0; i < count; i++) {
      hasSeq ||= batch.seq[i] !== NO_SEQ;
      hasJudgedAt ||= (batch.flags[i] & FLAG.CLOCK_SKEWED) !== 0;
    }
    const extraBytes = (hasSeq ? 8 : 0) + (hasJudgedAt ? 8 : 0);
    const tags = batch.unknownTags.length === 0 ? NO_TAGS : batch.unknownTags.map((tag) => Buffer.from(tag, 'utf8'));
    let tagBytes = 2;
    for (const tag of tags) tagBytes += 2 + tag.byteLength;
    this.room(READINGS_HEADER_BYTES + count * (ROW_BYTES + extraBytes) + tagBytes);
    this.header('readings', input.at);
    const { view } = this;
    view.setUint32(HEADER_BYTES, batch.gateway, true);
    view.setFloat64(HEADER_BYTES + 4, batch.receivedAt, true);
    view.setUint32(HEADER_BYTES + 12, count, true);
    view.setUint8(HEADER_BYTES + 16, (hasSeq ? HAS_SEQ : 0) | (hasJudgedAt ? HAS_JUDGED_AT : 0));
    let offset = READINGS_HEADER_BYTES;
    for (let i = 0; i < count; i++, offset += ROW_BYTES) writeRow(view, offset, batch, i);
    if (hasSeq) offset = writeColumn(view, offset, batch.seq, count);
    if (hasJudgedAt) offset = writeColumn(view, offset, batch.judgedAt, count);
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
    this.view.setUint8(0, KINDS.indexOf(kind));
    this.view.setUint8(1, FORMAT);
    this.view.setFloat64(2, at, true);
  }

  private room(length: number): void {
    if (length <= this.bytes.byteLength) return;
    this.bytes = new Uint8Array(2 ** Math.ceil(Math.log2(length)));
    this.view = new DataView(this.bytes.buffer);
  }
}

/** Throws RecordError when the bytes are not a record of this format: the log's checksum held, so this is a version matter. */
export function decodeRecord(bytes: Uint8Array): Input {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < HEADER_BYTES)
    throw new RecordError(`a record has at least ${HEADER_BYTES} bytes, this one ${bytes.byteLength}`);
  const kind = KINDS[view.getUint8(0)];
  const format = view.getUint8(1);
  if (format !== FORMAT) throw new RecordError(`record format ${format} is not the known format ${FORMAT}`);
  const at = view.getFloat64(2, true);
  if (kind === 'readings') return { kind, at, batch: decodeBatch(bytes, view) };
  if (kind === undefined || kind === '') throw new RecordError(`unknown record kind ${view.getUint8(0)}`);
  const json = Buffer.from(bytes.buffer, bytes.byteOffset + HEADER_BYTES, bytes.byteLength - HEADER_BYTES).toString(
    'utf8',
  );
  return { kind, at, ...JSON.parse(json) } as Input;
}

function writeRow(view: DataView, offset: number, batch: ReadingBatch, i: number): void {
  view.setUint32(offset, batch.point[i], true);
  view.setUint16(offset + 4, batch.flags[i], true);
  view.setUint8(offset + 6, batch.quality[i]);
  view.setUint8(offset + 7, batch.verdict[i]);
  view.setFloat64(offset + 8, batch.sampledAt[i], true);
  view.setFloat64(offset + 16, batch.value[i], true);
}

function writeColumn(view: DataView, offset: number, column: readonly number[], count: number): number {
  for (let i = 0; i < count; i++) view.setFloat64(offset + 8 * i, column[i], true);
  return offset + 8 * count;
}

function decodeBatch(bytes: Uint8Array, view: DataView): ReadingBatch {
  const batch = newBatch(view.getUint32(HEADER_BYTES, true), view.getFloat64(HEADER_BYTES + 4, true));
  const count = view.getUint32(HEADER_BYTES + 12, true);
  const extra = view.getUint8(HEADER_BYTES + 16);
  batch.count = count;
  let offset = READINGS_HEADER_BYTES;
  for (let i = 0; i < count; i++, offset += ROW_BYTES) {
    batch.point.push(view.getUint32(offset, true));
    batch.flags.push(view.getUint16(offset + 4, true));
    batch.quality.push(view.getUint8(offset + 6));
    batch.verdict.push(view.getUint8(offset + 7));
    batch.sampledAt.push(view.getFloat64(offset + 8, true));
    batch.value.push(view.getFloat64(offset + 16, true));
    batch.seq.push(NO_SEQ);
    batch.judgedAt.push(batch.sampledAt[i]);
  }
  if ((extra & HAS_SEQ) !== 0) offset = readColumn(view, offset, batch.seq, count);
  if ((extra & HAS_JUDGED_AT) !== 0) offset = readColumn(view, offset, batch.judgedAt, count);
  const tags = view.getUint16(offset, true);
  offset += 2;
  for (let i = 0; i < tags; i++) {
    const length = view.getUint16(offset, true);
    batch.unknownTags.push(Buffer.from(bytes.buffer, bytes.byteOffset + offset + 2, length).toString('utf8'));
    offset += 2 + length;
  }
  return batch;
}

function readColumn(view: DataView, offset: number, column: number[], count: number): number {
  for (let i = 0; i < count; i++) column[i] = view.getFloat64(offset + 8 * i, true);
  return offset + 8 * count;
}
