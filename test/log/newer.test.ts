/** A log that a newer program went on with: refused by name, nothing cut, nothing set aside, nothing written, however often. */
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { frameHeaderBytes } from '../../src/log/frame.ts';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import { segmentName } from '../../src/log/local/segment.ts';
import { skipRecord } from '../../src/log/local/skip.ts';
import { NewerVersionError } from '../../src/model/version.ts';
import { SimulatedClock, SimulatedDisk } from '../support/simulated-disk.ts';
import { appendTexts } from './contract.ts';

const dir = '/log';
const file = `${dir}/${segmentName(1)}`;
const block = 4096;

const open = (disk: SimulatedDisk) =>
  openLocalLog({ dir, disk, clock: new SimulatedClock(), reserveBytes: 0, preallocate: false });

/** Three commits, of which the one at `newer` is of a kind that no program of today writes. */
async function folder(newer: number): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const log = await open(disk);
  for (const text of ['first', 'second', 'third']) {
    appendTexts(log, text);
    await log.flush();
  }
  await log.close();
  const frame = Buffer.from(disk.bytes(file).subarray(newer * block, (newer + 1) * block));
  frame.writeUInt32LE(9, 4);
  const length = frame.readUInt32LE(24);
  const payload = frame.subarray(frameHeaderBytes, frameHeaderBytes + length);
  frame.writeUInt32LE(crc32(payload, crc32(frame.subarray(0, 28))), 28);
  disk.spoil(file, newer * block, frame);
  return disk;
}

const image = (disk: SimulatedDisk) => disk.paths().map((path) => [path, disk.bytes(path).toString('base64')]);

describe('a frame of a newer program', () => {
  it.each([0, 1, 2])('as number %i of three is refused by name at every start, and no byte changes', async (newer) => {
    const disk = await folder(newer);
    const before = image(disk);
    for (let start = 0; start < 7; start++) {
      await expect(open(disk)).rejects.toThrow(NewerVersionError);
      await expect(open(disk)).rejects.toThrow(
        `a frame of 0000000001.log at byte ${newer * block} is of version kind 9`,
      );
    }
    expect(image(disk)).toEqual(before);
  });

  it('is not set aside by an operator either', async () => {
    const disk = await folder(1);
    const before = image(disk);
    await expect(skipRecord(dir, 2, { disk })).rejects.toThrow(NewerVersionError);
    expect(image(disk)).toEqual(before);
  });
});
