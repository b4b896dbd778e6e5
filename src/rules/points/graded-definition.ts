/**
 * How files state one graded limit: a number, or its value with whatever belongs to it alone. The two forms, of a pack (whole)
 * and of a registry point (field by field, null switches off), and the rules they make. What must hold between limits is
 * limits-definition.ts's.
 */
import { z } from 'zod';
import { MONTH_DAY } from '../../model/calendar.ts';
import type { GradedLimit, LimitGrade, LimitSide, Season } from '../../model/graded-limit.ts';
import { LIMIT_GRADES } from '../../model/graded-limit.ts';
import type { Basis } from '../../model/point.ts';
import type { Delays } from '../definition.ts';
import type { Strictness } from '../looser.ts';
import { describes, higher, lower, only, same } from '../looser.ts';
import { ATTRIBUTE, clearBy } from './attribute-figure.ts';
import type { Stricter } from './attribute-stricter.ts';
import { statedAtLeast, strictestStated } from './attribute-stricter.ts';

const text = z.string().trim().min(1).max(500);
/** 40 days: what fits the table of delays. */
const delay = z
  .number()
  .int()
  .nonnegative()
  .max(40 * 86_400_000);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date like 2027-06-30');
/** Text alone counts as not verified. */
const basis = z.preprocess(
  (stated) => (typeof stated === 'string' ? { source: stated, mark: 'M' } : stated),
  z.strictObject({ source: text, mark: z.enum(['V', 'M', 'OURS']) }),
);

const rises = (curve: readonly (readonly [number, number])[]): boolean =>
  curve.every(([x], i) => i === 0 || x > curve[i - 1][0]);
/** By an attribute of the source. */
const byAttribute = z.strictObject({
  attribute: z.string().regex(ATTRIBUTE, 'must be like damHeightM'),
  curve: z
    .array(z.tuple([z.number(), z.number()]))
    .min(2)
    .max(50)
    .refine(rises, 'the attribute must rise from point to point')
    .optional(),
  times: z.number().positive().optional(),
  otherwise: z.number().optional(),
});
const figure = z.union([z.number(), byAttribute], {
  error: ({ input }) =>
    input === undefined
      ? 'is missing'
      : 'a number is expected, or { attribute: damHeightM, curve: [[30, 2], [60, 4]], times: 1.1 }',
});

const monthDay = z.string().regex(MONTH_DAY, 'must be a day of the year like 06-01, in quotes');
const season = z.strictObject({ from: monthDay, to: monthDay, value: z.number(), clear: z.number().optional() });

const shape = {
  value: figure,
  beyond: z.boolean(),
  clear: figure,
  inARow: z.number().int().min(1).max(100),
  onDelayMs: delay,
  offDelayMs: delay,
  basis,
  consequence: text,
  action: text,
  respondMs: z
    .number()
    .int()
    .positive()
    .max(3_653 * 86_400_000),
  owner: text,
  reviewBy: day,
  while: z.string().trim().min(1).max(64),
  seasons: z.array(season).min(1).max(12),
};

/** A number is shorthand for its value. */
const asFields = (stated: unknown): unknown => (typeof stated === 'number' ? { value: stated } : stated);
const wanted = {
  error: ({ code }: { readonly code: string }) =>
    code === 'invalid_type' ? 'a number is expected, or fields such as { value: 95, clear: 93 }' : undefined,
};

const wholeLimit = z.preprocess(
  asFields,
  z.strictObject({ ...z.object(shape).partial().shape, value: shape.value }, wanted),
);
const restatedLimit = z.preprocess(
  asFields,
  z.strictObject(
    {
      value: shape.value.optional(),
      beyond: shape.beyond.nullable().optional(),
      clear: shape.clear.nullable().optional(),
      inARow: shape.inARow.nullable().optional(),
      onDelayMs: shape.onDelayMs.nullable().optional(),
      offDelayMs: shape.offDelayMs.nullable().optional(),
      basis: shape.basis.nullable().optional(),
      consequence: shape.consequence.nullable().optional(),
      action: shape.action.nullable().optional(),
      respondMs: shape.respondMs.nullable().optional(),
      owner: shape.owner.nullable().optional(),
      reviewBy: shape.reviewBy.nullable().optional(),
      while: shape.while.nullable().optional(),
      seasons: shape.seasons.nullable().optional(),
    },
    wanted,
  ),
);

const sideOf = <S extends z.ZodType>(limit: S) =>
  z.strictObject({ blue: limit, yellow: limit, orange: limit, red: limit });

/** Up to four a side, one a grade. */
export const wholeSide = sideOf(wholeLimit.optional()).optional();
export const restatedSide = sideOf(restatedLimit.nullable().optional()).nullable().optional();

/** A limit as stated and merged: what a registry point left out of it has come from its type, or is missing. */
type StatedLimit = Partial<Omit<z.infer<z.ZodObject<typeof shape>>, 'basis'>> & { readonly basis?: Basis };
export type StatedSide = Readonly<Partial<Record<LimitGrade, StatedLimit>>>;

/** What the limits of a point fall back on. */
interface Fallback extends Delays {
  readonly deadband?: number | undefined;
}

/** A rule for each limit that is stated, from the mildest to the worst. A value that is missing is told by the check. */
export function gradedRules(side: LimitSide, stated: StatedSide | undefined, fallback: Fallback): GradedLimit[] {
  return LIMIT_GRADES.flatMap((grade): GradedLimit[] => {
    const limit = stated?.[grade];
    if (limit === undefined) return [];
    const { value: wanted = Number.NaN, clear, beyond = false, inARow = 1, ...own } = limit;
    const { deadband = 0, onDelayMs = 0, offDelayMs = 0 } = fallback;
    const follows = typeof wanted !== 'number' || typeof clear === 'object';
    // Which figure an attribute gives, nobody knows before the source is at hand.
    const value = typeof wanted === 'number' ? wanted : Number.NaN;
    const kind: GradedLimit['kind'] = `limit-${side}`;
    return [
      {
        id: `limit-${side}-${grade}`,
        kind,
        grade,
        onDelayMs,
        offDelayMs,
        ...own,
        value,
        beyond,
        clear: typeof clear === 'number' ? clear : follows ? undefined : clearBy(kind, value, deadband),
        inARow,
        seasons: own.seasons?.map((one) => ({ ...one, clear: one.clear ?? clearBy(kind, one.value, deadband) })),
        stated: follows ? { value: wanted, clear, deadband } : undefined,
      },
    ];
  });
}

/** Of every field but where it is met and cleared: there it depends on the side. */
export const gradedStrictness = {
  grade: same,
  // Always in force is strictest.
  while: only<string | undefined>(undefined),
  beyond: only(false),
  inARow: lower,
  onDelayMs: lower,
  offDelayMs: higher,
  basis: describes,
  consequence: describes,
  action: describes,
  respondMs: describes,
  owner: describes,
  reviewBy: describes,
} as const;

/** Of the figures of a limit; `stricter`: which of two is. Another curve may be milder at another value of the attribute. */
export const figureStrictness = (stricter: Strictness<number | undefined>, sign: Stricter) => ({
  value: stricter,
  clear: stricter,
  seasons: seasonsAtLeast(stricter),
  stated: {
    atLeast: (old, next) => statedAtLeast(sign, old, next),
    strictest: (old, next) => strictestStated(sign, old, next),
  } satisfies Strictness<GradedLimit['stated']>,
});

/** `limits.high.red.clear`; of a whole rule `limits.high.red`. */
export function gradedWord(side: LimitSide, field: string, rule: string): string {
  const limit = `limits.${side}.${rule.slice(`limit-${side}-`.length)}`;
  return field === '' ? limit : `${limit}.${field}`;
}

/** Every season that was is still there, and no milder. */
function seasonsAtLeast(stricter: Strictness<number | undefined>): Strictness<readonly Season[] | undefined> {
  const covers = (next: Season, old: Season): boolean =>
    next.from === old.from &&
    next.to === old.to &&
    stricter.atLeast(old.value, next.value) &&
    stricter.atLeast(old.clear, next.clear);
  return { atLeast: (old = [], next = []) => old.every((one) => next.some((other) => covers(other, one))) };
}
