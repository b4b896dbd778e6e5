// What a watch asks of a day in its own words: the readings of a message as they were judged, and who stands on which alert.
import { faultName, rowOf } from '../../../src/engine/engine-slots.ts';
import type { Input } from '../../../src/engine/input.ts';
import type { DeviceFault } from '../../../src/model/hazard.ts';
import type { PointConfig } from '../../../src/model/point.ts';
import { limitsOf } from '../../../src/model/point.ts';
import { GOOD, UNCERTAIN } from '../../../src/model/quality.ts';
import { VERDICT } from '../../../src/model/reading.ts';
import type { PlantDay } from '../day/plant-day.ts';

/** Which way a point is dangerous. */
export type Side = 'high' | 'low' | 'on';
export const RULE_OF: Readonly<Record<Side, string>> = { high: 'limits-high', low: 'limits-low', on: 'boolean' };

/** A reading as it was admitted and judged. */
export interface Judged {
  readonly number: number;
  /** Engine time that it was judged at. */
  readonly at: number;
  readonly value: number;
  readonly live: boolean;
  readonly good: boolean;
  /** Good or uncertain: it may raise. */
  readonly usable: boolean;
  readonly flags: number;
}

/** The readings of a message that were taken, in order; behind them the values that were computed. */
export function judgedOf(day: PlantDay, input: Input): Judged[] {
  const computed = day.out.derived.map(({ point, at, value, quality, flags }) => ({
    number: point,
    at: at - day.state.clockOffsetMs,
    value,
    live: true,
    good: quality === GOOD,
    usable: quality <= UNCERTAIN,
    flags,
  }));
  if (input.kind !== 'readings') return computed;
  const { batch } = input;
  const found: Judged[] = [];
  for (let i = 0; i < batch.count; i++) {
    const live = batch.verdict[i] === VERDICT.LIVE;
    if (!live && batch.verdict[i] !== VERDICT.HISTORY) continue;
    found.push({
      number: batch.point[i],
      at: batch.judgedAt[i] - day.state.clockOffsetMs,
      value: batch.value[i],
      live,
      good: batch.quality[i] === GOOD,
      usable: batch.quality[i] <= UNCERTAIN,
      flags: batch.flags[i],
    });
  }
  return [...found, ...computed];
}

export const pointOf = (day: PlantDay, number: number): PointConfig => day.state.registry.points[number];

/** The sides a point has limits on, each with how far the reading is: 0 not at all, 2 the mild limit, 3 the worst. */
export function reached(point: PointConfig, value: number): Map<Side, 0 | 2 | 3> {
  const { LL, L, H, HH } = limitsOf(point);
  const found = new Map<Side, 0 | 2 | 3>();
  if (H !== undefined || HH !== undefined) found.set('high', levelFrom(value, H, HH));
  if (L !== undefined || LL !== undefined) found.set('low', levelFrom(-value, negative(L), negative(LL)));
  if (point.rules.some(({ kind }) => kind === 'boolean')) found.set('on', value === 1 ? 3 : 0);
  return found;
}

const negative = (limit: number | undefined): number | undefined => (limit === undefined ? undefined : -limit);

function levelFrom(height: number, mild = Number.POSITIVE_INFINITY, worst = Number.POSITIVE_INFINITY): 0 | 2 | 3 {
  if (height >= worst) return 3;
  return height >= mild ? 2 : 0;
}

/** Whether a value has left an alarm of this side altogether, with the deadband of the point. */
export function hasLeft(point: PointConfig, side: Side, value: number): boolean {
  const rule = point.rules.find(({ kind }) => kind === RULE_OF[side]);
  const deadband = typeof rule?.deadband === 'number' ? rule.deadband : 0;
  if (side === 'on') return value === 0;
  const { LL, L, H, HH } = limitsOf(point);
  return side === 'high'
    ? value < Math.min(H ?? Number.POSITIVE_INFINITY, HH ?? Number.POSITIVE_INFINITY) - deadband
    : value > Math.max(L ?? Number.NEGATIVE_INFINITY, LL ?? Number.NEGATIVE_INFINITY) + deadband;
}

/** Whether the fault is there now, told or not yet. */
export function presentOf({ state }: PlantDay, subject: string, fault: DeviceFault): boolean {
  const slot = state.engineSlots.find(faultName(subject, fault));
  return slot !== undefined && state.faults.col.present[rowOf(slot)] !== 0;
}

/** Throws with the day's own words: what a watch has seen that must not be. */
export function wrong(day: PlantDay, input: Input, said: string): never {
  throw new Error(`${day.clockTime()} after ${input.kind}: ${said}`);
}
