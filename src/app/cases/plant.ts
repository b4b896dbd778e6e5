/**
 * From a case of a pack to a plant that the engine knows: a registry of one enterprise with one source, read as any registry file
 * is, and what its devices send when. It judges nothing.
 */
import type { QualityName } from '../../model/quality.ts';
import type { RegistryChange } from '../../model/registry.ts';
import type { DurationMs } from '../../model/time.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { CasePoint, PackCase } from '../../rules/packs/cases-definition.ts';
import type { Pack, PackType } from '../../rules/packs/definition.ts';
import { NOTHING_KNOWN } from '../../rules/packs/references.ts';
import { resolveRegistry } from '../../rules/packs/resolve.ts';
import type { Path, Places } from '../../rules/packs/told.ts';
import { placed } from '../../rules/packs/told.ts';

const ENTERPRISE = 'case';
const SOURCE = `${ENTERPRISE}/source`;
const GATEWAY = 'gw1';

/** As the engine knows a point of a case. */
export const idOf = (tag: string): string => `${ENTERPRISE}/${tag}`;

export interface SentReading {
  /** From the beginning of the case. */
  readonly at: DurationMs;
  readonly tag: string;
  readonly value: number | boolean;
  readonly quality: QualityName;
}

interface CasePlant {
  readonly change: RegistryChange;
  /** In order of time. */
  readonly sent: readonly SentReading[];
}

export type Built =
  | { readonly ok: true; readonly plant: CasePlant }
  | { readonly ok: false; readonly errors: readonly string[] };

/** `path`: where the case stands in its pack, whose text `places` knows. */
export function plantOf(story: PackCase, packs: readonly Pack[], places: Places, path: Path): Built {
  const types = new Map(packs.flatMap(({ pointTypes }) => pointTypes.map((type) => [type.type, type])));
  const tags = Object.keys(story.points);
  const gatewaysOf = ({ gateways, type }: CasePoint): unknown =>
    gateways ?? (types.get(type)?.derive === undefined ? [GATEWAY] : undefined);
  const gateways = new Set(
    Object.values(story.points).flatMap((point) => [gatewaysOf(point)].flat().filter((id) => typeof id === 'string')),
  );
  const file = {
    divisions: [{ code: '320921', name: ENTERPRISE }],
    enterprises: [{ id: ENTERPRISE, name: ENTERPRISE, division: '320921' }],
    sources: [{ ...story.source, id: SOURCE, name: SOURCE }],
    gateways: [...gateways].map((id) => ({ id, enterprise: ENTERPRISE, secret: 'of-no-gateway' })),
    points: Object.entries(story.points).map(([tag, { series: _series, every: _every, ...stated }]) => ({
      name: tag,
      ...stated,
      id: idOf(tag),
      source: SOURCE,
      gateways: gatewaysOf({ ...stated }),
    })),
  };
  const inPack = ([section, item, ...rest]: Path): Path => {
    if (section === 'points') return [...path, 'points', tags[Number(item)], ...rest];
    return section === 'sources' ? [...path, 'source', ...rest] : path;
  };
  const around = {
    packs,
    known: NOTHING_KNOWN,
    hashSecret: () => '',
    places: { at: (at: Path) => places.at(inPack(at)), written: (at: Path) => places.written(inPack(at)) },
  };
  const resolved = resolveRegistry(file, around);
  if (!resolved.ok) return resolved;
  const errors: string[] = [];
  const sent = Object.entries(story.points).flatMap(([tag, point]) => {
    const found = readingsOf(tag, point, types.get(point.type)!);
    if (typeof found !== 'string') return found;
    errors.push(placed(places, [...path, 'points', tag, 'series'], `point ${tag}: ${found}`));
    return [];
  });
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, plant: { change: resolved.change, sent: sent.sort((a, b) => a.at - b.at) } };
}

/** What the series of a point sends, or why it cannot. */
function readingsOf(tag: string, point: CasePoint, type: PackType): SentReading[] | string {
  const { series = [], every = point.intervalMs ?? type.intervalMs } = point;
  if (type.derive !== undefined) return series.length === 0 ? [] : `series: ${point.type} is derived, nobody sends it`;
  const sent: SentReading[] = [];
  let next = 0;
  for (const { value, rise, count, quality, at } of series) {
    if (at !== undefined && at < next - Number(every ?? 0) + 1 && at > 0) return 'series: @ goes back in time';
    next = at ?? next;
    if (typeof every !== 'number' && count > 1) return 'series: of a point that speaks on change, say every';
    for (let i = 0; i < count; i++) {
      // 0.1 × 3 is not quite 0.3, and a limit of 0.3 is met by 0.3.
      const risen = typeof value === 'number' ? Math.round((value + i * rise) * 1e9) / 1e9 : value;
      if (risen !== undefined) sent.push({ at: next, tag, value: risen, quality });
      next += Number(every ?? SECOND_MS);
    }
  }
  return sent;
}
