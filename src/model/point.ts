/**
 * A monitoring point as the engine knows it: everything its pack type gives and the registry states, resolved to plain
 * numbers, so that judging and replay need no pack file. It holds configuration only, never a reading.
 */
import type { Grade } from './grade.ts';
import type { Hazard } from './hazard.ts';
import type { Level } from './level.ts';
import type { DurationMs } from './time.ts';

/** Where a figure comes from: V seen in the source named, M from memory, OURS a proposal without outside authority. */
export interface Basis {
  readonly source: string;
  readonly mark: 'V' | 'M' | 'OURS';
}

/** Closed range; a missing side is unbounded. In the point's unit. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** Alarm limits in the point's unit. Low limits (L, LL) alarm at or below, high ones (H, HH) at or above. */
export interface Limits {
  readonly LL?: number;
  readonly L?: number;
  readonly H?: number;
  readonly HH?: number;
}

/** Rate of change over `windowMs`, in unit per minute: at `perMinute` PRE, at twice that while nearing a limit H. */
export interface RateOfChange {
  readonly windowMs: DurationMs;
  readonly perMinute: number;
  readonly direction: 'up' | 'down' | 'both';
}

/** Time-to-limit forecast over a bucketed window; used only where the fit explains at least `minR2` of the variance. */
export interface Forecast {
  readonly windowMs: DurationMs;
  readonly minR2: number;
}

/** A convention-backed lowest grade: at `level` or worse on at least `points` independent points of the group. */
export interface Floor {
  readonly id: string;
  readonly level: Level;
  readonly points: number;
  readonly grade: Grade;
  readonly basis: Basis;
}

export interface PointConfig {
  /** `{enterprise}/{tag}`. */
  readonly id: string;
  readonly enterprise: string;
  readonly tag: string;
  /** Source id, `{enterprise}/{name}`. */
  readonly source: string;
  /** Part of the source that alerts separately, when the registry states one. */
  readonly unitGroup?: string;
  readonly name: string;
  /** Pack type, e.g. `gas_lel`. */
  readonly type: string;
  readonly hazard: Hazard;
  /** What the low side (L, LL) is a sign of, where that is another hazard: a tank that runs over, or runs dry. */
  readonly hazardLow?: Hazard;
  readonly valueKind: 'number' | 'boolean';
  /** UCUM unit; empty for booleans. */
  readonly unit: string;
  /** Gateway ids (without enterprise) that may publish it. */
  readonly gateways: readonly string[];
  /** Declared reporting interval; null for event-driven points. */
  readonly intervalMs: DurationMs | null;
  /** What the instrument can show. */
  readonly span?: Range;
  /** What the process can be. */
  readonly plausible?: Range;
  readonly limits: Limits;
  /** In the point's unit: a limit is left only beyond it. */
  readonly deadband: number;
  readonly onDelayMs: DurationMs;
  readonly offDelayMs: DurationMs;
  /** Boolean points: the value (1/0) that is critical, judged as HH. */
  readonly criticalWhen?: 0 | 1;
  /** An over-range reading latches until a named person resets it (gas). */
  readonly latching: boolean;
  /** Nearness to H (or L) in the point's unit that counts as PRE; off when absent. */
  readonly preBand?: number;
  /** De-escalation hold: 10 min for process points, 24 h for geotechnical ones. */
  readonly response: 'process' | 'geotechnical';
  /** LADDER T_p: time in state after which the grade goes one step up. */
  readonly persistenceMs: DurationMs;
  /** LADDER T_r: time an operator needs; a predicted time to the next limit below it counts. */
  readonly responseMs: DurationMs;
  readonly rateOfChange?: RateOfChange;
  readonly forecast?: Forecast;
  readonly floors: readonly Floor[];
  /** Points that share one transmitter do not corroborate each other. */
  readonly transmitter?: string;
  readonly basis: Basis;
  readonly consequence?: string;
  readonly action?: string;
  readonly respondMs?: DurationMs;
  readonly owner?: string;
  readonly reviewBy?: string;
}
