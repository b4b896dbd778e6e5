/**
 * Which alert group a point belongs to, and its key, worked out once per registry version: asked for every good reading.
 */
import { type GroupRef, keyOf } from '../alerts/record.ts';
import type { Registry } from './registry.ts';

export class Groups {
  private readonly registry: Registry;
  private version = -1;
  private refs: GroupRef[] = [];
  private keys: string[] = [];

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

  private renew(): void {
    if (this.version === this.registry.version) return;
    this.version = this.registry.version;
    this.refs = [];
    this.keys = [];
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
}
