/**
 * What the service says about itself: health with its parts, readiness, and what ingest refused.
 */
import { z } from 'zod';
import { refusalReason } from './readings.ts';
import { instant, listOf } from './scalars.ts';

const HEALTH_STATES = ['ok', 'degraded', 'failing'] as const;
export const healthSchema = z
  .object({
    /** The worst part decides. */
    state: z.enum(HEALTH_STATES),
    /** Judging goes on although the log cannot be written. */
    unsaved: z.boolean(),
    parts: z.record(z.string(), z.object({ state: z.enum(HEALTH_STATES), detail: z.string().optional() })).readonly(),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;

export const livenessAnswer = z.object({ alive: z.literal(true) });
export const readinessAnswer = healthSchema.extend({ ready: z.boolean() });

const refusalItem = z.object({
  at: instant,
  reason: refusalReason,
  enterprise: z.string().optional(),
  gateway: z.string().optional(),
  point: z.string().optional(),
  topic: z.string().optional(),
  /** What is wrong with it, in words for whoever wrote the device's program. */
  detail: z.string().optional(),
  /** First bytes of the message as they came, as text. Absent where only the registry could refuse it: they are gone by then. */
  payload: z.string().optional(),
  /** Instead of `payload`: the reading as it was understood, not as it was written. */
  understood: z.object({ at: instant, value: z.number() }).optional(),
});
export type RefusalItem = z.infer<typeof refusalItem>;

/** `counts` since start, over everything; `items` the newest of the caller's scope, newest first. */
export const refusalsAnswer = z.object({
  counts: z.partialRecord(refusalReason, z.number()),
  items: listOf(refusalItem),
});
export type RefusalsAnswer = z.infer<typeof refusalsAnswer>;
