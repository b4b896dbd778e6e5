/**
 * How the service is put together, in the order of the things: what is kept, the state as it was, what follows it, the doors,
 * what runs by the clock. Each part registers its stop where it is built. No behaviour of its own beyond that order, and what a
 * store that is away or anew means for it.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Inputs } from '../api/ports.ts';
import type { ApiOptions } from '../api/server.ts';
import { createApi } from '../api/server.ts';
import { openAlerts } from '../engine/describe.ts';
import { isForeign } from '../engine/state.ts';
import { createSecretVerifier } from '../ingest/credential.ts';
import type { Edge } from '../ingest/intake.ts';
import { createPressure } from '../ingest/pressure.ts';
import { Quarantine } from '../ingest/quarantine.ts';
import { RefusalNotes } from '../ingest/refusal-notes.ts';
import type { StateStore } from '../store/state/port.ts';
import { StoreAwayError } from '../store/thread/messages.ts';
import { scheduler, wallNow } from './clock.ts';
import type { Config } from './config.ts';
import type { Core } from './core.ts';
import { lastSnapshot, restoreCore, SNAPSHOT_STOP_MS } from './core.ts';
import { Answers } from './followers/answers.ts';
import { ClockNotes } from './followers/clock-notes.ts';
import { DataAges } from './followers/data-age.ts';
import { LiveProjection } from './followers/live-view.ts';
import { Progress } from './followers/progress.ts';
import type { ReadingsFeed } from './followers/readings-feed.ts';
import { Refusals } from './followers/refusals.ts';
import { openSiteLedger } from './followers/site-ledger.ts';
import { goneAlerts, SitePublisher } from './followers/site-publisher.ts';
import { UnitNotes } from './followers/unit-notes.ts';
import type { PackFollower } from './import/follow-packs.ts';
import { openRegistration } from './import/registration.ts';
import { CLOCK_STEP_MS, jobsOf, startJobs } from './jobs.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import { openBacktests } from './open/backtests.ts';
import { Connections } from './open/connections.ts';
import { openFeed } from './open/feed.ts';
import type { MqttDoor } from './open/mqtt.ts';
import { openMqttDoor } from './open/mqtt.ts';
import { tellSetAside, tellStorage } from './own-faults.ts';
import type { KnownPeople } from './ports/accounts.ts';
import { baselinesMissed } from './ports/baselines.ts';
import type { HealthParts } from './ports/health.ts';
import { createInputs } from './ports/inputs.ts';
import { NearTags } from './ports/near-tags.ts';
import { gatewayDirectory } from './ports/registry-view.ts';
import { servicePorts } from './ports/service-ports.ts';
import type { ChosenPacks } from './seeds.ts';
import { loadPacks, packageRoot, shippedPacks } from './seeds.ts';
import { Lag } from './sequencer/lag.ts';
import type { Follower } from './sequencer/released.ts';

export interface Service {
  readonly httpPort: number;
  /** Undefined with an external broker. */
  readonly mqttPort: number | undefined;
  /** Text of a registry file; `applied`, or why not. */
  importRegistry(text: string, actor: string): Promise<string>;
  /** Stops everything in reverse order; a graceful stop ends with a snapshot. */
  stop(): Promise<Stopped>;
}

interface Stopped {
  /** What was judged in unsaved mode is forgotten. */
  readonly unsaved: boolean;
  /** Some part waits for the disk still: the process cannot end by itself before that answers. */
  readonly hangs: boolean;
}

/** Runs before a door is open: whoever finds the service ready finds the people in it who may sign in. */
export type Prepare = (store: StateStore) => Promise<void>;

/** Builds and starts everything. Rejects, with everything stopped again, when a part cannot start. */
export async function startService(
  config: Config,
  logger: Logger,
  version: string,
  prepare: Prepare,
): Promise<Service> {
  const lifecycle = new Lifecycle();
  try {
    const packs = { folder: config.packsDir ?? shippedPacks(), only: config.packs };
    // What is registered is judged by what is in the log, whatever has become of the packs; who begins anew is told at once.
    const { errors } = existsSync(join(config.dataDir, 'log')) ? { errors: [] } : loadPacks(packs);
    if (errors.length > 0) throw new Error(`the packs in ${packs.folder} have errors:\n${errors.join('\n')}`);
    const core = await restoreCore(config, logger, lifecycle);
    return await openService(core, { config, logger, lifecycle, version, prepare, packs });
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

interface Surroundings {
  readonly config: Config;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly version: string;
  readonly prepare: Prepare;
  readonly packs: ChosenPacks;
}

/** Who follows, the doors, and what runs by the clock. */
async function openService(core: Core, around: Surroundings): Promise<Service> {
  const { config, logger, lifecycle } = around;
  const { state, clock, store, pipeline, projector, recordedSeq } = core;
  const notes = new RefusalNotes((note) => logger.warn(note, 'refused'));
  const quarantine = new Quarantine((refusal, alike) => notes.note(refusal, alike));
  const answers = new Answers(scheduler);
  const live = new LiveProjection(openAlerts(state), Math.max(state.seq, recordedSeq));
  live.restoreValues(state);
  const ages = new DataAges(state);
  const toldUpTo = Math.max(state.seq, recordedSeq);
  const sites = new SitePublisher(await openSiteLedger(config.dataDir, toldUpTo));
  const feed = await openFeed(core, config, logger);
  const progress = new Progress(state);
  const nearTags = new NearTags(state);
  const refusals = new Refusals(quarantine, state, nearTags);
  const clocks = new ClockNotes(state, (note) => logger.warn(note, 'clock wrong'));
  const units = new UnitNotes(state, (note) => logger.warn(note, 'far beyond the span: another unit?'));
  const tellers = [refusals, clocks, units];
  const followers: readonly Follower[] = [progress, answers, live, ages, sites, ...tellers, projector, feed];
  pipeline.followedBy(followers);
  for (const follower of followers) lifecycle.onStop(follower.name, () => follower.stop?.());
  if (core.cannotGoOn !== undefined) core.guard.begin(clock.now(), core.cannotGoOn);
  feed.start();
  lifecycle.onStop('last snapshot', () => lastSnapshot(core), SNAPSHOT_STOP_MS);
  if (state.n > 0) pipeline.resumed(state.at, recordedSeq);
  tellSetAside(core);
  tellStorage({ ...core, dataDir: config.dataDir, logger });
  // Before a reading is compared with it.
  if (Math.abs(clock.wallOffsetMs() - state.clockOffsetMs) >= CLOCK_STEP_MS) pipeline.wallClock(clock.wallOffsetMs());
  // A new log begins with what installs its points, so that a later program knows.
  if (state.n === 0 || isForeign(state)) pipeline.install();
  const people = await preparePeople(core, around);

  const pressure = createPressure({
    readings: (batch, _bytes, done) => pipeline.readings(batch, done),
    gateway: (gateway, online, cause) => pipeline.device({ type: 'gateway', gateway, online, cause }),
  });
  const edge: Edge = { directory: gatewayDirectory(state), sink: pressure.sink, quarantine, now: () => clock.now() };
  const verifySecret = createSecretVerifier();
  const gone = await goneAlerts(store.history, sites.told, (id) => live.isOpen(id)).catch(untold(logger, []));
  const republish = () => sites.republish(live.openAlerts(), []);
  const registry = () => state.registry;
  const link = (up: boolean) => pipeline.link(up);
  const connections = new Connections(config, logger);
  const mqttParts = { config, edge, verifySecret, registry, logger, connections, link, onConnected: republish };
  const door = await openMqttDoor(mqttParts);
  lifecycle.onStop('mqtt', () => door.stop());
  pressure.attach(door);
  sites.attach(door);
  sites.republish(live.openAlerts(), gone);
  core.over.tell({ after: sites.told, upTo: toldUpTo }, (over) => sites.republish([], over));
  sites.status(true, wallNow());

  const lag = new Lag(pipeline, () => pressure.paused());
  const registration = openRegistration(core, around.packs, answers, logger);
  const inputs = createInputs({ pipeline, answers, edge, verifySecret, nearTags, ...registration });
  const health = healthParts(core, { progress, ages, feed, lag, door, quarantine, connections, ...registration });
  const backtests = openBacktests(core, around);
  const doors = { people, ages, feed, live, quarantine, inputs, backtests, health, logger };
  const api = await createApi(servicePorts({ ...core, ...doors }), apiOptions(config, around.version, connections));
  lifecycle.onStop('http', () => api.stop());
  const jobs = jobsOf({ ...core, ...registration, config, lag, sites, pressure, door, notes: [notes, clocks, units] });
  lifecycle.onStop('jobs', startJobs(jobs, logger));
  return {
    httpPort: await api.listen(config.host, config.http.port),
    mqttPort: door.port,
    importRegistry: (text, actor) => importWords(inputs, text, actor),
    async stop() {
      const failures = await lifecycle.stop();
      for (const { name, error } of failures)
        logger.error({ name, error: error instanceof Error ? error.stack : error }, 'a part did not stop cleanly');
      return { unsaved: core.guard.unsaved !== undefined, hangs: failures.some(({ isLate }) => isLate) };
    },
  };
}

/** Who may sign in, as far as it is known before the doors open: they may do so while the store is away. */
async function preparePeople({ store, found }: Core, { prepare, logger }: Surroundings): Promise<KnownPeople> {
  await prepare(store).catch(untold(logger, undefined));
  const users = await store.people.users().catch(() => found?.users ?? []);
  return { users, sessions: found?.sessions ?? [] };
}

/** A store that is away keeps nobody from being warned: what was wanted of it is left out, and said. */
function untold<T>(logger: Logger, instead: T): (error: unknown) => T {
  return (error) => {
    if (!(error instanceof StoreAwayError)) throw error;
    logger.error({ error: error.message }, 'the start goes on without the state store');
    return instead;
  };
}

interface Watched {
  readonly progress: Progress;
  readonly ages: DataAges;
  readonly feed: ReadingsFeed;
  readonly lag: Lag;
  readonly door: MqttDoor;
  readonly quarantine: Quarantine;
  readonly connections: Connections;
  readonly follower: PackFollower;
}

function healthParts(core: Core, watched: Watched): HealthParts {
  const { progress, ages, feed, lag, door, quarantine, connections, follower } = watched;
  const { pipeline, log, guard, projector, crashes, clock } = core;
  return {
    pipeline,
    log,
    guard,
    progress,
    projector: () => projector.health,
    storesAway: core.storesAway,
    lost: core.lost.words,
    packs: () => follower.complaint,
    baselines: baselinesMissed(core.state),
    exporter: () => feed.status,
    mqtt: () => door.health(),
    lagMs: () => lag.lagMs(clock.now()),
    dataAge: () => (progress.points === 0 ? undefined : ages.of({})),
    now: () => clock.now(),
    setAside: () => crashes.setAsideCount,
    connectionsRefused: () => connections.refusedCounts(),
    refusalCounts: () => quarantine.counts(),
  };
}

function apiOptions({ http }: Config, version: string, connections: Connections): ApiOptions {
  const { secure, trustProxy } = http;
  return {
    version,
    secure,
    trustProxy,
    webRoot: join(packageRoot(), 'dist', 'web'),
    connectionsMax: connections.max.http,
    onFull: (address) => connections.refused('http', address),
  };
}

async function importWords(inputs: Inputs, text: string, actor: string): Promise<string> {
  const result = await inputs.importRegistry(Buffer.from(text), actor, randomUUID());
  if (result === 'timeout') return 'timeout';
  return result.applied ? 'applied' : result.errors.join('\n');
}
