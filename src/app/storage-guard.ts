/**
 * Watches whether inputs become durable, and leads into and out of unsaved mode: a storage fault never hides an alarm
 * (ADR 0001). It judges nothing and writes nothing but through the pipeline, the snapshotter and the log.
 */
import type { InputLog, RecordNumber } from '../log/port.ts';
import type { EpochMs } from '../model/time.ts';
import type { Logger } from './logger.ts';
import type { Pipeline } from './pipeline.ts';
import type { Snapshotter } from './snapshotter.ts';

/** An input that is not durable after this long is let out unsaved (semantics: unsaved mode). */
const DURABLE_WITHIN_MS = 2_000;
/** How often leaving unsaved mode is tried. */
const RETRY_MS = 1_000;

export interface UnsavedMode {
  readonly since: EpochMs;
  readonly fromNumber: RecordNumber;
  readonly error: string;
}

export class StorageGuard {
  private readonly pipeline: Pipeline;
  private readonly log: InputLog;
  private readonly snapshotter: Snapshotter;
  private readonly logger: Logger;
  private unsavedMode: UnsavedMode | undefined;
  private leaving = false;
  private nextTryAt = 0;
  /** Where nothing of the log can be read back: [from, to], kept for health and shown with the history. */
  readonly gaps: { from: RecordNumber; to: RecordNumber; since: EpochMs; until: EpochMs }[] = [];

  constructor(pipeline: Pipeline, log: InputLog, snapshotter: Snapshotter, logger: Logger) {
    this.pipeline = pipeline;
    this.log = log;
    this.snapshotter = snapshotter;
    this.logger = logger;
  }

  get unsaved(): UnsavedMode | undefined {
    return this.unsavedMode;
  }

  /** Called several times a second with engine time. */
  check(now: EpochMs): void {
    if (this.unsavedMode === undefined) {
      if (this.pipeline.oldestPendingMs() > DURABLE_WITHIN_MS) this.enter(now);
    } else if (!this.leaving && now >= this.nextTryAt) {
      this.nextTryAt = now + RETRY_MS;
      void this.leave(now);
    }
  }

  private enter(now: EpochMs): void {
    const error = this.log.health.state === 'failing' ? this.log.health.error : 'the disk does not answer';
    this.unsavedMode = { since: now, fromNumber: this.log.durable + 1, error };
    this.logger.error(
      { error, from: this.log.durable + 1 },
      'unsaved mode: judging goes on in memory, nothing is kept',
    );
    this.pipeline.enterUnsaved();
    this.pipeline.device({ type: 'fault', fault: 'storage', subject: 'service', active: true, detail: error });
  }

  private async leave(now: EpochMs): Promise<void> {
    const mode = this.unsavedMode;
    if (mode === undefined) return;
    this.leaving = true;
    this.pipeline.gather();
    try {
      const position = await this.snapshotter.take(this.pipeline.state);
      await this.log.resumeAt(position + 1);
      this.pipeline.leaveUnsaved();
      this.unsavedMode = undefined;
      this.gaps.push({ from: mode.fromNumber, to: position, since: mode.since, until: now });
      this.logger.warn({ from: mode.fromNumber, to: position }, 'saved again: a full snapshot stands behind the gap');
      this.pipeline.device({ type: 'fault', fault: 'storage', subject: 'service', active: false, detail: '' });
    } catch (error) {
      this.pipeline.dropGathered();
      this.logger.error({ error }, 'still in unsaved mode: the storage does not take a snapshot');
    } finally {
      this.leaving = false;
    }
  }
}
