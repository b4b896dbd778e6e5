/**
 * Second half of the composition: opens the doors (MQTT, HTTP, live) over the core, starts what runs by the clock, and
 * knows how to stop it all in reverse. It contains no behaviour of its own beyond the order of things.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createApi } from '../api/server.ts';
import { createSecretVerifier } from '../ingest/credential.ts';
import type { Edge } from '../ingest/intake.ts';
import type { Pressure } from '../ingest/pressure.ts';
import { createPressure } from '../ingest/pressure.ts';
import { Quarantine } from '../ingest/quarantine.ts';
import { RefusalNotes } from '../ingest/refusal-notes.ts';
import { dataTopic } from '../ingest/topic.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../model/time.ts';
import type { ReadingsStore } from '../store/readings/port.ts';
import type { StateStore } from '../store/state/port.ts';
import { scheduler, wallNow } from './clock.ts';
import type { Core } from './compose-core.ts';
import { composeCore } from './compose-core.ts';
import type { Config } from './config.ts';
import { goneAlerts, SitePublisher } from './followers/site-publisher.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import type { MqttDoor } from './open/mqtt-door.ts';
import { openMqttDoor } from './open/mqtt-door.ts';
import type { HealthParts } from './ports/health.ts';
import { createInputs } from './ports/inputs.ts';
import { gatewayDirectory } from './ports/registry-view.ts';
import { servicePorts } from './ports/service-ports.ts';
import { loadPacks, packageRoot, resolveRegistryText, shippedPacks } from './seeds.ts';

/** How often the guards look: often enough that two seconds without a commit are noticed as two. */
const GUARD_MS = 250;
/** Readings that wait unsealed are sealed after this, so that the log can be freed. */
const SEAL_MS = 10 * MINUTE_MS;
const STATUS_MS = MINUTE_MS;
/** A snapshot is due after so many inputs, however young the last one is: a restart replays no more than about this. */
const TAIL_INPUTS = 500_000;
/** An expired session may still be read with for a week; a day later it is forgotten. */
const SESSIONS_KEPT_MS = 8 * DAY_MS;
/** A gateway that was here before the restart and has not come back by then is away. */
const RETURN_MS = 30 * SECOND_MS;
/** A wall-clock step is an input from this size on. */
const CLOCK_STEP_MS = SECOND_MS;

export interface Service {
  readonly httpPort: number;
  /** Undefined with an external broker. */
  readonly mqttPort: number | undefined;
  /** Text of a registry file; `applied`, or why not. */
  importRegistry(text: string, actor: string): Promise<string>;
  /** Stops everything in reverse order; a graceful stop ends with a snapshot. */
  stop(): Promise<void>;
}

/**
 * Builds and starts everything. Rejects, with everything stopped again, when a part cannot start. `prepare` runs before a
 * door is open: whoever finds the service ready finds the people in it who may sign in.
 */
export async function startService(
  config: Config,
  logger: Logger,
  version: string,
  prepare: (store: StateStore) => Promise<void>,
): Promise<Service> {
  const lifecycle = new Lifecycle();
  try {
    const core = await composeCore(config, logger, lifecycle);
    await prepare(core.store);
    const ports = await openDoors(core, config, logger, lifecycle, version);
    return {
      ...ports,
      async stop() {
        for (const { name, error } of await lifecycle.stop())
          logger.error({ name, error: error instanceof Error ? error.stack : error }, 'a part did not stop cleanly');
      },
    };
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function openDoors(core: Core, config: Config, logger: Logger, lifecycle: Lifecycle, version: string) {
  const { state, clock, pipeline, live } = core;
  const { packs, errors } = loadPacks(shippedPacks());
  if (errors.length > 0) throw new Error(`the shipped packs have errors:\n${errors.join('\n')}`);

  const notes = new RefusalNotes((note) => logger.warn(note, 'refused'));
  const quarantine = new Quarantine((refusal, alike) => notes.note(refusal, alike));
  const verifySecret = createSecretVerifier();
  const pressure = createPressure({
    readings: (batch, _bytes, done) => pipeline.readings(batch, done),
    gateway: (gateway, online, cause) => pipeline.device({ type: 'gateway', gateway, online, cause }),
  });
  const edge: Edge = { directory: gatewayDirectory(state), sink: pressure.sink, quarantine, now: () => clock.now() };
  pipeline.onRelease(({ refusals }) => {
    for (const { at, gateway, tag, reason, value, sampledAt } of refusals) {
      // What was redelivered is counted, not listed: a reconnecting gateway must not clear the list of real refusals.
      if (reason === 'duplicate') quarantine.count(reason);
      else {
        const { enterprise = '', id = '' } = state.registry.gateways[gateway] ?? {};
        const detail = `value ${value}, sampled ${sampledAt}`;
        quarantine.refuse({ at, enterprise, gateway: id, topic: dataTopic(enterprise, id), reason, tag, detail });
      }
    }
  });

  const gone = await goneAlerts(core.store, (id) => live.isOpen(id));
  const door = await openMqttDoor({
    config,
    edge,
    verifySecret,
    registry: () => state.registry,
    logger,
    onConnected: () => sites.republish(live.openAlerts(), gone),
  });
  pressure.attach(door);
  lifecycle.onStop('mqtt', () => door.stop());
  const sites = new SitePublisher(door);
  pipeline.onRelease((released) => sites.follow(released));
  sites.republish(live.openAlerts(), gone);
  sites.status(true, wallNow());

  const health: HealthParts = {
    pipeline,
    log: core.log,
    guard: core.guard,
    projector: () => core.projector.health,
    exporter: () => core.feed.status,
    mqtt: () => door.health(),
    lagMs: () => core.lag.lagMs(clock.now()),
    setAside: () => core.crashes.setAsideCount,
    refusalCounts: () => quarantine.counts(),
  };
  const resolve = (text: string) => resolveRegistryText(text, packs);
  const inputs = createInputs({ pipeline, answers: core.answers, edge, verifySecret, resolve });
  const ports = servicePorts({ ...core, quarantine, inputs, health, logger });
  const webRoot = join(packageRoot(), 'dist', 'web');
  const { secure, trustProxy } = config.http;
  const api = await createApi(ports, { version, secure, trustProxy, ...(existsSync(webRoot) ? { webRoot } : {}) });
  lifecycle.onStop('http', () => api.stop());
  runByTheClock(core, config, logger, lifecycle, { door, sites, pressure, notes });
  const httpPort = await api.listen(config.host, config.http.port);
  return {
    httpPort,
    mqttPort: door.port,
    async importRegistry(text: string, actor: string) {
      const result = await inputs.importRegistry(text, actor, randomUUID());
      if (result === 'timeout') return 'timeout';
      return result.applied ? 'applied' : result.errors.join('\n');
    },
  };
}

interface Doors {
  readonly door: MqttDoor;
  readonly sites: SitePublisher;
  readonly pressure: Pressure;
  readonly notes: RefusalNotes;
}

function runByTheClock(core: Core, config: Config, logger: Logger, lifecycle: Lifecycle, doors: Doors): void {
  const { clock, pipeline, guard, lag, readings } = core;
  let toldOffsetMs = core.state.clockOffsetMs;
  let keptAt = clock.now();
  let keptInput = core.state.n;
  const timers = [
    scheduler.every(SECOND_MS, () => {
      lag.check(clock.now());
      const offsetMs = clock.wallOffsetMs();
      if (Math.abs(offsetMs - toldOffsetMs) < CLOCK_STEP_MS) return;
      toldOffsetMs = offsetMs;
      pipeline.wallClock(offsetMs);
    }),
    scheduler.every(GUARD_MS, () => {
      pipeline.tick();
      guard.check(clock.now());
      doors.pressure.exempt(guard.unsaved !== undefined);
    }),
    scheduler.every(SECOND_MS, () => {
      const due = clock.now() - keptAt >= config.snapshotSeconds * SECOND_MS || core.state.n - keptInput >= TAIL_INPUTS;
      if (!due) return;
      keptAt = clock.now();
      keptInput = core.state.n;
      void keep(core, config, logger);
    }),
    scheduler.every(HOUR_MS, () => void core.store.sweepSessions(wallNow() - SESSIONS_KEPT_MS)),
    scheduler.every(MINUTE_MS, () => void seal(readings, logger)),
    scheduler.every(MINUTE_MS, () => doors.notes.flush(clock.now())),
    scheduler.every(STATUS_MS, () => doors.sites.status(true, wallNow())),
    scheduler.after(RETURN_MS, () => missGateways(core, doors.door)),
  ];
  lifecycle.onStop('timers', () => {
    for (const timer of timers) timer.stop();
  });
}

async function seal(readings: ReadingsStore, logger: Logger): Promise<void> {
  try {
    await readings.flush(SEAL_MS);
  } catch (error) {
    logger.error({ error: error instanceof Error ? error.message : error }, 'readings were not sealed');
  }
}

/** Snapshot, then free what every cursor and the two newest snapshots have passed. */
async function keep(core: Core, config: Config, logger: Logger): Promise<void> {
  const { guard, snapshotter, state, projector, readings, log } = core;
  if (guard.unsaved !== undefined) return;
  try {
    await snapshotter.take(state, () => log.flush());
    await projector.advance();
    const passed = Math.min(snapshotter.freeable, projector.health.position, readings.position());
    await log.free(passed + 1);
    await readings.forget(wallNow() - config.readings.retentionDays * DAY_MS);
  } catch (error) {
    logger.error({ error: error instanceof Error ? error.message : error }, 'snapshot or freeing the log failed');
  }
}

/** On the embedded broker a connection is presence: who was heard before the restart and is not here is away. */
function missGateways({ pipeline, state }: Core, door: MqttDoor): void {
  const connected = door.connectedGateways();
  if (connected === undefined) return;
  for (let gateway = 0; gateway < state.registry.gateways.length; gateway++) {
    if (connected.includes(gateway) || state.gateways.col.heardAt[gateway] === 0) continue;
    if (state.gateways.col.offline[gateway] === 0) {
      pipeline.device({ type: 'gateway', gateway, online: false, cause: 'connection' });
    }
  }
}
