/** The local log keeps the contract on the simulated disk, and its own promises: groups, segments, errors, full disks. */
import { describe, expect, it } from 'vitest';
import { sealFrame } from '../../src/log/frame.ts';
import type { LocalLogOptions } from '../../src/log/local/local-log.ts';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import type { LogNotice } from '../../src/log/local/notice.ts';
import { segmentName } from '../../src/log/local/segment.ts';
import { SimulatedClock, SimulatedDisk } from '../support/simulated-disk.ts';
import type { TroubledHarness } from './contract.ts';
import { appendTexts, inputLogContract, readAll, troubleContract } from './contract.ts';

const dir = '/log';
const segmentBytes = 64 * 1024;

function small(disk: SimulatedDisk, more: Partial<LocalLogOptions> = {}): LocalLogOptions {
  return { dir, disk, clock: new SimulatedClock(), segmentBytes, reserveBytes: 0, preallocate: false, ...more };
}

function eio(): Error {
  return Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' });
}

async function makeHarness(): Promise<TroubledHarness> {
  let disk = new SimulatedDisk();
  let release = () => {};
  return {
    open: () => openLocalLog(small(disk)),
    async crash() {
      disk.powerCut();
      disk = disk.restarted();
    },
    async trouble(kind) {
      release();
      if (kind === 'none') return;
      release = disk.hold();
      if (kind === 'error') disk.fault = (operation) => (operation === 'write' ? eio() : undefined);
    },
    async dispose() {
      release();
    },
  };
}

inputLogContract('local log', makeHarness);
troubleContract('local log', makeHarness);

describe('segments', () => {
  it('syncs the folder before the first commit in a new segment', async () => {
    const disk = new SimulatedDisk();
    const log = await openLocalLog(small(disk));
    for (let round = 0; round < 40; round++) {
      appendTexts(log, `${round}`);
      await log.flush();
    }
    await log.close();
    const steps = disk.trace.map((step) => step.replace(`${dir}/`, ''));
    for (const name of [1, 2, 3].map(segmentName)) {
      const opened = steps.indexOf(`open ${name}`);
      const firstWrite = steps.indexOf(`synced-write ${name}`);
      expect(opened).toBeGreaterThanOrEqual(0);
      expect(steps.slice(opened, firstWrite)).toContain(`syncDir ${dir}`);
    }
  });

  it('fills a spare in paced chunks in the background, and no commit waits for it', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const notices: LogNotice[] = [];
    const onNotice = (notice: LogNotice) => notices.push(notice);
    const options = { segmentBytes: 1024 * 1024, preallocate: true, reserveBytes: 512 * 1024, clock, onNotice };
    const log = await openLocalLog(small(disk, options));
    appendTexts(log, 'does not wait');
    await log.flush();
    expect(disk.bytes(`${dir}/${segmentName(1)}`).length).toBe(4096);
    while (notices.length === 0) await clock.pause(0);
    expect(disk.paths()).toContain(`${dir}/reserve`);
    const spare = disk.paths().find((path) => path.includes('spare-'));
    expect(disk.bytes(spare as string).length).toBe(1024 * 1024);
    // The next segment is the spare: written through, not grown.
    appendTexts(log, 'x'.repeat(1024 * 1024 - 4096));
    await log.flush();
    expect(disk.bytes(`${dir}/${segmentName(2)}`).length).toBe(1024 * 1024);
    await log.close();
  });

  it('a recycled segment gives back none of its former records', async () => {
    const disk = new SimulatedDisk();
    const log = await openLocalLog(small(disk, { preallocate: true }));
    for (let round = 0; round < 64; round++) {
      appendTexts(log, `old ${round}`);
      await log.flush();
    }
    await log.free(60);
    const recycled = disk.paths().filter((path) => /spare-\d{10}\.seg$/.test(path));
    expect(recycled.length).toBeGreaterThan(0);
    for (let round = 0; round < 17; round++) {
      appendTexts(log, `new ${round}`);
      await log.flush();
    }
    disk.powerCut();
    const restarted = disk.restarted();
    const again = await openLocalLog(small(restarted));
    const records = await readAll(again, 60);
    expect(records.map(([number]) => number)).toEqual(Array.from({ length: 22 }, (_, index) => 60 + index));
    expect(records.slice(5).map(([, value]) => value)).toEqual(
      Array.from({ length: 17 }, (_, index) => `new ${index}`),
    );
    const stale = restarted
      .paths()
      .some((path) => /\d{10}\.log$/.test(path) && restarted.bytes(path).includes('old 5'));
    expect(stale).toBe(true);
    await again.close();
  });

  it('a record longer than a segment has one of its own', async () => {
    const disk = new SimulatedDisk();
    const log = await openLocalLog(small(disk));
    appendTexts(log, 'short');
    appendTexts(log, 'l'.repeat(3 * segmentBytes));
    appendTexts(log, 'short again');
    await log.close();
    const again = await openLocalLog(small(disk));
    expect((await readAll(again)).map(([, value]) => value.length)).toEqual([5, 3 * segmentBytes, 11]);
    await again.close();
  });

  it('closes a group at its cap and keeps one commit in flight', async () => {
    const disk = new SimulatedDisk();
    let running = 0;
    let mostRunning = 0;
    const log = await openLocalLog(small(disk, { groupBytes: 8 * 1024 }));
    disk.fault = (operation) => {
      if (operation !== 'write') return undefined;
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      return Promise.resolve().then(() => {
        running -= 1;
      });
    };
    const reported: number[] = [];
    log.onDurable((durable) => reported.push(durable));
    for (let index = 0; index < 30; index++) appendTexts(log, 'r'.repeat(1020));
    await log.flush();
    expect(reported).toEqual([8, 16, 24, 30]);
    expect(mostRunning).toBe(1);
    await log.close();
  });

  it('refuses a second opening of the same folder', async () => {
    const disk = new SimulatedDisk();
    const log = await openLocalLog(small(disk));
    await expect(openLocalLog(small(disk))).rejects.toThrow('in use');
    await log.close();
    await (await openLocalLog(small(disk))).close();
  });
});

describe('a write that fails', () => {
  it('closes the segment for good and writes the open records to a new one, once', async () => {
    const disk = new SimulatedDisk();
    const notices: LogNotice[] = [];
    const log = await openLocalLog(small(disk, { onNotice: (notice) => notices.push(notice) }));
    appendTexts(log, 'one');
    await log.flush();
    let failures = 1;
    disk.fault = (operation) => (operation === 'write' && failures-- > 0 ? eio() : undefined);
    appendTexts(log, 'two', 'three');
    await log.flush();
    appendTexts(log, 'four');
    await log.flush();
    expect(notices).toEqual([{ kind: 'segment-closed', segment: segmentName(1), error: eio().message }]);
    const writes = disk.trace.filter((step) => step.startsWith('synced-write'));
    expect(writes).toEqual([1, 2, 2].map((number) => `synced-write ${dir}/${segmentName(number)}`));
    disk.powerCut();
    const again = await openLocalLog(small(disk.restarted()));
    expect((await readAll(again)).map(([, value]) => value)).toEqual(['one', 'two', 'three', 'four']);
    await again.close();
  });

  it('a commit that failed and yet reached the disk is read once', async () => {
    const disk = new SimulatedDisk();
    const log = await openLocalLog(small(disk));
    appendTexts(log, 'one');
    await log.flush();
    const path = `${dir}/${segmentName(1)}`;
    let failures = 1;
    disk.fault = (operation) => (operation === 'write' && failures-- > 0 ? eio() : undefined);
    appendTexts(log, 'two');
    await log.flush();
    // The medium took it after all: the frame as it would have stood in the first segment.
    const repeated = Buffer.from(disk.bytes(`${dir}/${segmentName(2)}`).subarray(0, 4096));
    const zombie = sealFrame(repeated, { kind: 'records', segment: 1, first: 2, count: 1, length: 7 });
    disk.powerCut();
    const restarted = disk.restarted();
    const file = await restarted.open(path, 'update');
    await file.write(zombie, 4096);
    const again = await openLocalLog(small(restarted));
    expect(await readAll(again)).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
    expect(again.next).toBe(3);
    await again.close();
  });

  it('waits longer and longer between attempts, and leaves no files behind', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const log = await openLocalLog(small(disk, { clock }));
    appendTexts(log, 'one');
    await log.flush();
    let failures = 9;
    disk.fault = (operation) => (operation === 'write' && failures-- > 0 ? eio() : undefined);
    appendTexts(log, 'two');
    await log.flush();
    expect(clock.pauses).toEqual([0, 50, 100, 200, 400, 800, 1000, 1000, 1000]);
    expect(disk.paths().length).toBe(2);
    await log.close();
  });

  it('a write that hangs turns health to failing, and back when it returns', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const log = await openLocalLog(small(disk, { clock }));
    const release = disk.hold();
    appendTexts(log, 'slow');
    const flushed = log.flush();
    while (disk.trace.filter((step) => step.startsWith('syncDir')).length === 0) await clock.pause(0);
    await clock.pause(0);
    await clock.watchesEnd();
    await clock.watchesEnd();
    expect(log.health.state).toBe('failing');
    release();
    await flushed;
    expect(log.health.state).toBe('ok');
    await log.close();
  });

  it('a hung write that returns after unsaved mode changes nothing', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const log = await openLocalLog(small(disk, { clock }));
    appendTexts(log, 'one');
    await log.flush();
    const release = disk.hold();
    appendTexts(log, 'given up');
    for (let turns = 0; turns < 5; turns++) await clock.pause(0);
    expect(log.abandon()).toEqual({ from: 2, to: 2 });
    disk.fault = undefined;
    await log.resumeAt(5);
    appendTexts(log, 'five');
    await log.flush();
    const reported: number[] = [];
    log.onDurable((durable) => reported.push(durable));
    release();
    for (let turns = 0; turns < 5; turns++) await clock.pause(0);
    expect(reported).toEqual([]);
    expect(await readAll(log, 1)).toEqual([
      [1, 'one'],
      [5, 'five'],
    ]);
    await log.close();
    const again = await openLocalLog(small(disk));
    expect((await readAll(again, 1)).map(([number]) => number)).toEqual([1, 5]);
    expect(again.gaps).toEqual([{ from: 2, to: 4 }]);
    await again.close();
  });
});

describe('a full disk', () => {
  it('gives up its reserve, says so, and goes on; afterwards it reads, frees and takes the reserve back', async () => {
    const reserveBytes = 256 * 1024;
    const disk = new SimulatedDisk({ capacityBytes: 2 * 1024 * 1024 });
    const clock = new SimulatedClock();
    const kinds: string[] = [];
    const options = small(disk, { reserveBytes, clock, onNotice: ({ kind }) => kinds.push(kind) });
    const log = await openLocalLog(options);
    appendTexts(log, 'while there is space');
    while (!kinds.includes('reserve-restored')) await clock.pause(0);
    disk.capacityBytes = disk.usedBytes + 20 * 1024;
    const states: string[] = [];
    log.onHealth(({ state }) => states.push(state));
    for (let round = 0; round < 20; round++) {
      appendTexts(log, `${round}`);
      await log.flush();
    }
    expect(kinds).toContain('reserve-freed');
    expect(states).toEqual(['failing', 'ok']);
    expect(disk.paths()).not.toContain(`${dir}/reserve`);
    expect((await readAll(log)).length).toBe(21);

    // Full to the last byte: nothing is acknowledged, and nothing is lost once there is space.
    disk.capacityBytes = disk.usedBytes;
    appendTexts(log, 'waits for space');
    const flushed = log.flush();
    for (let turns = 0; turns < 50; turns++) await clock.pause(0);
    expect(log.durable).toBe(21);
    expect(log.health.state).toBe('failing');
    disk.capacityBytes = 2 * 1024 * 1024;
    await flushed;
    await log.free(22);
    expect((await readAll(log, 22)).map(([, value]) => value)).toEqual(['waits for space']);
    while (kinds.filter((kind) => kind === 'reserve-restored').length < 2) await clock.pause(0);
    await log.close();
  });
});
