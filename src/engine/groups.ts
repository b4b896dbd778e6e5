/**
 * Which alert group a point belongs to, and its key, and what is of a drill, worked out once per registry version: asked for
 * every good reading.
 */

import { keyOf } from '../alerts/key.ts';
import type { GroupRef } from '../alerts/record.ts';
import type { ObserverGroup, Registry } from './registry.ts';

export class Groups {
  private readonly registry: Registry;
  private version = -1;
  private refs: GroupRef[] = [];
  private lowRefs: GroupRef[] = [];
  private keys: (readonly string[])[] = [];
  private readonly lists = new Map<string, readonly string[]>();
  private observed = new Map<string, GroupRef>();
  private ofDrill: boolean[] = [];

  constructor(registry: Registry) {
    this.registry = registry;
  }

  /** `side` −1 is that of too little, which may be a sign of another hazard. */
  ref(number: number, side: 1 | -1 = 1): GroupRef {
    this.renew();
    if (side < 0 && this.registry.points[number].hazardLow !== undefined) {
      this.lowRefs[number] ??= this.make(number, true);
      return this.lowRefs[number];
    }
    this.refs[number] ??= this.make(number, false);
    return this.refs[number];
  }

  /** Keys of the alerts the point may contribute to: one, or two where its low side is another hazard. */
  keysOf(number: number): readonly string[] {
    this.renew();
    this.keys[number] ??= this.shared([...new Set([keyOf(this.ref(number)), keyOf(this.ref(number, -1))])]);
    return this.keys[number];
  }

  /** Coverage is of a source and a hazard: it alerts beside the units of the source, not in one of them. */
  coverageRef(group: ObserverGroup): GroupRef {
    this.renew();
    let ref = this.observed.get(group.key);
    if (ref === undefined) {
      ref = this.makeCoverage(group);
      this.observed.set(group.key, ref);
    }
    return ref;
  }

  /** Whether everything that is registered behind the gateway is of a drill; of one with nothing behind it nobody knows. */
  isOfDrill(gateway: number): boolean {
    this.renew();
    const { points, published } = this.registry;
    this.ofDrill[gateway] ??=
      published[gateway].length > 0 && published[gateway].every((number) => points[number].exercise === true);
    return this.ofDrill[gateway];
  }

  /** Points of one group have the one list: what is asked for every good reading is then warm. */
  private shared(keys: readonly string[]): readonly string[] {
    const name = keys.join();
    const known = this.lists.get(name);
    if (known !== undefined) return known;
    this.lists.set(name, keys);
    return keys;
  }

  private renew(): void {
    if (this.version === this.registry.version) return;
    this.version = this.registry.version;
    this.refs = [];
    this.lowRefs = [];
    this.keys = [];
    this.lists.clear();
    this.observed.clear();
    this.ofDrill = [];
  }

  private make(number: number, low: boolean): GroupRef {
    const { registry } = this;
    const point = registry.points[number];
    const source = registry.sourceOf(point);
    return {
      kind: 'hazard',
      enterprise: point.enterprise,
      division: registry.divisionOf(point.enterprise),
      source: point.source,
      unit: point.unitGroup,
      hazard: low ? (point.hazardLow ?? point.hazard) : point.hazard,
      sourceClass: source.class,
      sourceLevel: source.level,
      response: point.response,
      exercise: point.exercise === true,
    };
  }

  private makeCoverage({ source: id, hazard, exercise, points }: ObserverGroup): GroupRef {
    const { registry } = this;
    const source = registry.sources.get(id);
    if (source === undefined) throw new Error(`source ${id} is observed, but not registered`);
    return {
      kind: 'hazard',
      enterprise: source.enterprise,
      division: registry.divisionOf(source.enterprise),
      source: id,
      hazard,
      sourceClass: source.class,
      sourceLevel: source.level,
      response: points.length > 0 ? registry.points[points[0]].response : 'process',
      exercise,
    };
  }
}
