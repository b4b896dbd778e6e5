/**
 * What the service knows about itself, part by part, for /readyz, heartbeats and metrics. It only reads; the worst part
 * decides the whole.
 */

import type { MetricFamily } from '../../api/ports.ts';
import type { DataAge } from '../../api/schemas/live.ts';
import type { Health } from '../../api/schemas/service.ts';
import { LAG_WARN_MS } from '../../api/shapes/live.ts';
import type { InputLog } from '../../log/port.ts';
import type { EpochMs } from '../../model/time.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { Progress } from '../followers/progress.ts';
import type { ProjectorHealth } from '../followers/projector.ts';
import type { ExporterStatus } from '../followers/readings-feed.ts';
import type { Pipeline } from '../sequencer/pipeline.ts';
import type { StorageGuard } from '../sequencer/storage-guard.ts';

export interface HealthParts {
  readonly pipeline: Pipeline;
  readonly log: InputLog;
  readonly guard: StorageGuard;
  readonly progress: Pick<Progress, 'n' | 'seq' | 'points'>;
  projector(): ProjectorHealth;
  /** Why a store takes nothing at present: its disk hangs, it could not be opened, its thread has ended. */
  readonly storesAway: { state(): string | undefined; readings(): string | undefined };
  /** What is not there since this start, a sentence each. */
  readonly lost: readonly string[];
  /** What is not as the packs in force say. */
  packs(): string | undefined;
  /** Rules that watch nothing, because what they were to learn from is over. */
  baselines(): string | undefined;
  exporter(): ExporterStatus;
  /** Embedded broker, or the connection to the external one. */
  mqtt(): { readonly ok: boolean; readonly detail: string };
  lagMs(): number;
  /** Of everything; undefined where no point is registered and none is expected. */
  dataAge(): DataAge | undefined;
  /** Engine time. */
  now(): EpochMs;
  setAside(): number;
  /** Connections that came to a full door, by door. */
  connectionsRefused(): Readonly<Record<string, number>>;
  refusalCounts(): Readonly<Record<string, number>>;
}

type Part = Health['parts'][string];
const OK: Part = { state: 'ok' };

export function healthOf(parts: HealthParts): Health {
  const { guard } = parts;
  const { unsaved } = guard;
  const projector = parts.projector();
  const exporter = parts.exporter();
  const readings = parts.storesAway.readings() ?? exporter.error;
  const mqtt = parts.mqtt();
  const lagMs = parts.lagMs();
  const setAside = parts.setAside();
  const packs = parts.packs();
  const baselines = parts.baselines();
  const all: Record<string, Part> = {
    log:
      unsaved !== undefined
        ? { state: 'failing', detail: `unsaved mode since record ${unsaved.fromNumber}: ${unsaved.error}` }
        : parts.log.health.state === 'ok'
          ? OK
          : { state: 'degraded', detail: parts.log.health.error },
    state: historyPart({ ...projector, error: parts.storesAway.state() ?? projector.error }, parts.lost),
    readings: readings === undefined ? OK : { state: 'degraded', detail: readings },
    mqtt: mqtt.ok ? OK : { state: 'failing', detail: mqtt.detail },
    judging: lagMs > LAG_WARN_MS ? { state: 'degraded', detail: `${Math.round(lagMs / 1_000)} s behind` } : OK,
    data: dataPart(parts.dataAge(), parts.now()),
    packs: packs === undefined ? OK : { state: 'degraded', detail: packs },
    baselines: baselines === undefined ? OK : { state: 'degraded', detail: baselines },
    inputs: setAside > 0 ? { state: 'failing', detail: `${setAside} inputs set aside after crashes` } : OK,
  };
  const states = Object.values(all).map(({ state }) => state);
  const state = states.includes('failing') ? 'failing' : states.includes('degraded') ? 'degraded' : 'ok';
  return { state, unsaved: unsaved !== undefined, parts: all };
}

/** Said as it is: before the first reading nobody knows whether all is well. */
function dataPart(age: DataAge | undefined, now: EpochMs): Part {
  if (age === undefined) return { state: 'ok', detail: 'no point is registered' };
  if (age.state === 'no-data-since-start') return { state: 'degraded', detail: 'no reading has come since the start' };
  return { state: 'ok', detail: `the newest reading came ${Math.round((now - age.newestAt) / SECOND_MS)} s ago` };
}

function historyPart(
  { error, waiting, behind, divergences, refused, refusal }: ProjectorHealth,
  lost: readonly string[],
): Part {
  const complaints = [...lost];
  if (error !== undefined) complaints.push(`${error}; ${waiting} inputs with something to record wait`);
  if (behind > 0) complaints.push(`${behind} inputs behind: they are read again from the log`);
  const newest = refusal === undefined ? '' : `, the newest: ${refusal}`;
  if (refused > 0) complaints.push(`${refused} rows of the history were refused and set aside${newest}`);
  if (divergences > 0) complaints.push(`replay-divergence: ${divergences} transitions differ from what was recorded`);
  return complaints.length === 0 ? OK : { state: 'degraded', detail: complaints.join('; ') };
}

interface Figure {
  readonly name: string;
  readonly help: string;
  /** Undefined while there is nothing to tell. */
  value(parts: HealthParts): number | undefined;
}

/** Every figure of the service's own parts but the refusals; the API adds those about requests and screens. */
const FIGURES: readonly Figure[] = [
  {
    name: 'fenghuo_input_number',
    help: 'Number of the newest input let out: durable, or judged in unsaved mode',
    value: ({ progress }) => progress.n,
  },
  { name: 'fenghuo_input_durable', help: 'Number of the newest durable input', value: ({ log }) => log.durable },
  {
    name: 'fenghuo_log_pending_bytes',
    help: 'Bytes appended and not yet durable',
    value: ({ log }) => log.pendingBytes,
  },
  {
    name: 'fenghuo_transition_seq',
    help: 'Number of the newest alert transition let out',
    value: ({ progress }) => progress.seq,
  },
  { name: 'fenghuo_points', help: 'Registered points', value: ({ progress }) => progress.points },
  {
    name: 'fenghuo_lag_seconds',
    help: 'How long what has come waits to be judged and let out',
    value: (parts) => parts.lagMs() / SECOND_MS,
  },
  { name: 'fenghuo_data_age_seconds', help: 'Age of the newest judged reading', value: ageSeconds },
  {
    name: 'fenghuo_evaluated_unsaved',
    help: 'Inputs let out while the log could not be written, in this outage',
    value: ({ pipeline }) => pipeline.unsavedCount,
  },
  {
    name: 'fenghuo_projection_waiting',
    help: 'Inputs with effects not yet in the state store',
    value: (parts) => parts.projector().waiting,
  },
  {
    name: 'fenghuo_projection_behind',
    help: 'Inputs that are read again from the log for the state store',
    value: (parts) => parts.projector().behind,
  },
  {
    name: 'fenghuo_export_position',
    help: 'Log position up to which readings are stored',
    value: (parts) => parts.exporter().position,
  },
  {
    name: 'fenghuo_export_held',
    help: 'Readings kept in memory for the readings store',
    value: (parts) => parts.exporter().held,
  },
  {
    name: 'fenghuo_set_aside_inputs',
    help: 'Inputs set aside because they ended the process twice',
    value: (parts) => parts.setAside(),
  },
];

const REFUSED = { name: 'fenghuo_refused_total', help: 'Readings and messages refused, by reason' } as const;

const FULL = {
  name: 'fenghuo_connections_refused_total',
  help: 'Connections refused because the door had as many as it takes, by door',
} as const;

/** Name and meaning of every one, for who documents them. */
export const FIGURES_TOLD: readonly Pick<Figure, 'name' | 'help'>[] = [REFUSED, FULL, ...FIGURES];

function ageSeconds(parts: HealthParts): number | undefined {
  const age = parts.dataAge();
  return age?.state === 'live' ? (parts.now() - age.newestAt) / SECOND_MS : undefined;
}

export function metricsOf(parts: HealthParts): MetricFamily[] {
  const refusals = Object.entries(parts.refusalCounts()).map(([reason, value]) => ({ labels: { reason }, value }));
  const full = Object.entries(parts.connectionsRefused()).map(([door, value]) => ({ labels: { door }, value }));
  const families: MetricFamily[] = [
    { ...REFUSED, type: 'counter', samples: refusals },
    { ...FULL, type: 'counter', samples: full },
  ];
  for (const { name, help, value } of FIGURES) {
    const now = value(parts);
    if (now !== undefined) families.push({ name, help, type: 'gauge', samples: [{ value: now }] });
  }
  return families;
}
