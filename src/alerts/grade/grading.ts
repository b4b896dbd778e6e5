/** What a grade is made from, and what is made: shapes only. JSON data, as it is sealed into evidence. */
import type { Reason } from '../../model/alert.ts';
import type { Grade } from '../../model/grade.ts';
import type { Level } from '../../model/level.ts';
import type { ExtraStep, Floor } from '../../model/point.ts';
import type { SourceClass, SourceLevel } from '../../model/source.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';

/** How a contributor stands at one level or worse. */
export interface Standing {
  /** Engine time since which it is known to have been at this level or worse. */
  readonly since: EpochMs;
  /** It has had a good reading at this level or worse since then. Once true it stays true: blindness takes nothing back. */
  readonly certain: boolean;
}

/** One rule on one point (or one made by the engine) that is in alarm. */
export interface GradingContributor {
  readonly point: string;
  readonly number: number;
  readonly rule: string;
  readonly level: Level;
  /** Standing at PRE, H and HH, in this order, as far as `level` goes. */
  readonly standings: readonly Standing[];
  /** Points on one transmitter do not corroborate each other. */
  readonly transmitter?: string | undefined;
  /** Of what is computed: the measured point that speaks through it; the two do not corroborate each other. */
  readonly computedFrom?: string | undefined;
  /** Forecast to the next limit and the fit behind it. */
  readonly timeToLimitMs?: DurationMs;
  readonly r2?: number;
  /** In alarm without sight: counts as before, and its persistence runs on. */
  readonly held: boolean;
  readonly floors: readonly Floor[];
  /** Of a harm that its convention never calls worse (exposure at work: blue and yellow); its floors may. */
  readonly gradeAtMost?: Grade | undefined;
  /** It is one step more for whatever stands beside it, and no base: neither a witness nor breadth, nor does it persist. */
  readonly step?: ExtraStep | undefined;
  /** Of such a step: the independent sources that come together in it. They are one for breadth where it counts. */
  readonly restsOn?: readonly string[] | undefined;
  readonly persistenceMs: DurationMs;
  readonly responseMs: DurationMs;
  /** Grade given by its kind (coverage, device faults) instead of climbed: a floor that gives no base. */
  readonly fixedGrade?: Grade;
  /** Names and numbers behind a fixed grade or a step. */
  readonly detail?: Reason['detail'];
}

/** What counts of the source: its class. Its level is said beside it. */
export interface GradedSource {
  readonly sourceClass: SourceClass;
  readonly sourceLevel?: SourceLevel | undefined;
}

/**
 * Which rules of the ladder judge. 1: a forecast gave both its base and the step of its trend. 2: one fit counts once, and
 * forecasts alone are not above yellow.
 */
export type Edition = 1 | 2;
export const EDITION: Edition = 2;

/** JSON data only: it is sealed into evidence capsules. */
export interface GradingInput extends GradedSource {
  /** Absent in what was sealed before editions were named: the first one. */
  readonly edition?: Edition;
  readonly now: EpochMs;
  readonly contributors: readonly GradingContributor[];
}

export interface GradingResult {
  readonly grade: Grade;
  readonly reasons: readonly Reason[];
  /** Earliest later instant at which time alone raises the grade; undefined when it never does. */
  readonly dueAt: EpochMs | undefined;
}
