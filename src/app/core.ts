/**
 * What is kept, and the state as it was: opened in the order in which a start may still be refused without having changed
 * anything, folded up to the newest record, with nobody following and no door open (compose.ts goes on from there). Also what
 * ends it: the last snapshot, and the process.
 */
import type { InputLog, RecordNumber } from '../log/port.ts';
import { pause, startClock, watch } from './clock.ts';
import type { Config } from './config.ts';
import { followHistory } from './followers/follow-history.ts';
import { Projector } from './followers/projector.ts';
import { OverAgain } from './followers/site-publisher.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import { lockFolder } from './open/folder-lock.ts';
import { refuseNewer, stamp } from './open/folder-stamp.ts';
import { openLog, openSnapshotStore } from './open/log.ts';
import { lostStores } from './open/lost-stores.ts';
import { findReadings, openExportLedger, openReadings } from './open/readings.ts';
import { findStateStore, openStateStore } from './open/state.ts';
import { openCrashFile } from './sequencer/crash-file.ts';
import { CrashLedger } from './sequencer/crash-ledger.ts';
import { startsFor } from './sequencer/derived-again.ts';
import { forsakeEpoch, keepEpoch, openEpoch, unsavedEnd } from './sequencer/epoch.ts';
import { Pipeline } from './sequencer/pipeline.ts';
import type { RestoreHooks } from './sequencer/restore.ts';
import { goOnFrom, restore } from './sequencer/restore.ts';
import { Snapshotter } from './sequencer/snapshotter.ts';
import { StorageGuard } from './sequencer/storage-guard.ts';

/** How long the last snapshot may take. */
export const SNAPSHOT_STOP_MS = 12_000;
/** How long a stop waits for the log before it leaves the last snapshot out. */
const FLUSH_MS = 3_000;
/** `sysexits.h` EX_TEMPFAIL: a supervisor starts us again, to wait for the log or to follow. */
const EXIT_FENCED = 75;

export type Core = Awaited<ReturnType<typeof restoreCore>>;

/** What is kept, and the state as it was: ready to fold, with nobody following and no door open. */
export async function restoreCore(config: Config, logger: Logger, lifecycle: Lifecycle) {
  const { dataDir } = config;
  // Every version is read before anything is written: a start that is refused leaves the folder as it was.
  await refuseNewer(dataDir);
  const found = { state: findStateStore(config), readings: findReadings(config) };
  const unlock = lockFolder(dataDir, (error) =>
    logger.warn({ error }, 'the file system of the data folder has no locks'),
  );
  lifecycle.onStop('data folder', unlock);
  const ledger = openExportLedger(config, logger);
  const crashes = new CrashLedger(
    openCrashFile(dataDir, (reason) => logger.error(reason)),
    logger,
    endProcess,
  );
  const log = await openLog(config, logger);
  lifecycle.onStop('log', () => log.close());
  const snapshots = await openSnapshotStore(config);

  const projector = new Projector(logger, pause);
  const snapshotter = new Snapshotter(snapshots, () => startsFor(projector.health.position, log));
  const over = new OverAgain();
  const passed: RecordNumber[] = [];
  const setAside: RestoreHooks['setAside'] = (number, record) => crashes.isRecordSetAside(number, record);
  const { state, ...facts } = await restore(log, snapshots, {
    replayed(released) {
      projector.follow(released);
      over.note(released);
      if (crashes.marked) passed.push(released.n);
    },
    setAside,
    crashed: (number, error) => crashes.crashedAt(number, error),
  });
  logger.info({ input: state.n, ...facts }, 'state restored');
  // All of it was read: from here on the folder is this program's.
  await stamp(dataDir);
  crashes.passedTo(facts.snapshotAt);
  for (const number of passed) crashes.passedRecord(number);
  await ledger.settle();
  crashes.readUp();
  const lost = await lostStores(config, { inputs: state.n, oldest: log.oldest }, logger);
  const opened = await openStateStore(config, { found: found.state, hasPast: state.n > 0 }, logger);
  const { store } = opened;
  lifecycle.onStop('state store', () => store.close());
  const restored = { log, snapshots, state, logger, over, setAside, snapshotAt: facts.snapshotAt };
  const { position, recordedSeq, reconciler } = await followHistory(opened, projector, restored);
  const readingsParts = { ledger, found: found.readings, hasPast: state.n > 0, registry: () => state.registry, logger };
  const { store: readings, complaint } = await openReadings(config, readingsParts);
  lifecycle.onStop('readings store', () => readings.close());
  const floor = Math.max(position, readings.position());
  const cannotGoOn = await goOnFrom(state, floor, log, (all) => snapshotter.take(all, () => undefined));

  const clock = startClock(state.at, state.clockOffsetMs);
  const pipeline = new Pipeline(state, log, clock, crashes);
  const guarded = openGuard(dataDir, recordedSeq > state.seq, { pipeline, log, snapshotter, logger });
  return {
    state,
    clock,
    log,
    store,
    readings,
    pipeline,
    projector,
    snapshotter,
    ...guarded,
    crashes,
    over,
    recordedSeq,
    reconciler,
    found: found.state,
    lost,
    cannotGoOn,
    storesAway: { state: () => opened.thread.complaint, readings: complaint },
  };
}

interface Guarded {
  readonly pipeline: Pipeline;
  readonly log: InputLog;
  readonly snapshotter: Snapshotter;
  readonly logger: Logger;
}

/** Who watches the storage, and the epoch that unsaved mode puts away; `broken`: numbers of the last life cannot be compared. */
function openGuard(dataDir: string, broken: boolean, { pipeline, log, snapshotter, logger }: Guarded) {
  const unsavedSince = unsavedEnd(dataDir);
  const epochStands = (how: string) => (error: unknown) => logger.error({ error }, `the epoch was ${how}`);
  // One after the other, however long the disk lets them wait.
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>, how: string): void => {
    turn = turn.then(work).catch(epochStands(how));
  };
  const epoch = openEpoch(dataDir, broken, epochStands('not written'));
  const guard = new StorageGuard(pipeline, log, snapshotter, logger, {
    entered: () => inTurn(() => forsakeEpoch(dataDir), 'not taken away'),
    fenced: () => endProcess(EXIT_FENCED),
    left: () => inTurn(() => keepEpoch(dataDir, epoch), 'not written'),
  });
  return { guard, epoch, unsavedSince };
}

/** A log that hangs must not keep a stop from ending: then the next start replays a little more. */
export async function lastSnapshot({ guard, snapshotter, state, log }: Core): Promise<void> {
  if (guard.unsaved !== undefined) return;
  await snapshotter.take(state, () => {
    const late = watch(FLUSH_MS).then(() => Promise.reject(new Error('the log did not become durable in time')));
    return Promise.race([log.flush(), late]);
  });
}

/** A supervisor starts the service again. */
function endProcess(code: number): never {
  process.exit(code);
}
