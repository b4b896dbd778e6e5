/**
 * Reads a local log: finds where each segment begins, where the newest one ends, and yields records in order. Good
 * records are yielded to the last one before a bad place; a bad place is named, never stepped over.
 */
import { join } from 'node:path';
import type { Frame } from '../frame.ts';
import { frameBlockBytes, recordHeaderBytes } from '../frame.ts';
import type { LogDamage, LogGap, LogRecord, RecordNumber } from '../port.ts';
import { LogDamageError } from '../port.ts';
import type { LogDisk } from './disk.ts';
import type { Segment } from './segment.ts';
import { SegmentReader, segmentName } from './segment.ts';

const asidePattern = /^aside-(\d{16})-(\d{16})\./;

/** Where the newest segment ends. */
export interface LogEnd {
  readonly segment: Segment;
  /** Offset behind the last good frame. */
  readonly endOffset: number;
  /** The last frame and where it stands; its payload is a copy. */
  readonly last: { readonly frame: Frame; readonly offset: number };
  readonly next: RecordNumber;
  /** A frame that was cut short by the end of the last run stands at `endOffset`. */
  readonly isTorn: boolean;
  readonly damage: LogDamage | undefined;
}

interface FoundSegments {
  /** Segments that hold records, oldest first. */
  readonly segments: Segment[];
  /** Numbers of the others: begun and never written, or given up in their first write. Nothing is read from them. */
  readonly empty: number[];
  readonly gaps: LogGap[];
}

export async function openSegment(disk: LogDisk, dir: string, number: number): Promise<SegmentReader> {
  const file = await disk.open(join(dir, segmentName(number)), 'read');
  return new SegmentReader(file, number, await file.sizeBytes());
}

/** Reads the first good frame of each segment. A segment that a later one repeats from its very start counts as empty. */
export async function findSegments(disk: LogDisk, dir: string, numbers: readonly number[]): Promise<FoundSegments> {
  const segments: Segment[] = [];
  const empty: number[] = [];
  const gaps: LogGap[] = [];
  for (const number of numbers.toReversed()) {
    const reader = await openSegment(disk, dir, number);
    try {
      const start = await reader.findFrame(0, 0);
      if (start === undefined || start.frame.first >= (segments.at(-1)?.base ?? Number.POSITIVE_INFINITY)) {
        empty.push(number);
        continue;
      }
      const { frame, offset } = start;
      if (frame.kind === 'gap' && frame.next > frame.first) gaps.push({ from: frame.first, to: frame.next - 1 });
      const firstReadable = frame.kind === 'records' ? frame.first : frame.next;
      segments.push({ number, name: segmentName(number), base: frame.first, firstReadable, startOffset: offset });
    } finally {
      await reader.close();
    }
  }
  gaps.push(...(await setAsideRanges(disk, dir)));
  return { segments: segments.reverse(), empty, gaps: gaps.sort((a, b) => a.from - b.from) };
}

/** Scans a segment to its end. A bad place with good frames after it is damage; one with none is the torn tail. */
export async function findEnd(disk: LogDisk, dir: string, segment: Segment): Promise<LogEnd> {
  const reader = await openSegment(disk, dir, segment.number);
  try {
    let offset = segment.startOffset;
    let next = segment.base;
    let last: LogEnd['last'] | undefined;
    let damage: LogDamage | undefined;
    for (;;) {
      const decoded = await reader.frameAt(offset);
      if (decoded.ok && decoded.frame.first === next) {
        last = { frame: { ...decoded.frame, payload: Buffer.from(decoded.frame.payload) }, offset };
        next = decoded.frame.next;
        offset += decoded.frame.spanBytes;
        continue;
      }
      const reason = decoded.ok ? 'out-of-order' : damageReason(decoded.reason);
      const later = await reader.findFrame(offset + frameBlockBytes, next);
      if (later === undefined) {
        if (last === undefined) throw new Error(`${segment.name} holds no frame at byte ${segment.startOffset}`);
        const isTorn = decoded.ok || decoded.reason !== 'no-frame';
        return { segment, endOffset: offset, last, next, isTorn, damage };
      }
      damage ??= { number: next, segment: segment.name, offset, reason };
      next = later.frame.first;
      offset = later.offset;
    }
  } finally {
    await reader.close();
  }
}

/** A frame that is to be read, and the numbers below which and from which its records count. */
interface FrameSlice {
  readonly frame: Frame;
  readonly from: RecordNumber;
  readonly end: RecordNumber;
}

/**
 * Frames that hold the numbers `from` … `upTo`. `segments` must hold every segment of that range; each one ends where
 * the next one begins, whatever stands behind that: a commit that failed may have reached the disk after all, and was
 * repeated there. Throws LogDamageError at a bad place.
 */
export async function* readFrames(
  disk: LogDisk,
  dir: string,
  segments: readonly Segment[],
  range: { from: RecordNumber; upTo: RecordNumber },
): AsyncGenerator<FrameSlice, void> {
  if (range.from > range.upTo || segments.length === 0) return;
  const start = segments.findLastIndex((segment) => segment.base <= range.from);
  if (start === -1) {
    const [{ name }] = segments;
    throw new LogDamageError({ number: range.from, segment: name, offset: 0, reason: 'missing-segment' });
  }
  let expected = segments[start].base;
  for (let index = start; index < segments.length && expected <= range.upTo; index++) {
    const end = Math.min(range.upTo + 1, segments[index + 1]?.base ?? Number.POSITIVE_INFINITY);
    expected = yield* readSegment(disk, dir, segments, index, { expected, from: range.from, end });
  }
}

/** Yields the frames of one segment below `end` and returns the number after the last one. */
async function* readSegment(
  disk: LogDisk,
  dir: string,
  segments: readonly Segment[],
  index: number,
  range: { expected: RecordNumber; from: RecordNumber; end: RecordNumber },
): AsyncGenerator<FrameSlice, RecordNumber> {
  const { from, end } = range;
  const segment = segments[index];
  const reader = await openSegment(disk, dir, segment.number);
  try {
    let offset = segment.startOffset;
    let { expected } = range;
    while (expected < end) {
      const decoded = await reader.frameAt(offset);
      if (decoded.ok && decoded.frame.first === expected) {
        const { frame } = decoded;
        if (frame.count > 0 && frame.next > from) yield { frame, from, end };
        expected = Math.min(frame.next, end);
        offset += frame.spanBytes;
        continue;
      }
      const later = await reader.findFrame(offset + frameBlockBytes, expected);
      // A bad place whose records nobody asked for (a snapshot covers them) does not stop a reading.
      if (later === undefined || later.frame.first > from) {
        const reason = decoded.ok ? 'out-of-order' : decoded.reason;
        const stop = { expected, offset, reason, hasLater: later !== undefined };
        throw new LogDamageError(locateDamage(segments, index, stop));
      }
      expected = later.frame.first;
      offset = later.offset;
    }
    return expected;
  } finally {
    await reader.close();
  }
}

/** Walks the records of frames. Only a new frame costs a wait: a restart reads millions of records. */
export class RecordIterator implements AsyncIterableIterator<LogRecord> {
  readonly #frames: AsyncGenerator<FrameSlice, void>;
  #slice: FrameSlice | undefined;
  #index = 0;
  #at = 0;

  constructor(frames: AsyncGenerator<FrameSlice, void>) {
    this.#frames = frames;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<LogRecord, undefined>> {
    const value = this.#take();
    return value === undefined ? this.#nextFrame() : Promise.resolve({ done: false, value });
  }

  async return(): Promise<IteratorResult<LogRecord, undefined>> {
    this.#slice = undefined;
    await this.#frames.return();
    return { done: true, value: undefined };
  }

  async #nextFrame(): Promise<IteratorResult<LogRecord, undefined>> {
    for (;;) {
      const step = await this.#frames.next();
      if (step.done === true) return { done: true, value: undefined };
      this.#slice = step.value;
      this.#index = 0;
      this.#at = 0;
      const value = this.#take();
      if (value !== undefined) return { done: false, value };
    }
  }

  #take(): LogRecord | undefined {
    const slice = this.#slice;
    if (slice === undefined) return undefined;
    const { frame, from, end } = slice;
    while (this.#index < frame.count) {
      const number = frame.first + this.#index;
      if (number >= end) break;
      const start = this.#at + recordHeaderBytes;
      this.#at = start + frame.payload.readUInt32LE(this.#at);
      this.#index += 1;
      if (number >= from) return { number, bytes: frame.payload.subarray(start, this.#at) };
    }
    this.#slice = undefined;
    return undefined;
  }
}

function locateDamage(
  segments: readonly Segment[],
  index: number,
  stop: { expected: RecordNumber; offset: number; reason: string; hasLater: boolean },
): LogDamage {
  const number = stop.expected;
  const following = segments[index + 1];
  if (!stop.hasLater && following !== undefined && following.startOffset > 0) {
    return { number, segment: following.name, offset: 0, reason: 'bad-checksum' };
  }
  const isMissing = !stop.hasLater && stop.reason === 'no-frame';
  const reason = isMissing ? 'missing-segment' : damageReason(stop.reason);
  return { number, segment: segments[index].name, offset: stop.offset, reason };
}

function damageReason(reason: string): LogDamage['reason'] {
  if (reason === 'bad-length' || reason === 'out-of-order') return reason;
  return 'bad-checksum';
}

async function setAsideRanges(disk: LogDisk, dir: string): Promise<LogGap[]> {
  const ranges: LogGap[] = [];
  for (const name of await disk.list(dir)) {
    const found = asidePattern.exec(name);
    if (found !== null) ranges.push({ from: Number(found[1]), to: Number(found[2]), setAside: true });
  }
  return ranges;
}
