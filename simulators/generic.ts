/**
 * The driver for whatever a pack has and no model knows: a plausible value that wanders a little and stays clear of every limit,
 * and, for any point, the way through its limits and back. It knows no physics: two of its points have nothing to do with each
 * other.
 */
import type { Range } from '../src/model/point.ts';
import type { LimitSides, StatedLimits } from './limit-sides.ts';
import { sidesOf } from './limit-sides.ts';
import type { Plant, PlantMs, PlantPoint, Signal } from './plant.ts';
import { clamp } from './plant.ts';
import { createRandom } from './random.ts';

/** What a pack says of a type that somebody publishes. */
export interface DrivenType {
  readonly value: 'number' | 'boolean';
  readonly intervalMs: number | null;
  readonly span?: Range | undefined;
  readonly plausible?: Range | undefined;
  readonly limits?: StatedLimits | undefined;
  readonly criticalWhen?: boolean | undefined;
  readonly onDelayMs: number;
}
export type DrivenTypes = ReadonlyMap<string, DrivenType>;

const NO_TYPES: DrivenTypes = new Map();
/** Noise of an event-driven number changes this often. */
const SLOT_MS = 60_000;
/** Share of the way to the nearest limit that noise takes at three standard deviations. */
const NOISE = 0.03;
/** How far beyond the worst limit a crossing goes, as a share of the way there. */
const BEYOND = 0.05;

/** How a type of the packs reports. */
export function genericSignal(type: DrivenType): Signal {
  const { low, high } = sidesOf(type.limits);
  const usual = usualValue(type, { low, high });
  return { intervalMs: type.intervalMs, reportDelta: Math.max(0.2 * reach(type, { low, high }, usual), 1e-9) };
}

export function createGeneric(points: readonly PlantPoint[], seed: string, types: DrivenTypes = NO_TYPES): Plant {
  const driven = points.flatMap((point) => {
    const type = types.get(point.type);
    return type === undefined ? [] : [{ point, type, sides: sidesOf(type.limits, point.limits) }];
  });
  return {
    step: (atMs) =>
      driven.map(({ point, type, sides }) => ({ point: point.id, value: calmValue(point, type, sides, atMs, seed) })),
  };
}

function calmValue(
  { id }: PlantPoint,
  type: DrivenType,
  sides: LimitSides,
  atMs: PlantMs,
  seed: string,
): number | boolean {
  if (type.value === 'boolean') return type.criticalWhen === undefined ? false : !type.criticalWhen;
  const usual = usualValue(type, sides);
  const slot = Math.floor(atMs / Math.max(SLOT_MS, type.intervalMs ?? 0));
  const noise = clamp(createRandom(`${seed}/${id}/${slot}`).normal() / 3, -1, 1);
  return figure(usual + noise * NOISE * reach(type, sides, usual));
}

/** Where a point ends on its way through all limits of a side; of a switch its critical state. undefined: it has none there. */
export function beyondLimits(type: DrivenType, point: PlantPoint, side: 'high' | 'low'): number | boolean | undefined {
  if (type.value === 'boolean') return side === 'high' ? type.criticalWhen : undefined;
  const sides = sidesOf(type.limits, point.limits);
  const worst = sides[side].at(-1);
  if (worst === undefined) return undefined;
  const usual = usualValue(type, sides);
  const target = worst + BEYOND * (worst - usual);
  return clamp(target, type.span?.min ?? target, type.span?.max ?? target);
}

/** `share` 0 … 1 of the way from one value to another; a switch is thrown half-way. */
export function onTheWay(from: number | boolean, to: number | boolean, share: number): number | boolean {
  if (typeof from === 'boolean' || typeof to === 'boolean') return share >= 0.5 ? to : from;
  return figure(from + (to - from) * share);
}

/** A value well inside the limits, or inside the span where there are none. */
function usualValue({ span, plausible }: DrivenType, { low, high }: LimitSides): number {
  const least = plausible?.min ?? span?.min;
  const most = plausible?.max ?? span?.max;
  const [above] = high;
  const [below] = low;
  if (above !== undefined && below !== undefined) return (above + below) / 2;
  if (above !== undefined) {
    // What may fall below nothing usually does not: a displacement, a differential pressure.
    const floor = least === undefined ? Math.min(0, 2 * above) : above > 0 ? Math.max(0, least) : least;
    return floor + 0.4 * (above - floor);
  }
  if (below !== undefined) return most === undefined ? below + Math.abs(below) + 1 : below + 0.4 * (most - below);
  if (least === undefined || most === undefined) return Math.max(0, least ?? 0);
  return least < 0 && most > 0 ? 0.1 * most : least + 0.3 * (most - least);
}

/** To the nearest limit, or a tenth of the span. */
function reach({ span }: DrivenType, { low, high }: LimitSides, usual: number): number {
  const nearest = [high[0], low[0]].filter((limit) => limit !== undefined).map((limit) => Math.abs(limit - usual));
  if (nearest.length > 0) return Math.min(...nearest);
  return span?.min !== undefined && span.max !== undefined ? (span.max - span.min) / 10 : Math.abs(usual) / 10;
}

/** Six significant digits. */
function figure(value: number): number {
  return Number(value.toPrecision(6));
}
