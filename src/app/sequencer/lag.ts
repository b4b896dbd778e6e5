/**
 * How far what is shown may be behind what happened: inputs that are not durable yet, or readings that should have come
 * and did not. Above ten seconds screens show 数据滞后 and a device alarm `behind` is raised.
 */
import { LAG_WARN_MS } from '../../api/shapes/live.ts';
import type { EngineState } from '../../engine/state.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import type { Pipeline } from './pipeline.ts';

/** A plant may miss one report without anything being wrong. */
const MISSED_REPORTS = 2;

export class Lag {
  private readonly pipeline: Pipeline;
  private readonly newestArrival: () => EpochMs | undefined;
  private version = -1;
  private shortestMs = Number.POSITIVE_INFINITY;
  private raised = false;

  constructor(pipeline: Pipeline, newestArrival: () => EpochMs | undefined) {
    this.pipeline = pipeline;
    this.newestArrival = newestArrival;
  }

  /** Engine time minus arrival of the last judged reading, less what the fastest registered point may take to report. */
  lagMs(now: EpochMs): DurationMs {
    const arrival = this.newestArrival();
    const quietMs =
      arrival === undefined ? 0 : now - arrival - MISSED_REPORTS * this.shortestInterval(this.pipeline.state);
    return Math.max(0, quietMs, this.pipeline.oldestPendingMs());
  }

  /** Called about once a second: raises and ends the device alarm. */
  check(now: EpochMs): void {
    const lagMs = this.lagMs(now);
    const behind = lagMs > LAG_WARN_MS;
    if (behind === this.raised) return;
    this.raised = behind;
    const detail = behind ? `${Math.round(lagMs / 1_000)} s` : '';
    this.pipeline.device({ type: 'fault', fault: 'behind', subject: 'service', active: behind, detail });
  }

  private shortestInterval({ registry }: EngineState): DurationMs {
    if (registry.version !== this.version) {
      this.version = registry.version;
      this.shortestMs = registry.points.reduce(
        (shortest, { intervalMs }) => Math.min(shortest, intervalMs ?? Number.POSITIVE_INFINITY),
        Number.POSITIVE_INFINITY,
      );
    }
    return this.shortestMs;
  }
}
