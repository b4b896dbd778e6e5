/**
 * A gas cloud over a ring of detector heads: near field around the leak plus a plume down the wind, seen through the lag
 * of each head. It is good enough to make neighbours answer in the order of the wind; it is no dispersion calculation.
 */
import type { PlantMs, PlantTrouble } from './plant.ts';
import { clamp, PLANT_STEP_S, rounded, strongest, wander } from './plant.ts';
import type { Random } from './random.ts';

export type Leak = Extract<PlantTrouble, { kind: 'leak' }>;

/** A head at `strength` 1 next to the leak, what it shows at most, its noise and its decimals, in its own unit. */
export interface GasScale {
  readonly nearLeak: number;
  readonly top: number;
  readonly noise: number;
  readonly decimals: number;
}

const RING_METRES = 35;
/** T90 of a catalytic or electrochemical head, as the time constant of a first-order lag. */
const HEAD_LAG_SECONDS = 6;

interface Head {
  readonly scale: GasScale;
  readonly x: number;
  readonly y: number;
  /** Filtered concentration, 1 next to a leak of strength 1. */
  level: number;
}

export interface GasCloud {
  advance(atMs: PlantMs): void;
  /** What head `k` shows. */
  read(k: number): number;
  readonly windSpeed: () => number;
  readonly windDegrees: () => number;
}

/** Heads stand on a ring in the order given; `types` decides which gas is the commonest, the one that leaks. */
export function createGasCloud(
  types: readonly string[],
  scaleOf: (type: string) => GasScale,
  leaks: readonly Leak[],
  random: Random,
): GasCloud {
  const heads: Head[] = types.map((type, k) => {
    const angle = (2 * Math.PI * k) / types.length;
    return { scale: scaleOf(type), x: RING_METRES * Math.cos(angle), y: RING_METRES * Math.sin(angle), level: 0 };
  });
  const source = placeLeak(heads, types, random);
  let speed = random.between(1.5, 3.5);
  const homeDegrees = random.between(0, 360);
  let degrees = homeDegrees;
  const shown = heads.map(() => 0);

  const advance = (atMs: PlantMs): void => {
    speed = clamp(wander(speed, 2.5, 300, 0.6, random.normal()), 0.3, 12);
    degrees = wander(degrees, homeDegrees, 900, 25, random.normal());
    const release = leaks.reduce((most, leak) => Math.max(most, leak.strength * strongest([leak], atMs)), 0);
    heads.forEach((head, k) => {
      const there = release === 0 ? 0 : release * concentration(head, source, degrees);
      head.level += (there - head.level) * (PLANT_STEP_S / HEAD_LAG_SECONDS);
      const { nearLeak, noise, top, decimals } = head.scale;
      shown[k] = rounded(clamp(head.level * nearLeak + Math.abs(noise * random.normal()), 0, top), decimals);
    });
  };
  return {
    advance,
    read: (k) => shown[k],
    windSpeed: () => rounded(speed, 1),
    windDegrees: () => rounded(((degrees % 360) + 360) % 360, 0) % 360,
  };
}

interface LeakPlace {
  readonly x: number;
  readonly y: number;
  /** Distance of the second nearest head of the commonest gas: where the near field is 1. */
  readonly reach: number;
}

/** A leak half-way between two heads of the commonest gas, a little inside the ring. */
function placeLeak(heads: readonly Head[], types: readonly string[], random: Random): LeakPlace {
  const commonest = mostFrequent(types);
  const candidates = heads.filter((_, k) => types[k] === commonest);
  if (candidates.length === 0) return { x: 0, y: 0, reach: RING_METRES };
  const first = Math.floor(random.uniform() * candidates.length);
  const a = candidates[first];
  const b = candidates[(first + 1) % candidates.length];
  const x = 0.4 * (a.x + b.x);
  const y = 0.4 * (a.y + b.y);
  const distances = candidates.map((head) => Math.hypot(head.x - x, head.y - y)).sort((p, q) => p - q);
  return { x, y, reach: Math.max(5, distances[Math.min(1, distances.length - 1)]) };
}

function mostFrequent(types: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  let best: string | undefined;
  for (const [type, count] of counts) if (best === undefined || count > (counts.get(best) ?? 0)) best = type;
  return best;
}

/** 1 at `reach` from the leak and nearer, falling beyond it, plus up to 0.3 down the wind. */
function concentration(head: Head, leak: LeakPlace, windDegrees: number): number {
  const dx = head.x - leak.x;
  const dy = head.y - leak.y;
  const beyond = Math.max(0, (dx * dx + dy * dy) / (leak.reach * leak.reach) - 1);
  const near = Math.exp(-beyond / 2.25);
  // Wind direction is where it comes from, clockwise from north (y); the plume goes the other way.
  const towards = ((windDegrees + 180) * Math.PI) / 180;
  const along = dx * Math.sin(towards) + dy * Math.cos(towards);
  if (along <= 0) return near;
  const across = dx * Math.cos(towards) - dy * Math.sin(towards);
  const width = 6 + 0.3 * along;
  return near + 0.3 * Math.exp(-((across / width) ** 2)) * (20 / (20 + along));
}
