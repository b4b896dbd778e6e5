/**
 * A commit group: the records that go to disk in one write. It gathers bytes and seals them into a frame, any number of
 * times (a failed write is repeated in another segment); it does no I/O.
 */
import { blockSpan, frameHeaderBytes, recordHeaderBytes, sealFrame } from '../frame.ts';

const startBytes = 64 * 1024;
/** One group being gathered, one in flight, one in between. */
const keptBuffers = 3;

export class Group {
  readonly first: number;
  count = 0;
  #buffer: Buffer;
  #end = frameHeaderBytes;

  constructor(first: number, buffer: Buffer) {
    this.first = first;
    this.#buffer = buffer;
  }

  get firstReadable(): number {
    return this.first;
  }

  /** Number after the last record. */
  get next(): number {
    return this.first + this.count;
  }

  /** Bytes the records take in the payload. */
  get payloadBytes(): number {
    return this.#end - frameHeaderBytes;
  }

  /** Bytes the sealed frame takes in a segment. */
  get spanBytes(): number {
    return blockSpan(this.#end);
  }

  add(bytes: Uint8Array): void {
    const end = this.#end + recordHeaderBytes + bytes.length;
    if (blockSpan(end) > this.#buffer.length) this.#grow(blockSpan(end));
    this.#buffer.writeUInt32LE(bytes.length, this.#end);
    this.#buffer.set(bytes, this.#end + recordHeaderBytes);
    this.#end = end;
    this.count += 1;
  }

  seal(segment: number): Buffer {
    const { first, count } = this;
    return sealFrame(this.#buffer, { kind: 'records', segment, first, count, length: this.payloadBytes });
  }

  /** The buffer, for the next group. This one must not be used again. */
  release(): Buffer {
    return this.#buffer;
  }

  #grow(neededBytes: number): void {
    const grown = Buffer.allocUnsafe(Math.max(neededBytes, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#end);
    this.#buffer = grown;
  }
}

/** Re-uses the buffers of committed groups, so that a steady stream allocates nothing. */
export class GroupPool {
  readonly #free: Buffer[] = [];
  readonly #keptBytesMax: number;

  constructor(groupBytes: number) {
    this.#keptBytesMax = Math.max(startBytes, groupBytes * 2);
  }

  start(first: number): Group {
    return new Group(first, this.#free.pop() ?? Buffer.allocUnsafe(startBytes));
  }

  done(group: Group): void {
    const buffer = group.release();
    if (this.#free.length < keptBuffers && buffer.length <= this.#keptBytesMax) this.#free.push(buffer);
  }
}
