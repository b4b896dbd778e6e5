/**
 * First half of the composition: everything from the disk to the engine, restored and ready to fold, with the projections
 * that follow it. No port is open yet. Each part registers its stop where it is built.
 */
import { mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { openAlerts } from '../engine/describe.ts';
import type { EngineState } from '../engine/state.ts';
import { openLocalLog } from '../log/local/local-log.ts';
import { openSnapshots } from '../log/local/snapshots.ts';
import type { InputLog } from '../log/port.ts';
import { openChunks } from '../store/readings/chunks/open-chunks.ts';
import { openInflux } from '../store/readings/influx/open-influx.ts';
import type { ExportLedger } from '../store/readings/ledger.ts';
import { openLedger } from '../store/readings/ledger.ts';
import type { ReadingsStore } from '../store/readings/port.ts';
import { readUpExport } from '../store/readings/read-up.ts';
import type { StateStore } from '../store/state/port.ts';
import { openState } from '../store/state/sqlite/open-state.ts';
import type { Clock } from './clock.ts';
import { pause, scheduler, startClock, wallNow, watch } from './clock.ts';
import type { Config } from './config.ts';
import { Answers } from './followers/answers.ts';
import { LiveProjection } from './followers/live-view.ts';
import { Projector } from './followers/projector.ts';
import { ReadingsFeed } from './followers/readings-feed.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import { CrashLedger } from './sequencer/crash-ledger.ts';
import { forsakeEpoch, keepEpoch, openEpoch } from './sequencer/epoch.ts';
import { Lag } from './sequencer/lag.ts';
import { Pipeline } from './sequencer/pipeline.ts';
import { goOnFrom, restore } from './sequencer/restore.ts';
import { Snapshotter } from './sequencer/snapshotter.ts';
import { StorageGuard } from './sequencer/storage-guard.ts';

const MIB = 1024 * 1024;
/** How long a stop waits for a readings store that does not answer. */
const STORE_STOP_MS = 2_000;
/** Share of the disk that the log may keep for a readings store that is away. */
const EXPORT_SHARE = 0.2;
/** How long a stop waits for the log before it leaves the last snapshot out. */
const FLUSH_MS = 3_000;
const DISK_CLOCK = { wallMs: wallNow, pause, watch };

export interface Core {
  readonly state: EngineState;
  readonly clock: Clock;
  readonly log: InputLog;
  readonly store: StateStore;
  readonly readings: ReadingsStore;
  readonly pipeline: Pipeline;
  readonly projector: Projector;
  readonly feed: ReadingsFeed;
  readonly snapshotter: Snapshotter;
  readonly guard: StorageGuard;
  readonly lag: Lag;
  readonly live: LiveProjection;
  readonly answers: Answers;
  readonly crashes: CrashLedger;
  readonly epoch: string;
}

export async function composeCore(config: Config, logger: Logger, lifecycle: Lifecycle): Promise<Core> {
  const { dataDir } = config;
  mkdirSync(dataDir, { recursive: true });
  const ledger = await openExportLedger(config);
  const store = openState({ file: join(dataDir, 'state.db') });
  lifecycle.onStop('state store', () => store.close());
  const log = await openLog(config, logger);
  lifecycle.onStop('log', () => log.close());
  const snapshots = await openSnapshots({ dir: join(dataDir, 'snapshots'), clock: DISK_CLOCK });
  const snapshotter = new Snapshotter(snapshots);

  const crashes = new CrashLedger(store, logger, endProcess);
  const projector = new Projector(store, logger, pause);
  const restored = await restore(log, snapshots, {
    replayed: (released) => projector.follow(released),
    setAside: (number, record) => crashes.isRecordSetAside(number, record),
    crashed: (number, error) => crashes.crashedAt(number, error),
  });
  const { state, ...facts } = restored;
  logger.info({ input: state.n, ...facts }, 'state restored');
  const readings = openReadings(config, ledger, state);
  lifecycle.onStop('readings store', () => inTime(readings.close()));
  const floor = Math.max(store.cursor().position, readings.position());
  await goOnFrom(state, floor, log, (all) => snapshotter.take(all, () => undefined));

  const clock = startClock(state.at);
  const pipeline = new Pipeline(state, log, clock, crashes);
  const recordedSeq = store.cursor().seq;
  const live = new LiveProjection(openAlerts(state), Math.max(state.seq, recordedSeq));
  live.restoreValues(state);
  const budgetBytes = await exportBudgetBytes(dataDir);
  const feed = new ReadingsFeed({ store: readings, log, logger, now: wallNow, budgetBytes });
  const epoch = openEpoch(dataDir, recordedSeq > state.seq);
  const guard = new StorageGuard(pipeline, log, snapshotter, logger, {
    entered: () => void forsakeEpoch(dataDir).catch(() => undefined),
    left: () =>
      void keepEpoch(dataDir, epoch).catch((error: unknown) => logger.error({ error }, 'the epoch was not written')),
  });
  const lag = new Lag(pipeline, () => live.newestArrival);
  const answers = new Answers(scheduler);

  pipeline.onRelease((released) => {
    answers.follow(released);
    live.follow(released);
    projector.follow(released);
    feed.follow(released);
  });
  feed.start();
  lifecycle.onStop('history', async () => {
    await projector.stop();
    await inTime(feed.stop());
  });
  lifecycle.onStop('last snapshot', async () => {
    if (guard.unsaved !== undefined) return;
    // A log that hangs must not keep a stop from ending: then the next start replays a little more.
    await snapshotter.take(state, () => {
      const late = watch(FLUSH_MS).then(() => Promise.reject(new Error('the log did not become durable in time')));
      return Promise.race([log.flush(), late]);
    });
  });
  if (state.n > 0) pipeline.resumed(state.at, recordedSeq);
  return {
    state,
    clock,
    log,
    store,
    readings,
    pipeline,
    projector,
    feed,
    snapshotter,
    guard,
    lag,
    live,
    answers,
    crashes,
    epoch,
  };
}

/** A store that does not answer must not keep a stop from ending: what it has not taken stands in the log. */
function inTime(stopping: Promise<void>): Promise<void> {
  return Promise.race([stopping, watch(STORE_STOP_MS)]);
}

/** As much of the disk as may wait for a readings store that is away. */
async function exportBudgetBytes(dataDir: string): Promise<number> {
  const { blocks, bsize } = await statfs(dataDir);
  return EXPORT_SHARE * blocks * bsize;
}

/** A supervisor starts the service again. */
function endProcess(code: number): never {
  process.exit(code);
}

function openLog(config: Config, logger: Logger): Promise<InputLog> {
  const { dataDir, log } = config;
  return openLocalLog({
    dir: join(dataDir, 'log'),
    clock: DISK_CLOCK,
    segmentBytes: log.segmentMiB * MIB,
    reserveBytes: log.reserveMiB * MIB,
    ...(log.archiveDays === 0 ? {} : { archiveDir: join(dataDir, 'archive'), archiveDays: log.archiveDays }),
    onNotice: (notice) => logger.warn(notice, `log: ${notice.kind}`),
  });
}

/** Before the state file is opened: what it kept of exports once is read from it as it is. */
function openExportLedger({ dataDir, influx }: Config): Promise<ExportLedger> {
  const exporter = influx === undefined ? 'chunks' : 'influx';
  const earlier = () => readUpExport(join(dataDir, 'state.db'), exporter);
  return openLedger({ folder: join(dataDir, 'exports'), exporter, earlier });
}

function openReadings(config: Config, ledger: ExportLedger, state: EngineState): ReadingsStore {
  const { influx } = config;
  if (influx === undefined) return openChunks({ file: join(config.dataDir, 'readings.db'), ledger });
  return openInflux({
    server:
      influx.api === 'v1'
        ? { api: 'v1', url: influx.url, database: influx.bucket, ...credentialsOf(influx.token) }
        : { api: 'v2', url: influx.url, token: influx.token, org: influx.org, bucket: influx.bucket },
    ledger,
    name(number) {
      const point = state.registry.points[number];
      return point === undefined ? undefined : { enterprise: point.enterprise, tag: point.tag };
    },
    now: wallNow,
  });
}

/** InfluxDB 1.x has no tokens: a token of the form `user:password` is what it asks for, as 1.8 and 2.x take it too. */
function credentialsOf(token: string): { user?: string; password?: string } {
  const colon = token.indexOf(':');
  return colon < 0 ? {} : { user: token.slice(0, colon), password: token.slice(colon + 1) };
}
