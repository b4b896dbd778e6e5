/**
 * Limits that a pack computes from a table of occupational exposure limits (OEL) instead of copying a figure: the table's shape,
 * and the figures that `{ oel: 71-43-2, times: 2 }` makes in the unit of a type. A copied figure stays behind when the table is
 * cut; that is how benzene came to alarm at twice what is allowed. It reads no file.
 */
import { z } from 'zod';
import { nearby } from '../../model/nearest-names.ts';
import type { Basis } from '../../model/point.ts';
import type { Path, Places } from './told.ts';
import { placed, tellIssues } from './told.ts';

const text = z.string().trim().min(1).max(500);
const positive = z.number().positive();
const mark = z.enum(['V', 'M', 'OURS']);
const KINDS = ['MAC', 'TWA', 'STEL'] as const;

const substanceSchema = z
  .strictObject({
    /** CAS number; of dusts and the like, which have none, a name. */
    key: text.refine(isKey, 'is no CAS number (its check digit is another one) and no name like coal-dust'),
    name: text,
    nameEn: text,
    /** g/mol; without one there is no ppm. */
    molarMass: positive.optional(),
    /** mg/m³. */
    MAC: positive.optional(),
    TWA: positive.optional(),
    STEL: positive.optional(),
    mark,
    /** First alarm by the table of GB/T 50493, mg/m³: seen there. */
    annex: positive.optional(),
    idlh: z.strictObject({ value: positive, mark }).optional(),
  })
  .refine(({ MAC, TWA, STEL }) => (MAC ?? TWA ?? STEL) !== undefined, 'has none of MAC, TWA and STEL');
type Substance = z.infer<typeof substanceSchema>;

const tableSchema = z.strictObject({
  id: text,
  version: text,
  source: text,
  annexSource: text,
  reference: z.strictObject({ temperatureC: z.number(), pressureKPa: positive }),
  substances: z
    .array(substanceSchema)
    .min(1)
    .superRefine((substances, context) => {
      for (const [i, { key }] of substances.entries())
        if (substances.findIndex((one) => one.key === key) < i)
          context.addIssue({ code: 'custom', path: [i, 'key'], message: `${key} is stated twice` });
    }),
});
export type ExposureTable = z.infer<typeof tableSchema>;

/** CAS numbers end in a digit that the others give. */
function isKey(key: string): boolean {
  const [, digits, check] = /^(\d{2,7}-\d{2})-(\d)$/.exec(key) ?? [];
  if (digits === undefined) return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(key);
  const reversed = [...digits.replace('-', '')].reverse();
  return reversed.reduce((sum, digit, i) => sum + (i + 1) * Number(digit), 0) % 10 === Number(check);
}

export interface ReadTable {
  readonly table?: ExposureTable | undefined;
  readonly errors: readonly string[];
}

export function readExposureTable(data: unknown, places: Places): ReadTable {
  const parsed = tableSchema.safeParse(data);
  if (parsed.success) return { table: parsed.data, errors: [] };
  const keys = Object.keys(tableSchema.shape);
  return { errors: tellIssues(parsed.error.issues, { item: '', data, base: [], places, keys }) };
}

/** A limit as so much of an exposure limit, or of the concentration that is dangerous at once. */
const computedSchema = z
  .strictObject({
    oel: text.optional(),
    idlh: text.optional(),
    /** Which of them; else the strictest of MAC, TWA and the table of GB/T 50493. */
    of: z.enum(KINDS).optional(),
    times: positive.default(1),
    /** Of a conversion to ppm, °C, where it is not the table's. */
    temperatureC: z.number().min(-50).max(60).optional(),
  })
  .refine(({ oel, idlh }) => (oel === undefined) !== (idlh === undefined), 'states oel or idlh, one of them')
  .refine(({ idlh, of }) => idlh === undefined || of === undefined, 'of: an IDLH has no kinds');
type Computed = z.infer<typeof computedSchema>;

interface Figure {
  /** mg/m³, before `times`. */
  readonly value: number;
  readonly kind: string;
  readonly source: string;
  readonly mark: Basis['mark'];
}

/** Litres of a mole at 0 °C and 101.325 kPa, and these two. */
const MOLAR_VOLUME_L = 22.414;
const ZERO_K = 273.15;
const NORMAL_KPA = 101.325;

/** What a type's limits are computed of, and what they become. */
export interface ComputedLimits {
  /** The type with figures for all of them, and a basis where it states none. */
  readonly type: unknown;
  readonly errors: readonly string[];
}

/** `base`: where the type stands in its file. A type that computes nothing is given back as it is. */
export function withExposureLimits(
  type: unknown,
  table: ExposureTable | undefined,
  places: Places,
  base: Path,
): ComputedLimits {
  const { limits, unit, basis } = Object(type);
  const errors: string[] = [];
  const bases: Stated[] = [];
  const walk = (node: unknown, path: Path): unknown => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return node;
    if (!('oel' in node) && !('idlh' in node))
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value, [...path, key])]));
    const made = figureOf(node, path, { table, unit: String(unit), places, name: nameOf(type) });
    if ('errors' in made) {
      errors.push(...made.errors);
      return undefined;
    }
    bases.push({ ...made, limit: path.at(-1) === 'value' ? String(path.at(-2)) : String(path.at(-1)) });
    return made.limit;
  };
  const computed = walk(limits, [...base, 'limits']);
  if (bases.length === 0 && errors.length === 0) return { type, errors };
  return { type: { ...Object(type), limits: computed, basis: basis ?? basisOf(bases) }, errors };
}

const nameOf = (type: unknown): string => String(Object(type).type ?? '');

interface Around {
  readonly table: ExposureTable | undefined;
  readonly unit: string;
  readonly places: Places;
  readonly name: string;
}

interface Made {
  readonly limit: number;
  readonly figure: Figure;
  readonly times: number;
}
type Stated = Omit<Made, 'limit'> & { readonly limit: string };

function figureOf(node: object, path: Path, around: Around): Made | { readonly errors: readonly string[] } {
  const { table, unit, places, name } = around;
  const item = `${name}: ${path.slice(2).join('.')}`;
  const parsed = computedSchema.safeParse(node);
  if (!parsed.success) {
    const keys = Object.keys(computedSchema.shape);
    return { errors: tellIssues(parsed.error.issues, { item, data: node, base: path, places, keys }) };
  }
  const wrong = (key: string, words: string) => ({ errors: [placed(places, [...path, key], `${item}: ${words}`)] });
  const { oel, idlh, times } = parsed.data;
  const asked = oel ?? idlh ?? '';
  const at = oel === undefined ? 'idlh' : 'oel';
  if (table === undefined) return wrong(at, 'there is no table of exposure limits');
  const substance = table.substances.find(({ key }) => key === asked);
  if (substance === undefined)
    return wrong(
      at,
      `${table.id} has no ${asked}${nearby(
        asked,
        table.substances.map(({ key }) => key),
      )}`,
    );
  const figure = figureIn(substance, parsed.data, table);
  if (figure === undefined) return wrong(at, `${table.id} has no ${missing(parsed.data)} of ${substance.name}`);
  const factor = factorTo(unit, substance, parsed.data.temperatureC ?? table.reference.temperatureC, table);
  if (typeof factor === 'string') return wrong(at, factor);
  return { limit: downTo3Digits(figure.value * times * factor), figure, times };
}

const missing = ({ oel, of }: Computed): string => (oel === undefined ? 'IDLH' : (of ?? 'MAC and no TWA'));

function figureIn(substance: Substance, { oel, of }: Computed, { source, annexSource }: ExposureTable) {
  const { mark: own, annex, idlh } = substance;
  if (oel === undefined) return idlh && { value: idlh.value, kind: 'IDLH', source: annexSource, mark: idlh.mark };
  const found: Figure[] = KINDS.filter((kind) => (of === undefined ? kind !== 'STEL' : kind === of)).flatMap((kind) => {
    const value = substance[kind];
    return value === undefined ? [] : [{ value, kind: kind === 'MAC' ? kind : `PC-${kind}`, source, mark: own }];
  });
  if (of === undefined && annex !== undefined)
    found.push({ value: annex, kind: 'OEL', source: annexSource, mark: 'V' });
  // Of two that agree the one that was seen.
  found.sort((a, b) => a.value - b.value || Number(b.mark === 'V') - Number(a.mark === 'V'));
  return found[0] as Figure | undefined;
}

/** From mg/m³ to the unit, or why not. */
function factorTo(unit: string, { molarMass, name }: Substance, atC: number, { reference }: ExposureTable) {
  if (unit === 'mg/m3') return 1;
  if (unit === 'ug/m3') return 1_000;
  if (unit !== '[ppm]' && unit !== '[ppb]')
    return `an exposure limit is a concentration: mg/m3, ug/m3, [ppm] or [ppb], and the unit is ${unit || 'none'}`;
  if (molarMass === undefined) return `${name} has no molar mass in the table, so there are no ${unit} of it`;
  const litres = MOLAR_VOLUME_L * ((ZERO_K + atC) / ZERO_K) * (NORMAL_KPA / reference.pressureKPa);
  return (litres / molarMass) * (unit === '[ppm]' ? 1 : 1_000);
}

/** Down, so that a conversion alarms no later than the figure it comes of. */
function downTo3Digits(value: number): number {
  const size = 10 ** (2 - Math.floor(Math.log10(value)));
  // 1.1 × 3 is a little more than 3.3, 0.3 × 2 may be a little less than 0.6: neither is another figure.
  return Math.floor(value * size + 1e-6) / size;
}

function basisOf(stated: readonly Stated[]): Basis {
  const marks = stated.map(({ figure }) => figure.mark);
  const words = stated.map(({ limit, times, figure: { value, kind, source } }) => {
    const share = Math.round(times * 1_000) / 10;
    return `${limit} = ${share} % ${kind}（${value} mg/m³，${source}）`;
  });
  // Nothing could be computed, which is told: that there is no basis would be told beside it.
  if (stated.length === 0) return { source: 'OEL', mark: 'M' };
  const worst = (['OURS', 'M', 'V'] as const).find((one) => marks.includes(one)) ?? 'M';
  return { source: [...new Set(words)].join('；'), mark: worst };
}
