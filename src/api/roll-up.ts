/**
 * Open alerts rolled up along source → enterprise → division: of each the worst grade and how many alerts of each, never an
 * average, which a hundred quiet sources would make out of one that burns; and how many of its points nobody sees, of which
 * the absence of alerts says nothing. It counts what it is given and asks for nothing.
 */
import type { Sight } from '../engine/describe.ts';
import type { Alert } from '../model/alert.ts';
import { divisionsAbove } from '../model/division.ts';
import type { GradeName } from '../model/grade.ts';
import type { RegistryView } from './ports.ts';
import { GRADES_WORST_FIRST } from './shapes/alert.ts';

interface Counts {
  readonly red: number;
  readonly orange: number;
  readonly yellow: number;
  readonly blue: number;
}

export interface RolledUp {
  readonly kind: 'division' | 'enterprise' | 'source';
  /** Division code, enterprise or source id; empty for everything there is. */
  readonly id: string;
  readonly name: string;
  /** Of its hazard alerts. */
  readonly worst: GradeName | 'none';
  readonly hazards: Counts;
  /** Device alarms, which are no hazard and say what is not seen. */
  readonly devices: number;
  /** Registered points, and those of them that observe nothing now. */
  readonly points: number;
  readonly unseen: number;
}

type Kept = Record<GradeName | 'devices' | 'points' | 'unseen', number>;
const nothing = (): Kept => ({ red: 0, orange: 0, yellow: 0, blue: 0, devices: 0, points: 0, unseen: 0 });

/** Counts of every place that an alert or a point lies in, by its key. */
export class Totals {
  private readonly kept = new Map<string, Kept>();

  constructor(
    alerts: Iterable<Alert>,
    sight: ReadonlyMap<string, Sight>,
    registry: Pick<RegistryView, 'enterprise' | 'source'>,
  ) {
    for (const { division, enterprise, source, kind, grade } of alerts) {
      const counted = kind === 'hazard' ? grade : 'devices';
      for (const kept of this.placesOf(division, enterprise, source)) kept[counted]++;
    }
    for (const [source, { points, unseen }] of sight) {
      const enterprise = registry.source(source)?.enterprise ?? '';
      const division = registry.enterprise(enterprise)?.division ?? '';
      for (const kept of this.placesOf(division, enterprise, source)) {
        kept.points += points;
        kept.unseen += unseen;
      }
    }
  }

  of(kind: RolledUp['kind'], id: string, name: string): RolledUp {
    const { devices, points, unseen, ...hazards } = this.kept.get(`${kind} ${id}`) ?? nothing();
    const worst = GRADES_WORST_FIRST.find((grade) => hazards[grade] > 0) ?? 'none';
    return { kind, id, name, worst, hazards, devices, points, unseen };
  }

  private placesOf(division: string, enterprise: string, source: string): Kept[] {
    const places = ['', ...divisionsAbove(division)].map((code) => `division ${code}`);
    return [...places, `enterprise ${enterprise}`, `source ${source}`].map((place) => {
      const kept = this.kept.get(place) ?? nothing();
      this.kept.set(place, kept);
      return kept;
    });
  }
}

/** What lies directly below a division: the divisions of the next tier that is registered, and the enterprises of its own. */
export function belowDivision(totals: Totals, registry: RegistryView, code: string): RolledUp[] {
  const registered = new Set(registry.divisions().map((division) => division.code));
  const parentOf = (child: string): string =>
    divisionsAbove(child).find((one) => one !== child && registered.has(one)) ?? '';
  const divisions = registry
    .divisions()
    .filter((division) => division.code !== code && parentOf(division.code) === code);
  const enterprises = registry.enterprises().filter(({ division }) => division === code);
  return worstFirst([
    ...divisions.map(({ code: id, name }) => totals.of('division', id, name)),
    ...enterprises.map(({ id, name }) => totals.of('enterprise', id, name)),
  ]);
}

export function belowEnterprise(totals: Totals, registry: RegistryView, enterprise: string): RolledUp[] {
  const sources = registry.sources().filter((source) => source.enterprise === enterprise);
  return worstFirst(sources.map(({ id, name }) => totals.of('source', id, name)));
}

/** The worst first, of the same grade the one with more of it; then by id, so that the order stands still. */
function worstFirst(nodes: readonly RolledUp[]): RolledUp[] {
  const weights = (node: RolledUp): number[] => [
    ...GRADES_WORST_FIRST.map((grade) => node.hazards[grade]),
    node.devices,
    node.unseen,
  ];
  return [...nodes].sort((a, b) => {
    const [left, right] = [weights(a), weights(b)];
    const place = left.findIndex((count, i) => count !== right[i]);
    if (place === -1) return a.id < b.id ? -1 : 1;
    return right[place] - left[place];
  });
}
