/** A storage fault never hides an alarm (ADR 0001): into unsaved mode, through it, out of it, and a crash in the middle. */
import { describe, expect, it } from 'vitest';
import { LiveProjection } from '../../src/app/followers/live-view.ts';
import { openAlerts } from '../../src/engine/describe.ts';
import { registryOf } from '../support/build/registry.ts';
import { SimulatedDisk } from '../support/simulated-disk.ts';
import type { Rig } from './rig.ts';
import { batchOf, bytesOf, eio, GAS, register, restoredFrom, settled, startRig, VirtualClock } from './rig.ts';

/** The fault of a story: from `hurt` on until `heal`. */
function patient(kind: 'error' | 'hang') {
  const disk = new SimulatedDisk();
  let release = (): void => undefined;
  return {
    disk,
    hurt() {
      release = disk.hold();
      if (kind === 'error') disk.fault = (operation) => (operation === 'write' ? eio() : undefined);
    },
    async heal() {
      release();
      await settled();
    },
  };
}

const storageAlarm = (rig: Rig) => openAlerts(rig.state).find(({ hazard }) => hazard === 'storage');
const transitionsOf = (rig: Rig) => rig.released.flatMap(({ transitions }) => transitions);

/** State after a crash now: what a restart makes of the disk. */
async function restarted(rig: Rig, floor = 0): Promise<Rig> {
  rig.disk.powerCut();
  const clock = new VirtualClock(rig.clock.now() + 2_000);
  return startRig({ disk: rig.disk.restarted(), clock, floor });
}

describe.each(['error', 'hang'] as const)('a log that cannot be written (%s)', (kind) => {
  async function unsaved(): Promise<{ rig: Rig; heal(): Promise<void> }> {
    const { disk, hurt, heal } = patient(kind);
    const rig = await startRig({ disk });
    await register(rig);
    await rig.pass(1_000);
    hurt();
    rig.reading('GD-1', 30);
    await rig.pass(1_750);
    expect(rig.guard.unsaved).toBeUndefined();
    expect(rig.acknowledged).toEqual([]);
    await rig.pass(1_000);
    return { rig, heal };
  }

  it('is left aside after two seconds: what was judged is acknowledged, shown and marked', async () => {
    const { rig } = await unsaved();
    expect(rig.guard.unsaved?.fromNumber).toBe(rig.log.durable + 1);
    expect(rig.acknowledged).toHaveLength(1);
    const [raised, storage] = transitionsOf(rig).map(({ alert }) => alert);
    expect(raised).toMatchObject({ hazard: 'flammable-gas', grade: 'yellow', unsaved: true });
    expect(storage).toMatchObject({ hazard: 'storage', kind: 'device', division: '', unsaved: true });
    expect(rig.told).toEqual(['entered']);
    // Everything that waited for the log, and nothing that did not leave.
    expect(rig.pipeline.unsavedCount).toBe(rig.state.n - rig.log.durable);
  });

  it('goes on judging at once: a worse reading worsens the alert and is acknowledged without waiting', async () => {
    const { rig } = await unsaved();
    rig.clock.pass(100);
    rig.reading('GD-1', 60);
    expect(rig.acknowledged).toHaveLength(2);
    const worst = transitionsOf(rig).at(-1)?.alert;
    expect(worst).toMatchObject({ hazard: 'flammable-gas', grade: 'orange', unsaved: true });
    expect(rig.pipeline.unsavedCount).toBeGreaterThan(0);
  });

  it('takes acknowledgements, refuses every other command and every change of configuration by name', async () => {
    const { rig } = await unsaved();
    const { alert } = transitionsOf(rig)[0];
    rig.command('comment', alert.id, alert.seq);
    rig.command('verify', alert.id, alert.seq);
    rig.command('close', alert.id, alert.seq);
    rig.command('acknowledge', alert.id, alert.seq);
    rig.pipeline.configuration('import', 'test', registryOf(GAS));
    const codes = rig.released.flatMap(({ outcomes }) => outcomes.map(({ code }) => code));
    expect(codes).toEqual(['unsaved-mode', 'unsaved-mode', 'unsaved-mode', 'applied']);
    const [answer] = rig.released.flatMap(({ configurations }) => configurations).slice(-1);
    expect(answer.applied).toBe(false);
    expect(answer.errors[0]).toMatch(/^unsaved-mode: /);
  });

  it('is left behind with a full snapshot and a named gap; nothing judged meanwhile is lost, numbers go on', async () => {
    const { rig, heal } = await unsaved();
    const from = rig.log.durable + 1;
    rig.reading('GD-1', 60);
    await heal();
    await rig.pass(1_500);
    expect(rig.guard.unsaved).toBeUndefined();
    expect(rig.told).toEqual(['entered', 'left']);
    expect(storageAlarm(rig)?.active ?? false).toBe(false);
    const [gap] = rig.log.gaps;
    expect(gap.from).toBe(from);
    rig.reading('GD-2', 60);
    await rig.log.flush();
    expect(rig.released.map(({ n }) => n)).toEqual(rig.released.map((_, i) => i + 1));
    const seqs = transitionsOf(rig).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    rig.disk.powerCut();
    const after = await restoredFrom(rig.disk.restarted());
    expect(after.snapshotAt).toBe(gap.to);
    expect(bytesOf(after.state)).toBe(bytesOf(rig.state));
  });

  it('does not lose what comes while the snapshot is written, and replays it as it was judged: unsaved', async () => {
    const { rig, heal } = await unsaved();
    await heal();
    // The snapshot is under way and its writes wait.
    const go = rig.disk.hold('snapshot');
    await rig.pass(1_250);
    const copiedAt = rig.state.n;
    rig.reading('GD-2', 60);
    const { alert } = transitionsOf(rig)[0];
    rig.command('comment', alert.id, alert.seq);
    await rig.pass(1_000);
    expect(rig.guard.unsaved).toBeDefined();
    expect(rig.state.n).toBeGreaterThan(copiedAt + 2);
    go();
    await settled();
    expect(rig.guard.unsaved).toBeUndefined();
    await rig.log.flush();
    rig.disk.powerCut();
    const after = await restoredFrom(rig.disk.restarted());
    expect(after.snapshotAt).toBeLessThanOrEqual(copiedAt);
    expect(bytesOf(after.state)).toBe(bytesOf(rig.state));
  });

  it('and then dies: whatever was seen meanwhile, no number is given twice', async () => {
    const { rig } = await unsaved();
    rig.reading('GD-2', 60);
    const seen = rig.state.n;
    const durable = rig.log.durable;
    const after = await restarted(rig, seen);
    expect(after.restored.state.n).toBe(after.state.n);
    expect(after.log.gaps).toEqual([{ from: durable + 1, to: seen }]);
    expect(storageAlarm(after)).toBeUndefined();
    after.reading('GD-1', 60);
    await after.log.flush();
    const [raised] = transitionsOf(after).map(({ alert }) => alert);
    expect(raised).toMatchObject({ id: `a0.${(seen + 2).toString(36)}-0`, unsaved: false });
    // And once more: the gap has its snapshot.
    const again = await restarted(after);
    expect(again.restored.snapshotAt).toBe(seen);
    expect(again.log.next).toBe(again.state.n + 1);
  });

  it('and dies between the snapshot and the log that goes on behind it: the snapshot counts', async () => {
    const { rig, heal } = await unsaved();
    await heal();
    rig.disk.fault = (operation, path) => (operation !== 'read' && path.startsWith('/log') ? eio() : undefined);
    await rig.pass(1_250);
    expect(rig.guard.unsaved?.error).toMatch('EIO');
    rig.disk.fault = undefined;
    const after = await restarted(rig);
    expect(after.restored.snapshotAt).toBeGreaterThan(0);
    const active = openAlerts(after.state).filter((alert) => alert.active);
    expect(active.map(({ hazard }) => hazard)).toEqual(['flammable-gas']);
    after.reading('GD-1', 60);
    await after.log.flush();
    expect(after.acknowledged).toHaveLength(1);
  });
});

describe('unsaved mode', () => {
  it('does not begin because the loop itself stood still', async () => {
    const rig = await startRig();
    await register(rig);
    rig.reading('GD-1', 1);
    rig.clock.pass(30_000);
    rig.pipeline.tick();
    rig.guard.check(rig.clock.now());
    await settled();
    expect(rig.told).toEqual([]);
    expect(rig.acknowledged).toHaveLength(1);
  });

  it('goes on through a stall of the process', async () => {
    const { disk, hurt } = patient('error');
    const rig = await startRig({ disk });
    await register(rig);
    hurt();
    await rig.pass(4_000);
    rig.clock.pass(20_000);
    rig.reading('GD-1', 30);
    expect(rig.state.unsaved).toBe(true);
    expect(storageAlarm(rig)?.active).toBe(true);
    expect(transitionsOf(rig).at(-1)?.alert).toMatchObject({ hazard: 'flammable-gas', unsaved: true });
  });

  it('whose snapshot hangs keeps a bounded rest for the log and tries again', async () => {
    const { disk, hurt, heal } = patient('error');
    const rig = await startRig({ disk });
    await register(rig);
    hurt();
    await rig.pass(4_000);
    await heal();
    const go = rig.disk.hold('snapshot');
    await rig.pass(1_250);
    // 6 000 messages of 500 readings: more than 64 MiB of records.
    for (let i = 0; i < 6_000; i++) rig.pipeline.readings(wideBatch(rig, 500), () => undefined);
    go();
    await settled();
    expect(rig.guard.unsaved?.error).toMatch('more came in');
    await rig.pass(1_250);
    expect(rig.guard.unsaved).toBeUndefined();
    rig.disk.powerCut();
    expect(bytesOf((await restoredFrom(rig.disk.restarted())).state)).toBe(bytesOf(rig.state));
  });

  it('waits behind a full disk with a reserve: the log goes on in it and nothing is unsaved', async () => {
    const disk = new SimulatedDisk();
    const rig = await startRig({ disk, reserveBytes: 512 * 1024, segmentBytes: 64 * 1024 });
    await register(rig);
    await settled(300);
    disk.capacityBytes = disk.usedBytes + 8_192;
    for (let i = 0; i < 40; i++) {
      for (let k = 0; k < 20; k++) rig.reading('GD-1', k);
      await rig.pass(250);
    }
    expect(disk.paths()).not.toContain('/log/reserve');
    expect(rig.told).toEqual([]);
    expect(rig.acknowledged).toHaveLength(800);
    // Without any room left it is unsaved, and saved again when somebody makes room.
    disk.capacityBytes = disk.usedBytes;
    for (let i = 0; i < 60 && rig.guard.unsaved === undefined; i++) {
      for (let k = 0; k < 20; k++) rig.reading('GD-1', k);
      await rig.pass(1_000);
    }
    expect(rig.guard.unsaved?.error).toMatch('ENOSPC');
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    await rig.pass(2_500);
    expect(rig.told).toEqual(['entered', 'left']);
    rig.disk.powerCut();
    expect(bytesOf((await restoredFrom(rig.disk.restarted())).state)).toBe(bytesOf(rig.state));
  });

  it('shows every screen what the engine has, in the order it was judged', async () => {
    const { disk, hurt } = patient('hang');
    const rig = await startRig({ disk });
    await register(rig);
    const live = new LiveProjection([], 0);
    rig.followers.push(live);
    hurt();
    // A device that sends its next reading the moment its last one is acknowledged.
    rig.pipeline.readings(batchOf(rig.state, rig.clock.now(), 'GD-1', 30), () => rig.reading('GD-1', 60));
    await rig.pass(2_500);
    const alert = live.openAlerts().find(({ hazard }) => hazard === 'flammable-gas');
    expect(alert).toMatchObject({ grade: 'orange', unsaved: true });
    const seqs = live.transitionsAfter(0)?.map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2, 3]);
    expect(rig.released.map(({ n }) => n)).toEqual(rig.released.map((_, i) => i + 1));
    expect(live.seq).toBe(rig.state.seq);
  });
});

function wideBatch(rig: Rig, readings: number) {
  const batch = batchOf(rig.state, rig.clock.now(), 'GD-1', 1);
  for (const column of [batch.point, batch.value, batch.quality, batch.seq, batch.flags, batch.verdict, batch.judgedAt])
    for (let i = 1; i < readings; i++) column.push(column[0]);
  for (let i = 1; i < readings; i++) batch.sampledAt.push(batch.sampledAt[0]);
  batch.count = readings;
  return batch;
}

describe('a disk that hangs under a loop that is slow', () => {
  /** One reading was handed to the log, which does not come back. */
  async function handedOver() {
    const { disk, hurt } = patient('hang');
    const rig = await startRig({ disk });
    await register(rig);
    await rig.pass(1_000);
    hurt();
    rig.reading('GD-1', 30);
    return rig;
  }

  it('is not one that was given an input late: folding it took two seconds, and the disk has had a quarter of one', async () => {
    const rig = await handedOver();
    // As old as this it was when the log got it.
    rig.clock.pass(2_100);
    rig.guard.check(rig.clock.now());
    rig.clock.pass(250);
    rig.guard.check(rig.clock.now());
    expect(rig.pipeline.oldestPendingMs()).toBeGreaterThan(2_000);
    expect(rig.guard.unsaved).toBeUndefined();
    for (let round = 0; round < 4; round++) {
      rig.clock.pass(250);
      rig.guard.check(rig.clock.now());
    }
    expect(rig.guard.unsaved).toBeDefined();
  });

  it('is found out although every look comes late; one late look alone proves nothing', async () => {
    const rig = await handedOver();
    rig.clock.pass(5_000);
    rig.guard.check(rig.clock.now());
    expect(rig.guard.unsaved).toBeUndefined();
    for (let round = 0; round < 4; round++) {
      rig.clock.pass(1_100);
      rig.guard.check(rig.clock.now());
    }
    expect(rig.guard.unsaved).toBeDefined();
    expect(rig.acknowledged).toHaveLength(1);
  });
});
