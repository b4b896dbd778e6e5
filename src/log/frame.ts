/**
 * The frame: how one commit group stands in a segment. It knows bytes and checksums; it reads no file and never decides
 * whether a bad frame is a torn tail or damage.
 *
 * Layout (little endian): magic, kind, segment number, first record number (u64), count, payload length, crc32 over the
 * 28 bytes before it and the payload; then the payload; then zeros up to the next 4096-byte block. Each frame begins on
 * a block, so no write ever touches a block that holds an older frame, and a lost frame start can be searched for.
 * The segment number is under the checksum: what an earlier life of a recycled file left behind is never a record.
 */
import { crc32 } from 'node:zlib';

export const frameBlockBytes = 4096;
export const frameHeaderBytes = 32;
/** Bytes in front of each record inside a payload: its length. */
export const recordHeaderBytes = 4;
/** A longer record is a bug of the caller: an input is a message, and messages are bounded far below this. */
export const recordBytesMax = 64 * 1024 * 1024;

export const FRAME_FORMAT = 1;
const magic = 0x314c4846; // 'FHL1'
const crcOffset = 28;
const kinds = { records: 1, gap: 2, 'set-aside': 3 } as const;
const kindNames = ['', 'records', 'gap', 'set-aside'] as const;

/** `gap`: numbers that unsaved mode left out. `set-aside`: numbers an operator skipped, and the bytes to jump over. */
type FrameKind = keyof typeof kinds;

export interface Frame {
  readonly kind: FrameKind;
  readonly segment: number;
  /** Number of the first record, or of the first number left out. */
  readonly first: number;
  /** Records in the payload; 0 for the other kinds. */
  readonly count: number;
  /** Number that follows this frame's last one. */
  readonly next: number;
  /** Bytes from the start of this frame to where the next one may begin. */
  readonly spanBytes: number;
  /** Header and payload, and the payload alone: views into the decoded buffer. */
  readonly bytes: Buffer;
  readonly payload: Buffer;
}

export type Decoded =
  | { readonly ok: true; readonly frame: Frame }
  /** `no-frame`: nothing of this segment stands here. `incomplete`: `neededBytes` of input would decide. */
  | { readonly ok: false; readonly reason: 'no-frame' | 'bad-length' | 'bad-checksum' }
  | { readonly ok: false; readonly reason: 'incomplete'; readonly neededBytes: number }
  /** The checksum holds and the kind is none of ours: a newer program wrote it. Neither a torn tail nor damage. */
  | { readonly ok: false; readonly reason: 'newer'; readonly kind: number };

/** Smallest whole number of blocks that holds `bytes`, in bytes. */
export function blockSpan(bytes: number): number {
  return Math.ceil(bytes / frameBlockBytes) * frameBlockBytes;
}

/**
 * Completes a frame whose payload already stands in `buffer` from byte 32 on: writes header and checksum and clears the
 * rest of the last block. The buffer must hold `blockSpan(32 + length)` bytes. Returns the view to be written.
 */
export function sealFrame(
  buffer: Buffer,
  frame: { kind: FrameKind; segment: number; first: number; count: number; length: number },
): Buffer {
  const end = frameHeaderBytes + frame.length;
  const span = blockSpan(end);
  buffer.writeUInt32LE(magic, 0);
  buffer.writeUInt32LE(kinds[frame.kind], 4);
  buffer.writeUInt32LE(frame.segment, 8);
  writeNumber(buffer, frame.first, 12);
  buffer.writeUInt32LE(frame.count, 20);
  buffer.writeUInt32LE(frame.length, 24);
  buffer.writeUInt32LE(checksum(buffer, 0, frame.length), crcOffset);
  buffer.fill(0, end, span);
  return buffer.subarray(0, span);
}

/** A sealed frame that states numbers left out: `to` is `from - 1` when there are none. `areaBytes` is what to jump over. */
export function sealRangeFrame(
  kind: 'gap' | 'set-aside',
  segment: number,
  range: { from: number; to: number },
  areaBytes = frameBlockBytes,
): Buffer {
  const buffer = Buffer.alloc(frameBlockBytes);
  writeNumber(buffer, range.to, frameHeaderBytes);
  writeNumber(buffer, areaBytes, frameHeaderBytes + 8);
  return sealFrame(buffer, { kind, segment, first: range.from, count: 0, length: 16 });
}

/**
 * Decodes the frame at `at`. `available` is how many bytes from `at` on exist in the file; those beyond the buffer's end
 * are asked for with `incomplete`. `segment` is the number the frame must carry; undefined takes any (archives).
 */
export function decodeFrame(buffer: Buffer, at: number, available: number, segment?: number): Decoded {
  const inBuffer = buffer.length - at;
  if (available < frameHeaderBytes) return { ok: false, reason: 'no-frame' };
  if (inBuffer < frameHeaderBytes) return { ok: false, reason: 'incomplete', neededBytes: frameHeaderBytes };
  if (buffer.readUInt32LE(at) !== magic) return { ok: false, reason: 'no-frame' };
  const foundSegment = buffer.readUInt32LE(at + 8);
  if (segment !== undefined && foundSegment !== segment) return { ok: false, reason: 'no-frame' };
  const length = buffer.readUInt32LE(at + 24);
  if (frameHeaderBytes + length > available) return { ok: false, reason: 'bad-length' };
  if (frameHeaderBytes + length > inBuffer) {
    return { ok: false, reason: 'incomplete', neededBytes: frameHeaderBytes + length };
  }
  if (checksum(buffer, at, length) !== buffer.readUInt32LE(at + crcOffset))
    return { ok: false, reason: 'bad-checksum' };

  const kindCode = buffer.readUInt32LE(at + 4);
  const kind = kindNames[kindCode];
  if (kind === undefined || kind === '') return { ok: false, reason: 'newer', kind: kindCode };
  const first = readNumber(buffer, at + 12);
  const count = buffer.readUInt32LE(at + 20);
  const bytes = buffer.subarray(at, at + frameHeaderBytes + length);
  const payload = bytes.subarray(frameHeaderBytes);
  const isRecords = kind === 'records';
  const next = isRecords ? first + count : readNumber(payload, 0) + 1;
  const spanBytes = isRecords ? blockSpan(frameHeaderBytes + length) : readNumber(payload, 8);
  return { ok: true, frame: { kind, segment: foundSegment, first, count, next, spanBytes, bytes, payload } };
}

/** The records of a frame's payload, in order, as views. */
export function* recordsOf(frame: Frame): Generator<{ number: number; bytes: Uint8Array }> {
  const { payload } = frame;
  let at = 0;
  for (let index = 0; index < frame.count; index++) {
    const start = at + recordHeaderBytes;
    at = start + payload.readUInt32LE(at);
    yield { number: frame.first + index, bytes: payload.subarray(start, at) };
  }
}

function checksum(buffer: Buffer, at: number, length: number): number {
  const header = crc32(buffer.subarray(at, at + crcOffset));
  return crc32(buffer.subarray(at + frameHeaderBytes, at + frameHeaderBytes + length), header);
}

/** Record numbers stay below 2^53, so two 32-bit halves hold them without BigInt on the hot path. */
function writeNumber(buffer: Buffer, value: number, at: number): void {
  buffer.writeUInt32LE(value % 0x1_0000_0000, at);
  buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), at + 4);
}

function readNumber(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at) + buffer.readUInt32LE(at + 4) * 0x1_0000_0000;
}
