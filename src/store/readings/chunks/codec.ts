/**
 * Bytes of one chunk: the readings of one point in time order, each column in the form that packs it best, then deflated.
 * Lossless for every finite double (−0 and subnormals included) and every whole millisecond. It knows no file.
 *
 * Layout: version, how many rows (varint), first `at` (f64), then column by column. Times are deltas of deltas; values are
 * whole numbers of a decimal step where that is exact (a sensor speaks in 0.1 or 0.01), else doubles XORed with the one
 * before, byte-shuffled; quality and flags are run-length coded; delays of arrival are whole numbers.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from './bytes.ts';

/** Columns of one chunk, `at` strictly rising. Arrays may be longer than `count`. */
export interface ChunkColumns {
  count: number;
  at: Float64Array;
  value: Float64Array;
  receivedAt: Float64Array;
  /** Device's own time; equals `at` unless its clock was unusable. */
  deviceAt: Float64Array;
  quality: Uint8Array;
  flags: Uint16Array;
}

export function newColumns(capacity: number): ChunkColumns {
  return {
    count: 0,
    at: new Float64Array(capacity),
    value: new Float64Array(capacity),
    receivedAt: new Float64Array(capacity),
    deviceAt: new Float64Array(capacity),
    quality: new Uint8Array(capacity),
    flags: new Uint16Array(capacity),
  };
}

const VERSION = 1;
const STORED = 0;
const DEFLATED = 1;
/** A difference that fits 30 bits goes into a varint; a column with a larger one is kept as doubles. */
const SMALL = 2 ** 29;

const VALUE_DOUBLES = 255;
const SCALES = [1, 10, 100, 1_000, 10_000] as const;

const scratch = new ByteWriter(64 * 1024);
const shuffled = { doubles: new Float64Array(0), words: new Uint32Array(0), bytes: new Uint8Array(0) };

/** Encodes rows 0 … count−1. The bytes are the caller's. */
export function encodeChunk(columns: ChunkColumns): Uint8Array {
  const { count } = columns;
  if (count === 0) throw new RangeError('a chunk has at least one row');
  const out = scratch;
  out.reset();
  out.varint(count);
  out.double(columns.at[0]);
  writeTimes(out, columns.at, count);
  writeValues(out, columns.value, count);
  writeRuns(out, columns.quality, count);
  writeRuns(out, columns.flags, count);
  writeOffsets(out, columns.receivedAt, columns.at, count);
  writeOffsets(out, columns.deviceAt, columns.at, count);
  const raw = out.bytes();
  // Level 3 and 4 KB windows: chunks are that small, and a larger level gains under 2 % for twice the time.
  const packed = deflateRawSync(raw, { level: 3, windowBits: 12, memLevel: 5 });
  const [kind, body] = packed.length < raw.length ? [DEFLATED, packed] : [STORED, raw];
  const result = new Uint8Array(body.length + 2);
  result[0] = VERSION;
  result[1] = kind;
  result.set(body, 2);
  return result;
}

/** Throws a RangeError (or zlib's error) on bytes that are not a chunk. */
export function decodeChunk(bytes: Uint8Array): ChunkColumns {
  if (bytes[0] !== VERSION) throw new RangeError(`chunk version ${bytes[0]} is not known`);
  const body = bytes.subarray(2);
  const input = new ByteReader(bytes[1] === DEFLATED ? inflateRawSync(body) : body);
  const count = input.varint();
  const columns = newColumns(count);
  columns.count = count;
  columns.at[0] = input.double();
  readTimes(input, columns.at, count);
  readValues(input, columns.value, count);
  readRuns(input, columns.quality, count);
  readRuns(input, columns.flags, count);
  readOffsets(input, columns.receivedAt, columns.at, count);
  readOffsets(input, columns.deviceAt, columns.at, count);
  return columns;
}

function writeTimes(out: ByteWriter, at: Float64Array, count: number): void {
  let before = 0;
  let small = true;
  for (let row = 1; row < count; row += 1) {
    const delta = at[row] - at[row - 1];
    if (!(Math.abs(delta - before) < SMALL)) small = false;
    before = delta;
  }
  out.byte(small ? 1 : 0);
  before = 0;
  for (let row = 1; row < count; row += 1) {
    const delta = at[row] - at[row - 1];
    if (small) out.zigzag(delta - before);
    else out.double(at[row]);
    before = delta;
  }
}

function readTimes(input: ByteReader, at: Float64Array, count: number): void {
  const small = input.byte() === 1;
  let delta = 0;
  for (let row = 1; row < count; row += 1) {
    if (small) {
      delta += input.zigzag();
      at[row] = at[row - 1] + delta;
    } else {
      at[row] = input.double();
    }
  }
}

/** True when `value` is exactly a whole number of steps of 1/`scale`, small enough for a varint, and not −0. */
function isWhole(value: number, scale: number): boolean {
  const whole = Math.round(value * scale);
  return whole / scale === value && Math.abs(whole) < SMALL / 2 && !Object.is(value, -0);
}

/** The coarsest decimal step every value is an exact multiple of, as an index of SCALES, or undefined. */
function scaleOf(value: Float64Array, count: number): number | undefined {
  let index = 0;
  for (let row = 0; row < count; row += 1) {
    while (!isWhole(value[row], SCALES[index])) {
      index += 1;
      if (index === SCALES.length) return undefined;
    }
  }
  // A row that passed at a coarser step must still be exact, and small enough, at the one that was settled on.
  for (let row = 0; row < count; row += 1) {
    if (!isWhole(value[row], SCALES[index])) return undefined;
  }
  return index;
}

function writeValues(out: ByteWriter, value: Float64Array, count: number): void {
  const index = scaleOf(value, count);
  out.byte(index ?? VALUE_DOUBLES);
  if (index === undefined) {
    writeDoubles(out, value, count);
    return;
  }
  const scale = SCALES[index];
  let before = 0;
  for (let row = 0; row < count; row += 1) {
    const whole = Math.round(value[row] * scale);
    out.zigzag(whole - before);
    before = whole;
  }
}

function readValues(input: ByteReader, value: Float64Array, count: number): void {
  const index = input.byte();
  if (index === VALUE_DOUBLES) {
    readDoubles(input, value, count);
    return;
  }
  const scale = SCALES[index];
  let whole = 0;
  for (let row = 0; row < count; row += 1) {
    whole += input.zigzag();
    value[row] = whole / scale;
  }
}

function ensureShuffled(count: number): void {
  if (shuffled.doubles.length >= count) return;
  const doubles = new Float64Array(Math.max(count, 1_024));
  shuffled.doubles = doubles;
  shuffled.words = new Uint32Array(doubles.buffer);
  shuffled.bytes = new Uint8Array(doubles.buffer);
}

/** XOR with the value before, then all first bytes, all second bytes …: slow signals leave long runs of zeros. */
function writeDoubles(out: ByteWriter, value: Float64Array, count: number): void {
  ensureShuffled(count);
  const { doubles, words, bytes } = shuffled;
  doubles.set(value.subarray(0, count));
  for (let row = count - 1; row > 0; row -= 1) {
    words[row * 2] ^= words[row * 2 - 2];
    words[row * 2 + 1] ^= words[row * 2 - 1];
  }
  for (let plane = 0; plane < 8; plane += 1) {
    for (let row = 0; row < count; row += 1) out.byte(bytes[row * 8 + plane]);
  }
}

function readDoubles(input: ByteReader, value: Float64Array, count: number): void {
  ensureShuffled(count);
  const { doubles, words, bytes } = shuffled;
  for (let plane = 0; plane < 8; plane += 1) {
    for (let row = 0; row < count; row += 1) bytes[row * 8 + plane] = input.byte();
  }
  for (let row = 1; row < count; row += 1) {
    words[row * 2] ^= words[row * 2 - 2];
    words[row * 2 + 1] ^= words[row * 2 - 1];
  }
  value.set(doubles.subarray(0, count));
}

function writeRuns(out: ByteWriter, column: Uint8Array | Uint16Array, count: number): void {
  for (let row = 0; row < count; ) {
    let end = row + 1;
    while (end < count && column[end] === column[row]) end += 1;
    out.varint(column[row]);
    out.varint(end - row);
    row = end;
  }
}

function readRuns(input: ByteReader, column: Uint8Array | Uint16Array, count: number): void {
  for (let row = 0; row < count; ) {
    const code = input.varint();
    const end = Math.min(row + input.varint(), count);
    column.fill(code, row, end);
    row = end;
  }
}

/** A time told as its distance from `at`: 0 all equal (one byte for the column), 1 small distances, 2 doubles. */
function writeOffsets(out: ByteWriter, time: Float64Array, at: Float64Array, count: number): void {
  let mode = 0;
  for (let row = 0; row < count; row += 1) {
    const offset = time[row] - at[row];
    if (offset !== 0) mode = Math.max(mode, 1);
    if (!(Math.abs(offset) < SMALL)) mode = 2;
  }
  out.byte(mode);
  if (mode === 0) return;
  for (let row = 0; row < count; row += 1) {
    if (mode === 1) out.zigzag(time[row] - at[row]);
    else out.double(time[row]);
  }
}

function readOffsets(input: ByteReader, time: Float64Array, at: Float64Array, count: number): void {
  const mode = input.byte();
  for (let row = 0; row < count; row += 1) {
    if (mode === 0) time[row] = at[row];
    else time[row] = mode === 1 ? at[row] + input.zigzag() : input.double();
  }
}
