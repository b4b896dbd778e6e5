/**
 * Writes the engine's effects into the state store, in order, behind everything else: it never gates screens, sites or
 * answers. It is idempotent by transition number, so what a restart derives again is compared, not doubled; a row that the
 * store will never take is told and passed, so that it holds up neither the rows behind it nor the log.
 */
import { allOf } from '../../engine/changes.ts';
import type { ConfigurationOutcome } from '../../engine/effect.ts';
import { newOut, takenFrom } from '../../engine/effect.ts';
import type { EngineState } from '../../engine/state.ts';
import type { Divergence, Effects, HistoryStore, RefusedRow } from '../../store/state/port.ts';
import type { Logger } from '../logger.ts';
import type { Follower, Released } from '../sequencer/released.ts';

/** One transaction's worth; more is taken in the next round. */
const BATCH = 1_000;
/** A write that failed is tried again after this. */
const RETRY_MS = 1_000;

/** The one log of a service that is not divided is that of partition 0. */
const EMBEDDED = 0;

type Pause = (ms: number) => Promise<void>;
/** What is written of what was released. */
type Kept = Pick<Released, 'n' | 'at' | 'transitions' | 'capsules' | 'outcomes'> & {
  readonly configurations: readonly Omit<ConfigurationOutcome, 'counts'>[];
};

export interface ProjectorHealth {
  /** Input number up to which everything is in the tables. */
  readonly position: number;
  readonly waiting: number;
  readonly divergences: number;
  /** Rows that the store will never take: set aside by name, those of earlier starts too. */
  readonly refused: number;
  /** Why, of the newest since the start. */
  readonly refusal: string | undefined;
  readonly error: string | undefined;
}

/** A part that was only taken, or that waits, has changed nothing yet. */
const isChange = ({ progress }: Pick<ConfigurationOutcome, 'progress'>): boolean =>
  progress === undefined || progress === 'applying';

function rowsIn({ transitions, configurations }: Pick<Kept, 'transitions' | 'configurations'>): number {
  return configurations.reduce((sum, { changes }) => sum + changes.length, transitions.length);
}

export class Projector implements Follower {
  readonly name = 'history of alerts';
  /** Undefined while the log is still being read: then what was derived waits. */
  private store: HistoryStore | undefined;
  private readonly logger: Logger;
  private readonly pause: Pause;
  private queue: Kept[] = [];
  private running: Promise<void> | undefined;
  private reached = 0;
  private newest = 0;
  private divergences = 0;
  private refused = 0;
  private refusal: string | undefined;
  private error: string | undefined;
  private stopped = false;

  constructor(logger: Logger, pause: Pause) {
    this.logger = logger;
    this.pause = pause;
  }

  /**
   * From here on the store gets what it has not got. `beginning` gives the state before anything that was followed: where no
   * configuration was ever written, what is registered then is the first one.
   */
  async open(store: HistoryStore, beginning: () => Promise<EngineState>): Promise<void> {
    const { position, refused } = await store.cursor();
    this.store = store;
    this.reached = position;
    this.refused = refused;
    this.newest = Math.max(this.newest, position);
    if ((await store.configurations({ limit: 1 })).length === 0) await this.begin(await beginning());
    this.wake();
  }

  private async begin({ n, at, registry }: EngineState): Promise<void> {
    if (registry.version === 0) return;
    const answer = { commandId: 'beginning', actor: 'fenghuo', applied: true, errors: [], pending: [] };
    await this.write([{ ...takenFrom(newOut()), n, at, configurations: [{ ...answer, changes: allOf(registry) }] }], n);
  }

  follow(released: Released): void {
    this.newest = released.n;
    const { n, at, transitions, capsules, outcomes, configurations } = released;
    if (transitions.length + capsules.length + outcomes.length + configurations.length === 0) return;
    // Without the readings: a store that is away must not hold them in memory too.
    this.queue.push({ n, at, transitions, capsules, outcomes, configurations });
    this.wake();
  }

  get health(): ProjectorHealth {
    const { reached: position, divergences, refused, refusal, error } = this;
    return { position, waiting: this.queue.length, divergences, refused, refusal, error };
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

  private wake(): void {
    if (this.store === undefined || this.queue.length === 0) return;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
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

  private take(): Kept[] {
    let rows = 0;
    let count = 0;
    while (count < this.queue.length && (count === 0 || rows < BATCH)) rows += rowsIn(this.queue[count++]);
    return this.queue.splice(0, count);
  }

  private async write(batch: readonly Kept[], position: number): Promise<boolean> {
    const { store } = this;
    if (store === undefined) return false;
    const effects: Effects = {
      partition: EMBEDDED,
      transitions: batch.flatMap(({ transitions }) => transitions),
      capsules: batch.flatMap(({ capsules }) => capsules),
      outcomes: batch.flatMap(({ outcomes }) => outcomes),
      configurations: batch.flatMap(({ n, at, configurations }) =>
        configurations.filter(isChange).map((configuration) => ({ ...configuration, number: n, at })),
      ),
    };
    try {
      const { divergences, refused } = await store.project(position, effects);
      this.diverged(divergences);
      this.setAside(refused);
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

  private setAside(rows: readonly RefusedRow[]): void {
    this.refused += rows.length;
    for (const row of rows) {
      this.refusal = `${row.what} ${row.key}: ${row.reason}`;
      this.logger.error(row, 'the state store will not take this row: it is set aside');
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
