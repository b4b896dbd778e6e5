/** Freed segments go to the archive, in order and whole, and the archive keeps to its days and its share of the disk. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../src/log/local/archive.ts';
import type { LocalLogOptions } from '../../src/log/local/local-log.ts';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import type { LogNotice } from '../../src/log/local/notice.ts';
import { segmentName } from '../../src/log/local/segment.ts';
import type { InputLog } from '../../src/log/port.ts';
import { SimulatedClock, SimulatedDisk } from '../support/simulated-disk.ts';
import { appendTexts, readAll, text } from './contract.ts';

const dir = '/log';
const archiveDir = '/archive';
const dayMs = 24 * 60 * 60 * 1000;

function openSmall(disk: SimulatedDisk, more: Partial<LocalLogOptions> = {}): Promise<InputLog> {
  const clock = new SimulatedClock();
  const segmentBytes = 64 * 1024;
  return openLocalLog({ dir, archiveDir, disk, clock, segmentBytes, reserveBytes: 0, preallocate: false, ...more });
}

async function appendCommits(log: InputLog, count: number): Promise<void> {
  for (let commit = 0; commit < count; commit++) {
    appendTexts(log, `record ${log.next}`);
    await log.flush();
  }
}

async function archived(disk: SimulatedDisk, from = 1): Promise<[number, string][]> {
  const records: [number, string][] = [];
  for await (const { number, bytes } of readArchive(disk, archiveDir, from)) records.push([number, text(bytes)]);
  return records;
}

function archiveNames(disk: SimulatedDisk): string[] {
  return disk.paths().filter((path) => path.startsWith(archiveDir));
}

function records(from: number, to: number): [number, string][] {
  return Array.from({ length: to - from + 1 }, (_, index) => [from + index, `record ${from + index}`]);
}

describe('the archive', () => {
  it('takes freed segments in order; log and archive together hold every record once', async () => {
    const disk = new SimulatedDisk();
    const log = await openSmall(disk);
    await appendCommits(log, 60);
    await log.free(40);
    expect(log.oldest).toBe(33);
    expect(await archived(disk)).toEqual(records(1, 32));
    expect(await archived(disk, 20)).toEqual(records(20, 32));
    expect(await readAll(log)).toEqual(records(33, 60));
    await log.free(61);
    // The newest segment stays: it is where the log goes on.
    expect(log.oldest).toBe(49);
    expect(await archived(disk)).toEqual(records(1, 48));
    await log.close();
  });

  it('is an ordinary gzip file, durable before the segment is used again', async () => {
    const disk = new SimulatedDisk();
    const log = await openSmall(disk);
    await appendCommits(log, 20);
    disk.trace.length = 0;
    await log.free(17);
    const [name] = archiveNames(disk);
    expect(gunzipSync(disk.bytes(name)).includes('record 16')).toBe(true);
    const steps = disk.trace;
    const archivedAt = steps.indexOf(`syncDir ${archiveDir}`);
    const recycledAt = steps.indexOf(`rename ${dir}/${segmentName(1)}`);
    expect(archivedAt).toBeGreaterThan(0);
    expect(recycledAt).toBeGreaterThan(archivedAt);
    await log.close();
  });

  it('after a crash in the middle of freeing nothing is missing and nothing is read twice', async () => {
    for (let step = 1; step < 40; step++) {
      const disk = new SimulatedDisk();
      const log = await openSmall(disk);
      await appendCommits(log, 40);
      let left = step;
      disk.fault = () => {
        left -= 1;
        if (left === 0) disk.powerCut();
        return undefined;
      };
      await Promise.race([log.free(33), disk.off()]);
      disk.powerCut();
      const restarted = disk.restarted();
      const again = await openSmall(restarted);
      const together = new Map([...(await archived(restarted)), ...(await readAll(again))]);
      expect([...together]).toEqual(records(1, 40));
      await again.free(33);
      expect((await archived(restarted)).map(([number]) => number)).toEqual(records(1, 32).map(([number]) => number));
      await again.close();
    }
  });

  it('lets segments older than its days go', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const log = await openSmall(disk, { clock, archiveDays: 30 });
    await appendCommits(log, 20);
    await log.free(17);
    clock.nowMs += 29 * dayMs;
    await appendCommits(log, 20);
    await log.free(33);
    expect(await archived(disk)).toEqual(records(1, 32));
    clock.nowMs += 2 * dayMs;
    await appendCommits(log, 20);
    await log.free(49);
    expect(await archived(disk)).toEqual(records(17, 48));
    await log.close();
  });

  it('lets the oldest go above its share of the disk', async () => {
    const disk = new SimulatedDisk({ capacityBytes: 1024 * 1024 });
    const log = await openSmall(disk, { archiveShare: 0.002 });
    await appendCommits(log, 100);
    await log.free(97);
    const usedBytes = archiveNames(disk).reduce((sum, path) => sum + disk.bytes(path).length, 0);
    expect(usedBytes).toBeLessThanOrEqual(0.002 * 1024 * 1024);
    const kept = await archived(disk);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.at(-1)?.[0]).toBe(96);
    await log.close();
  });

  it('that cannot be written keeps the segment in the log until it can', async () => {
    const disk = new SimulatedDisk();
    const notices: LogNotice[] = [];
    const log = await openSmall(disk, { onNotice: (notice) => notices.push(notice) });
    await appendCommits(log, 20);
    disk.fault = (operation, path) =>
      operation === 'write' && path.startsWith(archiveDir)
        ? Object.assign(new Error('EIO'), { code: 'EIO' })
        : undefined;
    await log.free(17);
    expect(notices).toEqual([{ kind: 'archive-failed', segment: segmentName(1), error: 'EIO' }]);
    expect(await readAll(log, 1)).toEqual(records(1, 20));
    disk.fault = undefined;
    await log.free(17);
    expect(await archived(disk)).toEqual(records(1, 16));
    await log.close();
  });

  it('on a full disk gives its oldest away, then is left out, and says so: the log is the last to stop', async () => {
    const disk = new SimulatedDisk();
    const notices: LogNotice[] = [];
    const log = await openSmall(disk, { onNotice: (notice) => notices.push(notice) });
    await appendCommits(log, 52);
    await log.free(17);
    disk.fault = (operation, path) =>
      operation === 'write' && path.startsWith(archiveDir)
        ? Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
        : undefined;
    await log.free(33);
    expect(notices).toEqual([{ kind: 'archive-left-out', from: 17, to: 32 }]);
    expect(archiveNames(disk)).toEqual([]);
    expect(log.oldest).toBe(33);
    await log.close();
  });

  it('a segment that is being read is not freed under the reader', async () => {
    const disk = new SimulatedDisk();
    const log = await openSmall(disk);
    await appendCommits(log, 40);
    const read: [number, string][] = [];
    for await (const { number, bytes } of log.read(1)) {
      if (number === 10) await log.free(33);
      read.push([number, text(bytes)]);
    }
    expect(read).toEqual(records(1, 40));
    expect(log.oldest).toBe(1);
    await log.free(33);
    expect(log.oldest).toBe(33);
    await log.close();
  });
});
