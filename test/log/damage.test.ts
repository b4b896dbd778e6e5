/** A bad record in the middle: reading stops there by name, and only an operator can set it aside, bytes kept. */
import { describe, expect, it } from 'vitest';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import type { LogNotice } from '../../src/log/local/notice.ts';
import { segmentName } from '../../src/log/local/segment.ts';
import { skipRecord } from '../../src/log/local/skip.ts';
import type { InputLog } from '../../src/log/port.ts';
import { LogDamageError } from '../../src/log/port.ts';
import { SimulatedClock, SimulatedDisk } from '../support/simulated-disk.ts';
import { appendTexts, readAll, text } from './contract.ts';

const dir = '/log';
const block = 4096;

function openSmall(disk: SimulatedDisk, notices: LogNotice[] = []): Promise<InputLog> {
  const onNotice = (notice: LogNotice) => notices.push(notice);
  const clock = new SimulatedClock();
  const segmentBytes = 16 * block;
  return openLocalLog({ dir, disk, clock, segmentBytes, reserveBytes: 0, preallocate: false, onNotice });
}

/** A closed log of `count` commits of two records each: 1-2, 3-4 …, sixteen commits a segment. */
async function written(count: number): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const log = await openSmall(disk);
  for (let commit = 0; commit < count; commit++) {
    appendTexts(log, `first of ${commit}`, `second of ${commit}`);
    await log.flush();
  }
  await log.close();
  return disk;
}

/** Reads to the damage: the numbers before it, and the error. */
async function readToDamage(log: InputLog, from: number): Promise<{ numbers: number[]; error: unknown }> {
  const numbers: number[] = [];
  try {
    for await (const { number } of log.read(from)) numbers.push(number);
  } catch (error) {
    return { numbers, error };
  }
  return { numbers, error: undefined };
}

function upTo(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}

describe('a torn tail', () => {
  it('is cut, said, and written over', async () => {
    const disk = await written(3);
    disk.spoil(`${dir}/${segmentName(1)}`, 2 * block + 40, Buffer.from('torn'));
    const notices: LogNotice[] = [];
    const log = await openSmall(disk, notices);
    expect(notices).toEqual([{ kind: 'torn-tail', segment: segmentName(1), offset: 2 * block }]);
    expect(log.next).toBe(5);
    appendTexts(log, 'in its place');
    await log.flush();
    expect((await readAll(log)).at(-1)).toEqual([5, 'in its place']);
    await log.close();
  });
});

describe('a bad record in the middle', () => {
  const places = [
    { what: 'payload', commit: 4, at: 45, reason: 'bad-checksum' },
    { what: 'header', commit: 4, at: 13, reason: 'bad-checksum' },
    { what: 'length', commit: 4, at: 27, reason: 'bad-length' },
    { what: 'magic', commit: 4, at: 0, reason: 'bad-checksum' },
    { what: 'last frame of a segment', commit: 15, at: 45, reason: 'bad-checksum' },
    { what: 'a frame of a later segment', commit: 20, at: 45, reason: 'bad-checksum' },
    { what: 'the first frame of a segment', commit: 16, at: 45, reason: 'bad-checksum' },
  ];

  it.each(places)('($what) stops reading after every good record, is named, and is skipped by name', async (place) => {
    const disk = await written(40);
    const segment = segmentName(1 + Math.floor(place.commit / 16));
    const offset = (place.commit % 16) * block;
    disk.spoil(`${dir}/${segment}`, offset + place.at, Buffer.from([0xa5]));
    const bad = place.commit * 2 + 1;

    const log = await openSmall(disk);
    expect(log.durable).toBe(80);
    const { numbers, error } = await readToDamage(log, 1);
    expect(numbers).toEqual(upTo(bad - 1));
    expect(error).toBeInstanceOf(LogDamageError);
    expect((error as LogDamageError).damage).toEqual({ number: bad, segment, offset, reason: place.reason });
    expect((error as LogDamageError).message).toContain(`fenghuo log skip ${bad}`);
    // A snapshot past it makes it harmless.
    expect((await readToDamage(log, bad + 2)).numbers.length).toBe(80 - bad - 1);
    await expect(skipRecord(dir, bad, { disk })).rejects.toThrow('in use');
    await log.close();

    expect(await skipRecord(dir, bad - 1, { disk })).toEqual({ ok: false, reason: 'reads-well' });
    expect(await skipRecord(dir, bad + 1, { disk })).toEqual({ ok: false, reason: 'elsewhere', damaged: bad });
    expect(await skipRecord(dir, 81, { disk })).toEqual({ ok: false, reason: 'not-in-log' });
    const before = Buffer.from(disk.bytes(`${dir}/${segment}`).subarray(offset, offset + block));
    const outcome = await skipRecord(dir, bad, { disk });
    if (!outcome.ok) throw new Error(outcome.reason);
    expect(outcome).toMatchObject({ from: bad, to: bad + 1 });
    expect(disk.bytes(outcome.file).equals(before)).toBe(true);

    disk.powerCut();
    const again = await openSmall(disk.restarted());
    expect(again.gaps).toEqual([{ from: bad, to: bad + 1, setAside: true }]);
    const kept = await readToDamage(again, 1);
    expect(kept.error).toBeUndefined();
    expect(kept.numbers).toEqual(upTo(80).filter((number) => number !== bad && number !== bad + 1));
    appendTexts(again, 'goes on');
    await again.flush();
    expect((await readAll(again, 81))[0]).toEqual([81, 'goes on']);
    await again.close();
  });

  it('in the newest segment is said at opening, before anyone reads', async () => {
    const disk = await written(4);
    disk.spoil(`${dir}/${segmentName(1)}`, block + 45, Buffer.from([0xa5]));
    const notices: LogNotice[] = [];
    const log = await openSmall(disk, notices);
    expect(notices).toMatchObject([{ kind: 'damage', segment: segmentName(1), offset: block, number: 3 }]);
    await log.close();
  });

  it('two bad places are two decisions', async () => {
    const disk = await written(10);
    for (const commit of [3, 6]) disk.spoil(`${dir}/${segmentName(1)}`, commit * block + 45, Buffer.from([0xa5]));
    expect(await skipRecord(dir, 7, { disk })).toMatchObject({ ok: true, from: 7, to: 8 });
    const log = await openSmall(disk);
    const { numbers, error } = await readToDamage(log, 1);
    expect(numbers.at(-1)).toBe(12);
    expect((error as LogDamageError).damage.number).toBe(13);
    await log.close();
    expect(await skipRecord(dir, 13, { disk })).toMatchObject({ ok: true, from: 13, to: 14 });
  });

  it('a whole segment that is gone is named, never read over', async () => {
    const disk = await written(40);
    await disk.remove(`${dir}/${segmentName(2)}`);
    await disk.syncDir(dir);
    const log = await openSmall(disk);
    const { numbers, error } = await readToDamage(log, 1);
    expect(numbers).toEqual(upTo(32));
    const damage = { number: 33, segment: segmentName(1), offset: 16 * block, reason: 'missing-segment' };
    expect((error as LogDamageError).damage).toEqual(damage);
    await log.close();
    expect(await skipRecord(dir, 33, { disk })).toMatchObject({ ok: true, from: 33, to: 64 });
    const again = await openSmall(disk);
    expect((await readToDamage(again, 1)).numbers).toEqual([...upTo(32), ...upTo(80).slice(64)]);
    await again.close();
  });

  it('a reading from before the oldest record is refused, not begun later', async () => {
    const disk = await written(40);
    const log = await openSmall(disk);
    await log.free(33);
    expect(log.oldest).toBe(33);
    const { numbers, error } = await readToDamage(log, 1);
    expect(numbers).toEqual([]);
    expect((error as LogDamageError).damage).toMatchObject({ number: 1, reason: 'missing-segment' });
    await log.close();
  });

  it('what was skipped is kept beside the log, readable', async () => {
    const disk = await written(3);
    disk.spoil(`${dir}/${segmentName(1)}`, block + 20, Buffer.from([0xa5]));
    const outcome = await skipRecord(dir, 3, { disk });
    if (!outcome.ok) throw new Error(outcome.reason);
    expect(text(disk.bytes(outcome.file))).toContain('second of 1');
    expect(disk.paths().filter((path) => path.endsWith('.tmp'))).toEqual([]);
  });
});
