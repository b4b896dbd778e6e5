/** Snapshots: paced, verified, the two newest good ones kept, a damaged one passed over by name. */
import { describe, expect, it } from 'vitest';
import { openSnapshots } from '../../src/log/local/snapshots.ts';
import { SimulatedClock, SimulatedDisk } from '../support/simulated-disk.ts';
import { text } from './contract.ts';

const dir = '/snapshots';

function names(disk: SimulatedDisk): string[] {
  return disk.paths().map((path) => path.slice(dir.length + 1));
}

describe('snapshots', () => {
  it('are written in small chunks with a rest after each, and come back as they were', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const store = await openSnapshots({ dir, disk, clock, chunkBytes: 1000, pauseMs: 2 });
    expect(await store.newest()).toBeUndefined();
    const parts = [Buffer.from('a'.repeat(2500)), new Uint8Array(0), Buffer.from('b')];
    await store.write(7, parts);
    expect(clock.pauses).toEqual([2, 2, 2]);
    expect(disk.trace.at(-1)).toBe(`syncDir ${dir}`);
    const newest = await store.newest();
    expect(newest?.position).toBe(7);
    expect(newest?.parts.map(text)).toEqual(['a'.repeat(2500), '', 'b']);
    expect(disk.trace.filter((step) => step.startsWith('synced-write')).length).toBe(3);
  });

  it('keep the two newest verified ones, and free the log up to the older of them', async () => {
    const disk = new SimulatedDisk();
    const store = await openSnapshots({ dir, disk, clock: new SimulatedClock() });
    expect(store.freeable).toBe(0);
    await store.write(100, [Buffer.from('100')]);
    expect(store.freeable).toBe(0);
    await store.write(200, [Buffer.from('200')]);
    expect(store.freeable).toBe(100);
    await store.write(300, [Buffer.from('300')]);
    expect(store.freeable).toBe(200);
    expect(names(disk)).toEqual(['snapshot-0000000000000200.snap', 'snapshot-0000000000000300.snap']);
    const again = await openSnapshots({ dir, disk, clock: new SimulatedClock() });
    expect(again.freeable).toBe(200);
  });

  it('a damaged newest one is passed over by name, and no longer frees the log', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const store = await openSnapshots({ dir, disk, clock });
    await store.write(100, [Buffer.from('old state')]);
    await store.write(200, [Buffer.from('new state')]);
    const damagedName = 'snapshot-0000000000000200.snap';
    for (let at = 0; at < disk.bytes(`${dir}/${damagedName}`).length; at++) {
      const disk2 = disk.restarted();
      disk2.spoil(`${dir}/${damagedName}`, at, Uint8Array.of(disk2.bytes(`${dir}/${damagedName}`)[at] ^ 0x10));
      const again = await openSnapshots({ dir, disk: disk2, clock });
      expect(again.freeable).toBe(0);
      const newest = await again.newest();
      expect(newest?.position).toBe(100);
      expect(newest?.damaged).toEqual([damagedName]);
      expect(newest?.parts.map(text)).toEqual(['old state']);
    }
  });

  it('one that does not read back as written never counts, and the older ones stay', async () => {
    const disk = new SimulatedDisk();
    const store = await openSnapshots({ dir, disk, clock: new SimulatedClock() });
    await store.write(100, [Buffer.from('good')]);
    disk.fault = (operation, path) => {
      // The medium spoils the bytes between writing and reading back.
      if (operation === 'read' && path.endsWith('200.snap.tmp')) disk.spoil(path, 30, Buffer.from('!'));
      return undefined;
    };
    await expect(store.write(200, [Buffer.from('spoiled on the way')])).rejects.toThrow('did not read back');
    disk.fault = undefined;
    expect(names(disk)).toEqual(['snapshot-0000000000000100.snap']);
    expect((await store.newest())?.position).toBe(100);
    await store.write(300, [Buffer.from('next')]);
    expect(store.freeable).toBe(100);
  });

  it('a full disk refuses one and leaves nothing half-made', async () => {
    const disk = new SimulatedDisk();
    const store = await openSnapshots({ dir, disk, clock: new SimulatedClock(), chunkBytes: 100 });
    await store.write(100, [Buffer.from('good')]);
    disk.capacityBytes = disk.usedBytes + 150;
    await expect(store.write(200, [Buffer.alloc(1000)])).rejects.toThrow('ENOSPC');
    expect(names(disk)).toEqual(['snapshot-0000000000000100.snap']);
  });

  it('a newest one that the disk does not give is passed over as a damaged one is', async () => {
    const disk = new SimulatedDisk();
    const clock = new SimulatedClock();
    const store = await openSnapshots({ dir, disk, clock });
    await store.write(100, [Buffer.from('old')]);
    await store.write(200, [Buffer.from('new')]);
    const after = disk.restarted();
    const bad = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    after.fault = (operation, path) => (operation === 'read' && path.includes('200.snap') ? bad : undefined);
    const again = await openSnapshots({ dir, disk: after, clock });
    expect(await again.newest()).toMatchObject({ position: 100, damaged: ['snapshot-0000000000000200.snap'] });
    expect(again.freeable).toBe(0);
  });

  it('hold as many parts as the state of a nation has', async () => {
    const store = await openSnapshots({ dir, disk: new SimulatedDisk(), clock: new SimulatedClock() });
    const parts = Array.from({ length: 6_000 }, (_, i) => Buffer.from(`part ${i}`));
    await store.write(1, parts);
    expect((await store.newest())?.parts.map(text)).toEqual(parts.map(text));
  });

  it('one at a time', async () => {
    const store = await openSnapshots({ dir, disk: new SimulatedDisk(), clock: new SimulatedClock() });
    const first = store.write(1, [Buffer.from('a')]);
    await expect(store.write(2, [Buffer.from('b')])).rejects.toThrow('one snapshot');
    await first;
  });
});
