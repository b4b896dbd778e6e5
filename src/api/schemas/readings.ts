/**
 * Readings in and out: the native batch over HTTP, history of a point, and what a point is like now.
 */
import { z } from 'zod';
import { BASELINES } from '../../model/baseline.ts';
import { LEVEL_NAMES } from '../../model/level.ts';
import { QUALITY_NAMES } from '../../model/quality.ts';
import { REFUSAL_REASONS } from '../../model/reading.ts';
import { unclearSchema } from './alerts.ts';
import { limitsSchema } from './registry.ts';
import { instant, listOf, objectId, qualitySchema, queryNumber } from './scalars.ts';

/** Rows of one history answer: at most, and when `max` is not given. */
const MAX_HISTORY = 10_000;
export const DEFAULT_HISTORY = 1_000;

const nativeReading = z.object({
  point: z.string(),
  at: instant.optional(),
  value: z.union([z.number(), z.boolean()]),
  quality: z.enum(QUALITY_NAMES).optional(),
  seq: z.number().optional(),
  historical: z.boolean().optional(),
});
/** Documented here, judged by the same codec as MQTT: one reading, or a batch whose bad readings are refused one by one. */
export const readingsBody = z
  .union([nativeReading, z.object({ readings: z.array(nativeReading).max(5_000) })])
  .meta({ id: 'Readings' });

/** `gateway` (`{enterprise}/{gateway}`) is for administrators; a gateway that signs in by HTTP basic is itself. */
export const readingsIngestQuery = z.strictObject({ gateway: objectId.optional() });

export const refusalReason = z.enum(REFUSAL_REASONS);
/** `unsaved` (status 200 instead of 202): judged, but the log could not be written. */
export const readingsAnswer = z.object({
  taken: z.number(),
  /** `index` is the place in the message; absent for what was refused later, in log order: there `point` tells which. */
  refused: listOf(
    z.object({
      index: z.number().optional(),
      point: z.string().optional(),
      reason: refusalReason,
      detail: z.string().optional(),
    }),
  ),
  unsaved: z.boolean(),
  /** So many readings had a wrong time and were judged at their arrival: which point, which slip. */
  clock: z.object({ readings: z.number(), point: z.string(), detail: z.string() }).optional(),
  /** So many readings lie so far beyond the span of their point that another unit was sent: judged as they are. */
  unit: z.object({ readings: z.number(), point: z.string(), detail: z.string() }).optional(),
});

export const historyQuery = z.strictObject({
  from: queryNumber,
  to: queryNumber,
  max: queryNumber.pipe(z.number().min(1).max(MAX_HISTORY)).optional(),
});
const rawRow = z.object({ at: instant, value: z.number(), quality: qualitySchema });
const sampledRow = z.object({
  at: instant,
  min: z.number(),
  mean: z.number(),
  max: z.number(),
  count: z.number(),
});
export type RawRow = z.infer<typeof rawRow>;
export type SampledRow = z.infer<typeof sampledRow>;
/** Gaps stay gaps. `completeTo` is there while the store has not caught up with what was judged. */
export const historyAnswer = z.object({
  point: z.string(),
  unit: z.string(),
  items: z.union([listOf(rawRow), listOf(sampledRow)]),
  downsampled: z.boolean(),
  completeTo: instant.optional(),
  /** Stretches of time from which readings are missing in the store; `count` is for all points together, at least. */
  gaps: listOf(z.object({ from: instant, to: instant, count: z.number(), reason: z.string() })),
});
export type HistoryAnswer = z.infer<typeof historyAnswer>;

const stateQuality = z.enum([...QUALITY_NAMES, 'never-seen', 'no-data-since-start']);
/** It came without the time it was taken at, or is computed from one that did: nothing is counted, summed or timed by it. */
const untimedSchema = z.literal(true).optional();
/** It is no less than `value` and may be any more: what was seen of a window that is not known whole. */
const atLeastSchema = z.literal(true).optional();

/**
 * A point as it is now. `never-seen` is not normal, `stale` keeps the last value with its age, and `no-data-since-start` is
 * a value of before the start with nothing known of the point since.
 */
export const pointStateSchema = z
  .object({
    point: z.string(),
    number: z.number(),
    unit: z.string(),
    last: z
      .object({
        sampledAt: instant,
        receivedAt: instant,
        value: z.number(),
        quality: qualitySchema,
        untimed: untimedSchema,
        atLeast: atLeastSchema,
      })
      .optional(),
    quality: stateQuality,
    neverSeen: z.boolean(),
    /** What is told here is not all on the disk yet: judged in unsaved mode, or a moment ago. */
    unsaved: z.boolean(),
    stale: z.boolean(),
    /** How far its rules have gone. */
    level: z.enum(LEVEL_NAMES),
    /** Limits in force, in the point's unit. */
    limits: limitsSchema,
    /** Of a trend that may be believed: the limit ahead, `timeToLimitMs` with its bounds of 90 %, and the fit behind it. */
    forecast: z
      .object({ limit: z.string(), limitValue: z.number(), numbers: z.record(z.string(), z.number()) })
      .optional(),
    /** A trend of which nothing is foretold. */
    unclear: unclearSchema.optional(),
    /** Stretches beyond a limit that nobody has to act on, the newest first; `to` is absent while one goes on. */
    events: listOf(
      z.object({
        rule: z.string(),
        limit: z.number(),
        /** All there were, of which the newest are kept. */
        count: z.number(),
        newest: listOf(z.object({ from: instant, to: instant.optional(), peak: z.number() })),
      }),
    ).optional(),
    /** Of every rule that learns what is usual: what it has to judge by. It is silent but where that is `learned`. */
    baselines: listOf(
      z.object({ rule: z.string(), baseline: z.enum(BASELINES), numbers: z.record(z.string(), z.number()) }),
    ).optional(),
    /** Of a derived point: what it is computed from, under the name that its derivation has for it. */
    inputs: listOf(
      z.object({
        name: z.string(),
        point: z.string(),
        value: z.number().optional(),
        quality: stateQuality,
        sampledAt: instant.optional(),
        untimed: untimedSchema,
        atLeast: atLeastSchema,
      }),
    ).optional(),
  })
  .meta({ id: 'PointState' });
export type PointState = z.infer<typeof pointStateSchema>;
