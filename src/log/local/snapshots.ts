/**
 * Snapshots of engine state on a local disk: written in paced chunks so that commits pass in between, read back before
 * they count, the two newest good ones kept, and those that are asked for. It knows bytes and positions, not what they mean.
 *
 * A file is: magic, position (u64), number of parts, crc32 of the header, the length of each part (u64), then the parts,
 * then the crc32 of the parts. What is read back may come from the kernel's cache: it proves what was written, while
 * the O_DSYNC write proves that the medium took it.
 */
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { RecordNumber, SnapshotStore } from '../port.ts';
import type { LogClock, LogDisk, LogFile } from './disk.ts';
import { nodeDisk } from './node-disk.ts';

const magic = 0x31534846; // 'FHS1'
const fixedHeaderBytes = 20;
const trailerBytes = 4;
const snapshotsKept = 2;
const namePattern = /^snapshot-(\d{16})\.snap$/;
const temporaryPattern = /^snapshot-.*\.tmp$/;

interface SnapshotOptions {
  readonly dir: string;
  readonly disk?: LogDisk;
  readonly clock: LogClock;
  /** Bytes written at a time: a commit never waits behind more than one of these. */
  readonly chunkBytes?: number;
  /** Rest between two writes. */
  readonly pauseMs?: number;
}

type Loaded =
  | { readonly ok: true; readonly position: RecordNumber; readonly parts: Uint8Array[] }
  | { readonly ok: false };

/** Opens or creates the store and verifies what is there; changes nothing of it before something is written. */
export async function openSnapshots(options: SnapshotOptions): Promise<SnapshotStore> {
  const { dir, disk = nodeDisk } = options;
  await disk.makeDir(dir);
  const verified: RecordNumber[] = [];
  for (const name of await disk.list(dir)) {
    const position = positionOf(name);
    if (position !== undefined && (await load(disk, join(dir, name), position, false)).ok) verified.push(position);
  }
  return new LocalSnapshots(options, verified);
}

class LocalSnapshots implements SnapshotStore {
  readonly #dir: string;
  readonly #disk: LogDisk;
  readonly #clock: LogClock;
  readonly #chunkBytes: number;
  readonly #pauseMs: number;
  /** Positions whose file has been read back and found good, ascending. */
  #verified: RecordNumber[];
  readonly #disowned = new Set<RecordNumber>();
  #isWriting = false;

  constructor(options: SnapshotOptions, verified: RecordNumber[]) {
    const { dir, disk = nodeDisk, clock, chunkBytes = 256 * 1024, pauseMs = 2 } = options;
    this.#dir = dir;
    this.#disk = disk;
    this.#clock = clock;
    this.#chunkBytes = chunkBytes;
    this.#pauseMs = pauseMs;
    this.#verified = verified.sort((a, b) => a - b);
  }

  get freeable(): RecordNumber {
    return this.#verified.at(-snapshotsKept) ?? 0;
  }

  before(record: RecordNumber): RecordNumber {
    return this.#verified.findLast((position) => position <= record) ?? 0;
  }

  async write(
    position: RecordNumber,
    parts: readonly Uint8Array[],
    alsoFor: readonly RecordNumber[] = [],
  ): Promise<void> {
    if (this.#isWriting) throw new Error('one snapshot is written at a time');
    this.#isWriting = true;
    const path = join(this.#dir, snapshotName(position));
    const temporary = `${path}.tmp`;
    try {
      await this.#writeFile(temporary, position, parts);
      if (!(await load(this.#disk, temporary, position, false)).ok) {
        throw new Error(`snapshot at record ${position} did not read back as it was written`);
      }
      await this.#disk.rename(temporary, path);
      await this.#disk.syncDir(this.#dir);
      this.#disowned.delete(position);
      this.#verified = [...this.#verified.filter((kept) => kept !== position), position].sort((a, b) => a - b);
      await this.#removeOlder(new Set(alsoFor.map((record) => this.before(record))));
    } catch (error) {
      await this.#disk.remove(temporary).catch(() => {});
      throw error;
    } finally {
      this.#isWriting = false;
    }
  }

  async newest(
    upTo = Number.POSITIVE_INFINITY,
  ): Promise<{ position: RecordNumber; parts: Uint8Array[]; damaged: readonly string[] } | undefined> {
    const damaged: string[] = [];
    for (const name of (await this.#disk.list(this.#dir)).reverse()) {
      const position = positionOf(name);
      if (position === undefined || position > upTo || this.#disowned.has(position)) continue;
      const loaded = await load(this.#disk, join(this.#dir, name), position, true);
      if (loaded.ok) return { position, parts: loaded.parts, damaged };
      damaged.push(name);
      this.#verified = this.#verified.filter((kept) => kept !== position);
    }
    return undefined;
  }

  disown(position: RecordNumber): void {
    this.#disowned.add(position);
    this.#verified = this.#verified.filter((kept) => kept !== position);
  }

  async #writeFile(path: string, position: RecordNumber, parts: readonly Uint8Array[]): Promise<void> {
    const file = await this.#disk.open(path, 'create');
    try {
      const chunk = Buffer.allocUnsafe(this.#chunkBytes);
      let filled = 0;
      let written = 0;
      const flush = async () => {
        await file.write(chunk.subarray(0, filled), written);
        written += filled;
        filled = 0;
        await this.#clock.pause(this.#pauseMs);
      };
      const put = async (bytes: Uint8Array, checksum: number) => {
        let sum = checksum;
        for (let at = 0; at < bytes.length; ) {
          const taken = bytes.subarray(at, at + chunk.length - filled);
          chunk.set(taken, filled);
          // Summed as it passes: over a whole part at once it would hold the event loop.
          sum = crc32(taken, sum);
          filled += taken.length;
          at += taken.length;
          if (filled === chunk.length) await flush();
        }
        return sum;
      };
      await put(header(position, parts), 0);
      let checksum = 0;
      for (const part of parts) checksum = await put(part, checksum);
      const trailer = Buffer.alloc(trailerBytes);
      trailer.writeUInt32LE(checksum);
      await put(trailer, 0);
      if (filled > 0) await flush();
    } finally {
      await file.close();
    }
  }

  /** Removes everything older than the two newest verified ones, but for those asked for, with damaged and half-made files. */
  async #removeOlder(askedFor: ReadonlySet<RecordNumber>): Promise<void> {
    const oldestKept = this.freeable;
    const isKept = (position: RecordNumber) => position >= oldestKept || askedFor.has(position);
    for (const name of await this.#disk.list(this.#dir)) {
      const position = positionOf(name);
      const isOld = position === undefined ? temporaryPattern.test(name) : !isKept(position);
      if (isOld) await this.#disk.remove(join(this.#dir, name));
    }
    this.#verified = this.#verified.filter(isKept);
    await this.#disk.syncDir(this.#dir);
  }
}

function snapshotName(position: RecordNumber): string {
  return `snapshot-${String(position).padStart(16, '0')}.snap`;
}

function positionOf(name: string): RecordNumber | undefined {
  const found = namePattern.exec(name);
  return found === null ? undefined : Number(found[1]);
}

function header(position: RecordNumber, parts: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.alloc(fixedHeaderBytes + parts.length * 8);
  bytes.writeUInt32LE(magic, 0);
  bytes.writeBigUInt64LE(BigInt(position), 4);
  bytes.writeUInt32LE(parts.length, 12);
  for (const [index, part] of parts.entries()) {
    bytes.writeBigUInt64LE(BigInt(part.length), fixedHeaderBytes + index * 8);
  }
  bytes.writeUInt32LE(headerChecksum(bytes), 16);
  return bytes;
}

function headerChecksum(bytes: Buffer): number {
  return crc32(bytes.subarray(fixedHeaderBytes), crc32(bytes.subarray(0, 16)));
}

/** As `read`; a file that the disk does not give is of no more use than a damaged one. */
async function load(disk: LogDisk, path: string, position: RecordNumber, keep: boolean): Promise<Loaded> {
  return read(disk, path, position, keep).catch(() => ({ ok: false }));
}

/** Reads and checks one file. With `keep` the parts are returned, else only their checksum is taken, in chunks. */
async function read(disk: LogDisk, path: string, position: RecordNumber, keep: boolean): Promise<Loaded> {
  const file = await disk.open(path, 'read');
  try {
    const lengths = await readLengths(file, position);
    if (lengths === undefined) return { ok: false };
    const parts: Uint8Array[] = [];
    let at = fixedHeaderBytes + lengths.length * 8;
    let checksum = 0;
    const chunk = Buffer.allocUnsafe(1024 * 1024);
    for (const length of lengths) {
      const part = keep ? Buffer.alloc(length) : undefined;
      for (let done = 0; done < length; ) {
        const into = part?.subarray(done) ?? chunk.subarray(0, Math.min(chunk.length, length - done));
        const read = await file.read(into, at + done);
        if (read === 0) return { ok: false };
        checksum = crc32(into.subarray(0, read), checksum);
        done += read;
      }
      if (part !== undefined) parts.push(part);
      at += length;
    }
    const trailer = Buffer.alloc(trailerBytes);
    const isWhole = (await file.read(trailer, at)) === trailerBytes && trailer.readUInt32LE() === checksum;
    return isWhole ? { ok: true, position, parts } : { ok: false };
  } finally {
    await file.close();
  }
}

async function readLengths(file: LogFile, position: RecordNumber): Promise<number[] | undefined> {
  const fixed = Buffer.alloc(fixedHeaderBytes);
  if ((await file.read(fixed, 0)) < fixedHeaderBytes) return undefined;
  const count = fixed.readUInt32LE(12);
  if (fixed.readUInt32LE(0) !== magic) return undefined;
  // Not yet known to be as it was written: no more memory than the file could fill.
  if (fixedHeaderBytes + count * 8 > (await file.sizeBytes())) return undefined;
  const bytes = Buffer.concat([fixed, Buffer.alloc(count * 8)]);
  if ((await file.read(bytes, 0)) < bytes.length) return undefined;
  if (headerChecksum(bytes) !== fixed.readUInt32LE(16)) return undefined;
  if (Number(bytes.readBigUInt64LE(4)) !== position) return undefined;
  return Array.from({ length: count }, (_, index) => Number(bytes.readBigUInt64LE(fixedHeaderBytes + index * 8)));
}
