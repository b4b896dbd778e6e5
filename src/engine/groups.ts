/**
 * Which alert group a point belongs to, and its key, worked out once per registry version: asked for every good reading.
 */
import type { GroupRef } from '../alerts/record.ts';
import { keyOf } from '../alerts/record.ts';
import type { ObserverGroup, Registry } from './registry.ts';

export class Groups {
  private readonly registry: Registry;
  private version = -1;
  private refs: GroupRef[] = [];
  private keys: string[] = [];
  private observed = new Map<string, GroupRef>();

  constructor(registry: Registry) {
    this.registry = registry;
  }

  ref(number: number): GroupRef {
    this.renew();
    this.refs[number] ??= this.make(number);
    return this.refs[number];
  }

  key(number: number): string {
    this.renew();
    this.keys[number] ??= keyOf(this.ref(number));
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

  private renew(): void {
    if (this.version === this.registry.version) return;
    this.version = this.registry.version;
    this.refs = [];
    this.keys = [];
    this.observed.clear();
  }

  private make(number: number): GroupRef {
    const { registry } = this;
    const point = registry.points[number];
    return {
      kind: 'hazard',
      enterprise: point.enterprise,
      division: registry.divisionOf(point.enterprise),
      source: point.source,
      ...(point.unitGroup === undefined ? {} : { unit: point.unitGroup }),
      hazard: point.hazard,
      sourceClass: registry.sourceOf(point).class,
      response: point.response,
      exercise: false,
    };
  }

  private makeCoverage({ source: id, hazard, points }: ObserverGroup): GroupRef {
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
      response: points.length > 0 ? registry.points[points[0]].response : 'process',
      exercise: false,
    };
  }
}
