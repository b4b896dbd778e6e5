/**
 * The store of readings as everybody else sees it: rows of admitted readings in, history of one point out. Two adapters
 * keep it (embedded chunks, InfluxDB), and one contract suite. It never holds an alarm back: it follows the log at its own
 * pace, by its own cursor.
 */
import type { EpochMs } from '../../model/time.ts';

/** Readings as parallel columns with `count` valid rows, in log order. Made by `rows.ts` from the batches of the log. */
export interface ReadingRows {
  count: number;
  /** Point number of the registry. */
  point: number[];
  /** The time the reading was judged at: the device's, or the arrival where the device's clock was unusable. */
  at: EpochMs[];
  value: number[];
  /** Quality code (model/quality). */
  quality: number[];
  receivedAt: EpochMs[];
  /** FLAG bits (model/reading); above them the quality that was sent, see `sentQualityOf` there. */
  flags: number[];
  /** What the device's clock said; equals `at` unless FLAG.CLOCK_SKEWED. */
  deviceAt: EpochMs[];
}

export interface ReadingsQuery {
  /** Point number. */
  readonly point: number;
  /** From, inclusive. */
  readonly from: EpochMs;
  /** To, exclusive. */
  readonly to: EpochMs;
  /** At most so many items; above it they are down-sampled to equal buckets counted from `from`. */
  readonly max: number;
}

export interface RawItem {
  readonly at: EpochMs;
  readonly value: number;
  /** As it was judged, and as it was sent: what judges it another time needs the second. */
  readonly quality: number;
  readonly sentQuality: number;
}

/** One bucket that has readings in it; empty ones are left out, so gaps stay gaps. Readings of every quality count. */
export interface BucketItem {
  /** Begin of the bucket. */
  readonly at: EpochMs;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly count: number;
}

/** A stretch of the log that was never stored here; it can be filled again from the archive. */
export interface ExportGap {
  /**
   * `refused` by the server for good, `moved-on` because the disk budget was used up, judged in `unsaved` mode and lost,
   * `set-aside` from the log as damaged, or of before a store that was lost had `begun-anew`.
   */
  readonly cause: 'refused' | 'moved-on' | 'unsaved' | 'set-aside' | 'begun-anew';
  /** First and last record left out, or that have readings which were. */
  readonly from: number;
  readonly to: number;
  /** How many readings (`refused`) or records (else) are missing; at least so many. */
  readonly count: number;
  /** The times they lie between: of the readings themselves where they are known, else of their arrival. */
  readonly fromAt: EpochMs;
  readonly toAt: EpochMs;
  readonly reason: string;
  /** Wall clock. */
  readonly recordedAt: EpochMs;
}

/** A stretch of time from which readings are missing here. `count` is for all points together. */
export interface HistoryGap {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly count: number;
  readonly reason: string;
}

export type ReadingsAnswer = (
  | { readonly downsampled: false; readonly items: RawItem[] }
  | { readonly downsampled: true; readonly bucketMs: number; readonly items: BucketItem[] }
) & {
  /** Everything that arrived up to here is in the answer; absent when nothing was ever stored. */
  readonly completeTo?: EpochMs;
  readonly gaps: readonly HistoryGap[];
};

/** Expected failures are data: the same call may be made again, and again. */
export type AppendOutcome =
  | {
      readonly ok: true;
      /** Readings the server will never take, with its words; they are recorded as a gap. */
      readonly refused?: { readonly count: number; readonly reason: string };
    }
  | {
      readonly ok: false;
      readonly reason: string;
      /** The store has forgotten what it had taken after this record: it wants all of it again. */
      readonly resumeFrom?: number;
    };

export type ForgetOutcome =
  | { readonly ok: true; readonly removed: number }
  | { readonly ok: false; readonly reason: string };

export type QueryOutcome =
  | { readonly ok: true; readonly answer: ReadingsAnswer }
  | { readonly ok: false; readonly reason: string };

/** Of several points together, for whoever reads a stretch of time from its begin to its end. */
export interface PointsQuery {
  readonly points: readonly number[];
  /** From, inclusive. */
  readonly from: EpochMs;
  /** To, exclusive; after `from`. */
  readonly to: EpochMs;
  /** About so many readings of all points together; a store may give fewer, and gives one instant whole however many it has. */
  readonly max: number;
}

/** Readings of several points as parallel columns with `count` valid rows, each as it is stored, in no order. */
export interface PointRows {
  readonly count: number;
  readonly point: Uint32Array;
  readonly at: Float64Array;
  readonly value: Float64Array;
  /** As it was sent. */
  readonly sentQuality: Uint8Array;
}

export type PointsOutcome =
  | {
      readonly ok: true;
      readonly rows: PointRows;
      /** Every reading before it is here and none at or after it: the next question begins there. After `from`. */
      readonly upTo: EpochMs;
      readonly gaps: readonly HistoryGap[];
    }
  | { readonly ok: false; readonly reason: string };

/** What a store finds wrong with its own settings, by the name of the setting; or that it does not answer. */
export type SelfTestOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export interface ReadingsStore {
  /**
   * Every reading of the log records 1 … `position` is durable here: the log may be freed up to it, and export goes on
   * from it after a restart. It may stand behind what was appended.
   */
  position(): number;

  /**
   * Takes all admitted rows of the records after the last append and up to `position`. Idempotent by (point, at): rows that
   * are there already change nothing, and of two values for one instant the first stays. Late rows may come in any order.
   */
  append(rows: ReadingRows, position: number): Promise<AppendOutcome>;

  /**
   * Makes durable what is not, so that `position()` reaches what was appended. With `olderThanMs`, only what has waited
   * longer than that (on the store's own clock).
   */
  flush(olderThanMs?: number): Promise<AppendOutcome>;

  /**
   * Leaves out the records `gap.from` … `gap.to` for good, without asking anybody: the cursor passes them, and the gap is
   * durable before it does.
   */
  giveUp(gap: ExportGap): Promise<AppendOutcome>;

  /** Everything that was left out so far, oldest first. */
  gaps(): readonly ExportGap[];

  query(query: ReadingsQuery): Promise<QueryOutcome>;

  /** The first readings of many points in one question. */
  queryPoints(query: PointsQuery): Promise<PointsOutcome>;

  /** Writes something and reads it back, where that can go wrong: what is written must be what history reads. */
  selfTest(): Promise<SelfTestOutcome>;

  /** Removes what lies wholly before `before`, where the store keeps retention itself, and gives the number of readings. */
  forget(before: EpochMs): Promise<ForgetOutcome>;

  /** Flushes and closes. Safe to call twice. */
  close(): Promise<void>;
}
