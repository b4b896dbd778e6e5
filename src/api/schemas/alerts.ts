/** The form of alerts and of their numbered transitions as they go out. */
import { z } from 'zod';
import type { Alert as ModelAlert, Transition as ModelTransition } from '../../model/alert.ts';
import { ALERT_STATES, CHANGES, DEADLINE_PURPOSES, UNCLEAR } from '../../model/alert.ts';
import { COMMAND_KINDS } from '../../model/command.ts';
import { ALERT_TOPICS } from '../../model/hazard.ts';
import { LEVEL_NAMES } from '../../model/level.ts';
import { ACT_REFUSALS } from '../shapes/acts.ts';
import { ALERT_KINDS, GRADES_WORST_FIRST, HANDLINGS } from '../shapes/alert.ts';
import {
  cursor,
  divisionCode,
  dutyLevelSchema,
  gradeSchema,
  instant,
  listOf,
  objectId,
  pageOf,
  paging,
  qualitySchema,
  queryFlag,
  queryList,
  queryNumber,
} from './scalars.ts';

const acknowledgementSchema = z.object({
  level: dutyLevelSchema,
  by: z.string(),
  at: instant,
  note: z.string(),
  seq: z.number(),
});

const hidingSchema = z.object({
  points: listOf(z.string()),
  grade: gradeSchema,
  until: instant,
  reason: z.string(),
  by: z.string(),
  second: z.string().optional(),
});
const dutySchema = z.object({
  level: dutyLevelSchema,
  since: instant,
  dueAt: instant.optional(),
  answeredSeq: z.number().optional(),
});
const closingSchema = z.object({
  by: z.string(),
  role: z.string(),
  level: dutyLevelSchema,
  at: instant,
  cause: z.string(),
  note: z.string(),
});

const reasonSchema = z.object({
  step: z.string(),
  value: z.number(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).readonly(),
});
export type Reason = z.infer<typeof reasonSchema>;

/** A trend of which nothing is foretold: why, and between which times its limit may be met. */
export const unclearSchema = z.object({
  reason: z.enum(UNCLEAR),
  limit: z.string().optional(),
  limitValue: z.number().optional(),
  numbers: z.record(z.string(), z.number()),
});

const alertPointSchema = z
  .object({
    id: z.string(),
    number: z.number(),
    rule: z.string(),
    level: z.enum(LEVEL_NAMES),
    active: z.boolean(),
    held: z.boolean(),
    latched: z.boolean(),
    since: instant,
    value: z.number().optional(),
    quality: qualitySchema.optional(),
    sampledAt: instant.optional(),
    limit: z.string().optional(),
    limitValue: z.number().optional(),
    peak: z.number().optional(),
    excursions: z.number(),
    blindSince: instant.optional(),
    /** Of a gateway or the service: how many points have lost sight by it, also those told in other alerts. */
    blinds: z.number().optional(),
    /** The rule's own, units last: `timeToLimitMs` with its bounds, `slopePerMinute`, `r2` … */
    numbers: z.record(z.string(), z.number()).optional(),
    bulletin: z.number().optional(),
    unclear: unclearSchema.optional(),
  })
  .meta({ id: 'AlertPoint' });

export const alertSchema = z
  .object({
    id: z.string(),
    key: z.string(),
    partition: z.number(),
    kind: z.enum(ALERT_KINDS),
    enterprise: z.string(),
    source: z.string(),
    unit: z.string().optional(),
    hazard: z.enum(ALERT_TOPICS),
    division: z.string(),
    state: z.enum(ALERT_STATES),
    active: z.boolean(),
    acked: z.boolean(),
    ackedLevel: dutyLevelSchema.nullable(),
    shelved: z.boolean(),
    suppressed: z.boolean(),
    outOfService: z.boolean(),
    latched: z.boolean(),
    blindSince: instant.optional(),
    grade: gradeSchema,
    peakGrade: gradeSchema,
    handling: z.enum(HANDLINGS),
    detectedAt: instant,
    receivedAt: instant,
    raisedAt: instant,
    changedAt: instant,
    worsenedAt: instant,
    activatedAt: instant.optional(),
    publishedAt: instant.optional(),
    clearedAt: instant.optional(),
    closedAt: instant.optional(),
    acknowledgements: listOf(acknowledgementSchema),
    shelf: hidingSchema.optional(),
    outOfServiceBy: hidingSchema.optional(),
    duties: listOf(dutySchema),
    deadlines: listOf(z.object({ purpose: z.enum(DEADLINE_PURPOSES), dueAt: instant })),
    links: listOf(z.string()),
    closing: closingSchema.optional(),
    points: listOf(alertPointSchema),
    /** All of them, where the alert carries only the worst 200. */
    pointsTotal: z.number().optional(),
    reasons: listOf(reasonSchema),
    occurrence: z.number(),
    activations: z.number(),
    reopens: z.string().optional(),
    exercise: z.boolean(),
    retrospective: z.boolean(),
    unsaved: z.boolean(),
    seq: z.number(),
    worsenedSeq: z.number(),
  })
  .meta({ id: 'Alert' }) satisfies z.ZodType<ModelAlert>;
/** Over HTTP `state` is that of the caller's own level; on the socket it is the lowest level's: use `stateFor`. */
export type Alert = z.infer<typeof alertSchema>;

export const transitionSchema = z
  .object({
    seq: z.number(),
    partition: z.number(),
    at: instant,
    change: z.enum(CHANGES),
    from: z.enum(ALERT_STATES),
    to: z.enum(ALERT_STATES),
    gradeBefore: z.enum([...GRADES_WORST_FIRST, 'none']),
    point: z.string().optional(),
    rule: z.string().optional(),
    points: listOf(z.string()).optional(),
    bulletin: z.number().optional(),
    by: z.string().optional(),
    note: z.string().optional(),
    /** Of `moved`: the division it stood in before. */
    divisionBefore: z.string().optional(),
    annunciate: z.boolean(),
    alert: alertSchema,
    /** It moved out of what is looked at: a list of open alerts takes it off, and hears no more of it. */
    leaves: z.literal(true).optional(),
  })
  .meta({ id: 'Transition' }) satisfies z.ZodType<ModelTransition>;
export type Transition = z.infer<typeof transitionSchema>;

/** One line of an alert's timeline: the transition without the alert, but for its grade then. */
const timelineEntrySchema = transitionSchema.omit({ alert: true, leaves: true }).extend({ grade: gradeSchema });
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

export const alertsQuery = z.strictObject({
  ...paging,
  state: queryList(ALERT_STATES).optional(),
  grade: queryList(GRADES_WORST_FIRST).optional(),
  kind: z.enum(ALERT_KINDS).optional(),
  exercise: queryFlag.optional(),
  division: divisionCode.optional(),
  enterprise: objectId.optional(),
  source: objectId.optional(),
  /** Raised at or after; with `from` or `to` the answer comes from history, newest first. */
  from: queryNumber.optional(),
  /** Raised before. */
  to: queryNumber.optional(),
});
export const alertsPage = pageOf(alertSchema);
/** `cursor` is a `nextCursor` of this route: the entries before those it came with. */
export const alertDetailQuery = z.strictObject({ ...paging });
/** The newest of its timeline, oldest of them first; `nextCursor` while there are older ones. */
export const alertDetail = alertSchema.extend({
  /** Every act there is, and why the caller may not do it to this alert; absent: they may. */
  acts: listOf(
    z.object({
      kind: z.enum(COMMAND_KINDS),
      refused: z.object({ code: z.enum(ACT_REFUSALS), level: dutyLevelSchema.optional() }).optional(),
    }),
  ),
  timeline: listOf(timelineEntrySchema),
  nextCursor: z.string().optional(),
});
export type AlertDetail = z.infer<typeof alertDetail>;

/** `after`: a `to` of the socket or of this route; without it, from the first transition that is kept. */
export const eventsQuery = z.strictObject({ after: cursor.optional(), limit: paging.limit });
/** Transitions of the caller's scope after `from`, up to `to`; `nextCursor` is the next `after` while more follow. */
export const eventsPage = z.object({
  from: cursor,
  to: cursor,
  items: listOf(transitionSchema),
  nextCursor: z.string().optional(),
});
export type EventsPage = z.infer<typeof eventsPage>;

/** One node of the tree that says why: a grade, a step, an item, a point, a limit, the numbers of its rule, a reading, an input. */
const proofSchema = z
  .object({
    what: z.string(),
    name: z.string().optional(),
    value: z.number().optional(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    get because() {
      return listOf(proofSchema);
    },
  })
  .meta({ id: 'ProofNode' });

/** What judged an alert, and whether judging the sealed evidence again gives the same. */
export const explanationSchema = z.object({
  alert: z.string(),
  /** Transition explained: the newest raise or worsening. */
  seq: z.number(),
  at: instant,
  /** Number of the input that caused it, and the engine version that judged it. */
  input: z.number(),
  engineVersion: z.string(),
  /** Re-evaluated from its evidence capsule with the same result. */
  equal: z.boolean(),
  /** Where the two differ; empty when equal. */
  differences: listOf(z.string()),
  /** Grading as recorded. */
  grade: gradeSchema,
  reasons: listOf(reasonSchema),
  points: listOf(alertPointSchema),
  /** Why, as a tree with every number, from the sealed evidence alone. */
  proof: proofSchema,
  /** The sealed evidence itself: inputs since, memory before, rule and limit versions. JSON data. */
  evidence: z.unknown(),
});
export type Explanation = z.infer<typeof explanationSchema>;
