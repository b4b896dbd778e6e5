/** Restart is snapshot + the rest of the log: the same state, bit by bit, or a stop that says what is wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCrashFile } from '../../src/app/sequencer/crash-file.ts';
import { CrashLedger } from '../../src/app/sequencer/crash-ledger.ts';
import type { RestoreHooks } from '../../src/app/sequencer/restore.ts';
import { ReplayDivergenceError } from '../../src/app/sequencer/restore.ts';
import { Snapshotter } from '../../src/app/sequencer/snapshotter.ts';
import { newOut } from '../../src/engine/effect.ts';
import type { Input } from '../../src/engine/input.ts';
import { newState } from '../../src/engine/state.ts';
import { step } from '../../src/engine/step.ts';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import { segmentName } from '../../src/log/local/segment.ts';
import { skipRecord } from '../../src/log/local/skip.ts';
import { openSnapshots } from '../../src/log/local/snapshots.ts';
import { RecordEncoder } from '../../src/log/record.ts';
import type { Command } from '../../src/model/command.ts';
import { VERDICT } from '../../src/model/reading.ts';
import { commandOf } from '../support/build/command.ts';
import { histories } from '../support/build/random-day.ts';
import { plants } from '../support/build/random-plant.ts';
import { registryOf } from '../support/build/registry.ts';
import { deskOf } from '../support/play.ts';
import { SimulatedClock, SimulatedDisk } from '../support/simulated-disk.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { batchOf, bytesOf, GAS, register, restoredFrom, SILENT, startRig, VirtualClock } from './rig.ts';

/** Folds and logs the inputs as the pipeline does, one commit each, with snapshots after the named ones. */
async function lived(inputs: readonly Input[], snapshotsAfter: ReadonlySet<number>) {
  const disk = new SimulatedDisk();
  const clock = new SimulatedClock();
  const log = await openLocalLog({
    dir: '/log',
    disk,
    clock,
    segmentBytes: 64 * 1024,
    reserveBytes: 0,
    preallocate: false,
  });
  const snapshotter = new Snapshotter(await openSnapshots({ dir: '/snapshots', disk, clock }));
  const state = newState();
  const encoder = new RecordEncoder();
  for (const [i, original] of inputs.entries()) {
    const input = structuredClone(original);
    step(state, state.n + 1, input, newOut());
    log.append(encoder.encode(input));
    if (snapshotsAfter.has(i)) await snapshotter.take(state, () => log.flush());
  }
  await log.flush();
  return { disk, state, log };
}

const snapshotPaths = (disk: SimulatedDisk) => disk.paths().filter((path) => path.startsWith('/snapshots/'));

describe('a restart', () => {
  it('gives the state bit by bit, whatever happened and whenever snapshots were taken', () =>
    fc.assert(
      fc.asyncProperty(
        plants(),
        histories(30),
        fc.array(fc.nat(200), { maxLength: 4 }),
        async (plant, acts, places) => {
          const { inputs } = deskOf(plant, acts);
          const { disk, state } = await lived(inputs, new Set(places.map((place) => place % inputs.length)));
          disk.powerCut();
          const restored = await restoredFrom(disk.restarted());
          expect(bytesOf(restored.state)).toBe(bytesOf(state));
          expect(restored.snapshotAt + restored.replayed).toBe(inputs.length);
        },
      ),
      { numRuns: 60 },
    ));

  it('falls back to the snapshot before a damaged one', () =>
    fc.assert(
      fc.asyncProperty(plants(), histories(20), fc.nat(1_000_000), async (plant, acts, where) => {
        const { inputs } = deskOf(plant, acts);
        const { disk, state } = await lived(inputs, new Set([0, inputs.length - 1]));
        const newest = snapshotPaths(disk).at(-1) ?? '';
        const bytes = disk.bytes(newest);
        const at = where % bytes.length;
        disk.spoil(newest, at, Uint8Array.of(bytes[at] ^ 0x40));
        disk.powerCut();
        const restored = await restoredFrom(disk.restarted());
        expect(restored.damagedSnapshots).toHaveLength(inputs.length > 1 ? 1 : restored.damagedSnapshots.length);
        expect(bytesOf(restored.state)).toBe(bytesOf(state));
      }),
      { numRuns: 20 },
    ));

  it('stops where a verdict comes out otherwise, and names the reading; again and again', async () => {
    const rig = await startRig();
    await register(rig);
    const input = {
      kind: 'readings' as const,
      at: rig.clock.now(),
      batch: batchOf(rig.state, rig.clock.now(), 'GD-1', 3),
    };
    const encoder = new RecordEncoder();
    input.batch.verdict[0] = VERDICT.DUPLICATE;
    rig.log.append(encoder.encode(input));
    await rig.log.flush();
    rig.disk.powerCut();
    const disk = rig.disk.restarted();
    const crashFile = openCrashFile(temporaryDirectory());
    for (let start = 0; start < 4; start++) {
      const crashes = new CrashLedger(crashFile, SILENT, ended);
      const attempt = restoredFrom(disk, hooksOf(crashes));
      await expect(attempt).rejects.toThrow(ReplayDivergenceError);
      await expect(attempt).rejects.toThrow('record 2, reading 1');
    }
  });

  it('passes over what an operator set aside, and charges damage to nobody', async () => {
    const rig = await startRig();
    await register(rig);
    for (let i = 0; i < 5; i++) {
      rig.reading('GD-1', i);
      rig.clock.pass(100);
      await rig.log.flush();
    }
    await rig.log.close();
    const { disk } = rig;
    disk.spoil(`/log/${segmentName(1)}`, 3 * 4096 + 40, Buffer.from([0xa5]));
    const crashFile = openCrashFile(temporaryDirectory());
    for (let start = 0; start < 3; start++) {
      const crashes = new CrashLedger(crashFile, SILENT, ended);
      await expect(restoredFrom(disk, hooksOf(crashes))).rejects.toThrow('fenghuo log skip 4');
    }
    expect(crashFile.marks()).toEqual([]);
    expect(await skipRecord('/log', 4, { disk })).toMatchObject({ ok: true, from: 4, to: 4 });
    const restored = await restoredFrom(disk);
    expect(restored.state.n).toBe(6);
    const again = await startRig({ disk, clock: new VirtualClock(rig.clock.now() + 1_000) });
    again.reading('GD-1', 60);
    await again.log.flush();
    expect(again.acknowledged).toHaveLength(1);
  });

  it('passes over a record set aside at the very end', async () => {
    const rig = await startRig();
    await register(rig);
    rig.reading('GD-1', 1);
    await rig.log.flush();
    rig.reading('GD-1', 2);
    await rig.log.flush();
    rig.reading('GD-1', 3);
    await rig.log.flush();
    await rig.log.close();
    rig.disk.spoil(`/log/${segmentName(1)}`, 2 * 4096 + 40, Buffer.from([0xa5]));
    expect(await skipRecord('/log', 3, { disk: rig.disk })).toMatchObject({ ok: true });
    expect((await restoredFrom(rig.disk)).state.n).toBe(4);
  });

  it('stops when what unsaved mode left out has lost its snapshot', async () => {
    const rig = await startRig();
    await register(rig);
    rig.log.abandon();
    await rig.log.resumeAt(10);
    await rig.log.close();
    await expect(restoredFrom(rig.disk)).rejects.toThrow('records 2 to 9 were judged in unsaved mode');
  });
});

function ended(): never {
  throw new Error('process ended');
}

function hooksOf(crashes: CrashLedger): Partial<RestoreHooks> {
  return {
    setAside: (number, record) => crashes.isRecordSetAside(number, record),
    crashed: (number, error) => crashes.crashedAt(number, error),
  };
}

/** A command of a kind that nobody knows: the book fails at it. */
function poison(alertId: string, seenSeq: number): Command {
  const command = commandOf('close', { commandId: 'poison', alertId, seenSeq });
  return { ...command, body: { kind: 'explode' as 'close', cause: '', note: '' } };
}

describe('an input that ends the process', () => {
  it('twice is set aside at the third start with its bytes, and the service runs on', async () => {
    const dataDir = temporaryDirectory();
    let disk = new SimulatedDisk();
    const clock = new VirtualClock();
    const setUp = await startRig({ disk, clock });
    await register(setUp);
    setUp.reading('GD-1', 30);
    await setUp.log.flush();
    const [{ alert }] = setUp.released.flatMap(({ transitions }) => transitions);
    for (let crash = 1; crash <= 2; crash++) {
      disk.powerCut();
      disk = disk.restarted();
      const crashFile = openCrashFile(dataDir);
      const rig = await startRig({ disk, clock, crashes: new CrashLedger(crashFile, SILENT, ended) });
      rig.clock.pass(5_000);
      expect(() => rig.pipeline.command(poison(alert.id, alert.seq))).toThrow('process ended');
      expect(crashFile.marks()).toMatchObject([{ count: crash }]);
    }
    disk.powerCut();
    disk = disk.restarted();
    const crashFile = openCrashFile(dataDir);
    const crashes = new CrashLedger(crashFile, SILENT, ended);
    const rig = await startRig({ disk, clock, crashes });
    for (let i = 0; i < 3; i++) rig.pipeline.command(poison(alert.id, alert.seq));
    expect(crashes.setAsideCount).toBe(1);
    expect(Buffer.from(crashFile.aside(crashFile.asides()[0]).bytes).toString('utf8')).toContain('"explode"');
    rig.reading('GD-1', 60);
    await rig.log.flush();
    expect(rig.acknowledged).toHaveLength(1);
    expect(rig.state.n).toBe(rig.log.durable);
  });

  it('at replay is charged to its number, whatever follows it', async () => {
    const rig = await startRig();
    await register(rig);
    rig.reading('GD-1', 30);
    await rig.log.flush();
    const [{ alert }] = rig.released.flatMap(({ transitions }) => transitions);
    const encoder = new RecordEncoder();
    const at = rig.clock.now();
    rig.log.append(encoder.encode({ kind: 'command', at, command: poison(alert.id, alert.seq) }));
    rig.log.append(encoder.encode({ kind: 'configuration', at, commandId: 'c', actor: 'a', change: registryOf(GAS) }));
    await rig.log.flush();
    await rig.log.close();
    const dataDir = temporaryDirectory();
    for (let crash = 1; crash <= 2; crash++) {
      const crashFile = openCrashFile(dataDir);
      await expect(restoredFrom(rig.disk, hooksOf(new CrashLedger(crashFile, SILENT, ended)))).rejects.toThrow();
      expect(crashFile.marks()).toMatchObject([{ number: 3, count: crash }]);
    }
    const crashFile = openCrashFile(dataDir);
    const crashes = new CrashLedger(crashFile, SILENT, ended);
    const { state } = await restoredFrom(rig.disk, hooksOf(crashes));
    expect(state.n).toBe(4);
    expect(crashes.setAsideCount).toBe(1);
  });

  it('is known by what it says, not by when it came; another one is not it', async () => {
    const crashFile = openCrashFile(temporaryDirectory());
    const rig = await startRig();
    await register(rig);
    const crashes = new CrashLedger(crashFile, SILENT, ended);
    const batch = batchOf(rig.state, rig.clock.now(), 'GD-1', 7);
    const sent = (over: object, at = 0): Input => ({
      kind: 'readings',
      at,
      batch: { ...structuredClone(batch), ...over },
    });
    for (let crash = 0; crash < 2; crash++) expect(() => crashes.die(new Error('bug'), 9, sent({}))).toThrow();
    const again = new CrashLedger(crashFile, SILENT, ended);
    const bytes = () => new Uint8Array([1]);
    expect(again.isSetAside(sent({ receivedAt: 99, verdict: [2], judgedAt: [5] }, 42), bytes)).toBe(true);
    expect(again.isSetAside(sent({ value: [8] }), bytes)).toBe(false);
    expect(again.isSetAside(sent({ sampledAt: [1] }), bytes)).toBe(false);
  });
});
