/**
 * `fenghuo log skip N`: sets a bad place of a stopped log aside, by name. The bytes go to a file beside the log and are
 * never deleted; the log then says which numbers are missing. It refuses wherever the log reads well.
 */
import { join } from 'node:path';
import { blockSpan, sealRangeFrame } from '../frame.ts';
import type { LogDamage, RecordNumber } from '../port.ts';
import { LogDamageError } from '../port.ts';
import type { LogDisk, LogFile } from './disk.ts';
import { findEnd, findSegments, openSegment, readFrames } from './log-reader.ts';
import { nodeDisk } from './node-disk.ts';
import type { Segment } from './segment.ts';
import { segmentNumber } from './segment.ts';

const copyBytes = 1024 * 1024;

export type SkipOutcome =
  | {
      readonly ok: true;
      readonly from: RecordNumber;
      readonly to: RecordNumber;
      /** File that holds the bytes of the bad place. */
      readonly file: string;
    }
  | {
      readonly ok: false;
      /** `not-in-log`: the log ends before that number. `reads-well`: it can be read. `elsewhere`: `damaged` is the bad one. */
      readonly reason: 'not-in-log' | 'reads-well' | 'elsewhere';
      readonly damaged?: RecordNumber;
    };

/** Sets aside the bad place at which a reading of the log stops with `number`. The log must not be open. */
export async function skipRecord(
  dir: string,
  number: RecordNumber,
  options: { disk?: LogDisk } = {},
): Promise<SkipOutcome> {
  const { disk = nodeDisk } = options;
  const unlock = await disk.lock(dir);
  try {
    const names = (await disk.list(dir)).map(segmentNumber).filter((found) => found !== undefined);
    const { segments } = await findSegments(disk, dir, names);
    const newest = segments.at(-1);
    const end = newest === undefined ? undefined : await findEnd(disk, dir, newest);
    if (end === undefined || number >= end.next) return { ok: false, reason: 'not-in-log' };
    const damage = await damageAt(disk, dir, segments, { from: number, upTo: end.next - 1 });
    if (damage === undefined) return { ok: false, reason: 'reads-well' };
    if (damage.number !== number) return { ok: false, reason: 'elsewhere', damaged: damage.number };
    return await setAside(disk, dir, segments, damage);
  } finally {
    await unlock();
  }
}

/** The damage that keeps the record `from` from being read, if any. */
async function damageAt(
  disk: LogDisk,
  dir: string,
  segments: readonly Segment[],
  range: { from: RecordNumber; upTo: RecordNumber },
): Promise<LogDamage | undefined> {
  try {
    for await (const _slice of readFrames(disk, dir, segments, range)) return undefined;
    return undefined;
  } catch (error) {
    if (error instanceof LogDamageError) return error.damage;
    throw error;
  }
}

async function setAside(
  disk: LogDisk,
  dir: string,
  segments: readonly Segment[],
  damage: LogDamage,
): Promise<SkipOutcome> {
  const index = segments.findIndex(({ name }) => name === damage.segment);
  const { number: segment } = segments[index];
  const reader = await openSegment(disk, dir, segment);
  const later = await reader.findFrame(damage.offset, damage.number);
  const { sizeBytes } = reader;
  await reader.close();
  const from = damage.number;
  // No good frame up to the end of the file: everything up to the next segment is missing.
  const to = (later?.frame.first ?? segments[index + 1].base) - 1;
  const areaBytes = Math.max((later?.offset ?? blockSpan(sizeBytes)) - damage.offset, 0);

  const path = join(dir, damage.segment);
  const file = join(dir, asideName(from, to, damage));
  await copyArea(disk, path, { at: damage.offset, bytes: areaBytes }, `${file}.tmp`);
  await disk.rename(`${file}.tmp`, file);
  await disk.syncDir(dir);

  // Only the first block is written over, and only after the copy above is durable.
  const frame = sealRangeFrame('set-aside', segment, { from, to }, Math.max(areaBytes, blockSpan(1)));
  const target = await disk.open(path, 'update');
  try {
    await target.write(frame, damage.offset);
  } finally {
    await target.close();
  }
  return { ok: true, from, to, file };
}

function asideName(from: RecordNumber, to: RecordNumber, damage: LogDamage): string {
  const range = [from, to].map((number) => String(number).padStart(16, '0')).join('-');
  return `aside-${range}.${damage.segment}.${damage.offset}.bin`;
}

async function copyArea(
  disk: LogDisk,
  path: string,
  area: { at: number; bytes: number },
  target: string,
): Promise<void> {
  const [from, to]: LogFile[] = [await disk.open(path, 'read'), await disk.open(target, 'create')];
  try {
    const chunk = Buffer.alloc(Math.min(copyBytes, area.bytes));
    for (let done = 0; done < area.bytes; ) {
      const read = await from.read(chunk.subarray(0, Math.min(chunk.length, area.bytes - done)), area.at + done);
      if (read === 0) break;
      await to.write(chunk.subarray(0, read), done);
      done += read;
    }
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}
