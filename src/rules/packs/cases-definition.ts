/**
 * The cases of a pack: small stories with what must be seen of them at which instant. Shapes, the shorthand of series and of
 * durations; it plays nothing (see app/cases). What a case states of its source and points beyond the story is read like a
 * registry file.
 */
import { z } from 'zod';
import { HAZARDS } from '../../model/hazard.ts';
import { LEVEL_NAMES } from '../../model/level.ts';
import type { QualityName } from '../../model/quality.ts';
import { QUALITY_NAMES } from '../../model/quality.ts';
import type { DurationMs } from '../../model/time.ts';

const text = z.string().trim().min(1).max(500);

const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;

/** `5m10s`, `2d`, `0s`; undefined for anything else. */
export function durationOf(words: string): DurationMs | undefined {
  if (!/^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/.test(words) || words === '') return undefined;
  const parts = [...words.matchAll(/(\d+)([dhms])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS], 0);
}

const duration = z.string().transform((words, context) => {
  const ms = durationOf(words);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: `"${words}" is no time like 90s, 5m10s or 2d` });
  return z.NEVER;
});

/** A stretch of a series: `count` readings that rise by `rise` each, or nothing sent where there is no value. */
interface Stretch {
  readonly value: number | boolean | undefined;
  readonly rise: number;
  readonly count: number;
  readonly quality: QualityName;
  /** Where it begins, in ms from the beginning of the case; else right behind the stretch before. */
  readonly at: DurationMs | undefined;
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const STRETCH = new RegExp(
  `^(_|true|false|${NUMBER})([+-]\\d+(?:\\.\\d+)?)?(?:x(\\d+))?(?:~([a-z]+))?(?:@([0-9dhms]+))?$`,
);
/** 90 days of a reading every ten seconds. */
const READINGS_MAX = 800_000;
const FORM =
  'value, value x count, value+rise x count, _ x count for nothing sent; then ~quality and @time: 5x30 50+0.5x20~uncertain@10m';

/** One stretch, or what is wrong with it. */
function stretchOf(piece: string): Stretch | string {
  const [, value, rise = '0', count = '1', quality = 'good', at] = STRETCH.exec(piece) ?? [];
  if (value === undefined) return `"${piece}" is no piece of a series: ${FORM}`;
  if (!(QUALITY_NAMES as readonly string[]).includes(quality))
    return `"${piece}": ${quality} is no quality; there are ${QUALITY_NAMES.join(', ')}`;
  const begins = at === undefined ? undefined : durationOf(at);
  if (at !== undefined && begins === undefined) return `"${piece}": "${at}" is no time like 90s, 5m10s or 2d`;
  const isNumber = value !== '_' && value !== 'true' && value !== 'false';
  if (!isNumber && rise !== '0') return `"${piece}": only a number rises or falls`;
  if (Number(count) > READINGS_MAX) return `"${piece}": more than ${READINGS_MAX} readings`;
  return {
    value: isNumber ? Number(value) : value === '_' ? undefined : value === 'true',
    rise: Number(rise),
    count: Number(count),
    quality: quality as QualityName,
    at: begins,
  };
}

const series = z.union([z.string(), z.number(), z.boolean()]).transform((words, context): Stretch[] =>
  String(words)
    .split(/\s+/)
    .filter((piece) => piece !== '')
    .map(stretchOf)
    .flatMap((stretch) => {
      if (typeof stretch !== 'string') return [stretch];
      context.addIssue({ code: 'custom', message: stretch });
      return [];
    }),
);

/** Besides what a registry states of a point: `gateways`, `inputs`, `unitGroup`, `limits` … */
const casePointSchema = z.looseObject({
  type: text,
  series: series.optional(),
  /** Between two readings of the series, where that is not the point's interval. */
  every: duration.optional(),
});
export type CasePoint = z.infer<typeof casePointSchema>;

const tag = z.string();
const grades = z.enum(['none', 'blue', 'yellow', 'orange', 'red']);

const expectationSchema = z
  .strictObject({
    /** From the beginning of the case; what is judged at that instant is seen. */
    at: duration,
    /** Of the worst alert whose condition stands by what was measured. */
    grade: grades.optional(),
    /** Only alerts of this hazard, of this part of the source. */
    hazard: z.enum(HAZARDS).optional(),
    unit: text.optional(),
    /** Contribute to an alert of that grade. */
    points: z.array(tag).optional(),
    /** Ids of floors that hold, and steps of LADDER that count, in an alert of that grade. */
    floor: text.optional(),
    steps: z.array(text).optional(),
    state: z.string().optional(),
    /** By tag: the worst level of its rules. */
    level: z.record(tag, z.enum(LEVEL_NAMES)).optional(),
    /** By tag: exactly these rules of it stand. */
    rules: z.record(tag, z.array(text)).optional(),
    /** By tag: quality of the newest reading, or `stale`, `offline`, `never-seen`. */
    quality: z.record(tag, text).optional(),
    /** By tag: newest value, or the range it lies in. */
    value: z.record(tag, z.union([z.number(), z.boolean(), z.tuple([z.number(), z.number()])])).optional(),
    /** Exactly these device alarms stand: `GD-1 silent`, `~gw1 offline`. */
    device: z.array(z.string().regex(/^\S+ \S+$/, 'must be like "GD-1 silent"')).optional(),
    /** Of the worst alert in which sight is lost. */
    coverage: grades.optional(),
    /** How many alerts are open, of whatever kind. */
    alerts: z.number().int().nonnegative().optional(),
  })
  .refine((one) => Object.keys(one).length > 1, 'says when and not what: grade, level, quality, device …')
  .refine(
    ({ grade, points, floor, steps, state }) =>
      grade !== undefined || [points, floor, steps, state].every((one) => one === undefined),
    'points, floor, steps and state are of an alert: state its grade too',
  );
export type Expectation = z.infer<typeof expectationSchema>;

const ACTS = ['acknowledge', 'verify', 'reset'] as const;

export const caseSchema = z.strictObject({
  name: text,
  /** As a registry states one, without id and name. */
  source: z.looseObject({ kind: text }),
  /** By tag. */
  points: z.record(tag, casePointSchema),
  /** Gateways that are away, from and (if they come back) until. What is behind them sends nothing meanwhile. */
  offline: z
    .record(
      z.string(),
      z.tuple([duration], duration).refine((times) => times.length <= 2),
    )
    .optional(),
  /** Done to every open alert, by a person of the province. */
  acts: z.array(z.strictObject({ at: duration, do: z.enum(ACTS), hazard: z.enum(HAZARDS).optional() })).optional(),
  /** When it begins, where that matters. */
  start: z.iso.datetime({ offset: true }).optional(),
  expect: z.array(expectationSchema).min(1),
});
export type PackCase = z.infer<typeof caseSchema>;
