/**
 * A backtest as it is asked for and answered: a draft against recorded history, what it would have told otherwise, and how heavy
 * that would have been.
 */
import { z } from 'zod';
import { gradeSchema, instant, listOf } from './scalars.ts';

const BACKTEST_STATES = ['running', 'done', 'cancelled', 'failed', 'interrupted'] as const;

const DRAFT_POINTS_MAX = 20_000;

export const backtestBody = z.strictObject({
  from: instant,
  to: instant,
  /** Items of a registry file, each with its `id` and no more than it changes. */
  points: z.array(z.unknown()).max(DRAFT_POINTS_MAX).optional(),
  /** Packs: whatever a point took from its type follows them. */
  packs: z.array(z.unknown()).max(50).optional(),
});

const episodeSchema = z.object({
  key: z.string(),
  /** Of what was: the id of the alert. */
  alert: z.string(),
  kind: z.enum(['hazard', 'device']),
  enterprise: z.string(),
  source: z.string(),
  hazard: z.string(),
  raisedAt: instant,
  /** Absent where it was active still at `to`. */
  endedAt: instant.optional(),
  grade: gradeSchema,
  points: listOf(z.string()),
  /** What people found when they closed it; absent where nobody has. */
  cause: z.string().optional(),
});
const bothSchema = z.object({
  was: episodeSchema,
  drafted: episodeSchema,
  /** How much earlier the draft tells of it; negative: later. */
  leadMs: z.number(),
});
const listed = <S extends z.ZodType>(item: S) => z.object({ total: z.number(), items: listOf(item) });

const loadSchema = z.object({
  annunciations: z.number(),
  periods: z.number(),
  perPeriodMean: z.number(),
  perPeriodPeak: z.number(),
  peakAt: instant.optional(),
  floods: z.number(),
  floodShare: z.number(),
  standing: z.number(),
  staleStanding: z.number(),
  topTenShare: z.number(),
  split: z.record(gradeSchema, z.number()),
});

const resultSchema = z.object({
  gained: listed(episodeSchema),
  lost: listed(episodeSchema),
  regraded: listed(bothSchema.extend({ from: gradeSchema, to: gradeSchema })),
  lead: listed(bothSchema),
  same: z.number(),
  load: z.object({ was: loadSchema, drafted: loadSchema }),
  readings: z.number(),
  approximate: listOf(z.string()),
  /** What is kept of which part; absent in results of before it was told. */
  stretches: listOf(
    z.object({ from: instant, to: instant, of: z.enum(['records', 'readings', 'nothing']) }),
  ).optional(),
});

export const backtestSchema = z
  .object({
    id: z.string(),
    state: z.enum(BACKTEST_STATES),
    by: z.string(),
    askedAt: instant,
    endedAt: instant.optional(),
    from: instant,
    to: instant,
    /** Whose alerts are looked at: those of the drafted points. */
    enterprises: listOf(z.string()),
    /** What is another under the draft. */
    points: listOf(z.string()),
    /** Share of the records that are judged, 0 … 1. */
    progress: z.number(),
    /** Why it ended without a result. */
    reason: z.string().optional(),
    result: resultSchema.optional(),
  })
  .readonly()
  .meta({ id: 'Backtest' });
export type Backtest = z.infer<typeof backtestSchema>;

/** Newest first, without what came of them. */
export const backtestsAnswer = z.object({ items: listOf(backtestSchema) });
