/**
 * A monitoring point as the engine knows it: everything its pack type gives and the registry states, resolved to plain
 * numbers, so that judging and replay need no pack file. It holds configuration only, never a reading.
 */
import type { Derivation } from './derivation.ts';
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

/**
 * One rule on a point: what it is called there, its kind, and what that kind asks for (`rules/points/<kind>/definition.ts`).
 * Ids are unique on a point, so that two rules of one kind fit. JSON data.
 */
export interface RuleConfig {
  readonly id: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** A convention-backed lowest grade: at `level` or worse on at least `points` independent points of the group. */
export interface Floor {
  readonly id: string;
  readonly level: Level;
  readonly points: number;
  readonly grade: Grade;
  readonly basis: Basis;
  /** Of a floor that rolls up the points of one monitoring item: the item. Its `level` is the colour that is counted. */
  readonly item?: string;
  /** Of a floor that belongs to one limit: that limit, `high.red`. */
  readonly limit?: string;
}

/**
 * What a derived point may give its alert instead of a base: that hazards which are worse together come together, or that
 * neighbours rise together as one cloud would make them.
 */
export const EXTRA_STEPS = ['coupling', 'neighbours'] as const;
export type ExtraStep = (typeof EXTRA_STEPS)[number];

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
  /** Which pack, in which version, the type was taken from; absent of what was registered before that was kept. */
  readonly pack?: string | undefined;
  /** What the register stated besides, so that the point can be made again when the pack changes (`rules/packs/origin.ts`). */
  readonly stated?: Readonly<Record<string, unknown>> | undefined;
  readonly hazard: Hazard;
  /** What the low side (L, LL) is a sign of, where that is another hazard: a tank that runs over, or runs dry. */
  readonly hazardLow?: Hazard;
  readonly valueKind: 'number' | 'boolean';
  /** UCUM unit; empty for booleans. */
  readonly unit: string;
  /** Gateway ids (without enterprise) that may publish it; none of a derived point. */
  readonly gateways: readonly string[];
  /** How it is computed, of a derived point. */
  readonly derive?: Derivation | undefined;
  /** Declared reporting interval; null for event-driven points. */
  readonly intervalMs: DurationMs | null;
  /** What the instrument can show. */
  readonly span?: Range;
  /** What the process can be. */
  readonly plausible?: Range;
  /** What judges it, in judging order. */
  readonly rules: readonly RuleConfig[];
  readonly onDelayMs: DurationMs;
  readonly offDelayMs: DurationMs;
  /** An over-range reading latches until a named person resets it (gas). */
  readonly latching: boolean;
  /** De-escalation hold: 10 min for process points, 24 h for geotechnical ones. */
  readonly response: 'process' | 'geotechnical';
  /** LADDER T_p: time in state after which the grade goes one step up. */
  readonly persistenceMs: DurationMs;
  /** LADDER T_r: time an operator needs; a predicted time to the next limit below it counts. */
  readonly responseMs: DurationMs;
  readonly floors: readonly Floor[];
  /** Of a harm that its convention never calls worse (exposure at work: blue and yellow); its floors may. */
  readonly gradeAtMost?: Grade | undefined;
  /** Of a derived point: in alarm it is one step more for whatever stands in its alert, and no base of its own. */
  readonly step?: ExtraStep | undefined;
  /** Points that share one transmitter do not corroborate each other. */
  readonly transmitter?: string;
  /** Of a drill: its alerts say so, and it observes nothing real. */
  readonly exercise?: boolean;
  readonly basis: Basis;
  readonly consequence?: string;
  readonly action?: string;
  readonly respondMs?: DurationMs;
  readonly owner?: string;
  readonly reviewBy?: string;
}

/** The delays of a rule: its own where it states them, else its point's. */
export function delaysOf(
  rule: RuleConfig | undefined,
  point: Pick<PointConfig, 'onDelayMs' | 'offDelayMs'>,
): Pick<PointConfig, 'onDelayMs' | 'offDelayMs'> {
  const own = (field: 'onDelayMs' | 'offDelayMs'): DurationMs => {
    const stated = rule?.[field];
    return typeof stated === 'number' ? stated : point[field];
  };
  return { onDelayMs: own('onDelayMs'), offDelayMs: own('offDelayMs') };
}

/** It speaks only when something changes: it has no rhythm, and its silence by itself says nothing. */
export function isEventDriven({ intervalMs }: Pick<PointConfig, 'intervalMs'>): boolean {
  return intervalMs === null;
}

/** Who is silent for more intervals than this is stale, and what was before says nothing of what comes. */
export const STALE_INTERVALS = 3;

/** So many of its reporting intervals; `otherwiseMs` for an event-driven point, which has none. */
export function intervalsOf(
  { intervalMs }: Pick<PointConfig, 'intervalMs'>,
  count: number,
  otherwiseMs: DurationMs,
): DurationMs {
  return intervalMs === null ? otherwiseMs : count * intervalMs;
}

/**
 * The fixed limits of a point as the quick pair of each side, whichever of its rules hold them; of two the one that is met
 * first. A yellow limit is H or L, an orange or red one HH or LL; a blue one is no limit that a forecast heads for.
 */
export function limitsOf({ rules }: Pick<PointConfig, 'rules'>): Limits {
  const found: { -readonly [K in keyof Limits]: Limits[K] } = {};
  const take = (name: keyof Limits, limit: unknown): void => {
    if (typeof limit !== 'number') return;
    const other = found[name];
    const first = name === 'H' || name === 'HH' ? Math.min : Math.max;
    found[name] = other === undefined ? limit : first(other, limit);
  };
  for (const { kind, grade, value, ...pair } of rules) {
    if (kind === 'limits-high' || kind === 'limits-low')
      for (const name of ['LL', 'L', 'H', 'HH'] as const) take(name, pair[name]);
    else if (kind === 'limit-high' && grade !== 'blue') take(grade === 'yellow' ? 'H' : 'HH', value);
    else if (kind === 'limit-low' && grade !== 'blue') take(grade === 'yellow' ? 'L' : 'LL', value);
  }
  return found;
}
