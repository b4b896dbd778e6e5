/**
 * Writes the engine's effects into the state store, in order, behind everything else: it never gates screens, sites or
 * answers. It is idempotent by transition number, so what a restart derives again is compared, not doubled.
 */
import type { EvidenceCapsule } from '../../engine/effect.ts';
import type { Transition } from '../../model/alert.ts';
import type { Outcome } from '../../model/command.ts';
import type { Divergence, StateStore } from '../../store/state/port.ts';
import type { Logger } from '../logger.ts';
import type { Follower, Released } from '../sequencer/released.ts';

/** One transaction's worth; more is taken in the next round. */
const BATCH = 1_000;
/** A write that failed is tried again after this. */
const RETRY_MS = 1_000;

export interface ProjectorHealth {
  /** Input number up to which everything is in the tables. */
  readonly position: number;
  readonly waiting: number;
  readonly divergences: number;
  readonly error: string | undefined;
}

export class Projector implements Follower {
  readonly name = 'history of alerts';
  private readonly store: StateStore;
  private readonly logger: Logger;
  private readonly pause: (ms: number) => Promise<void>;
  private queue: Released[] = [];
  private running: Promise<void> | undefined;
  private reached: number;
  private newest: number;
  private divergences = 0;
  private error: string | undefined;
  private stopped = false;

  constructor(store: StateStore, logger: Logger, pause: (ms: number) => Promise<void>) {
    this.store = store;
    this.logger = logger;
    this.pause = pause;
    this.reached = store.cursor().position;
    this.newest = this.reached;
  }

  follow(released: Released): void {
    this.newest = released.n;
    const { transitions, capsules, outcomes } = released;
    if (transitions.length === 0 && capsules.length === 0 && outcomes.length === 0) return;
    this.queue.push(released);
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
  }

  get health(): ProjectorHealth {
    return { position: this.reached, waiting: this.queue.length, divergences: this.divergences, error: this.error };
  }

  /** Everything released so far is in the tables, or the store has refused it. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  /** Moves the cursor over inputs that led to nothing, so that the log can be freed. */
  async advance(): Promise<void> {
    await this.idle();
    // What was released between the last write and now moves the cursor itself.
    if (this.running === undefined && this.newest > this.reached && !this.stopped) await this.write([], this.newest);
  }

  /** Writes what is left, once: what the store does not take now is derived again from the log at the next start. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.idle();
    const rest = this.queue.splice(0);
    if (rest.length > 0 || this.newest > this.reached) await this.write(rest, this.newest);
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0 && !this.stopped) {
      const batch = this.take();
      while (!(await this.write(batch, batch[batch.length - 1].n))) {
        if (this.stopped) {
          this.queue.unshift(...batch);
          return;
        }
        await this.pause(RETRY_MS);
      }
    }
  }

  private take(): Released[] {
    let transitions = 0;
    let count = 0;
    while (count < this.queue.length && (count === 0 || transitions < BATCH))
      transitions += this.queue[count++].transitions.length;
    return this.queue.splice(0, count);
  }

  private async write(batch: readonly Released[], position: number): Promise<boolean> {
    const transitions: Transition[] = [];
    const capsules: EvidenceCapsule[] = [];
    const outcomes: Outcome[] = [];
    for (const released of batch) {
      transitions.push(...released.transitions);
      capsules.push(...released.capsules);
      outcomes.push(...released.outcomes);
    }
    try {
      this.diverged(await this.store.project(position, { transitions, capsules, outcomes }));
      this.reached = position;
      this.error = undefined;
      return true;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (words !== this.error)
        this.logger.error({ error: words, position }, 'the state store does not take the history');
      this.error = words;
      return false;
    }
  }

  private diverged(divergences: readonly Divergence[]): void {
    this.divergences += divergences.length;
    for (const { seq, recorded, derived } of divergences) {
      this.logger.error(
        { seq, recorded: recorded.change, derived: derived.change, alert: recorded.alert.id },
        'replay-divergence: this version derives another transition; what was recorded stands',
      );
    }
  }
}
