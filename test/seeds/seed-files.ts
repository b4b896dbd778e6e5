// The seed files as tests read them: packs and the demo registry, with the limits a point ends up with.
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { RegistryFile, RegistryPoint } from '../../simulators/registry-file.ts';
import { readRegistry } from '../../simulators/registry-file.ts';
import { loadPacks, shippedPacks } from '../../src/app/seeds.ts';
import type { Basis, Limits, Range } from '../../src/model/point.ts';

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

function seedRegistry(name: string): RegistryFile {
  const read = readRegistry(readFileSync(new URL(`../../seeds/demo/${name}`, import.meta.url), 'utf8'));
  if (!read.ok) throw new Error(read.reason);
  return read.registry;
}

export function limitsOf(point: RegistryPoint): Limits {
  const merged = Object.entries({ ...pointTypes.get(point.type)?.limits, ...point.limits });
  return Object.fromEntries(merged.filter(([, limit]) => limit !== null));
}

/** HH, H or none, as the limits alone say: the judge of the promises that scenarios make. */
export function levelOf(point: RegistryPoint, value: number | boolean): 'HH' | 'H' | 'none' {
  const type = pointTypes.get(point.type);
  if (typeof value === 'boolean') return value === type?.criticalWhen ? 'HH' : 'none';
  const { LL, L, H, HH } = limitsOf(point);
  if ((HH !== undefined && value >= HH) || (LL !== undefined && value <= LL)) return 'HH';
  return (H !== undefined && value >= H) || (L !== undefined && value <= L) ? 'H' : 'none';
}
