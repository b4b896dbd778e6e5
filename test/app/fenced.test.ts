/** A log that another process owns now is no storage fault: this process ends, and never judges on in memory beside it. */
import { describe, expect, it } from 'vitest';
import { openRemoteLog, RemotePartition } from '../support/remote-partition.ts';
import { GAS, register, settled, startRig } from './rig.ts';

async function owner() {
  const partition = new RemotePartition();
  const rig = await startRig({ log: await openRemoteLog(partition) });
  await register(rig, GAS);
  await rig.pass(1_000);
  return { partition, rig };
}

describe('an owner that was replaced', () => {
  it('ends at its next commit, and what it judged then never left', async () => {
    const { partition, rig } = await owner();
    const records = partition.entries.length;
    const released = rig.released.length;
    await openRemoteLog(partition);
    rig.reading('GD-1', 60);
    await settled();
    expect(rig.told).toEqual(['fenced']);
    expect(rig.log.health).toEqual({ state: 'fenced', error: 'epoch 1 has been replaced by 2' });
    expect(rig.acknowledged).toEqual([]);
    expect(rig.released).toHaveLength(released);
    expect(partition.entries).toHaveLength(records);
  });

  it('does not enter unsaved mode, however long its process lives on', async () => {
    const { partition, rig } = await owner();
    await openRemoteLog(partition);
    rig.reading('GD-1', 60);
    await settled();
    for (let i = 0; i < 20; i++) {
      rig.clock.pass(250);
      rig.guard.check(rig.clock.now());
      await settled(20);
    }
    expect(rig.guard.unsaved).toBeUndefined();
    expect(rig.told).toEqual(['fenced']);
    expect(rig.acknowledged).toEqual([]);
  });

  it('that could not reach the log and judged unsaved ends when it hears of the new owner', async () => {
    const { partition, rig } = await owner();
    partition.fault = () => new Error('connection refused');
    rig.reading('GD-1', 60);
    await rig.pass(4_000);
    expect(rig.told).toEqual(['entered']);
    await openRemoteLog(partition);
    partition.fault = undefined;
    await rig.pass(2_000);
    expect(rig.told).toContain('fenced');
    expect(rig.told).not.toContain('left');
  });
});
