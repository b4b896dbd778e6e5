/**
 * The registry file as far as devices need it: who publishes which point, of what type. Reading it for the service, with
 * every check, is the service's own work; a simulator only refuses a file it cannot use at all.
 */
import { parse } from 'yaml';
import type { Basis } from '../src/model/point.ts';
import type { StatedLimits } from './limit-sides.ts';

export interface RegistrySource {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly level?: number;
  readonly riskGrade?: string;
  readonly location?: readonly [number, number];
}

export interface RegistryGateway {
  readonly id: string;
  readonly enterprise: string;
  readonly secret: string;
}

export interface RegistryPoint {
  /** `{enterprise}/{tag}`. */
  readonly id: string;
  readonly source: string;
  readonly gateways: readonly string[];
  readonly type: string;
  readonly name: string;
  readonly intervalMs?: number | null;
  /** null switches one of the pack's limits off. */
  readonly limits?: StatedLimits;
  readonly basis?: string | Basis;
}

export interface RegistryFile {
  readonly divisions: readonly { readonly code: string; readonly name: string }[];
  readonly enterprises: readonly {
    readonly id: string;
    readonly name: string;
    readonly division: string;
    readonly contacts?: readonly { readonly role: string; readonly name: string; readonly phone: string }[];
  }[];
  readonly sources: readonly RegistrySource[];
  readonly gateways: readonly RegistryGateway[];
  readonly points: readonly RegistryPoint[];
}

export type ReadRegistry =
  | { readonly ok: true; readonly registry: RegistryFile }
  | { readonly ok: false; readonly reason: string };

const SECTIONS = ['divisions', 'enterprises', 'sources', 'gateways', 'points'] as const;

/** Reads YAML or JSON text (JSON is YAML); a missing section counts as empty. */
export function readRegistry(text: string): ReadRegistry {
  let file: unknown;
  try {
    file = parse(text);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    return { ok: false, reason };
  }
  if (typeof file !== 'object' || file === null || Array.isArray(file)) {
    return {
      ok: false,
      reason: 'a registry file is a mapping of divisions, enterprises, sources, gateways and points',
    };
  }
  const sections: Record<string, unknown> = { ...file };
  for (const section of SECTIONS) {
    sections[section] ??= [];
    if (!Array.isArray(sections[section])) return { ok: false, reason: `${section} must be a list` };
  }
  sections.points = (sections.points as unknown[]).map(withGateways);
  const reason = whyUnusable(sections as unknown as RegistryFile);
  if (reason !== undefined) return { ok: false, reason };
  return { ok: true, registry: sections as unknown as RegistryFile };
}

/** Nobody sends a derived point. */
function withGateways(point: unknown): unknown {
  return typeof point === 'object' && point !== null && !('gateways' in point) ? { ...point, gateways: [] } : point;
}

/** What a simulator would stumble over; undefined where there is nothing. */
function whyUnusable({ sources, gateways, points }: RegistryFile): string | undefined {
  const isTexts = (...texts: readonly unknown[]): boolean => texts.every((text) => typeof text === 'string');
  const source = sources.findIndex((one) => !isTexts(one?.id, one?.kind));
  if (source >= 0) return `sources[${source}] has no id or kind`;
  const gateway = gateways.findIndex((one) => !isTexts(one?.id, one?.enterprise, one?.secret));
  if (gateway >= 0) return `gateways[${gateway}] has no id, enterprise or secret`;
  const point = points.findIndex(
    (one) => !isTexts(one?.id, one?.source, one?.type) || !Array.isArray(one.gateways) || !isTexts(...one.gateways),
  );
  if (point >= 0) return `points[${point}] has no id, source, type or list of gateways`;
  return undefined;
}

/** `yt-chem/GD-101` → `yt-chem`. */
export function enterpriseOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

/** `yt-chem/GD-101` → `GD-101`. */
export function tagOf(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}
