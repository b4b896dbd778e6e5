/**
 * What all fixed limits of a point have in common in configuration: the fields that state them in pack and registry files, the
 * quick pair of a side (LL, L, H, HH) and the graded ones beside it, and what must hold between neighbours, whichever form
 * states them. Each side and form is a rule kind of its own.
 */
import { z } from 'zod';
import type { MonthDay } from '../../model/calendar.ts';
import type { GradedLimit, LimitGrade } from '../../model/graded-limit.ts';
import { isGradedLimit, LIMIT_GRADES, limitName, sideOfLimit } from '../../model/graded-limit.ts';
import type { RuleConfig } from '../../model/point.ts';
import { restatedSide, wholeSide } from './graded-definition.ts';
import { inSeason, seasonsOf } from './limits-in-force.ts';

const limit = z.number().optional();
const limitOrOff = z.number().nullable().optional();
const deadband = z.number().nonnegative().optional();

export const limitsPackShape = {
  limits: z.strictObject({ LL: limit, L: limit, H: limit, HH: limit, high: wholeSide, low: wholeSide }).optional(),
  deadband,
  preBand: z.number().positive().optional(),
};

export const limitsRegistryShape = {
  /** null switches one of the pack's limits off. */
  limits: z
    .strictObject({
      LL: limitOrOff,
      L: limitOrOff,
      H: limitOrOff,
      HH: limitOrOff,
      high: restatedSide,
      low: restatedSide,
    })
    .optional(),
  deadband,
  /** null: nearness is no alarm here. */
  preBand: z.number().positive().nullable().optional(),
};

/** `limits.H`, `deadband`, `preBand`. */
export const limitsWord = (field: string): string => (field === field.toUpperCase() ? `limits.${field}` : field);

/** One limit among its neighbours. */
interface Placed {
  readonly name: string;
  readonly side: 1 | -1;
  readonly grade: LimitGrade;
  readonly value: number;
  /** Of the quick pair: how far the alarm stands towards normal. */
  readonly deadband: number;
  /** Of a graded limit: as far as this the alarm stands. */
  readonly clear?: number | undefined;
}

const PAIR = { LL: [-1, 'orange'], L: [-1, 'yellow'], H: [1, 'yellow'], HH: [1, 'orange'] } as const;

type Sides = Readonly<Partial<Record<'high' | 'low', Readonly<Record<string, unknown>> | null>>>;
type StatedLimits = Sides & Readonly<Partial<Record<keyof typeof PAIR, number | null>>>;

/**
 * What a point states of limits, in the form of its type: `HH` is the value of `high.orange` where the type has that. It is one
 * limit by two names, and a site that knows the quick one need not know which form its pack took.
 */
export function inFormOf(type: StatedLimits | undefined, point: StatedLimits | undefined): StatedLimits | undefined {
  let limits = point;
  for (const name of ['LL', 'L', 'H', 'HH'] as const) {
    const value = limits?.[name];
    const [sign, grade] = PAIR[name];
    const side = sign > 0 ? 'high' : 'low';
    const isGraded = type?.[side]?.[grade] !== undefined && limits?.[side]?.[grade] === undefined;
    if (value === undefined || !isGraded || limits?.[side] === null) continue;
    const { [name]: _, ...rest } = limits ?? {};
    limits = { ...rest, [side]: { ...limits?.[side], [grade]: value === null ? null : { value } } };
  }
  return limits;
}

function placedOf(rule: RuleConfig): Placed[] {
  if (isGradedLimit(rule)) {
    const { grade, value, clear } = rule;
    const side = sideOfLimit(rule);
    return [{ name: limitName(side, grade), side: side === 'high' ? 1 : -1, grade, value, clear, deadband: 0 }];
  }
  if (rule.kind !== 'limits-high' && rule.kind !== 'limits-low') return [];
  return (['LL', 'L', 'H', 'HH'] as const).flatMap((name) => {
    const value = rule[name];
    const [side, grade] = PAIR[name];
    return typeof value === 'number' ? [{ name, side, grade, value, deadband: Number(rule.deadband ?? 0) }] : [];
  });
}

/** From low to high: the worst low limit first, the worst high one last. */
function inOrder(placed: readonly Placed[]): Placed[] {
  const rank = ({ side, grade }: Placed): number => side * (1 + LIMIT_GRADES.indexOf(grade));
  return [...placed].sort((a, b) => rank(a) - rank(b));
}

/**
 * What is wrong between the limits of a point, once for all of them: asked for every limit rule, answered for the first. Their
 * order, a grade that a side states twice, a deadband or a clear value that reaches the next limit.
 */
export function checkLimits(rule: RuleConfig, rules: readonly RuleConfig[]): string[] {
  if (rules.find((one) => placedOf(one).length > 0)?.id !== rule.id) return [];
  const days = seasonsOf({ rules }).flatMap(({ from, to }) => [from, to]);
  const errors = [undefined, ...days].flatMap((day) => orderErrors(rules, day));
  return [...new Set([...errors, ...rules.flatMap(seasonErrors)])];
}

/** As they stand on a day of the year; without one, as they are stated. */
function orderErrors(rules: readonly RuleConfig[], day: MonthDay | undefined): string[] {
  const onDay = rules.map((rule) => (isGradedLimit(rule) && day !== undefined ? inSeason(rule, day) : rule));
  const placed = inOrder(onDay.flatMap(placedOf).filter(({ value }) => !Number.isNaN(value)));
  return placed.flatMap((upper, i) => {
    const lower: Placed | undefined = placed[i - 1];
    const own = clearErrors(upper, upper.side > 0 ? lower : placed[i + 1]);
    return lower === undefined ? own : [...between(lower, upper), ...own];
  });
}

/** The calendar may only tighten. */
function seasonErrors(rule: RuleConfig): string[] {
  if (!isGradedLimit(rule)) return [];
  const sign = rule.kind === 'limit-high' ? 1 : -1;
  const name = limitName(sideOfLimit(rule), rule.grade);
  return (rule.seasons ?? [])
    .filter(({ value }) => (value - rule.value) * sign > 0)
    .map(({ from, value }) => `limits.${name}.seasons: ${value} from ${from} is milder than ${rule.value}`);
}

function between(lower: Placed, upper: Placed): string[] {
  if (lower.side === upper.side && lower.grade === upper.grade)
    return [`limits: ${lower.name} and ${upper.name} are one limit: state it once, and null for the other`];
  const gap = upper.value - lower.value;
  if (gap <= 0) return [`limits: ${lower.name} ${lower.value} must be below ${upper.name} ${upper.value}`];
  // A deadband that reaches the next limit holds the higher level until the point is normal, or for ever.
  const reach = Math.max(lower.deadband, upper.deadband);
  if (reach < gap) return [];
  const pair = `${lower.name} ${lower.value} and ${upper.name} ${upper.value}`;
  return [`deadband: ${reach} reaches from one limit to the next (${pair})`];
}

/** A clear value lies between its limit and the next one towards normal (`inner`), and never beyond one of the other side. */
function clearErrors({ name, side, value, clear }: Placed, inner: Placed | undefined): string[] {
  if (clear === undefined) return [];
  if ((value - clear) * side < 0) return [`limits.${name}.clear: ${clear} must lie on the normal side of ${value}`];
  const room = inner === undefined ? 1 : (clear - inner.value) * side;
  if (room > 0 || (room === 0 && inner?.side === side)) return [];
  return [`limits.${name}.clear: ${clear} reaches beyond ${inner?.name} ${inner?.value}`];
}

/** What is wrong with a graded limit by itself, and with all limits of the point. */
export function checkGraded(rule: GradedLimit, rules: readonly RuleConfig[]): string[] {
  const name = limitName(sideOfLimit(rule), rule.grade);
  const isMissing = Number.isNaN(rule.value) && rule.stated === undefined;
  const missing = isMissing ? [`limits.${name}.value: is missing, and the type states none`] : [];
  return [...missing, ...checkLimits(rule, rules)];
}
