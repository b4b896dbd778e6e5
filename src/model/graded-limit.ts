/**
 * A limit that is named by the grade it gives (`limits.high.red`): up to four a side, each with what belongs to it alone. What
 * it is to the rest of the engine: the level it takes a point to, its delays, its floor, and who answers for it. It judges no
 * value; rules/points/graded-side.ts does.
 */
import type { Period } from './calendar.ts';
import { gradeOf } from './grade.ts';
import type { Level } from './level.ts';
import { HIGH, HIGH_HIGH, PRE } from './level.ts';
import type { Basis, Floor, Limits, PointConfig, RuleConfig } from './point.ts';
import type { DurationMs } from './time.ts';

/** From the mildest to the worst. */
export const LIMIT_GRADES = ['blue', 'yellow', 'orange', 'red'] as const;
export type LimitGrade = (typeof LIMIT_GRADES)[number];
export type LimitSide = 'high' | 'low';

/** Base of the ladder by the grade of the limit. Red is more than its base: see `floorsOf`. */
const BASES: Readonly<Record<LimitGrade, Level>> = { blue: PRE, yellow: HIGH, orange: HIGH_HIGH, red: HIGH_HIGH };

/** Who answers for a limit, and on what it stands: as the limit states it, else as its point does. */
export interface Rationale {
  readonly basis?: Basis;
  readonly consequence?: string;
  readonly action?: string;
  readonly respondMs?: DurationMs;
  readonly owner?: string;
  readonly reviewBy?: string;
}

/**
 * A figure that follows from an attribute of the source: by a curve through these points, level beyond its ends; times a factor.
 * Where the source does not state it: of the attribute `otherwise`.
 */
export interface AttributeFigure {
  readonly attribute: string;
  readonly otherwise?: number;
  readonly curve?: readonly (readonly [attribute: number, figure: number])[];
  readonly times?: number;
}

/** How a limit was stated, where a figure of it follows an attribute: `value` and `clear` of the limit are what that gives now. */
export interface StatedFigures {
  readonly value: number | AttributeFigure;
  readonly clear?: number | AttributeFigure;
  readonly deadband: number;
}

/** One limit as a rule on a point. In the point's unit; high limits alarm at or above, low ones at or below. */
export interface GradedLimit extends RuleConfig, Rationale {
  readonly kind: 'limit-high' | 'limit-low';
  readonly grade: LimitGrade;
  readonly value: number;
  /** Strictly beyond the value, not at it. */
  readonly beyond: boolean;
  /** The alarm stands as far as this; absent: as far as the limit itself. */
  readonly clear?: number;
  /** So many readings in a row reach it before it counts. */
  readonly inARow: number;
  readonly onDelayMs: DurationMs;
  readonly offDelayMs: DurationMs;
  readonly stated?: StatedFigures;
  /** In force while this boolean point does not say off: `{enterprise}/{tag}`. What is not known of it says nothing. */
  readonly while?: string;
  /** Stricter values of a part of the year. */
  readonly seasons?: readonly Season[];
}

export interface Season extends Period {
  readonly value: number;
  readonly clear?: number;
}

export function isGradedLimit(rule: RuleConfig): rule is GradedLimit {
  return rule.kind === 'limit-high' || rule.kind === 'limit-low';
}

export function sideOfLimit({ kind }: GradedLimit): LimitSide {
  return kind === 'limit-high' ? 'high' : 'low';
}

/** `high.red`: as files, alerts and screens call it. */
export function limitName(side: LimitSide, grade: LimitGrade): string {
  return `${side}.${grade}`;
}

export const baseOf = (grade: LimitGrade): Level => BASES[grade];

/** What a rule stands on and who answers for it: field by field as it states it, else as its point does. */
export function rationaleOf<P extends Rationale>(point: P, rule: RuleConfig): Pick<P, 'basis'> & Rationale {
  const own: Rationale = isGradedLimit(rule) ? rule : {};
  return {
    basis: own.basis ?? point.basis,
    consequence: own.consequence ?? point.consequence,
    action: own.action ?? point.action,
    respondMs: own.respondMs ?? point.respondMs,
    owner: own.owner ?? point.owner,
    reviewBy: own.reviewBy ?? point.reviewBy,
  };
}

/**
 * The floors of a point for what stands by this rule: those of its type, and of a red limit, or a detector's rule of its own
 * for red, its own, at this one point.
 */
export function floorsOf(point: PointConfig, rule: RuleConfig | undefined): readonly Floor[] {
  if (rule === undefined || rule.grade !== 'red') return point.floors;
  if (!isGradedLimit(rule)) {
    return [...point.floors, { id: rule.id, level: HIGH_HIGH, points: 1, grade: gradeOf('red'), basis: point.basis }];
  }
  const limit = limitName(sideOfLimit(rule), rule.grade);
  const own: Floor = {
    id: `limits.${limit}`,
    level: baseOf(rule.grade),
    points: 1,
    grade: gradeOf(rule.grade),
    basis: rule.basis ?? point.basis,
    limit,
  };
  return [...point.floors, own];
}

/** The sides on which a point has limits, of either form: beyond its span on such a side nothing is thrown away. */
export function limitedSides({ rules }: Pick<PointConfig, 'rules'>): ReadonlySet<LimitSide> {
  const sides = new Set<LimitSide>();
  for (const { kind } of rules) {
    if (kind === 'limits-high' || kind === 'limit-high') sides.add('high');
    else if (kind === 'limits-low' || kind === 'limit-low') sides.add('low');
  }
  return sides;
}

/** Every fixed limit of a point under its own name, for who shows them. */
export interface NamedLimits extends Limits {
  readonly high?: Readonly<Partial<Record<LimitGrade, number>>>;
  readonly low?: Readonly<Partial<Record<LimitGrade, number>>>;
}

export function namedLimits({ rules }: Pick<PointConfig, 'rules'>): NamedLimits {
  const named: Record<string, unknown> = {};
  for (const rule of rules) {
    if (rule.kind === 'limits-high' || rule.kind === 'limits-low') {
      for (const name of ['LL', 'L', 'H', 'HH'] as const) if (typeof rule[name] === 'number') named[name] = rule[name];
    } else if (isGradedLimit(rule)) {
      const side = sideOfLimit(rule);
      named[side] = { ...(named[side] as object | undefined), [rule.grade]: rule.value };
    }
  }
  return named;
}
