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
import type { ProjectorHealth } from '../followers/projector.ts';
import type { ExporterStatus } from '../followers/readings-feed.ts';
import type { Pipeline } from '../sequencer/pipeline.ts';
import type { StorageGuard } from '../sequencer/storage-guard.ts';

export interface HealthParts {
  readonly pipeline: Pipeline;
  readonly log: InputLog;
  readonly guard: StorageGuard;
  projector(): ProjectorHealth;
  exporter(): ExporterStatus;
  /** Embedded broker, or the connection to the external one. */
  mqtt(): { readonly ok: boolean; readonly detail: string };
  lagMs(): number;
  /** Of everything; undefined where no point is registered and none is expected. */
  dataAge(): DataAge | undefined;
  /** Engine time. */
  now(): EpochMs;
  setAside(): number;
  refusalCounts(): Readonly<Record<string, number>>;
}

type Part = Health['parts'][string];
const OK: Part = { state: 'ok' };

export function healthOf(parts: HealthParts): Health {
  const { guard } = parts;
  const { unsaved } = guard;
  const projector = parts.projector();
  const exporter = parts.exporter();
  const mqtt = parts.mqtt();
  const lagMs = parts.lagMs();
  const setAside = parts.setAside();
  const all: Record<string, Part> = {
    log:
      unsaved !== undefined
        ? { state: 'failing', detail: `unsaved mode since record ${unsaved.fromNumber}: ${unsaved.error}` }
        : parts.log.health.state === 'ok'
          ? OK
          : { state: 'degraded', detail: parts.log.health.error },
    state: historyPart(projector),
    readings: exporter.error === undefined ? OK : { state: 'degraded', detail: exporter.error },
    mqtt: mqtt.ok ? OK : { state: 'failing', detail: mqtt.detail },
    judging: lagMs > LAG_WARN_MS ? { state: 'degraded', detail: `${Math.round(lagMs / 1_000)} s behind` } : OK,
    data: dataPart(parts.dataAge(), parts.now()),
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

function historyPart({ error, divergences, refused, refusal }: ProjectorHealth): Part {
  if (error !== undefined) return { state: 'degraded', detail: error };
  if (refused > 0) {
    const newest = refusal === undefined ? '' : `; the newest: ${refusal}`;
    return { state: 'degraded', detail: `${refused} rows of the history were refused and set aside${newest}` };
  }
  if (divergences > 0)
    return { state: 'degraded', detail: `replay-divergence: ${divergences} transitions differ from what was recorded` };
  return OK;
}

export function metricsOf(parts: HealthParts): MetricFamily[] {
  const { pipeline, log } = parts;
  const gauge = (name: string, help: string, value: number): MetricFamily => ({
    name,
    help,
    type: 'gauge',
    samples: [{ value }],
  });
  const age = parts.dataAge();
  const dataAge =
    age?.state === 'live'
      ? [
          gauge(
            'fenghuo_data_age_seconds',
            'Age of the newest judged reading',
            (parts.now() - age.newestAt) / SECOND_MS,
          ),
        ]
      : [];
  const refusals = Object.entries(parts.refusalCounts()).map(([reason, value]) => ({ labels: { reason }, value }));
  return [
    {
      name: 'fenghuo_refused_total',
      help: 'Readings and messages refused, by reason',
      type: 'counter',
      samples: refusals,
    },
    gauge('fenghuo_input_number', 'Number of the newest input judged', pipeline.state.n),
    gauge('fenghuo_input_durable', 'Number of the newest durable input', log.durable),
    gauge('fenghuo_log_pending_bytes', 'Bytes appended and not yet durable', log.pendingBytes),
    gauge('fenghuo_transition_seq', 'Number of the newest alert transition', pipeline.state.seq),
    gauge('fenghuo_points', 'Registered points', pipeline.state.registry.points.length),
    gauge('fenghuo_lag_seconds', 'How long what has come waits to be judged and let out', parts.lagMs() / 1_000),
    ...dataAge,
    gauge(
      'fenghuo_evaluated_unsaved',
      'Inputs judged while the log could not be written, in this outage',
      pipeline.unsavedCount,
    ),
    gauge('fenghuo_projection_waiting', 'Inputs with effects not yet in the state store', parts.projector().waiting),
    gauge('fenghuo_export_position', 'Log position up to which readings are stored', parts.exporter().position),
    gauge('fenghuo_export_held', 'Readings kept in memory for the readings store', parts.exporter().held),
    gauge('fenghuo_set_aside_inputs', 'Inputs set aside because they ended the process twice', parts.setAside()),
  ];
}
