/** The same contract over a simulated partition of a distributed log, and its fence: one owner at a time. */
import { describe, expect, it } from 'vitest';
import { FencedError } from '../../src/log/port.ts';
import { openRemoteLog, RemotePartition } from '../support/remote-partition.ts';
import type { TroubledHarness } from './contract.ts';
import { appendTexts, inputLogContract, readAll, troubleContract } from './contract.ts';

async function makeHarness(): Promise<TroubledHarness> {
  const partition = new RemotePartition();
  let release = () => {};
  return {
    open: () => openRemoteLog(partition),
    // The partition outlives its owner; what the owner had in hand is gone.
    async crash() {},
    async trouble(kind) {
      release();
      const hung = new Promise<void>((resolve) => {
        release = resolve;
      });
      partition.fault = () => {
        if (kind === 'none') return undefined;
        return kind === 'error' ? new Error('broker not available') : hung;
      };
    },
    async dispose() {
      release();
    },
  };
}

inputLogContract('remote partition', makeHarness);
troubleContract('remote partition', makeHarness);

describe('the fence of a partition', () => {
  it('a second owner replays the tail, and every append of the first one fails from then on', async () => {
    const partition = new RemotePartition();
    const first = await openRemoteLog(partition);
    appendTexts(first, 'one', 'two');
    await first.flush();

    const second = await openRemoteLog(partition);
    expect(second.next).toBe(3);
    expect(await readAll(second)).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);

    const reported: number[] = [];
    first.onDurable((durable) => reported.push(durable));
    appendTexts(first, 'too late');
    await expect(first.flush()).rejects.toBeInstanceOf(FencedError);
    expect(first.health.state).toBe('fenced');
    expect(() => first.append(Buffer.from('still too late'))).toThrow(FencedError);
    expect(reported).toEqual([]);

    appendTexts(second, 'three');
    await second.flush();
    expect(await readAll(second, 3)).toEqual([[3, 'three']]);
  });

  it('a commit on its way while the owner changes is either replayed or refused, never both', async () => {
    const partition = new RemotePartition();
    const first = await openRemoteLog(partition);
    appendTexts(first, 'on its way');
    const flushed = first.flush().then(
      () => 'durable',
      (error: Error) => error.name,
    );
    const second = await openRemoteLog(partition);
    const outcome = await flushed;
    expect((await readAll(second)).length).toBe(outcome === 'durable' ? 1 : 0);
  });
});
