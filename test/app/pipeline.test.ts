/** The one loop on a virtual clock and a simulated disk: time, order, numbers, and who waits for what. */
import { describe, expect, it } from 'vitest';
import { Pipeline } from '../../src/app/sequencer/pipeline.ts';
import type { Input } from '../../src/engine/input.ts';
import { decodeRecord } from '../../src/log/record.ts';
import { point } from '../support/build/point.ts';
import { SimulatedDisk } from '../support/simulated-disk.ts';
import { batchOf, NO_CRASHES, register, settled, startRig, VirtualClock } from './rig.ts';

async function inputsOf(rig: Awaited<ReturnType<typeof startRig>>): Promise<{ number: number; input: Input }[]> {
  await rig.log.flush();
  const inputs = [];
  for await (const { number, bytes } of rig.log.read(1)) inputs.push({ number, input: decodeRecord(bytes) });
  return inputs;
}

describe('engine time', () => {
  it('ticks once a second, before the first input at or after that second, whatever came late', async () => {
    const rig = await startRig();
    await register(rig);
    rig.clock.pass(300);
    rig.reading('GD-1', 1);
    rig.clock.pass(2_950);
    rig.reading('GD-1', 2);
    rig.clock.pass(750);
    rig.pipeline.tick();
    const start = rig.clock.now() - 4_000;
    const story = (await inputsOf(rig)).slice(1).map(({ input }) => `${input.kind} ${input.at - start}`);
    expect(story).toEqual(['readings 300', 'tick 1000', 'tick 2000', 'tick 3000', 'readings 3250', 'tick 4000']);
  });

  it('never goes back, not even when the clock does', async () => {
    const rig = await startRig();
    await register(rig);
    rig.clock.pass(5_000);
    rig.reading('GD-1', 1);
    rig.clock.pass(-3_000);
    rig.reading('GD-1', 2);
    rig.pipeline.tick();
    rig.pipeline.wallClock(-3_000);
    const times = (await inputsOf(rig)).map(({ input }) => input.at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('does not tick through the time in which the service was down', async () => {
    const first = await startRig();
    await register(first);
    first.disk.powerCut();
    const clock = new VirtualClock(first.clock.now() + 3_600_500);
    const second = await startRig({ disk: first.disk.restarted(), clock });
    clock.pass(600);
    second.pipeline.tick();
    const kinds = (await inputsOf(second)).slice(1).map(({ input }) => input.kind);
    expect(kinds).toEqual(['resumed', 'tick']);
  });
});

describe('effects', () => {
  it('leave when their input is durable, not before, in order, each message done exactly once', async () => {
    const disk = new SimulatedDisk();
    const rig = await startRig({ disk });
    await register(rig);
    const goOn = disk.hold();
    const sent = [rig.reading('GD-1', 30), rig.reading('GD-2', 60), rig.reading('GD-1', 10)];
    await settled();
    const before = rig.released.length;
    expect(rig.acknowledged).toEqual([]);
    // Judged already: evaluation runs while the commit is in flight.
    expect(rig.state.book.encode().alerts).toHaveLength(1);
    goOn();
    await rig.log.flush();
    expect(rig.acknowledged).toEqual(sent);
    const left = rig.released.slice(before);
    expect(left.map(({ n }) => n)).toEqual([2, 3, 4]);
    const seqs = left.flatMap(({ transitions }) => transitions.map(({ seq }) => seq));
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  });

  it('of what a follower folds in turn leave behind the rest', async () => {
    const rig = await startRig();
    await register(rig);
    const order: number[] = [];
    rig.followers.push({ follow: ({ n }) => order.push(n) });
    // A device that sends its next reading as soon as the last one is acknowledged.
    rig.pipeline.readings(batchOf(rig.state, rig.clock.now(), 'GD-1', 30), () => {
      rig.pipeline.readings(batchOf(rig.state, rig.clock.now(), 'GD-1', 31), () => undefined);
    });
    rig.reading('GD-2', 60);
    await settled();
    expect(order).toEqual([2, 3, 4]);
  });

  it('carry the numbers of the log', async () => {
    const rig = await startRig();
    await register(rig);
    for (let i = 0; i < 50; i++) {
      rig.clock.pass(400);
      rig.reading('GD-1', i);
    }
    const inputs = await inputsOf(rig);
    expect(inputs.map(({ number }) => number)).toEqual(inputs.map((_, i) => i + 1));
    expect(rig.released.map(({ n }) => n)).toEqual(inputs.map(({ number }) => number));
    expect(rig.state.n).toBe(rig.log.durable);
  });

  it('of a log that numbers otherwise are a bug that is named', async () => {
    const rig = await startRig();
    rig.state.n = 7;
    const pipeline = new Pipeline(rig.state, rig.log, rig.clock, NO_CRASHES);
    expect(() => pipeline.wallClock(0)).toThrow('they must be the same');
  });
});

describe('a command', () => {
  it('is judged at once and is durable with the readings that came before it, never behind later ones', async () => {
    const disk = new SimulatedDisk();
    const rig = await startRig({ disk });
    await register(rig);
    rig.reading('GD-1', 30);
    await rig.log.flush();
    const [{ alert }] = rig.released.flatMap(({ transitions }) => transitions);
    const goOn = disk.hold();
    rig.reading('GD-2', 1);
    await settled();
    for (let i = 0; i < 500; i++) rig.reading('GD-2', i % 20);
    rig.command('acknowledge', alert.id, alert.seq, 'mine');
    const place = rig.state.n;
    for (let i = 0; i < 500; i++) rig.reading('GD-2', i % 20);
    goOn();
    await rig.log.flush();
    const answer = rig.released.find(({ outcomes }) => outcomes.length > 0);
    expect(answer).toMatchObject({ n: place, outcomes: [{ commandId: 'mine', code: 'applied' }] });
  });
});

describe('the link to an external broker', () => {
  it('is an input of the log where it changes, however often it is said', async () => {
    const rig = await startRig();
    await register(rig);
    for (const up of [true, false, false, true, true]) rig.pipeline.link(up);
    const told = (await inputsOf(rig)).map(({ input }) => input).filter((input) => input.kind === 'link');
    expect(told.map(({ up }) => up)).toEqual([false, true]);
  });
});

describe('a disk that hangs', () => {
  it('is no evidence against sensors, who wait for their answers: none of them is stale for it', async () => {
    const disk = new SimulatedDisk();
    const rig = await startRig({ disk });
    await register(rig, { points: [point('GD-1', { intervalMs: 1_000 })] });
    rig.reading('GD-1', 1);
    await rig.log.flush();
    rig.clock.pass(1_000);
    const goOn = disk.hold();
    rig.reading('GD-1', 2);
    for (let ms = 0; ms < 1_900; ms += 100) {
      rig.clock.pass(100);
      rig.pipeline.tick();
    }
    goOn();
    await rig.log.flush();
    await rig.pass(1_300);
    expect(rig.state.points.col.silent[0]).toBe(0);
    // But a sensor that then says nothing is silent.
    await rig.pass(3_000);
    expect(rig.state.points.col.silent[0]).toBe(1);
  });
});

describe('the age of what is not durable', () => {
  it('counts from when it was folded: a tick made up for after a stall is not old', async () => {
    const disk = new SimulatedDisk();
    const rig = await startRig({ disk });
    disk.hold();
    rig.clock.pass(60_000);
    rig.pipeline.tick();
    expect(rig.state.n).toBe(60);
    expect(rig.pipeline.oldestPendingMs()).toBe(0);
    rig.clock.pass(700);
    expect(rig.pipeline.oldestPendingMs()).toBe(700);
  });
});
