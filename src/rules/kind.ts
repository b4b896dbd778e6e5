/**
 * What a rule kind is: a table of rows and one look at one reading that says how far its condition has gone. A kind knows
 * nothing of delays, quality, silence or alerts: hold.ts does that for all of them alike.
 */
import type { Unclear } from '../model/alert.ts';
import type { Baseline } from '../model/baseline.ts';
import type { Columns, Layout } from '../model/columns.ts';
import type { DeviceFault } from '../model/hazard.ts';
import type { Level } from '../model/level.ts';
import type { PointConfig, RuleConfig } from '../model/point.ts';
import type { Quality } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';
import type { OverRange, Sample } from './sample.ts';

/** The rule cannot say (window too thin, fit too poor): neither starts nor ends anything. */
export const UNKNOWN = 255;
export type Observation = Level | typeof UNKNOWN;

/** Of kinds that must see every reading. */
export const NEVER_QUIET = { above: Number.POSITIVE_INFINITY, below: Number.NEGATIVE_INFINITY } as const;

/** What stands behind a level, for the alert and whoever asks why. */
export interface Explanation {
  /** Limit that is crossed or headed for: `LL`, `L`, `H`, `HH`, or `critical`; in the point's unit. */
  readonly limit?: { readonly name: string; readonly value: number };
  /** The kind's own, each named with its unit last: see the rule of the kind. */
  readonly numbers: Readonly<Record<string, number>>;
  /** There is a trend, and no forecast is made of it. */
  readonly unclear?: Unclear | undefined;
}

export const NO_NUMBERS: Explanation['numbers'] = {};

/** How the fault of an instrument stands: none, all but what others must bear out, there. */
export const ABSENT = 0;
export const WAITS = 1;
export const PRESENT = 2;
export type Standing = typeof ABSENT | typeof WAITS | typeof PRESENT;

/** What was beyond a limit that nobody has to act on. */
export interface PastEvents {
  /** In the point's unit. */
  readonly limit: number;
  /** All there were. */
  readonly count: number;
  /** The newest first; `to` is absent while it goes on. As readings are judged, in engine time. */
  readonly newest: readonly { readonly from: EpochMs; readonly to?: EpochMs | undefined; readonly peak: number }[];
}

/** What a fault makes of one reading. The worse one counts. */
export const NO_DOUBT = 0;
/** It may raise, and calms nothing. */
export const DOUBTFUL = 1;
/** It says nothing of now: it neither raises nor calms, and its point is blind. */
export const SAYS_NOTHING = 2;
export type Doubt = typeof NO_DOUBT | typeof DOUBTFUL | typeof SAYS_NOTHING;

/**
 * Of a kind that looks at readings beside those that judge: it has no level. Where it watches the instrument, its fault is a
 * device alarm; where it only keeps what happened there is none.
 */
export interface InstrumentWatch {
  readonly fault?: DeviceFault;
  /**
   * Takes one usable reading, in sampling order: for a fault, before anything is made of it by another one; where it only keeps
   * what happened, as all of them have left it, and none that says nothing.
   */
  look(row: number, sample: Sample): Doubt;
  standing(row: number): Standing;
  /** Since when it has not moved from where it is; undefined where nothing is known. Asked of others by what waits. */
  stillSince?(row: number): EpochMs | undefined;
  /** What waits is looked at again by a tick: whether others bear it out. Gives when to look next, undefined when never. */
  borneOut?(row: number, now: EpochMs, stillestSince: EpochMs | undefined): EpochMs | undefined;
}

/** Of a kind that learns what is usual from what it is shown, where `sample.learns` (learning.ts). */
export interface Learner {
  /** A good reading that came while something else of the point stood. */
  inAlarm(row: number): void;
  /** A reading that is not good; `quality` as it was judged. */
  notGood(row: number, quality: Quality): void;
  /** Readings that the reference has left out, by why: `leftOutInAlarm`, `leftOutTest`, `leftOutNotGood`; none that are 0. */
  leftOut(row: number): Readonly<Record<string, number>>;
  /** What there is to judge by at this engine time; undefined of kinds whose baseline nobody looks up. */
  baseline(row: number, now: EpochMs): Baseline | undefined;
}

/** A table of a kind; its name stands in the snapshot. */
interface KindTable {
  readonly name: string;
  readonly columns: Columns<Layout>;
}

/** One kind with its own tables; a row is one rule on one point. Points without the rule have no row and pay nothing. */
export interface RuleKind<C extends RuleConfig = RuleConfig> {
  /** As configuration and snapshots name it. */
  readonly name: string;
  /** Everything it remembers; row n of each is rule n. */
  readonly tables: readonly KindTable[];
  /** Only good readings are samples: uncertain ones are not shown to it. */
  readonly goodOnly: boolean;
  /** With nothing raised, a reading inside `quiet` leaves no trace in the row: it need not be shown to it. */
  readonly memoryless: boolean;
  /** Values between these two are NONE for a row at rest. Of memoryless kinds only. */
  quiet(row: number): { readonly above: number; readonly below: number };
  /** True when, with nothing raised, a reading of this value at this time cannot change what it says: certain, but not exact. */
  still(row: number, at: EpochMs, value: number): boolean;
  /** Sets the row's parameters and keeps its memory where that is still meant. True when a parameter is another one. */
  install(row: number, rule: C, point: PointConfig): boolean;
  /** Takes one reading, in sampling order. One that is not good may only raise what the row remembers. */
  observe(row: number, sample: Sample): Observation;
  /** Judges the last good value again after a change of parameters: the same reading, not a new sample. */
  again(row: number, sample: Sample): Observation;
  /**
   * Asked of a rule that stands and cannot say: whether its numbers prove all the same that nothing does, at the edge of their
   * error. Of kinds that never prove that, absent.
   */
  disproves?(row: number): boolean;
  /** The point fell silent: what rests on fresh data is no longer valid. */
  silence(row: number): void;
  /** 1 where a greater value is worse, −1 where a smaller one is, of what it said last. */
  side(row: number): 1 | -1;
  /**
   * Numbers behind `level` as of a reading at `at`, of a rule that stands on `side`: what it says of the other side meanwhile
   * is no ground of this level. With level 0 it is the side of what it said last.
   */
  explain(row: number, level: Level, at: EpochMs, side: 1 | -1): Explanation;
  /** Of kinds whose alarm is told in numbered bulletins: the number that stands, of the alarm that began then. */
  bulletin?(row: number, since: EpochMs): number;
  /** Asked once a reading while such an alarm stands: whether there is a further bulletin, which is counted by it. */
  hasNews?(row: number, since: EpochMs, at: EpochMs): boolean;
  /** Of kinds that see trends: why there is one and nothing is foretold of it. */
  unclear?(row: number): Unclear | undefined;
  /** Of kinds that keep events instead of alarming. */
  events?(row: number): PastEvents;
  /** Of kinds that learn. */
  readonly learner?: Learner;
  /** Up to this level what it says may be how its point always is (constant creep): others learn from it. Absent: none. */
  readonly usual?: Level;
  /** Of kinds that look at readings beside those that judge. */
  readonly watch?: InstrumentWatch;
  /** Whether the value alone breaches a limit in force, without memory; 0 for kinds that have none. */
  breach(row: number, value: number, over: OverRange): Level;
}
