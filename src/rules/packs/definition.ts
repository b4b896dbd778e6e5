/**
 * The shapes of the files people write: packs (point types with their limits and rules) and registry files. Unknown keys are
 * errors, and all errors are told at once, each with the item it is in. It resolves nothing: see resolve.ts.
 */
import { z } from 'zod';
import { DIVISION_CODE } from '../../model/division.ts';
import { HAZARDS } from '../../model/hazard.ts';
import { RESERVED_ENTERPRISE_IDS, RESERVED_GATEWAY_IDS, SLUG, STATED_NAME } from '../../model/ids.ts';
import { EXTRA_STEPS } from '../../model/point.ts';
import { GATEWAY_PRESENCES } from '../../model/registry.ts';
import {
  DIVISION_FLAGS,
  ENTERPRISE_RISK_LEVELS,
  FILING_STATES,
  INDUSTRIES,
  LINK_KINDS,
  POND_SAFETY,
  SOURCE_FLAGS,
  STATED_CLASSES,
} from '../../model/source.ts';
import { bindingsSchema, derivationErrors, deriveSchema, restatedParametersSchema } from '../derived/definition.ts';
import { ATTRIBUTE } from '../points/attribute-figure.ts';
import type { PackCase } from './cases-definition.ts';
import { caseSchema } from './cases-definition.ts';
import { checkFigures } from './check.ts';
import type { Read, WrongField } from './definition-reader.ts';
import { listOf, Reader } from './definition-reader.ts';
import type { ExposureTable } from './exposure-definition.ts';
import { withExposureLimits } from './exposure-definition.ts';
import { packShape, registryShape } from './rule-shapes-definition.ts';
import { NOWHERE, pathOfWords } from './told.ts';

/** 40 days: what fits the table of delays, and longer than any delay that makes sense. */
const DELAY_MAX_MS = 40 * 86_400_000;
/** Ten years. */
const DURATION_MAX_MS = 3_653 * 86_400_000;

const text = z.string().trim().min(1).max(500);
const duration = z.number().int().positive().max(DURATION_MAX_MS);
const delay = z.number().int().nonnegative().max(DELAY_MAX_MS);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date like 2027-06-30');
const grade = z.enum(['red', 'orange', 'yellow', 'blue']);

const basisSchema = z.strictObject({ source: text, mark: z.enum(['V', 'M', 'OURS']) });
const rangeSchema = z.strictObject({ min: z.number().optional(), max: z.number().optional() });
const floorSchema = z.strictObject({
  id: text,
  level: z.enum(['H', 'HH']),
  points: z.number().int().positive(),
  grade,
  basis: basisSchema,
});

/**
 * A monitoring item whose grade rolls up from how many of its points are coloured, and carries on across the items of an
 * installation: so many blue points make it yellow, so many yellow ones orange, so many orange ones red.
 */
const rollUpSchema = z.strictObject({
  item: text,
  blue: z.number().int().positive(),
  yellow: z.number().int().positive(),
  orange: z.number().int().positive(),
  basis: basisSchema,
});

/** How long a lower grade must be shown before the grade comes down. */
const responseSchema = z.enum(['process', 'geotechnical']);

/** What a type states and a point may state otherwise. */
const tunable = {
  span: rangeSchema.optional(),
  plausible: rangeSchema.optional(),
  onDelayMs: delay.optional(),
  offDelayMs: delay.optional(),
  latching: z.boolean().optional(),
  consequence: text.optional(),
  action: text.optional(),
  respondMs: duration.optional(),
  owner: text.optional(),
  reviewBy: day.optional(),
};

const packTypeSchema = z.strictObject({
  type: z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be in snake_case'),
  name: text,
  nameEn: text,
  /** UCUM; empty for booleans. */
  unit: z.string().max(40),
  hazard: z.enum(HAZARDS),
  /** Hazard of the low limits where it is another one. */
  hazardLow: z.enum(HAZARDS).optional(),
  value: z.enum(['number', 'boolean']),
  /** null: event-driven, sent on change. */
  intervalMs: duration.nullable(),
  response: responseSchema,
  persistenceMs: duration,
  responseMs: duration,
  floors: z.array(floorSchema).optional(),
  /** Of a harm that its convention never calls worse, whatever stands however long. */
  gradeAtMost: grade.optional(),
  /** Of a derived type: in alarm it is one step more for its alert, and no base. */
  step: z.enum(EXTRA_STEPS).optional(),
  rollUp: rollUpSchema.optional(),
  basis: basisSchema,
  /** Of points that no device sends: how their value comes of others. */
  derive: deriveSchema.optional(),
  ...tunable,
  ...packShape,
});

/**
 * What is wrong in a type as a whole, whatever is wrong in single fields of it: those that cannot be read are left out here,
 * and so is what nothing can be said of without them.
 */
function wrongInType({ value: valueKind, ...type }: Partial<PackType>, stated: object): WrongField[] {
  const { derive, step, rollUp, unit } = type;
  const found: string[] = [];
  if (step !== undefined && !('derive' in stated))
    found.push('step: only what is derived looks at more than one point');
  if (step !== undefined && rollUp !== undefined)
    found.push('rollUp: what gives a step is no point of a monitoring item');
  if (valueKind !== undefined && unit !== undefined) {
    if (derive !== undefined) found.push(...derivationErrors(derive, { valueKind, unit }));
    const figures = { ...type, valueKind, unit, intervalMs: type.intervalMs ?? null };
    found.push(...checkFigures(figures, type));
  }
  // The line of the field is told, not that of its type.
  return found.map((words) => {
    const path = [...pathOfWords(words)];
    return { path, message: path.length === 0 ? words : words.slice(path.join('.').length + 2) };
  });
}
export type PackType = z.infer<typeof packTypeSchema>;

/** What a kind of source means where the registry does not say otherwise: one table for class and industry. */
const sourceKindSchema = z.strictObject({
  kind: z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be in snake_case'),
  name: text,
  nameEn: text,
  industry: z.enum(INDUSTRIES),
  /** Of a source without a major-hazard level. */
  alarmClass: z.enum(STATED_CLASSES),
  /** What it holds back may come down on somebody: where nobody has said how many live below, it is judged as if people did. */
  downstream: z.boolean().optional(),
});
export type SourceKind = z.infer<typeof sourceKindSchema>;

/** A row of the field that is neither a number nor a boolean: named, so that nobody takes it for forgotten. */
const unsupportedSchema = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be in snake_case'),
  name: text,
  nameEn: text.optional(),
  /** What it would take. */
  reason: text,
});

const packHead = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a lower-case slug'),
  name: text,
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be like 1.0.0'),
  sourceKinds: z.array(sourceKindSchema).default([]),
  pointTypes: z.array(z.unknown()).min(1),
  unsupported: z.array(z.unknown()).default([]),
  cases: z.array(z.unknown()).default([]),
});
type Sections = 'pointTypes' | 'unsupported' | 'cases';
export type Pack = Omit<z.infer<typeof packHead>, Sections> & {
  readonly pointTypes: readonly PackType[];
  readonly unsupported: readonly z.infer<typeof unsupportedSchema>[];
  readonly cases: readonly PackCase[];
};

/** Words of a fixed list, each once. */
function listed<const T extends readonly [string, ...string[]]>(words: T) {
  const isOnce = (list: readonly string[]) => new Set(list).size === list.length;
  return z.array(z.enum(words)).refine(isOnce, 'a word is stated twice').optional();
}

const slug = z.string().regex(SLUG, 'must be a lower-case slug');
/** Of a machine; kept as a hash. */
const secret = z.string().min(8).max(200);
const path = (what: string) =>
  z.string().refine((id) => {
    const [enterprise, name, ...rest] = id.split('/');
    return SLUG.test(enterprise) && name !== undefined && STATED_NAME.test(name) && rest.length === 0;
  }, `must be {enterprise}/{${what}}, without space, "+", "#", "|", and not beginning with "~"`);

const divisionSchema = z.strictObject({
  code: z.string().regex(DIVISION_CODE, 'must be a GB/T 2260 code, a town like 320921001, or a park like 320921-p01'),
  name: text,
  flags: listed(DIVISION_FLAGS),
});
const enterpriseSchema = z.strictObject({
  id: slug.refine((id) => !RESERVED_ENTERPRISE_IDS.includes(id), 'is reserved'),
  name: text,
  division: divisionSchema.shape.code,
  contacts: z.array(z.strictObject({ role: text, name: text, phone: text })).default([]),
  /** As the authority rated it, D the worst. */
  enterpriseRiskLevel: z.enum(ENTERPRISE_RISK_LEVELS).optional(),
  /** Of the read credential `{enterprise}/~site`: what sounders and other systems of the site sign in with over MQTT. */
  siteSecret: secret.optional(),
});
const sourceSchema = z.strictObject({
  id: path('source'),
  name: text,
  kind: text,
  /** Major-hazard level of GB 18218. */
  level: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)], 'must be 1, 2, 3 or 4').optional(),
  /** Stated outright; else it follows from the flags, the height, the level and the kind. */
  alarmClass: z.enum(STATED_CLASSES).optional(),
  /** The same as files of 0.1 stated it: read, and told. */
  class: z.enum(['A', 'B', 'C', 'D'], `is not read: write alarmClass, ${STATED_CLASSES.join(' | ')}`).optional(),
  flags: listed(SOURCE_FLAGS),
  /** Three flags as files of 0.1 stated them. */
  overhead: z.boolean().optional(),
  outburst: z.boolean().optional(),
  highConsequence: z.boolean().optional(),
  slopeHeightM: z.number().nonnegative().max(10_000).optional(),
  industry: z.enum(INDUSTRIES).optional(),
  /** Left out where it is not known. */
  downstreamPopulation: z.number().int().nonnegative().optional(),
  filing: z.strictObject({ state: z.enum(FILING_STATES), number: text.optional() }).optional(),
  assessmentDue: day.optional(),
  pondSafety: z.enum(POND_SAFETY).optional(),
  attributes: z.record(z.string().regex(ATTRIBUTE, 'must be like damHeightM'), z.number()).optional(),
  riskGrade: grade.optional(),
  location: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]).optional(),
  /** Live observers a hazard needs here. */
  observers: z.partialRecord(z.enum(HAZARDS), z.number().int().positive()).default({}),
});
const linkSchema = z.strictObject({
  from: path('source'),
  to: z.union([divisionSchema.shape.code, slug], 'must be a division code or the id of an enterprise'),
  kind: z.enum(LINK_KINDS),
});
const gatewaySchema = z.strictObject({
  id: slug.refine((id) => !RESERVED_GATEWAY_IDS.includes(id), 'is reserved'),
  enterprise: slug,
  secret,
  presence: z.enum(GATEWAY_PRESENCES).optional(),
});
const registryPointSchema = z.strictObject({
  id: path('tag'),
  source: path('source'),
  /** Who may publish it; left out of a derived point. */
  gateways: z.array(slug).default([]),
  type: text,
  name: text,
  /** Part of the source that alerts separately. */
  unitGroup: text.refine((name) => !name.includes('|'), 'must not hold "|"').optional(),
  /** Points on one transmitter do not corroborate each other. */
  transmitter: text.optional(),
  intervalMs: duration.nullable().optional(),
  /** Of a derived point: which points stand for the inputs of its type, and its figures here. */
  inputs: bindingsSchema.optional(),
  parameters: restatedParametersSchema.optional(),
  /** Of a drill. */
  exercise: z.boolean().optional(),
  /** Text alone counts as not verified (M). */
  basis: z.union([text, basisSchema]).optional(),
  /** Why something here is looser than the pack. */
  reason: text.optional(),
  response: responseSchema.optional(),
  persistenceMs: duration.optional(),
  responseMs: duration.optional(),
  ...tunable,
  ...registryShape,
});
export type RegistryPoint = z.infer<typeof registryPointSchema>;

const registryHead = z.strictObject({
  divisions: z.array(z.unknown()).default([]),
  enterprises: z.array(z.unknown()).default([]),
  sources: z.array(z.unknown()).default([]),
  gateways: z.array(z.unknown()).default([]),
  points: z.array(z.unknown()).default([]),
  links: z.array(z.unknown()).default([]),
  /** For rule kinds that a point type cannot give; this version has none. */
  rules: z.array(z.unknown()).max(0, 'no rule kind of this version is stated here').default([]),
});
export interface RegistryFile {
  readonly divisions: readonly z.infer<typeof divisionSchema>[];
  readonly enterprises: readonly z.infer<typeof enterpriseSchema>[];
  readonly sources: readonly z.infer<typeof sourceSchema>[];
  readonly gateways: readonly z.infer<typeof gatewaySchema>[];
  readonly points: readonly RegistryPoint[];
  readonly links: readonly z.infer<typeof linkSchema>[];
}

/** Reads a pack from data (parsed YAML or JSON). Use it only when `errors` is empty. `exposure`: what toxic limits are computed of. */
export function readPack(data: unknown, places = NOWHERE, exposure?: ExposureTable): Read<Pack> {
  const reader = new Reader(data, places, 'begin with `id:`, `name:`, `version:` and `pointTypes:`');
  const head = reader.head(packHead);
  const raw = head ?? { id: '', name: '', version: '', sourceKinds: [] };
  const section = (name: Sections) => listOf(head ?? data, name);
  const stated = section('pointTypes').map((type, i) => {
    const computed = withExposureLimits(type, exposure, places, ['pointTypes', i]);
    reader.wrong(computed.errors);
    return computed.type;
  });
  const pointTypes = reader.items('pointTypes', 'type', stated, packTypeSchema, wrongInType);
  const unsupported = reader.items('unsupported', 'code', section('unsupported'), unsupportedSchema);
  const cases = reader.items('cases', 'name', section('cases'), caseSchema);
  return reader.read({ ...raw, pointTypes, unsupported, cases });
}

/**
 * Reads a registry file from data. Items that could be read stand in `value` even where others have errors, and so do items
 * without what is wrong in them, so that the rest of them can be looked at too.
 */
export function readRegistryFile(data: unknown, places = NOWHERE): Read<RegistryFile> {
  const reader = new Reader(data, places, 'begin with a section such as `points:`, and its items below it');
  const head = reader.head(registryHead);
  const section = (name: string) => listOf(head ?? data, name);
  return reader.read({
    divisions: reader.items('divisions', 'code', section('divisions'), divisionSchema),
    enterprises: reader.items('enterprises', 'id', section('enterprises'), enterpriseSchema),
    sources: reader.items('sources', 'id', section('sources'), sourceSchema),
    gateways: reader.items('gateways', 'id', section('gateways'), gatewaySchema),
    points: reader.items('points', 'id', section('points'), registryPointSchema),
    links: reader.items('links', 'from', section('links'), linkSchema),
  });
}
