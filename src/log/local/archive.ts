/**
 * The archive: freed segments, compressed, in the order they were written, kept for a number of days or a share of the
 * disk. It holds records only; it never decides when a segment may be freed.
 */
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { blockSpan, decodeFrame, recordsOf } from '../frame.ts';
import type { LogRecord, RecordNumber } from '../port.ts';
import type { LogClock, LogDisk, LogFile } from './disk.ts';
import { asError, isNoSpace } from './disk.ts';
import type { NoticeListener } from './notice.ts';
import { SegmentReader } from './segment.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

const dayMs = 24 * 60 * 60 * 1000;
/** Compressed at a time and written at a time: short enough for commits to pass in between. */
const chunkBytes = 1024 * 1024;
const writeBytes = 256 * 1024;
const pauseMs = 4;
const namePattern = /^(\d{16})-(\d{16})-(\d+)\.log\.gz$/;

export interface ArchiveOptions {
  readonly dir: string;
  /** Archived segments older than this go. */
  readonly days: number;
  /** Share of the disk's size (0 … 1) that the archive may take; the oldest go first. */
  readonly share: number;
  readonly disk: LogDisk;
  readonly clock: LogClock;
  readonly onNotice: NoticeListener;
}

interface ArchivedSegment {
  readonly name: string;
  readonly from: RecordNumber;
  readonly to: RecordNumber;
  readonly archivedMs: number;
}

/** A segment to be freed, of which the records `from` … `to` count. */
interface FreedSegment {
  readonly number: number;
  readonly name: string;
  readonly sourcePath: string;
  readonly from: RecordNumber;
  readonly to: RecordNumber;
}

/**
 * Puts one segment into the archive. True when the segment may be recycled: it is archived, or the disk is full even
 * after older archives went (then the log, the last thing to stop, gets the space).
 */
export async function archiveSegment(options: ArchiveOptions, freed: FreedSegment): Promise<boolean> {
  for (;;) {
    try {
      await compressInto(options, freed);
      await retain(options);
      return true;
    } catch (error) {
      if (!isNoSpace(error)) {
        options.onNotice({ kind: 'archive-failed', segment: freed.name, error: asError(error).message });
        return false;
      }
      if (!(await removeOldest(options))) {
        options.onNotice({ kind: 'archive-left-out', from: freed.from, to: freed.to });
        return true;
      }
    }
  }
}

/**
 * Records of an archive from `from` on, in order. Ranges that are not in the archive are passed over: an archive has an
 * oldest day and may lack what was freed on a full disk. Throws when an archived segment cannot be decompressed.
 */
export async function* readArchive(disk: LogDisk, dir: string, from: RecordNumber): AsyncGenerator<LogRecord> {
  let expected = from;
  for (const segment of await listArchive(disk, dir)) {
    if (segment.to < expected) continue;
    const bytes = await decompress(await readWhole(disk, join(dir, segment.name)));
    for (let at = 0; at < bytes.length; ) {
      const decoded = decodeFrame(bytes, at, bytes.length - at);
      if (!decoded.ok) throw new Error(`archived segment ${segment.name} is damaged at byte ${at}: ${decoded.reason}`);
      at += decoded.frame.spanBytes;
      for (const record of recordsOf(decoded.frame)) {
        if (record.number < expected || record.number > segment.to) continue;
        yield record;
        expected = record.number + 1;
      }
    }
  }
}

async function compressInto(options: ArchiveOptions, freed: FreedSegment): Promise<void> {
  const { dir, disk, clock } = options;
  await disk.makeDir(dir);
  const temporary = join(dir, `${freed.name}.tmp`);
  const source = await disk.open(freed.sourcePath, 'read');
  const target = await disk.open(temporary, 'create').catch(async (error) => {
    await source.close();
    throw error;
  });
  try {
    let written = 0;
    for await (const chunk of goodFrames(source, freed)) {
      // Each chunk is a gzip member of its own; members one after the other are one gzip file (RFC 1952 §2.2).
      const member = await compress(chunk, { level: constants.Z_BEST_SPEED });
      for (let at = 0; at < member.length; at += writeBytes) {
        const part = member.subarray(at, at + writeBytes);
        await target.write(part, written);
        written += part.length;
        await clock.pause(pauseMs);
      }
    }
  } catch (error) {
    await disk.remove(temporary).catch(() => {});
    throw error;
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
  await disk.rename(temporary, join(dir, archiveName(freed, clock.wallMs())));
  await disk.syncDir(dir);
}

/** The record frames of a segment up to `to`, gathered into chunks. Bad places are passed over: nothing can be kept of them. */
async function* goodFrames(source: LogFile, freed: FreedSegment): AsyncGenerator<Buffer> {
  const reader = new SegmentReader(source, freed.number, await source.sizeBytes());
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  let found = await reader.findFrame(0, 0);
  while (found !== undefined && found.frame.first <= freed.to) {
    const { offset, frame } = found;
    if (frame.kind === 'records') {
      const copy = Buffer.alloc(blockSpan(frame.bytes.length));
      frame.bytes.copy(copy);
      gathered.push(copy);
      gatheredBytes += copy.length;
    }
    const { next, spanBytes } = frame;
    if (gatheredBytes >= chunkBytes) {
      yield Buffer.concat(gathered);
      gathered = [];
      gatheredBytes = 0;
    }
    found = next > freed.to ? undefined : await reader.findFrame(offset + spanBytes, next);
  }
  if (gatheredBytes > 0) yield Buffer.concat(gathered);
}

async function retain(options: ArchiveOptions): Promise<void> {
  const { dir, disk, clock, days, share } = options;
  const oldestKeptMs = clock.wallMs() - days * dayMs;
  const kept: { name: string; bytes: number }[] = [];
  let removed = 0;
  for (const segment of await listArchive(disk, dir)) {
    if (segment.archivedMs < oldestKeptMs) {
      await disk.remove(join(dir, segment.name));
      removed += 1;
    } else kept.push({ name: segment.name, bytes: await sizeOf(disk, join(dir, segment.name)) });
  }
  const bytesMax = (await disk.space(dir)).totalBytes * share;
  let bytes = kept.reduce((sum, segment) => sum + segment.bytes, 0);
  for (const segment of kept) {
    if (bytes <= bytesMax) break;
    await disk.remove(join(dir, segment.name));
    bytes -= segment.bytes;
    removed += 1;
  }
  if (removed > 0) await disk.syncDir(dir);
}

async function removeOldest(options: ArchiveOptions): Promise<boolean> {
  const [oldest] = await listArchive(options.disk, options.dir);
  if (oldest === undefined) return false;
  await options.disk.remove(join(options.dir, oldest.name));
  return true;
}

/** The name carries everything the archive needs to know: first and last record number, and when it was archived. */
function archiveName(freed: FreedSegment, archivedMs: number): string {
  const range = [freed.from, freed.to].map((number) => String(number).padStart(16, '0')).join('-');
  return `${range}-${Math.floor(archivedMs)}.log.gz`;
}

async function listArchive(disk: LogDisk, dir: string): Promise<ArchivedSegment[]> {
  const archived: ArchivedSegment[] = [];
  for (const name of await disk.list(dir)) {
    const found = namePattern.exec(name);
    if (found === null) continue;
    const [from, to, archivedMs] = found.slice(1).map(Number);
    archived.push({ name, from, to, archivedMs });
  }
  return archived;
}

async function sizeOf(disk: LogDisk, path: string): Promise<number> {
  const file = await disk.open(path, 'read');
  try {
    return await file.sizeBytes();
  } finally {
    await file.close();
  }
}

async function readWhole(disk: LogDisk, path: string): Promise<Buffer> {
  const file = await disk.open(path, 'read');
  try {
    const bytes = Buffer.alloc(await file.sizeBytes());
    return bytes.subarray(0, await file.read(bytes, 0));
  } finally {
    await file.close();
  }
}
