/**
 * Divisions, enterprises, sources and points as the API shows them. Credentials have no shape here: they never leave.
 */
import { z } from 'zod';
import type { Derivation } from '../../model/derivation.ts';
import type { NamedLimits } from '../../model/graded-limit.ts';
import { HAZARDS } from '../../model/hazard.ts';
import type { Loosening } from '../../model/loosening.ts';
import type { PointConfig } from '../../model/point.ts';
import type { Division as ModelDivision, Enterprise as ModelEnterprise } from '../../model/registry.ts';
import {
  ALARM_CLASSES,
  DIVISION_FLAGS,
  ENTERPRISE_RISK_LEVELS,
  FILING_STATES,
  INDUSTRIES,
  LINK_KINDS,
  POND_SAFETY,
  SOURCE_FLAGS,
} from '../../model/source.ts';
import { divisionCode, gradeSchema, listOf, objectId, pageOf, paging } from './scalars.ts';

export const divisionSchema = z
  .object({ code: z.string(), name: z.string(), flags: listOf(z.enum(DIVISION_FLAGS)).optional() })
  .meta({ id: 'Division' }) satisfies z.ZodType<ModelDivision>;
export type Division = z.infer<typeof divisionSchema>;

export const enterpriseSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    division: z.string(),
    contacts: listOf(z.object({ role: z.string(), name: z.string(), phone: z.string() })),
    /** As the authority rated it, D the worst; not how its sources alarm. */
    enterpriseRiskLevel: z.enum(ENTERPRISE_RISK_LEVELS).optional(),
  })
  .meta({ id: 'Enterprise' }) satisfies z.ZodType<ModelEnterprise>;
export type Enterprise = z.infer<typeof enterpriseSchema>;

export const sourceSchema = z
  .object({
    id: z.string(),
    enterprise: z.string(),
    name: z.string(),
    kind: z.string(),
    level: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
    /** How strictly its alarms are graded. */
    alarmClass: z.enum(ALARM_CLASSES),
    industry: z.enum(INDUSTRIES).optional(),
    /** Static risk colour, never the colour of an alert. */
    riskGrade: gradeSchema.optional(),
    /** WGS84 [longitude, latitude]. */
    location: z.tuple([z.number(), z.number()]).readonly().optional(),
    observers: z.partialRecord(z.enum(HAZARDS), z.number()).readonly(),
    flags: listOf(z.enum(SOURCE_FLAGS)).optional(),
    slopeHeightM: z.number().optional(),
    /** Absent where it is not known, which is not none. */
    downstreamPopulation: z.number().optional(),
    filing: z.object({ state: z.enum(FILING_STATES), number: z.string().optional() }).optional(),
    assessmentDue: z.string().optional(),
    pondSafety: z.enum(POND_SAFETY).optional(),
    attributes: z.record(z.string(), z.number()).optional(),
    /** Whom else it concerns: divisions and enterprises that are not its own. */
    links: listOf(z.object({ to: z.string(), kind: z.enum(LINK_KINDS) })),
  })
  .meta({ id: 'Source' });
export type Source = z.infer<typeof sourceSchema>;

const gradedLimits = z.object({
  blue: z.number().optional(),
  yellow: z.number().optional(),
  orange: z.number().optional(),
  red: z.number().optional(),
});

/** Fixed limits by the names that files give them. */
export const limitsSchema = z.object({
  LL: z.number().optional(),
  L: z.number().optional(),
  H: z.number().optional(),
  HH: z.number().optional(),
  high: gradedLimits.optional(),
  low: gradedLimits.optional(),
}) satisfies z.ZodType<NamedLimits>;
export type Limits = z.infer<typeof limitsSchema>;

const rangeSchema = z.object({ min: z.number().optional(), max: z.number().optional() });
const basisSchema = z.object({ source: z.string(), mark: z.enum(['V', 'M', 'OURS']) });
const gradeStep = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const levelStep = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);

const derivationSchema = z.object({
  inputs: z.record(
    z.string(),
    z.object({
      points: listOf(z.string()),
      many: z.boolean(),
      valueKind: z.enum(['number', 'boolean']),
      unit: z.string(),
    }),
  ),
  expression: z.string().optional(),
  function: z.string().optional(),
  parameters: z.record(z.string(), z.number()).optional(),
}) satisfies z.ZodType<Derivation>;

/** A rule as its kind has it; a limit may say for itself what else its point says. */
const ruleSchema = z.looseObject({
  id: z.string(),
  kind: z.string(),
  basis: basisSchema.optional(),
  consequence: z.string().optional(),
  action: z.string().optional(),
  respondMs: z.number().optional(),
  owner: z.string().optional(),
  reviewBy: z.string().optional(),
});

const pointConfigSchema = z.object({
  id: z.string(),
  enterprise: z.string(),
  tag: z.string(),
  source: z.string(),
  unitGroup: z.string().optional(),
  name: z.string(),
  type: z.string(),
  /** Pack, version and digest of the type that it was made from. */
  pack: z.string().optional(),
  hazard: z.enum(HAZARDS),
  hazardLow: z.enum(HAZARDS).optional(),
  valueKind: z.enum(['number', 'boolean']),
  unit: z.string(),
  gateways: listOf(z.string()),
  intervalMs: z.number().nullable(),
  span: rangeSchema.optional(),
  plausible: rangeSchema.optional(),
  /** What judges it: kind and the figures of that kind. */
  rules: listOf(ruleSchema),
  /** How it is computed from other points, where it is. */
  derive: derivationSchema.optional(),
  onDelayMs: z.number(),
  offDelayMs: z.number(),
  latching: z.boolean(),
  response: z.enum(['process', 'geotechnical']),
  persistenceMs: z.number(),
  responseMs: z.number(),
  floors: listOf(
    z.object({
      id: z.string(),
      level: levelStep,
      points: z.number(),
      grade: gradeStep,
      basis: basisSchema,
      limit: z.string().optional(),
    }),
  ),
  transmitter: z.string().optional(),
  exercise: z.boolean().optional(),
  basis: basisSchema,
  consequence: z.string().optional(),
  action: z.string().optional(),
  respondMs: z.number().optional(),
  owner: z.string().optional(),
  reviewBy: z.string().optional(),
}) satisfies z.ZodType<PointConfig>;

/** A point with its number, which is never re-used and names it in `values`, and the limits that its rules put in force. */
export const pointSchema = pointConfigSchema
  .extend({ number: z.number(), division: z.string(), limits: limitsSchema })
  .meta({ id: 'Point' });
export type Point = z.infer<typeof pointSchema>;

/** `q` finds part of an id or a name. */
const searching = { ...paging, q: z.string().min(1).max(100).optional(), division: divisionCode.optional() };
export const divisionsQuery = z.strictObject(searching);
export const enterprisesQuery = z.strictObject(searching);
export const sourcesQuery = z.strictObject({ ...searching, enterprise: objectId.optional() });
export const pointsQuery = z.strictObject({
  ...searching,
  enterprise: objectId.optional(),
  source: objectId.optional(),
});

export const divisionsPage = pageOf(divisionSchema);
export const enterprisesPage = pageOf(enterpriseSchema);
export const sourcesPage = pageOf(sourceSchema);
export const pointsPage = pageOf(pointSchema);

/** `field` of a rule is `{rule id}.{field}`; `from` and `to` are JSON, null where there is no value. */
const looseningSchema = z.object({
  id: z.string(),
  kind: z.enum(['point', 'source', 'gateway', 'enterprise']),
  item: z.string(),
  field: z.string(),
  from: z.unknown(),
  to: z.unknown(),
  actor: z.string(),
  at: z.number(),
}) satisfies z.ZodType<Loosening>;

/** All or nothing; `pending` names loosenings that wait for a second person, the stricter value in force. */
const itemCounts = z.object({
  division: z.number(),
  enterprise: z.number(),
  source: z.number(),
  gateway: z.number(),
  point: z.number(),
  link: z.number(),
});
export const importAnswer = z.object({
  applied: z.literal(true),
  added: itemCounts,
  changed: itemCounts,
  unchanged: itemCounts,
  pending: listOf(looseningSchema),
  /** What was read and should be written otherwise. */
  warnings: listOf(z.string()),
});
