/**
 * Power cuts at any byte: what was reported durable is read back, in order, once, and nothing else. The last tests take
 * the sync out and show that the same check then fails: it proves something.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import { openSnapshots } from '../../src/log/local/snapshots.ts';
import type { InputLog } from '../../src/log/port.ts';
import type { SimulatedDiskOptions } from '../support/simulated-disk.ts';
import { SimulatedClock, SimulatedDisk } from '../support/simulated-disk.ts';
import { text } from './contract.ts';

interface Life {
  /** Sizes of the records that are appended, one after the other. */
  readonly sizes: readonly number[];
  readonly flushEvery: number;
  readonly freeEvery: number;
  readonly end: SimulatedDiskOptions & { readonly cutAfterBytes: number };
  /** Every n-th write fails with EIO, half-way or after it has reached the medium all the same. */
  readonly failing: { readonly every: number; readonly lands: boolean };
  /** Only the process dies: the cache survives, the next power cut may not find it on the medium. */
  readonly isKillOnly: boolean;
}

const anyLife: fc.Arbitrary<Life> = fc.record({
  sizes: fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 1, maxLength: 40 }),
  flushEvery: fc.integer({ min: 1, max: 6 }),
  freeEvery: fc.integer({ min: 3, max: 30 }),
  end: fc.record({
    cutAfterBytes: fc.integer({ min: 1, max: 250_000 }),
    tearFrom: fc.constantFrom('front' as const, 'back' as const),
    keepsUnsyncedNames: fc.boolean(),
  }),
  failing: fc.record({ every: fc.integer({ min: 2, max: 60 }), lands: fc.boolean() }),
  isKillOnly: fc.boolean(),
});

/**
 * No byte of the filling is that of another life. Where it were, a frame torn in one life would be made whole by the torn
 * frame of the next, and be read as what it is: a record that was given to the log, but not by the life that came last.
 */
function recordText(life: number, number: number, size: number): string {
  const filling = String.fromCharCode('A'.charCodeAt(0) + life * 10 + (number % 10));
  return `record ${number}|`.padEnd(size, filling) + filling;
}

/** Runs lives of one log after the other and fails when a promise of the log is broken. */
async function liveThrough(lives: readonly Life[], honoursSync = true): Promise<void> {
  let disk = new SimulatedDisk();
  /** What each number was appended with, by the life that appended it last. */
  const appended = new Map<number, string>();
  let durable = 0;
  let freed = 0;
  for (const [index, life] of lives.entries()) {
    disk = life.isKillOnly ? disk.processKilled(life.end) : disk.restarted({ ...life.end, honoursSync });
    disk.failingWrites = life.failing;
    const opened = await Promise.race([openSmall(disk), disk.off()]);
    if (opened === undefined) continue;
    const log: InputLog = opened;
    // The power may fail while it is being read: preparing a spare segment writes, too.
    await Promise.race([expectKept(log, appended, durable), disk.off()]);
    durable = Math.max(durable, log.durable);
    expect(log.oldest).toBeLessThanOrEqual(Math.max(freed, 1));
    log.onDurable((number) => {
      durable = number;
    });
    for (const [nth, size] of life.sizes.entries()) {
      if (disk.isOff) break;
      const value = recordText(index, log.next, size);
      appended.set(log.append(Buffer.from(value)), value);
      if (nth % life.flushEvery === 0) await Promise.race([log.flush(), disk.off()]);
      if (nth % life.freeEvery === 0 && !disk.isOff) {
        freed = Math.max(freed, durable - 10);
        await Promise.race([log.free(freed), disk.off()]);
      }
    }
    disk.powerCut();
  }
  const last = await openSmall(disk.restarted());
  await expectKept(last, appended, durable);
  await last.close();
}

function openSmall(disk: SimulatedDisk): Promise<InputLog> {
  const clock = new SimulatedClock();
  return openLocalLog({ dir: '/log', disk, clock, segmentBytes: 64 * 1024, groupBytes: 16 * 1024, reserveBytes: 0 });
}

async function expectKept(log: InputLog, appended: ReadonlyMap<number, string>, durable: number): Promise<void> {
  expect(log.durable).toBeGreaterThanOrEqual(durable);
  expect(log.next).toBe(log.durable + 1);
  let expected = log.oldest;
  for await (const { number, bytes } of log.read(log.oldest)) {
    expect(number).toBe(expected);
    expect(text(bytes)).toBe(appended.get(number));
    expected += 1;
  }
  expect(expected).toBe(log.next);
}

describe('power cuts', () => {
  it('at any byte, among failing writes, over several lives of one log, lose nothing that was reported durable', async () => {
    const lives = fc.array(anyLife, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(lives, (each) => liveThrough(each)),
      { numRuns: 400 },
    );
  });

  it('with the sync taken out the same check fails', async () => {
    const life: Life = {
      sizes: [10, 20, 30],
      flushEvery: 1,
      freeEvery: 30,
      end: { cutAfterBytes: 1e9 },
      failing: { every: 1e9, lands: false },
      isKillOnly: false,
    };
    await liveThrough([life, life]);
    await expect(liveThrough([life, life], false)).rejects.toThrow();
  });

  it('a commit that only the cache held when the process died is secured before it counts as durable', async () => {
    let disk = new SimulatedDisk({ honoursSync: false });
    const first = await openSmall(disk);
    first.append(Buffer.from('in the cache'));
    await first.flush();
    disk = disk.processKilled();
    // The name of the segment is durable (its folder was synced), its bytes are not yet.
    const second = await openSmall(disk);
    expect(second.durable).toBe(1);
    disk.powerCut();
    const third = await openSmall(disk.restarted());
    expect(third.durable).toBe(1);
    for await (const { bytes } of third.read(1)) expect(text(bytes)).toBe('in the cache');
    await third.close();
  });

  it('at any byte of a snapshot leave the newest finished one', async () => {
    const anyParts = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(anyParts, { minLength: 1, maxLength: 4 }), fc.nat(20_000), async (states, cut) => {
        const disk = new SimulatedDisk({ cutAfterBytes: cut });
        let finished = 0;
        const options = { dir: '/snapshots', clock: new SimulatedClock(), chunkBytes: 512 };
        const store = await openSnapshots({ ...options, disk });
        for (const [index, parts] of states.entries()) {
          if (disk.isOff) break;
          const write = store.write(index + 1, parts).then(() => {
            finished = index + 1;
          });
          await Promise.race([write, disk.off()]);
        }
        disk.powerCut();
        const again = await openSnapshots({ ...options, disk: disk.restarted() });
        const newest = await again.newest();
        expect(newest?.position ?? 0).toBe(finished);
        expect(newest?.damaged ?? []).toEqual([]);
        if (newest !== undefined)
          expect(newest.parts.map((part) => Uint8Array.from(part))).toEqual(states[finished - 1]);
        expect(again.freeable).toBe(Math.max(finished - 1, 0));
      }),
      { numRuns: 60 },
    );
  });
});
