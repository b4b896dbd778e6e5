/**
 * Writes the engine's effects into the state store, in order, behind everything else: it never gates screens, sites or
 * answers. It is idempotent by transition number, so what a restart derives again is compared, not doubled; a row that the
 * store will never take is told and passed, so that it holds up neither the rows behind it nor the log. While the store is away
 * a bounded part of what is released waits in memory; the rest is derived again from the log when the store is back.
 */
import type { ItemChange } from '../../engine/changes.ts';
import { allOf } from '../../engine/changes.ts';
import type { ConfigurationOutcome } from '../../engine/effect.ts';
import { newOut, takenFrom } from '../../engine/effect.ts';
import type { EngineState } from '../../engine/state.ts';
import type { RecordNumber } from '../../log/port.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import type { Divergence, Effects, HistoryStore, ProjectionCursor, RefusedRow } from '../../store/state/port.ts';
import { watch } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Again, Missing } from '../sequencer/derived-again.ts';
import type { Follower, Released } from '../sequencer/released.ts';
import type { Kept } from './projection-queue.ts';
import { Batch, isNothing, ProjectionQueue } from './projection-queue.ts';

/** A write that failed is tried again after this. */
const RETRY_MS = 1_000;

/** A large change goes on when less than this waits: more would only be read from the log again, on the thread that judges. */
const ROOM_BYTES = 1024 * 1024;
/** A store that has written nothing for so long holds no change up: the log has all of it. */
const ROOM_WITHIN_MS = 2_000;
/** So long a stop waits for the store; what it has not taken by then stands in the log. */
const STOP_MS: DurationMs = 2_000;

/** Alerts that cross to the store at once: each may have hundreds of points. */
const ALERTS_AT_ONCE = 50;

/** The one log of a service that is not divided is that of partition 0. */
const EMBEDDED = 0;

type Pause = (ms: number) => Promise<void>;

export interface ProjectorHealth {
  /** Input number up to which everything is in the tables. */
  readonly position: RecordNumber;
  /** Inputs with effects that are not in the tables yet. */
  readonly waiting: number;
  /** What waits is more than may be held in memory: so many inputs of the log have to be read again. */
  readonly behind: number;
  readonly divergences: number;
  /** Rows that the store will never take: set aside by name, those of earlier starts too. */
  readonly refused: number;
  /** Why, of the newest since the start. */
  readonly refusal: string | undefined;
  readonly error: string | undefined;
}

/** What it goes on from at a start. */
export interface ProjectionStart {
  /** What is known of the history while the store cannot be asked; undefined where it can. */
  readonly found?: { readonly cursor: ProjectionCursor | undefined; readonly isBegun: boolean } | undefined;
  /** Record number of the snapshot that was restored: what followed it was handed to `follow`. */
  readonly snapshotAt: RecordNumber;
  /** The state as that snapshot had it. */
  asSnapshotted(): Promise<EngineState>;
  /** What the inputs after this one led to, from the log, up to the newest durable one, or until `over`. */
  derivedAgain(after: RecordNumber, over: AbortSignal): AsyncIterable<Again>;
  /** Number of the newest durable input. */
  durable(): RecordNumber;
  /** Some of what was derived is recorded otherwise. */
  diverged(divergences: readonly Divergence[]): void;
}

/** What is told beside what inputs led to. */
type Besides = Pick<Effects, 'missing' | 'standing'>;

/** A part that was only taken, or that waits, has changed nothing yet. */
const isChange = ({ progress }: Pick<ConfigurationOutcome, 'progress'>): boolean =>
  progress === undefined || progress === 'applying';

export class Projector implements Follower {
  readonly name = 'history of alerts';
  /** Undefined while the log is still being read: then what was derived waits. */
  private store: HistoryStore | undefined;
  private start: ProjectionStart | undefined;
  private readonly logger: Logger;
  private readonly pause: Pause;
  private readonly queue: ProjectionQueue;
  private running: Promise<void> | undefined;
  private writing: Promise<boolean> | undefined;
  /** Taken from the queue, and not in the tables yet. */
  private underWay = 0;
  /** It is known how far the store is. Until then nothing is written: what the log has no more would be told as missing in it. */
  private isPlaced = false;
  private reached: RecordNumber = 0;
  /** Up to here everything was handed to the store, or compared with what it has. */
  private covered: RecordNumber = 0;
  private newest: RecordNumber = 0;
  private divergences = 0;
  private refused = 0;
  private refusal: string | undefined;
  private error: string | undefined;
  private readonly stopping = new AbortController();

  constructor(logger: Logger, pause: Pause, queue = new ProjectionQueue()) {
    this.logger = logger;
    this.pause = pause;
    this.queue = queue;
  }

  /** From here on the store gets what it has not got. */
  async open(store: HistoryStore, start: ProjectionStart): Promise<void> {
    const { found } = start;
    this.store = store;
    this.start = start;
    if (this.queue.from === 0) this.queue.beginAfter(start.snapshotAt);
    if (found === undefined) await this.askPlace(store, start);
    else if (found.cursor !== undefined) await this.place(found.cursor, found.isBegun, start);
    this.wake();
  }

  private async askPlace({ cursor, configurations }: HistoryStore, start: ProjectionStart): Promise<void> {
    const reached = await cursor();
    await this.place(reached, (await configurations({ limit: 1 })).length > 0, start);
  }

  private async place(
    { position, refused }: ProjectionCursor,
    isBegun: boolean,
    start: ProjectionStart,
  ): Promise<void> {
    this.isPlaced = true;
    this.reached = position;
    this.refused = refused;
    this.newest = Math.max(this.newest, position);
    // What the snapshot is behind the store with is derived again all the same: it is compared.
    this.covered = Math.min(position, start.snapshotAt);
    // A history that begins anew gets all of it from the log, or is told what was registered where the log begins.
    if (!isBegun && (position > 0 || !this.isBehind)) await this.begin(await start.asSnapshotted());
  }

  /** Where no configuration was ever written, what is registered is the first one. */
  private async begin({ n, at, registry }: EngineState): Promise<void> {
    if (registry.version > 0) await this.write([asRegistered(n, { at, changes: allOf(registry) })], this.reached);
  }

  follow(released: Released): void {
    this.newest = released.n;
    if (isNothing(released)) return;
    const { n, at, transitions, capsules, outcomes, configurations } = released;
    this.queue.push({ n, at, transitions, capsules, outcomes, configurations });
    this.wake();
  }

  get health(): ProjectorHealth {
    const { reached: position, queue, divergences, refused, refusal, error } = this;
    const behind = this.isBehind ? queue.from - this.covered : 0;
    const waiting = queue.waiting + this.underWay;
    return { position, waiting, behind, divergences, refused, refusal, error };
  }

  /**
   * Resolves when the store keeps up with what is released, for who could do slower; at once where it takes nothing, is behind
   * already, or writes nothing meanwhile.
   */
  async room(): Promise<void> {
    while (!this.isBehind && this.queue.weight > ROOM_BYTES) {
      const { reached } = this;
      await Promise.race([this.writing, this.pause(ROOM_WITHIN_MS)]);
      if (this.reached === reached) return;
    }
  }

  /** Everything released so far is in the tables, or the store has refused it. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  /** Moves the cursor over inputs that led to nothing, so that the log can be freed; while there is more to write, that does. */
  async advance(): Promise<void> {
    const isDone = this.isPlaced && this.running === undefined && !this.isBehind;
    if (isDone && this.newest > this.reached && !this.stopped) await this.write([], this.newest);
  }

  /**
   * Writes what is left, once, as far as the store takes it in a moment: what it does not take is derived again from the log at
   * the next start. A batch may still be on its way then: the store gives it up when it is closed, and knows it where it comes again.
   */
  async stop(): Promise<void> {
    this.stopping.abort();
    const late = new AbortController();
    await Promise.race([this.writeRest(late.signal), watch(STOP_MS)]);
    late.abort();
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async writeRest(late: AbortSignal): Promise<void> {
    await this.idle();
    if (this.isBehind || !this.isPlaced) return;
    while (!this.queue.isEmpty) {
      if (late.aborted) return;
      const batch = this.queue.take();
      if (!(await this.write(batch, batch[batch.length - 1].n))) return;
    }
    if (this.newest > this.reached && !late.aborted) await this.write([], this.newest);
  }

  /** Between what was written and what waits lie inputs that only the log has. */
  private get isBehind(): boolean {
    return this.queue.from > this.covered;
  }

  private wake(): void {
    if (this.store === undefined || (this.queue.isEmpty && !this.isBehind)) return;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      if (!this.isPlaced) await this.placeLate();
      else if (this.isBehind) await this.catchUp();
      else if (this.queue.isEmpty) return;
      else {
        const batch = this.queue.take();
        this.underWay = batch.length;
        if (!(await this.deliver(batch, batch[batch.length - 1].n))) this.queue.putBack(batch);
        this.underWay = 0;
      }
    }
  }

  /** A file that could not be read at the start may be put right meanwhile. */
  private async placeLate(): Promise<void> {
    const { store, start } = this;
    if (store === undefined || start === undefined) return;
    await this.askPlace(store, start).catch(() => this.pause(RETRY_MS));
  }

  /** False when the service stops before the store has taken it. */
  private async deliver(batch: readonly Kept[], upTo: RecordNumber, besides: Besides = {}): Promise<boolean> {
    for (;;) {
      this.writing = this.write(batch, upTo, besides);
      if (await this.writing) return true;
      if (this.stopped) return false;
      await this.pause(RETRY_MS);
    }
  }

  /** Reads the log again up to where the queue begins, however far that moves meanwhile. */
  private async catchUp(): Promise<void> {
    const { start, queue } = this;
    // What is not durable was judged in unsaved mode, and is read when that is over.
    if (start === undefined || start.durable() < queue.from) return this.pause(RETRY_MS);
    const from = this.covered;
    this.logger.warn(
      { from, to: queue.from },
      'the history of alerts is written from the log: it was more than memory holds',
    );
    try {
      await this.writeAgain(start.derivedAgain(from, this.stopping.signal));
    } catch (error) {
      if (this.stopped) return;
      const reason = error instanceof Error ? error.message : String(error);
      const lost = { from: this.covered + 1, to: queue.from, reason };
      await this.deliver([], queue.from, { missing: [lost] });
    }
    if (this.isBehind) return;
    queue.passedTo(this.covered);
    this.logger.info({ from, to: this.covered }, 'the history of alerts is written again');
  }

  private async writeAgain(inputs: AsyncIterable<Again>): Promise<void> {
    let batch = new Batch();
    const flush = async (upTo: RecordNumber): Promise<boolean> => {
      const { kept } = batch;
      batch = new Batch();
      if (!(await this.deliver(kept, upTo))) return false;
      this.queue.recovered(kept.length);
      return true;
    };
    let upTo = this.covered;
    for await (const input of inputs) {
      if (this.stopped) return;
      if (input.missing !== undefined) {
        if (!(await flush(upTo))) return;
        upTo = input.missing.to;
        if (!(await this.passMissing(input))) return;
      } else {
        upTo = input.n;
        if (!isNothing(input)) batch.add(input);
        if (batch.isFull && !(await flush(upTo))) return;
      }
      if (upTo >= this.queue.from) break;
    }
    await flush(upTo);
  }

  /** What a stretch amounts to stands in the tables before the cursor passes it. */
  private async passMissing({ missing, open, registered }: Missing): Promise<boolean> {
    for (let i = 0; i < open.length; i += ALERTS_AT_ONCE)
      if (!(await this.deliver([], this.covered, { standing: open.slice(i, i + ALERTS_AT_ONCE) }))) return false;
    const batch = registered === undefined ? [] : [asRegistered(missing.to, registered)];
    return this.deliver(batch, missing.to, { missing: [missing] });
  }

  private async write(batch: readonly Kept[], upTo: RecordNumber, besides: Besides = {}): Promise<boolean> {
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
      ...besides,
    };
    try {
      const { divergences, refused } = await store.project(upTo, effects);
      this.diverged(divergences);
      this.setAside(refused);
      this.reached = Math.max(this.reached, upTo);
      this.covered = Math.max(this.covered, upTo);
      this.error = undefined;
      return true;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (words !== this.error)
        this.logger.error({ error: words, position: upTo }, 'the state store does not take the history');
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
    if (divergences.length > 0) this.start?.diverged(divergences);
    for (const { seq, recorded, derived } of divergences) {
      this.logger.error(
        { seq, recorded: recorded.change, derived: derived.change, alert: recorded.alert.id },
        'replay-divergence: this version derives another transition; what was recorded stands',
      );
    }
  }
}

/** All that is registered, as one configuration that nobody is known to have made. */
function asRegistered(
  n: RecordNumber,
  { at, changes }: { readonly at: EpochMs; readonly changes: readonly ItemChange[] },
): Kept {
  const answer = { commandId: 'beginning', actor: 'fenghuo', applied: true, errors: [], pending: [] };
  return { ...takenFrom(newOut()), n, at, configurations: [{ ...answer, changes }] };
}
