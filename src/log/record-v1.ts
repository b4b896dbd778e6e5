/**
 * Records of format 1, as 0.1.0 wrote them: read for good, never written again.
 *
 * Layout, little endian: u8 kind, u8 format (1), f64 at; then for readings u32 gateway, f64 receivedAt, u32 count, u8 extra
 * columns, count × (u32 point, u16 flags, u8 quality, u8 verdict, f64 sampledAt, f64 value), [count × f64 seq],
 * [count × f64 judgedAt], u16 tags, tags × (u16 length, UTF-8); for the others UTF-8 JSON of the input without kind and at.
 */
import type { ReadingBatch } from '../model/reading.ts';
import { NO_SEQ, newBatch } from '../model/reading.ts';

export const KINDS_1 = ['', 'readings', 'device', 'tick', 'clock', 'resumed', 'command', 'configuration'] as const;
export const HEADER_BYTES_1 = 10;
const READINGS_HEADER_BYTES = HEADER_BYTES_1 + 17;
const ROW_BYTES = 24;
const HAS_SEQ = 1;
const HAS_JUDGED_AT = 2;

export function decodeBatch1(bytes: Uint8Array, view: DataView): ReadingBatch {
  const batch = newBatch(view.getUint32(HEADER_BYTES_1, true), view.getFloat64(HEADER_BYTES_1 + 4, true));
  const count = view.getUint32(HEADER_BYTES_1 + 12, true);
  const extra = view.getUint8(HEADER_BYTES_1 + 16);
  batch.count = count;
  let offset = READINGS_HEADER_BYTES;
  for (let i = 0; i < count; i++, offset += ROW_BYTES) {
    batch.point.push(view.getUint32(offset, true));
    batch.flags.push(view.getUint16(offset + 4, true));
    batch.quality.push(view.getUint8(offset + 6));
    batch.verdict.push(view.getUint8(offset + 7));
    batch.sampledAt.push(view.getFloat64(offset + 8, true));
    batch.value.push(view.getFloat64(offset + 16, true));
    batch.sentQuality.push(batch.quality[i]);
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
