/**
 * What points of one type have in common stands in memory once: a hundred thousand of them repeat the same texts, limits and
 * basis, and what the garbage collector must walk holds judging. It changes no value, and forgets nothing but copies.
 */
import type { PointConfig } from '../model/point.ts';
import { sameData } from '../rules/looser.ts';

export class Alike {
  /** By point type: the point of it that was seen last. */
  private readonly last = new Map<string, PointConfig>();

  /** The same point, with what it has in common with the one of its type before it shared. */
  share(point: PointConfig): PointConfig {
    const before = this.last.get(point.type);
    const shared = before === undefined ? point : sharing(point, before);
    this.last.set(point.type, shared);
    return shared;
  }
}

function sharing(point: PointConfig, before: PointConfig): PointConfig {
  const shared: PointConfig = { ...point };
  for (const field of Object.keys(shared) as (keyof PointConfig)[]) {
    if (sameData(shared[field], before[field])) Reflect.set(shared, field, before[field]);
  }
  return shared;
}
