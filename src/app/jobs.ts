/**
 * What runs by the clock, as one table. What a job does stands where it belongs; here is when, and that a job that fails does
 * not keep the others from running.
 */
import type { EngineState } from '../engine/state.ts';
import type { Pressure } from '../ingest/pressure.ts';
import type { InputLog } from '../log/port.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { ReadingsStore } from '../store/readings/port.ts';
import type { StateStore } from '../store/state/port.ts';
import type { Clock } from './clock.ts';
import { scheduler, wallNow, watch } from './clock.ts';
import type { Config } from './config.ts';
import type { Projector } from './followers/projector.ts';
import type { Reconciler } from './followers/reconciler.ts';
import type { SitePublisher } from './followers/site-publisher.ts';
import type { PackFollower } from './import/follow-packs.ts';
import type { Importer } from './import/importer.ts';
import type { Logger } from './logger.ts';
import type { MqttDoor } from './open/mqtt.ts';
import type { Lag } from './sequencer/lag.ts';
import { LAG_CHECK_MS } from './sequencer/lag.ts';
import type { Pipeline } from './sequencer/pipeline.ts';
import type { Snapshotter } from './sequencer/snapshotter.ts';
import type { StorageGuard } from './sequencer/storage-guard.ts';

/** How often the guards look: often enough that two seconds without a commit are noticed as two. */
const GUARD_MS = 250;
/** Readings that wait unsealed are sealed after this, so that the log can be freed. */
const SEAL_MS = 10 * MINUTE_MS;
/** A snapshot is due after so many inputs, however young the last one is: a restart replays no more than about this. */
const TAIL_INPUTS = 500_000;
/** An expired session may still be read with for a week; a day later it is forgotten. */
const SESSIONS_KEPT_MS = 8 * DAY_MS;
/** A gateway that was here before the restart and has not come back by then is away. */
const RETURN_MS = 30 * SECOND_MS;
/** How much of what closed is told again to an external broker after a crash. */
const SITES_KEPT_MS = 5 * SECOND_MS;
/** A snapshot waits so long for a store that is to follow it. */
const STORE_MS = 2 * SECOND_MS;
/** A wall-clock step is an input from this size on. */
export const CLOCK_STEP_MS = SECOND_MS;

export interface Job {
  readonly name: string;
  readonly everyMs: DurationMs;
  /** What takes longer gives its promise. */
  readonly run: () => unknown;
}

export interface JobParts {
  readonly config: Config;
  readonly state: EngineState;
  readonly clock: Clock;
  readonly log: InputLog;
  readonly store: StateStore;
  readonly readings: ReadingsStore;
  readonly pipeline: Pipeline;
  readonly importer: Importer;
  readonly follower: Pick<PackFollower, 'again'>;
  readonly snapshotter: Snapshotter;
  readonly guard: StorageGuard;
  readonly lag: Lag;
  readonly reconciler: Reconciler;
  readonly projector: Projector;
  readonly sites: SitePublisher;
  readonly pressure: Pressure;
  readonly door: MqttDoor;
  /** Who tells what is wrong with what comes in, a line a gateway and minute. */
  readonly notes: readonly { flush(now: EpochMs): void }[];
}

export function jobsOf(parts: JobParts): readonly Job[] {
  const { clock, guard, lag, pipeline, pressure, projector, readings, sites, store } = parts;
  return [
    {
      name: 'ticks and guards',
      everyMs: GUARD_MS,
      run() {
        pipeline.tick();
        guard.check(clock.now());
        pressure.exempt(guard.unsaved !== undefined);
      },
    },
    { name: 'lag', everyMs: LAG_CHECK_MS, run: () => lag.check(clock.now()) },
    { name: 'what was recorded otherwise', everyMs: SECOND_MS, run: () => reconciled(parts) },
    { name: 'imports under way', everyMs: SECOND_MS, run: () => parts.importer.goOn() },
    { name: 'packs in force', everyMs: MINUTE_MS, run: () => parts.follower.again() },
    { name: 'wall clock', everyMs: SECOND_MS, run: wallClockSteps(parts) },
    { name: 'absent gateways', everyMs: SECOND_MS, run: absentGateways(parts) },
    { name: 'snapshot and freeing the log', everyMs: SECOND_MS, run: snapshots(parts) },
    { name: 'sealing readings', everyMs: MINUTE_MS, run: () => readings.flush(SEAL_MS) },
    {
      name: 'what is wrong with what comes in',
      everyMs: MINUTE_MS,
      run() {
        for (const note of parts.notes) note.flush(clock.now());
      },
    },
    { name: 'what waits for the sites', everyMs: SECOND_MS, run: () => sites.proceed() },
    {
      name: 'what the sites have',
      everyMs: SITES_KEPT_MS,
      // What the log still has to tell them is not behind them.
      run: () => (projector.health.behind > 0 || guard.unsaved !== undefined ? undefined : sites.keep()),
    },
    { name: 'status to the sites', everyMs: MINUTE_MS, run: () => sites.status(true, wallNow()) },
    { name: 'old history', everyMs: HOUR_MS, run: () => forget(parts) },
    { name: 'old sessions', everyMs: HOUR_MS, run: () => store.people.sweepSessions(wallNow() - SESSIONS_KEPT_MS) },
  ];
}

/**
 * Starts them; the result stops them. A run that has not ended is not started again; one whose promise is rejected is told.
 * What throws at once is a bug and ends the process.
 */
export function startJobs(jobs: readonly Job[], logger: Logger): () => void {
  const timers = jobs.map(({ name, everyMs, run }) => {
    let isRunning = false;
    return scheduler.every(everyMs, () => {
      const ending = isRunning ? undefined : run();
      if (!(ending instanceof Promise)) return;
      isRunning = true;
      void ending
        .catch((error: unknown) => {
          logger.error({ job: name, error: error instanceof Error ? error.message : String(error) }, 'a job failed');
        })
        .finally(() => {
          isRunning = false;
        });
    });
  });
  return () => {
    for (const timer of timers) timer.stop();
  };
}

function wallClockSteps({ state, clock, pipeline }: JobParts): () => void {
  let toldOffsetMs = state.clockOffsetMs;
  return () => {
    const offsetMs = clock.wallOffsetMs();
    if (Math.abs(offsetMs - toldOffsetMs) < CLOCK_STEP_MS) return;
    toldOffsetMs = offsetMs;
    pipeline.wallClock(offsetMs);
  };
}

/** Once the history has what was derived; while nothing can be kept it waits. */
function reconciled({ guard, pipeline, projector, reconciler }: JobParts): Promise<void> | undefined {
  const { waiting, behind } = projector.health;
  if (waiting > 0 || behind > 0 || guard.unsaved !== undefined) return undefined;
  return reconciler.settle((upTo, alerts) => pipeline.reconciled(upTo, alerts));
}

/** Snapshot, then free what every cursor and the two newest snapshots have passed. */
function snapshots(parts: JobParts): () => Promise<void> {
  const { config, clock, guard, snapshotter, state, projector, readings, log } = parts;
  let keptAt = clock.now();
  let keptInput = state.n;
  return async () => {
    const due = clock.now() - keptAt >= config.snapshotSeconds * SECOND_MS || state.n - keptInput >= TAIL_INPUTS;
    if (!due) return;
    keptAt = clock.now();
    keptInput = state.n;
    if (guard.unsaved !== undefined) return;
    await snapshotter.take(state, () => log.flush());
    await inTime(projector.advance());
    // What the state store has not got is derived again from a snapshot before it: the log must reach back to that.
    const projected = snapshotter.before(projector.health.position);
    await log.free(Math.min(snapshotter.freeable, projected, readings.position()) + 1);
    await readings.forget(wallNow() - config.readings.retentionDays * DAY_MS);
  };
}

/** A store that hangs must not keep the next snapshot from being taken. */
function inTime(work: Promise<void>): Promise<void> {
  return Promise.race([work, watch(STORE_MS)]);
}

function forget({ config, store }: JobParts): Promise<number> {
  const { retainDays, fleetingDays } = config.history;
  const now = wallNow();
  return store.history.forget({ closedBefore: now - retainDays * DAY_MS, fleetingBefore: now - fleetingDays * DAY_MS });
}

/** On the embedded broker a connection is presence: who was heard before the restart and is not back is away. Looks once. */
function absentGateways({ clock, door, pipeline, state }: JobParts): () => void {
  let lookAt = clock.now() + RETURN_MS;
  return () => {
    if (clock.now() < lookAt) return;
    lookAt = Number.POSITIVE_INFINITY;
    const connected = door.connectedGateways();
    if (connected === undefined) return;
    for (let gateway = 0; gateway < state.registry.gateways.length; gateway++) {
      if (connected.includes(gateway) || state.gateways.col.heardAt[gateway] === 0) continue;
      if (state.gateways.col.offline[gateway] === 0) {
        pipeline.device({ type: 'gateway', gateway, online: false, cause: 'connection' });
      }
    }
  };
}
