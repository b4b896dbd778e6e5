/**
 * Watches whether inputs become durable, and leads into and out of unsaved mode: a storage fault never hides an alarm
 * (ADR 0001). A log that another owner writes is no storage fault: then the process ends. It judges nothing and writes nothing
 * but through the pipeline, the snapshotter and the log.
 */
import type { InputLog, LogHealth, RecordNumber } from '../../log/port.ts';
import { FencedError } from '../../log/port.ts';
import type { EpochMs } from '../../model/time.ts';
import type { Logger } from '../logger.ts';
import type { Pipeline } from './pipeline.ts';
import type { Snapshotter } from './snapshotter.ts';

/** An input that is not durable after this long is let out unsaved (semantics: unsaved mode). */
const DURABLE_WITHIN_MS = 2_000;
/** How often leaving unsaved mode is tried. */
const RETRY_MS = 1_000;
/** A round that comes later than this after the one before was held up itself: alone it proves nothing about the disk. */
const STALLED_MS = 1_000;
/**
 * For so long the disk must have been looked at without an answer. What waits may be older: an input that took long to fold was
 * handed to the log at the end of that.
 */
const LOOKED_FOR_MS = 1_000;
/** What a late round counts for: three in a row, between which the disk could have answered and did not, prove it all the same. */
const LATE_ROUND_MS = 400;

/** What else has to know, as far as the storage lets it. */
interface UnsavedListener {
  entered(mode: UnsavedMode): void;
  left(): void;
  /** Another owner writes the log: what was folded here is in nobody's log. Ends the process. */
  fenced(error: string): void;
}

interface UnsavedMode {
  readonly since: EpochMs;
  readonly fromNumber: RecordNumber;
  readonly error: string;
}

export class StorageGuard {
  private readonly pipeline: Pipeline;
  private readonly log: InputLog;
  private readonly snapshotter: Snapshotter;
  private readonly logger: Logger;
  private readonly listener: UnsavedListener;
  private unsavedMode: UnsavedMode | undefined;
  private leaving = false;
  private nextTryAt = 0;
  private checkedAt = Number.NEGATIVE_INFINITY;
  /** For how long nothing has become durable while something waited, and what was durable before. */
  private lookedMs = 0;
  private durableThen: RecordNumber = 0;

  constructor(pipeline: Pipeline, log: InputLog, snapshotter: Snapshotter, logger: Logger, listener: UnsavedListener) {
    this.pipeline = pipeline;
    this.log = log;
    this.snapshotter = snapshotter;
    this.logger = logger;
    this.listener = listener;
    log.onHealth((health) => this.hear(health));
  }

  get unsaved(): UnsavedMode | undefined {
    return this.unsavedMode;
  }

  /** The log could not even be gone on with at the start: unsaved mode from the first input on. */
  begin(now: EpochMs, error: string): void {
    this.enter(now, error);
  }

  /** Called several times a second with engine time. */
  check(now: EpochMs): void {
    const hadTime = this.hadTime(now);
    // Whoever was replaced must not go on in memory beside the new owner.
    if (this.log.health.state === 'fenced') return;
    if (this.unsavedMode === undefined) {
      if (hadTime && this.pipeline.oldestPendingMs() > DURABLE_WITHIN_MS) this.enter(now);
    } else if (!this.leaving && now >= this.nextTryAt) {
      this.nextTryAt = now + RETRY_MS;
      void this.leave();
    }
  }

  /** Whether a disk that has not answered by now has had the time to: what held this round up may have held its answer up too. */
  private hadTime(now: EpochMs): boolean {
    const sinceMs = now - this.checkedAt;
    this.checkedAt = now;
    const { durable } = this.log;
    const hasMoved = durable !== this.durableThen || this.pipeline.oldestPendingMs() === 0;
    this.durableThen = durable;
    if (hasMoved) this.lookedMs = 0;
    else this.lookedMs += sinceMs > STALLED_MS ? LATE_ROUND_MS : sinceMs;
    return this.lookedMs >= LOOKED_FOR_MS;
  }

  private hear(health: LogHealth): void {
    if (health.state !== 'fenced') return;
    this.logger.fatal(
      { error: health.error, durable: this.log.durable },
      'fenced: another process owns this log; what was judged here and is not durable is forgotten, and this process ends',
    );
    this.listener.fenced(health.error);
  }

  private enter(now: EpochMs, error = whyNot(this.log.health)): void {
    const mode = { since: now, fromNumber: this.log.durable + 1, error };
    this.unsavedMode = mode;
    this.nextTryAt = now + RETRY_MS;
    this.logger.error({ error, from: mode.fromNumber }, 'unsaved mode: judging goes on in memory, nothing is kept');
    this.pipeline.enterUnsaved(error);
    this.listener.entered(mode);
  }

  private async leave(): Promise<void> {
    const mode = this.unsavedMode;
    if (mode === undefined) return;
    this.leaving = true;
    try {
      const position = await this.snapshotter.take(this.pipeline.state, () => this.pipeline.gather());
      await this.log.resumeAt(position + 1);
      if (!this.pipeline.leaveUnsaved()) {
        this.log.abandon();
        throw new Error('more came in while the snapshot was written than could be kept');
      }
      this.unsavedMode = undefined;
      this.listener.left();
      this.logger.warn({ from: mode.fromNumber, to: position }, 'saved again: a full snapshot stands behind the gap');
    } catch (error) {
      this.pipeline.dropGathered();
      if (error instanceof FencedError) return this.hear({ state: 'fenced', error: error.message });
      const words = error instanceof Error ? error.message : String(error);
      // Said when it changes: a disk that stays full would say it every second.
      if (words !== mode.error) this.logger.error({ error: words }, 'still in unsaved mode');
      this.unsavedMode = { ...mode, error: words };
    } finally {
      this.leaving = false;
    }
  }
}

function whyNot(health: LogHealth): string {
  return health.state === 'ok' ? 'the disk does not answer' : health.error;
}
