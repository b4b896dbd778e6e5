/**
 * The log as a source of readings for the store: old records are read back from disk, the newest come from a bounded
 * memory of what was just released, so that following the log costs no second read. It stores nothing and waits for the
 * store alone.
 */
import type { InputLog, LogRecord, RecordNumber } from '../../log/port.ts';
import { readRecord } from '../../log/record.ts';
import type { EpochMs } from '../../model/time.ts';
import { HOUR_MS } from '../../model/time.ts';
import type { BudgetVerdict } from '../../store/readings/export/budget.ts';
import { judgeBudget, movedOn } from '../../store/readings/export/budget.ts';
import type { ExporterState, ExportItem } from '../../store/readings/export/exporter.ts';
import { runExporter } from '../../store/readings/export/exporter.ts';
import { exportComplaint } from '../../store/readings/export/health.ts';
import type { ExportGap, ReadingRows, ReadingsStore } from '../../store/readings/port.ts';
import { addBatch, addDerived, clearRows, newRows } from '../../store/readings/rows.ts';
import { pauseUnless, watch } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Follower, Released } from '../sequencer/released.ts';

/** Readings kept in memory for a store that follows closely; one that falls behind reads the log. */
const RECENT_READINGS = 100_000;
/** What waits in the log for a store may be as old as this before the store alone is moved on (semantics: disk budget). */
const BUDGET_AGE_MS = 72 * HOUR_MS;
/** A record in the log without readings, and one reading of it. */
const RECORD_BYTES = 50;
const READING_BYTES = 24;
/** Rows are handed on in portions of about this many. */
const PORTION_ROWS = 2_000;
/** A self-test that found something is made again after this, until it finds nothing. */
const SELF_TEST_MS = 5_000;
/** Catching up yields to the loop this often, in records. */
const READ_RECORDS = 500;
/** A log that could not be read is read again after this, then after twice as long … */
const READ_RETRY = { firstMs: 1_000, mostMs: 30_000 };
/** How long a stop waits for what is on its way to the store. */
const STOP_MS = 2_000;

export interface ExporterStatus {
  readonly position: RecordNumber;
  /** Everything that is wrong with the history at present. */
  readonly error: string | undefined;
  /** Readings kept in memory for the store; bounded however long it is away. */
  readonly held: number;
}

interface Recent {
  /** Records (from, to] are in the rows, all of them. */
  readonly from: RecordNumber;
  to: RecordNumber;
  readonly rows: ReadingRows;
  /** It is being handed on: what is released from here on goes into the next one. */
  sealed: boolean;
}

/** A stretch that is missing, of which it is not known yet when it ended. */
type OpenGap = Omit<ExportGap, 'toAt'>;

function closed(gap: OpenGap, toAt: EpochMs): ExportItem {
  const fromAt = Math.floor(Math.min(gap.fromAt, toAt));
  return { position: gap.to, rows: newRows(), gap: { ...gap, fromAt, toAt: Math.ceil(toAt) } };
}

export interface FeedParts {
  readonly store: ReadingsStore;
  readonly log: InputLog;
  readonly logger: Logger;
  /** Wall clock. */
  now(): number;
  /** What may wait in the log for the store. */
  readonly budgetBytes: number;
  /** Set where the store is empty although there were inputs: values of this time and later may have been in one before it. */
  readonly anewSince?: EpochMs | undefined;
}

export class ReadingsFeed implements Follower {
  readonly name = 'history of readings';
  private readonly store: ReadingsStore;
  private readonly log: InputLog;
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private recent: Recent[] = [];
  private recentRows = 0;
  private released: RecordNumber;
  private wake: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private testing: Promise<void> | undefined;
  /** Why the store takes nothing at present. */
  private failure: string | undefined;
  /** What the self-test found last. */
  private found: string | undefined;
  /** The store has taken everything up to this record, durable there or not. */
  private taken: RecordNumber = 0;
  private readonly hurries = new Set<() => void>();
  private readonly now: () => number;
  private readonly budgetBytes: number;
  private readonly anewSince: EpochMs | undefined;
  private failingSince: number | undefined;
  /** How often the log could not be read since the store took something last. */
  private unread = 0;
  /** Arrival of the newest reading that was handed on. */
  private heardAt: EpochMs | undefined;
  /** Of what was released so far: how long its records are on average. */
  private releasedRecords = 1;
  private releasedBytes = RECORD_BYTES;

  constructor({ store, log, logger, now, budgetBytes, anewSince }: FeedParts) {
    this.store = store;
    this.log = log;
    this.logger = logger;
    this.now = now;
    this.budgetBytes = budgetBytes;
    this.anewSince = anewSince;
    this.released = log.durable;
  }

  start(): void {
    this.running = this.run();
    this.testing = this.test();
  }

  /**
   * Exports until it is stopped. A log that cannot be read is read again: a bad moment of the disk must not end the history,
   * and what never mends must not fill the disk with log that waits for it.
   */
  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        return await runExporter({
          source: (from) => this.records(from),
          store: this.store,
          signal,
          now: this.now,
          wait: pauseUnless,
          onHurry: (retry) => this.onHurry(retry),
          budget: (position) => this.budget(position),
          onState: (state) => this.noted(state),
        });
      } catch (error) {
        await this.unreadable(error);
      }
    }
  }

  private async unreadable(error: unknown): Promise<void> {
    const reason = `the log cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    if (this.failure !== reason)
      this.logger.error({ error }, 'the log cannot be read for the history; it is tried again, and judging goes on');
    this.failure = reason;
    this.failingSince ??= this.now();
    const from = this.store.position();
    const budget = this.budget(from);
    if (budget.state === 'exceeded') {
      const gap = movedOn(budget, { from, fromAt: this.heardAt ?? budget.moveToAt, reason, now: this.now() });
      if ((await this.store.giveUp(gap)).ok)
        this.noted({ state: 'moved-on', position: gap.to, from: gap.from, to: gap.to });
    }
    const retryMs = Math.min(READ_RETRY.firstMs * 2 ** this.unread++, READ_RETRY.mostMs);
    const over = new AbortController();
    const deaf = this.onHurry(() => over.abort());
    await pauseUnless(retryMs, AbortSignal.any([over.signal, this.stopping.signal]));
    deaf();
  }

  private onHurry(retry: () => void): () => void {
    this.hurries.add(retry);
    return () => this.hurries.delete(retry);
  }

  /** Somebody was just answered by the store: it is there, and what waits is offered at once. */
  hurry(): void {
    for (const retry of this.hurries) retry();
  }

  /**
   * Inputs without readings only move the end of the newest portion. Readings judged in unsaved mode are handed on too: the
   * log has not got them, but the history may.
   */
  follow(released: Released): void {
    let newest = this.recent[this.recent.length - 1];
    if (newest === undefined || newest.sealed || newest.rows.count >= PORTION_ROWS) {
      const from = newest?.to ?? this.released;
      newest = { from, to: from, rows: newRows(), sealed: false };
      this.recent.push(newest);
    }
    this.released = released.n;
    newest.to = released.n;
    this.releasedRecords++;
    this.releasedBytes += RECORD_BYTES + READING_BYTES * ((released.batch?.count ?? 0) + released.derived.length);
    const rows = newest.rows.count;
    if (released.batch !== undefined) addBatch(newest.rows, released.batch);
    addDerived(newest.rows, released.derived);
    if (released.batch === undefined && released.derived.length === 0) return;
    this.recentRows += newest.rows.count - rows;
    while (this.recentRows > RECENT_READINGS) this.recentRows -= this.recent.shift()?.rows.count ?? 0;
    this.wake?.();
  }

  get status(): ExporterStatus {
    const position = this.store.position();
    // What the store took and has not sealed yet waits for the store, not for room.
    const budget = this.budget(Math.max(position, this.taken));
    const facts = { failure: this.failure, selfTest: this.found, budget, gaps: this.store.gaps(), now: this.now() };
    return { position, error: exportComplaint(facts), held: this.recentRows };
  }

  /** A store that does not answer must not keep a stop from ending: what it has not taken stands in the log. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake?.();
    await Promise.race([Promise.all([this.running, this.testing]), watch(STOP_MS)]);
  }

  /** A wrong name or a missing right is found now, not when somebody asks for history. */
  private async test(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const outcome = await this.store.selfTest();
      if (outcome.ok) {
        if (this.found !== undefined) this.logger.info('the readings store passes its self-test');
        this.found = undefined;
        return;
      }
      if (this.found !== outcome.reason)
        this.logger.error({ reason: outcome.reason }, 'self-test of the readings store');
      this.found = outcome.reason;
      await pauseUnless(SELF_TEST_MS, signal);
    }
  }

  /** Everything after record `from`, in order, for as long as the service runs. */
  private async *records(from: RecordNumber): AsyncGenerator<ExportItem> {
    let position = from;
    while (!this.stopping.signal.aborted) {
      const recent = this.recent.find((portion) => portion.from <= position && position < portion.to);
      if (recent !== undefined) {
        recent.sealed = true;
        // From the middle of a portion all of it is handed on again: rows are idempotent by (point, at).
        this.heardAt = recent.rows.receivedAt.at(-1) ?? this.heardAt;
        yield { position: recent.to, rows: recent.rows };
        position = recent.to;
        this.handedOn(position);
      } else if (position < Math.min(this.log.durable, this.recent[0]?.from ?? this.released)) {
        const upTo = this.recent[0]?.from ?? this.log.durable;
        for await (const item of this.fromLog(position, upTo)) {
          yield item;
          position = item.position;
        }
      } else await this.more();
    }
  }

  /** Forgets what the store has; an empty portion stays, so that the next one begins where this one ended. */
  private handedOn(position: RecordNumber): void {
    this.recent = this.recent.filter(({ to }) => to > position);
    if (this.recent.length === 0) this.recent.push({ from: position, to: position, rows: newRows(), sealed: false });
    this.recentRows = this.recent.reduce((sum, { rows }) => sum + rows.count, 0);
  }

  /**
   * The records after `from` up to `upTo`: what the log has of them, and by name what nobody has any more. A stretch that is
   * missing is told with the first reading behind it, which says when it ended.
   */
  private async *fromLog(from: RecordNumber, upTo: RecordNumber): AsyncGenerator<ExportItem> {
    const rows = newRows();
    const { signal } = this.stopping;
    let position = from;
    let handed = from;
    let lost: OpenGap | undefined;
    let sinceRest = 0;
    // From the one before on: after a restart it says when a stretch that is missing began.
    for await (const record of this.log.read(Math.max(from, this.log.oldest))) {
      if (record.number > upTo || signal.aborted) break;
      if (record.number > position + 1) {
        if (position > handed) yield { position, rows };
        clearRows(rows);
        handed = position;
        lost ??= this.missing(position + 1, record.number - 1);
      }
      this.take(record, record.number > from ? rows : undefined);
      position = Math.max(position, record.number);
      if (lost !== undefined && rows.count > 0) {
        yield closed(lost, rows.receivedAt[0]);
        lost = undefined;
      }
      if (rows.count >= PORTION_ROWS) {
        yield { position, rows };
        clearRows(rows);
        handed = position;
      }
      if (++sinceRest % READ_RECORDS === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const nextAt = this.recent[0]?.rows.receivedAt[0] ?? this.now();
    if (lost !== undefined) yield closed(lost, nextAt);
    if (position > handed) yield { position, rows };
    if (position === upTo || signal.aborted) return;
    const rest = this.missing(position + 1, upTo);
    yield rest === undefined ? { position: upTo, rows: newRows() } : closed(rest, nextAt);
  }

  /**
   * What is neither in the log nor in memory: judged in unsaved mode and forgotten since, set aside from the log, or let go by it
   * when another file had it. Undefined for what the log has let go otherwise: another store that begins behind it is not said to
   * lack it.
   */
  private missing(from: RecordNumber, to: RecordNumber): OpenGap | undefined {
    const named = this.log.gaps.filter((gap) => gap.from <= to && gap.to >= from);
    if (named.length === 0 && from < this.log.oldest) return this.before(from, to);
    const first = from >= this.log.oldest ? from : Math.max(from, Math.min(...named.map((gap) => gap.from)));
    const isSetAside = named.length > 0 && named.every(({ setAside }) => setAside === true);
    const recordedAt = Math.floor(this.now());
    const gap = { from: first, to, count: to - first + 1, fromAt: this.heardAt ?? recordedAt, recordedAt };
    this.logger.error({ from: first, to, isSetAside }, 'these inputs are missing in the history');
    return isSetAside
      ? { ...gap, cause: 'set-aside', reason: 'set aside from the log as damaged' }
      : { ...gap, cause: 'unsaved', reason: 'judged in unsaved mode while the store did not take them' };
  }

  private before(from: RecordNumber, to: RecordNumber): OpenGap | undefined {
    if (from > 1 || this.anewSince === undefined) return undefined;
    const reason = 'the file of the readings store was made anew: what the log had let go by then is missing';
    const recordedAt = Math.floor(this.now());
    return { cause: 'begun-anew', from, to, count: to - from + 1, fromAt: this.anewSince, reason, recordedAt };
  }

  /** Adds the readings of a record; without `rows` only its time is taken. */
  private take(record: LogRecord, rows: ReadingRows | undefined): void {
    try {
      const { input, derived } = readRecord(record.bytes);
      if (rows !== undefined) addDerived(rows, derived);
      if (input.kind !== 'readings') this.heardAt ??= input.at;
      else {
        this.heardAt = input.batch.receivedAt;
        if (rows !== undefined) addBatch(rows, input.batch);
      }
    } catch (error) {
      // Set aside by the engine too; one record must not end the history of all others.
      this.logger.error({ number: record.number, error }, 'a record of the log cannot be read for the history');
    }
  }

  private more(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => {
        this.wake = undefined;
        resolve();
      };
      // Inputs without readings wake nobody, but the cursor must pass them so that the log can be freed.
      void watch(1_000).then(() => this.wake?.());
    });
  }

  private budget(position: RecordNumber): BudgetVerdict {
    const waiting = Math.max(0, this.log.durable - position);
    const bytes = (waiting * this.releasedBytes) / this.releasedRecords;
    const ageMs = this.failingSince === undefined ? 0 : this.now() - this.failingSince;
    const budget = { bytes: this.budgetBytes, ageMs: BUDGET_AGE_MS };
    return judgeBudget({ position, next: this.log.next, bytes, ageMs }, budget, this.now());
  }

  private noted(state: ExporterState): void {
    this.taken = state.position;
    if (state.state === 'running') {
      if (this.failure !== undefined)
        this.logger.info({ position: state.position }, 'the readings store takes readings again');
      this.failure = undefined;
      this.failingSince = undefined;
      this.unread = 0;
      if (state.refused !== undefined)
        this.logger.error({ ...state.refused }, 'the readings store refused readings for good');
    } else if (state.state === 'backing-off') {
      this.failingSince ??= this.now();
      if (this.failure !== state.reason)
        this.logger.warn(
          { reason: state.reason, position: state.position },
          'the readings store does not take readings; they wait in the log',
        );
      this.failure = state.reason;
    } else
      this.logger.error(
        { from: state.from, to: state.to },
        'disk budget used up: this stretch is missing in the history',
      );
  }
}
