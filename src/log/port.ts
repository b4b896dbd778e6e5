/**
 * The input log as the pipeline sees it: an ordered, durable sequence of opaque records, numbered from 1 without gaps
 * (but for the one gap that unsaved mode leaves and names). It knows bytes and numbers; it never looks into a record,
 * decides nothing, and has no clock of its own.
 */

/** Number of a record in its partition: 1, 2, 3 … It is also the engine's input number. */
export type RecordNumber = number;

/** One record read back. `bytes` is only valid until the next one is asked for. */
export interface LogRecord {
  readonly number: RecordNumber;
  readonly bytes: Uint8Array;
}

/** Where and why reading stopped before the end. A bad record in the middle is never skipped silently. */
export interface LogDamage {
  /** First record number that could not be read. */
  readonly number: RecordNumber;
  /** Segment (file name or remote segment id) and byte offset of the bad frame. */
  readonly segment: string;
  readonly offset: number;
  readonly reason: 'bad-checksum' | 'bad-length' | 'out-of-order' | 'missing-segment';
}

/** Records that were judged but never became durable (unsaved mode): the numbers from … to are not in the log. */
export interface LogGap {
  readonly from: RecordNumber;
  readonly to: RecordNumber;
  /** These were durable once and went bad; an operator set them aside by name (`fenghuo log skip`), their bytes are kept. */
  readonly setAside?: true;
}

export type LogHealth =
  | { readonly state: 'ok' }
  /** A commit has failed or hangs; the adapter retries by itself until `abandon` is called. */
  | { readonly state: 'failing'; readonly error: string }
  /**
   * Another owner writes this partition. For good: what was folded and is not durable is in nobody's log, so the state is worth
   * nothing and the process ends. Never unsaved mode, which would go on beside the owner.
   */
  | { readonly state: 'fenced'; readonly error: string };

/** What the fence of a partition says to a writer that has been replaced. Local logs never answer it. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

export interface InputLog {
  /** Number the next appended record will get. */
  readonly next: RecordNumber;
  /** Number of the newest durable record; 0 when there is none. */
  readonly durable: RecordNumber;
  /** Oldest record that can still be read; `next` when the log is empty. */
  readonly oldest: RecordNumber;
  /** Bytes appended and not yet durable: the pipeline's measure for pausing sockets. */
  readonly pendingBytes: number;
  readonly health: LogHealth;
  /** Gaps that unsaved mode left, oldest first. */
  readonly gaps: readonly LogGap[];

  /**
   * Adds one record to the group that is being gathered and returns its number. The bytes are copied: the caller may
   * re-use them at once. A group is committed as soon as the commit before it is done; there is no minimum group time.
   */
  append(bytes: Uint8Array): RecordNumber;

  /** Called after each commit, in order, with the newest durable number. Never called for records that are not on disk. */
  onDurable(listener: (durable: RecordNumber) => void): void;

  /** Called when health changes. */
  onHealth(listener: (health: LogHealth) => void): void;

  /** Resolves when everything appended before the call is durable; never resolves while the log is failing. */
  flush(): Promise<void>;

  /**
   * Records from `from` on, in order, up to what was durable when the call was made. Ends early, after yielding every
   * good record before it, by throwing LogDamageError at a bad record in the middle. A torn tail was cut at opening.
   */
  read(from: RecordNumber): AsyncIterable<LogRecord>;

  /** Frees whole segments all of whose records are below `before`; they go to the archive when one is configured. */
  free(before: RecordNumber): Promise<void>;

  /**
   * Enters unsaved mode: gives up the records that are appended and not durable and returns their range (undefined when
   * there are none). Until `resumeAt` succeeds, `append` throws.
   */
  abandon(): LogGap | undefined;

  /**
   * Leaves unsaved mode: starts a new segment whose first record is `number`, records the gap durably, and resolves when
   * a durable write has succeeded. Rejects (and may be called again) while the storage still fails.
   */
  resumeAt(number: RecordNumber): Promise<void>;

  close(): Promise<void>;
}

export class LogDamageError extends Error {
  override readonly name = 'LogDamageError';
  readonly damage: LogDamage;

  constructor(damage: LogDamage) {
    super(
      `log record ${damage.number} cannot be read: ${damage.reason} in ${damage.segment} at byte ${damage.offset}; ` +
        `later records exist, so nothing was skipped. Run "fenghuo log skip ${damage.number}" to set it aside by name.`,
    );
    this.damage = damage;
  }
}

/** Verified snapshots of engine state: the two newest, and those that somebody who lags begins from. */
export interface SnapshotStore {
  /**
   * Writes one snapshot in paced chunks, reads it back and verifies it; only then does it count and are older ones beyond
   * the two newest removed, but for the newest at or before each of `alsoFor`: who derives again what followed a record begins
   * there. `parts` must not change until the promise settles.
   */
  write(position: RecordNumber, parts: readonly Uint8Array[], alsoFor?: readonly RecordNumber[]): Promise<void>;
  /**
   * The newest snapshot, at or before `upTo` where that is stated, whose checksum holds and that was not disowned, or undefined.
   * Damaged ones are passed over and listed in `damaged`.
   */
  newest(
    upTo?: RecordNumber,
  ): Promise<{ position: RecordNumber; parts: Uint8Array[]; damaged: readonly string[] } | undefined>;
  /** The snapshot at this position is whole and of no use to this program: it counts no longer, and its file stays for now. */
  disown(position: RecordNumber): void;
  /** Position of the older of the two newest verified snapshots: the log may be freed up to here. 0 while there are fewer than two. */
  readonly freeable: RecordNumber;
  /** Position of the newest verified snapshot at or before a record; 0 where there is none. */
  before(record: RecordNumber): RecordNumber;
}
