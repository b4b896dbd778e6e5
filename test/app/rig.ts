/**
 * The middle of the service on a simulated disk and a virtual clock: log, snapshots, pipeline, guard. Tests let time pass by
 * saying so, and hurt the disk; nothing here waits for luck.
 */

import type { Clock } from '../../src/app/clock.ts';
import type { Projector } from '../../src/app/followers/projector.ts';
import { createLogger } from '../../src/app/logger.ts';
import { startsFor } from '../../src/app/sequencer/derived-again.ts';
import type { Crashes } from '../../src/app/sequencer/pipeline.ts';
import { Pipeline } from '../../src/app/sequencer/pipeline.ts';
import type { Follower, Released } from '../../src/app/sequencer/released.ts';
import type { RestoreHooks } from '../../src/app/sequencer/restore.ts';
import { goOnFrom, restore } from '../../src/app/sequencer/restore.ts';
import { Snapshotter } from '../../src/app/sequencer/snapshotter.ts';
import { StorageGuard } from '../../src/app/sequencer/storage-guard.ts';
import { encodeState } from '../../src/engine/snapshot.ts';
import type { EngineState } from '../../src/engine/state.ts';
import { isForeign } from '../../src/engine/state.ts';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import { openSnapshots } from '../../src/log/local/snapshots.ts';
import type { InputLog, RecordNumber, SnapshotStore } from '../../src/log/port.ts';
import type { CommandKind } from '../../src/model/command.ts';
import type { ReadingBatch } from '../../src/model/reading.ts';
import { newBatch } from '../../src/model/reading.ts';
import { addRow } from '../support/build/batch.ts';
import { commandOf } from '../support/build/command.ts';
import { point } from '../support/build/point.ts';
import type { Plant } from '../support/build/registry.ts';
import { registryOf } from '../support/build/registry.ts';
import { T0 } from '../support/desk.ts';
import { SimulatedClock, SimulatedDisk } from '../support/simulated-disk.ts';

export const SILENT = createLogger('silent');
export const GAS: Plant = { points: [point('GD-1'), point('GD-2')] };

/** Engine time that passes only when a test says so. */
export class VirtualClock implements Clock {
  private at: number;
  offsetMs = 0;

  constructor(at = T0) {
    this.at = at;
  }

  now(): number {
    return this.at;
  }

  wallOffsetMs(): number {
    return this.offsetMs;
  }

  pass(ms: number): void {
    this.at += ms;
  }
}

/** A bug in a test must not look like a crash of the service. */
export const NO_CRASHES: Crashes = {
  die(error) {
    throw error;
  },
  isSetAside: () => false,
  passed: () => undefined,
  marked: false,
};

const NO_HOOKS: RestoreHooks = {
  replayed: () => undefined,
  setAside: () => false,
  crashed: () => undefined,
};

export interface RigOptions {
  readonly disk?: SimulatedDisk;
  readonly clock?: VirtualClock;
  readonly crashes?: Crashes;
  readonly hooks?: Partial<RestoreHooks>;
  /** Follows the history too, as the composition has it: what is replayed, what is released, and what snapshots it needs. */
  readonly projector?: Projector;
  /** Numbers that stores have seen: of inputs, and of transitions. */
  readonly floor?: RecordNumber;
  readonly seqFloor?: number;
  readonly segmentBytes?: number;
  readonly reserveBytes?: number;
  /** Another log than the one on the disk. */
  readonly log?: InputLog;
}

/** One life of the service's middle. */
export interface Rig {
  readonly disk: SimulatedDisk;
  readonly clock: VirtualClock;
  readonly log: InputLog;
  readonly state: EngineState;
  readonly pipeline: Pipeline;
  readonly snapshots: SnapshotStore;
  readonly snapshotter: Snapshotter;
  readonly guard: StorageGuard;
  readonly released: Released[];
  /** Who follows besides: more may be put in. */
  readonly followers: Pick<Follower, 'follow'>[];
  readonly restored: Awaited<ReturnType<typeof restore>>;
  /** Number of the newest transition then. */
  readonly restoredSeq: number;
  /** What the guard told: `entered`, `left`, `fenced`. */
  readonly told: string[];
  /** One reading of `yt/{tag}` through `gw1`, taken now. Gives its place in `acknowledged`. */
  reading(tag: string, value: number): ReadingBatch;
  /** Batches whose `done` was called, in order. */
  readonly acknowledged: ReadingBatch[];
  command(kind: CommandKind, alertId: string, seenSeq: number, commandId?: string): void;
  /** Time passes in steps of a quarter second, with tick and guard, as the service does it. */
  pass(ms: number): Promise<void>;
}

/** Opens, restores and goes on, as the composition does. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const { disk = new SimulatedDisk(), clock = new VirtualClock(), segmentBytes = 256 * 1024 } = options;
  const diskClock = new SimulatedClock();
  const reserveBytes = options.reserveBytes ?? 0;
  const log =
    options.log ??
    (await openLocalLog({ dir: '/log', disk, clock: diskClock, segmentBytes, reserveBytes, preallocate: false }));
  const snapshots = await openSnapshots({ dir: '/snapshots', disk, clock: diskClock, chunkBytes: 4_096 });
  const { projector } = options;
  const alsoFor = () => (projector === undefined ? [] : startsFor(projector.health.position, log));
  const snapshotter = new Snapshotter(snapshots, alsoFor);
  const replayed: RestoreHooks['replayed'] = (one) => projector?.follow(one);
  const restored = await restore(log, snapshots, { ...NO_HOOKS, replayed, ...options.hooks });
  const { state } = restored;
  const restoredSeq = state.seq;
  await goOnFrom(state, options.floor ?? 0, log, (all) => snapshotter.take(all, () => undefined));
  const pipeline = new Pipeline(state, log, clock, options.crashes ?? NO_CRASHES);
  const told: string[] = [];
  const guard = new StorageGuard(pipeline, log, snapshotter, SILENT, {
    entered: () => told.push('entered'),
    left: () => told.push('left'),
    fenced: () => told.push('fenced'),
  });
  const released: Released[] = [];
  const followers: Pick<Follower, 'follow'>[] = [{ follow: (one) => released.push(one) }];
  if (projector !== undefined) followers.push(projector);
  pipeline.followedBy(followers);
  if (state.n > 0) pipeline.resumed(state.at, options.seqFloor ?? 0);
  if (isForeign(state)) pipeline.install();
  const acknowledged: ReadingBatch[] = [];
  let commands = 0;
  return {
    disk,
    clock,
    log,
    state,
    pipeline,
    snapshots,
    snapshotter,
    guard,
    released,
    followers,
    restored,
    restoredSeq,
    told,
    acknowledged,
    reading(tag, value) {
      const batch = batchOf(state, clock.now(), tag, value);
      pipeline.readings(batch, () => acknowledged.push(batch));
      return batch;
    },
    command(kind, alertId, seenSeq, commandId = `c${commands++}`) {
      pipeline.command(commandOf(kind, { commandId, alertId, seenSeq, cause: 'real' }));
    },
    async pass(ms) {
      for (let left = ms; left > 0; left -= 250) {
        clock.pass(Math.min(250, left));
        pipeline.tick();
        guard.check(clock.now());
        await settled();
      }
    },
  };
}

/** What a restart reads from this disk, before it goes on: snapshot and the rest of the log. */
export async function restoredFrom(disk: SimulatedDisk, hooks: Partial<RestoreHooks> = {}) {
  const diskClock = new SimulatedClock();
  const log = await openLocalLog({ dir: '/log', disk, clock: diskClock, reserveBytes: 0, preallocate: false });
  try {
    const snapshots = await openSnapshots({ dir: '/snapshots', disk, clock: diskClock });
    return { ...(await restore(log, snapshots, { ...NO_HOOKS, ...hooks })), next: log.next };
  } finally {
    await log.close();
  }
}

/** Registers the plant and waits until it is durable. */
export async function register(rig: Rig, plant: Plant = GAS): Promise<void> {
  rig.pipeline.configuration('plant', 'test', registryOf(plant));
  await rig.log.flush();
}

/** Whatever the simulated disk has begun is done: it takes a turn of the loop for every step of a commit or a snapshot. */
export async function settled(turns = 300): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

export function batchOf(state: EngineState, at: number, tag: string, value: number): ReadingBatch {
  const batch = newBatch(state.registry.gatewayNumbers.get('yt/gw1') ?? 0, at);
  addRow(batch, { point: state.registry.pointNumbers.get(`yt/${tag}`) ?? 0, sampledAt: at, value });
  return batch;
}

/** Every bit of the state, comparable. */
export function bytesOf(state: EngineState): string {
  const { header, columns } = encodeState(state);
  return JSON.stringify(header) + columns.map((bytes) => Buffer.from(bytes).toString('base64')).join(' ');
}

export const eio = (): Error => Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' });
