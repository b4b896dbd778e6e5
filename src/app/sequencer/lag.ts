/**
 * How long what has come waits to be judged and let out: inputs that are not durable yet, sources we have paused, a loop that
 * was held up. Above ten seconds screens show 数据滞后 and a device alarm `behind` is raised. A plant that says nothing is not
 * late: how old its data is, is another figure (followers/data-age.ts).
 */
import { LAG_WARN_MS } from '../../api/shapes/live.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { Pipeline } from './pipeline.ts';

/** How often `check` is called. */
export const LAG_CHECK_MS: DurationMs = SECOND_MS;

export class Lag {
  private readonly pipeline: Pipeline;
  private readonly isPaused: () => boolean;
  private pausedSince: EpochMs | undefined;
  private checkedAt: EpochMs | undefined;
  private heldUpMs = 0;
  private raised = false;

  /** `isPaused`: the sources are not read at present, because what they sent is not durable yet. */
  constructor(pipeline: Pipeline, isPaused: () => boolean) {
    this.pipeline = pipeline;
    this.isPaused = isPaused;
  }

  lagMs(now: EpochMs): DurationMs {
    const pausedMs = this.pausedSince === undefined ? 0 : now - this.pausedSince;
    return Math.max(this.pipeline.oldestPendingMs(), pausedMs, this.heldUpMs);
  }

  /** Raises and ends the device alarm. */
  check(now: EpochMs): void {
    // While the loop was held up, what came waited in the sockets for as long.
    this.heldUpMs = Math.max(0, now - (this.checkedAt ?? now) - LAG_CHECK_MS);
    this.checkedAt = now;
    this.pausedSince = this.isPaused() ? (this.pausedSince ?? now) : undefined;
    const lagMs = this.lagMs(now);
    const behind = lagMs > LAG_WARN_MS;
    if (behind === this.raised) return;
    this.raised = behind;
    this.pipeline.ownFault('behind', behind, behind ? `${Math.round(lagMs / SECOND_MS)} s` : '');
  }
}
