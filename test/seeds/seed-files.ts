// The seed files as tests read them: packs and the demo registry, with the limits a point ends up with.
import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { RegistryFile, RegistryPoint } from '../../simulators/registry-file.ts';
import { readRegistry } from '../../simulators/registry-file.ts';
import { loadPacks, shippedPacks } from '../../src/app/seeds.ts';
import type { Basis, Limits, Range } from '../../src/model/point.ts';
import { limitsOf as pairsOf } from '../../src/model/point.ts';
import type { Restated, Stated } from '../../src/rules/packs/rule-shapes-definition.ts';
import { mergeStated, rulesOf } from '../../src/rules/packs/rules-of.ts';
import { withAttributes } from '../../src/rules/points/attribute-figure.ts';

export interface PackPointType {
  readonly type: string;
  readonly name: string;
  readonly nameEn: string;
  readonly unit: string;
  readonly hazard: string;
  readonly value: 'number' | 'boolean';
  readonly span?: Range;
  readonly plausible?: Range;
  readonly intervalMs: number | null;
  /** Computed from other points. */
  readonly derive?: object;
  readonly limits?: Limits;
  readonly deadband?: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly criticalWhen?: boolean;
  readonly latching?: boolean;
  readonly preBand?: number;
  readonly response: 'process' | 'geotechnical';
  readonly persistenceMs: number;
  readonly responseMs: number;
  readonly rateOfChange?: { readonly windowMs: number; readonly perMinute: number; readonly direction: string };
  readonly forecast?: { readonly windowMs: number; readonly minR2: number };
  readonly floors?: readonly {
    readonly id: string;
    readonly level: string;
    readonly points: number;
    readonly grade: string;
    readonly basis: Basis;
  }[];
  readonly basis: Basis;
  readonly consequence?: string;
  readonly action?: string;
  readonly respondMs?: number;
  readonly owner?: string;
  readonly reviewBy?: string;
}

export interface PackFile {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly pointTypes: readonly PackPointType[];
}

const packFolder = new URL('../../seeds/packs/', import.meta.url);

export const packs: ReadonlyMap<string, PackFile> = new Map(
  readdirSync(packFolder).map((file) => [file, parse(readFileSync(new URL(file, packFolder), 'utf8')) as PackFile]),
);

/** The packs as the service reads them, all limits computed that are. */
export const loaded = loadPacks(shippedPacks());

export const pointTypes: ReadonlyMap<string, PackPointType> = new Map(
  loaded.packs.flatMap((pack) => pack.pointTypes.map((type) => [type.type, type as PackPointType])),
);

export const demoRegistry = (): RegistryFile => seedRegistry('registry.yaml');
/** A slope, the lifelines of a city, and what is driven without a plant of its own. */
export const fieldRegistry = (): RegistryFile => seedRegistry('field.yaml');
/** Gauges that are watched, and cracks with every detector of creep, all in minutes. */
export const detectorsRegistry = (): RegistryFile => seedRegistry('detectors.yaml');

function seedRegistry(name: string): RegistryFile {
  const read = readRegistry(readFileSync(new URL(`../../seeds/demo/${name}`, import.meta.url), 'utf8'));
  if (!read.ok) throw new Error(read.reason);
  return read.registry;
}

const attributes: ReadonlyMap<string, Readonly<Record<string, number>> | undefined> = new Map(
  [demoRegistry(), fieldRegistry()].flatMap(({ sources }) =>
    sources.map((source) => [source.id, (source as { attributes?: Record<string, number> }).attributes]),
  ),
);
const known = new WeakMap<RegistryPoint, Limits>();

/** As the service makes them of both, with what the source says where they go by that: yellow is H or L, orange HH or LL. */
export function limitsOf(point: RegistryPoint): Limits {
  const before = known.get(point);
  if (before !== undefined) return before;
  const rules = rulesOf(mergeStated((pointTypes.get(point.type) ?? {}) as Stated, point as Restated));
  const attribute = (name: string) => attributes.get(point.source)?.[name];
  const limits = pairsOf(withAttributes({ rules }, attribute, (words) => expect.fail(`${point.id}: ${words}`)));
  known.set(point, limits);
  return limits;
}

/** HH, H or none, as the limits alone say: the judge of the promises that scenarios make. */
export function levelOf(point: RegistryPoint, value: number | boolean): 'HH' | 'H' | 'none' {
  const type = pointTypes.get(point.type);
  if (typeof value === 'boolean') return value === type?.criticalWhen ? 'HH' : 'none';
  const { LL, L, H, HH } = limitsOf(point);
  if ((HH !== undefined && value >= HH) || (LL !== undefined && value <= LL)) return 'HH';
  return (H !== undefined && value >= H) || (L !== undefined && value <= L) ? 'H' : 'none';
}
