/**
 * What lies under and over a street: gas that seeps into a manhole and is aired out again, a water main that bursts, a low spot
 * that fills while it rains more than the drains take, a bridge under traffic and sun. Closed formulae of time.
 */
import type { Episode, Plant, PlantMs, PlantPoint, PlantTrouble, Signal } from './plant.ts';
import { clamp, extent, positionsWithinType, rounded, strongest } from './plant.ts';
import { createRandom } from './random.ts';

type GasLeak = Extract<PlantTrouble, { kind: 'seeping-gas' }>;
type Burst = Extract<PlantTrouble, { kind: 'burst' }>;
type Cloudburst = Extract<PlantTrouble, { kind: 'cloudburst' }>;

const every = (intervalMs: number, reportDelta: number): Signal => ({ intervalMs, reportDelta });
const ON_CHANGE: Signal = { intervalMs: null, reportDelta: 0 };
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export const LIFELINE_SIGNALS: Readonly<Record<string, Signal>> = {
  manhole_ch4: every(MINUTE_MS, 0.3),
  gas_pressure: every(MINUTE_MS, 10),
  gas_flow: every(MINUTE_MS, 200),
  third_party_dig: ON_CHANGE,
  water_pressure: every(MINUTE_MS, 0.02),
  water_flow: every(MINUTE_MS, 100),
  leak_noise: every(15 * MINUTE_MS, 5),
  drain_level: every(5 * MINUTE_MS, 0.3),
  ponding_depth: every(MINUTE_MS, 3),
  drain_h2s: every(5 * MINUTE_MS, 3),
  drain_ch4: every(5 * MINUTE_MS, 3),
  bridge_strain: every(10 * MINUTE_MS, 100),
  bridge_deflection: every(10 * MINUTE_MS, 10),
  bridge_accel: every(10 * MINUTE_MS, 0.1),
  bridge_tilt: every(10 * MINUTE_MS, 0.1),
  cable_force: every(10 * MINUTE_MS, 200),
};

/** Air in a manhole is changed by itself once in this time. */
const AIRING_MS = 10 * MINUTE_MS;
/** Of the second, third … manhole or meter what the first one shows is so much weaker. */
const FARTHER = 0.5;
/** The drains take so much, and a low spot gathers the rain of so many times its own area. */
const DRAINS_MM_PER_H = 30;
const GATHERS = 6;

/** The points of one lifeline, read by a model seeded with `seed`; `troubles` of other sources are not looked at. */
export function createLifeline(
  source: string,
  points: readonly PlantPoint[],
  troubles: readonly PlantTrouble[],
  seed: string,
): Plant {
  const own = troubles.filter((trouble) => trouble.source === source);
  const street: Street = {
    leaks: own.filter((t): t is GasLeak => t.kind === 'seeping-gas'),
    bursts: own.filter((t): t is Burst => t.kind === 'burst'),
    storms: own.filter((t): t is Cloudburst => t.kind === 'cloudburst'),
  };
  const ordinals = positionsWithinType(points);
  return {
    step: (atMs) =>
      points.map(({ id, type }, k) => {
        const noise = createRandom(`${seed}/${id}/${Math.floor(atMs / MINUTE_MS)}`).normal();
        return { point: id, value: read(type, street, { atMs, ordinal: ordinals[k], noise: clamp(noise, -3, 3) }) };
      }),
  };
}

interface Street {
  readonly leaks: readonly GasLeak[];
  readonly bursts: readonly Burst[];
  readonly storms: readonly Cloudburst[];
}

interface Moment {
  readonly atMs: PlantMs;
  /** Position among the points of its type. */
  readonly ordinal: number;
  readonly noise: number;
}

function read(type: string, { leaks, bursts, storms }: Street, { atMs, ordinal, noise }: Moment): number | boolean {
  const nearness = FARTHER ** ordinal;
  /** 0 at night, 1 at noon. */
  const day = 0.5 - 0.5 * Math.cos((2 * Math.PI * (atMs + DAY_MS / 3)) / DAY_MS);
  const burstMpa = nearness * bursts.reduce((most, burst) => Math.max(most, burst.dropMpa * extent(burst, atMs)), 0);
  switch (type) {
    case 'manhole_ch4':
      // Biogas breathes with the day.
      return rounded(Math.max(0, 0.1 + 0.1 * day + nearness * seeped(leaks, atMs) + 0.01 * noise), 2);
    case 'gas_pressure':
      return rounded(200 - 5 * day - 4 * strongest(leaks, atMs) + 0.3 * noise, 1);
    case 'gas_flow':
      return rounded(600 + 500 * day + 40 * strongest(leaks, atMs) + 5 * noise, 0);
    case 'third_party_dig':
      return leaks.some((leak) => atMs >= leak.fromMs && atMs < leak.untilMs);
    case 'water_pressure':
      return rounded(Math.max(0, 0.36 - 0.05 * day - burstMpa + 0.002 * noise), 3);
    case 'water_flow':
      return rounded(400 + 500 * day + 1_500 * burstMpa + 5 * noise, 0);
    case 'leak_noise':
      return rounded(25 + 60 * strongest(bursts, atMs) * nearness + noise, 1);
    case 'ponding_depth':
      return rounded(clamp(nearness * pondedCm(storms, atMs), 0, 300), 1);
    case 'drain_level':
      return rounded(clamp(0.6 + 0.02 * pondedCm(storms, atMs) + strongest(storms, atMs) + 0.01 * noise, 0, 10), 2);
    case 'drain_h2s':
      return rounded(Math.max(0, 1 + day + 0.1 * noise), 2);
    case 'drain_ch4':
      return rounded(Math.max(0, 1 + day + 0.1 * noise), 2);
    default:
      return bridge(type, day, noise);
  }
}

/** Sun and traffic: no trouble of this model reaches a bridge. */
function bridge(type: string, day: number, noise: number): number {
  switch (type) {
    case 'bridge_strain':
      return rounded(120 + 80 * day + 4 * noise, 1);
    case 'bridge_deflection':
      return rounded(10 + 8 * day + 0.3 * noise, 2);
    case 'bridge_accel':
      return rounded(0.02 + 0.02 * day + 0.002 * noise, 4);
    case 'bridge_tilt':
      return rounded(0.05 + 0.02 * day + 0.001 * noise, 4);
    case 'cable_force':
      return rounded(2_400 + 60 * day + 5 * noise, 1);
    default:
      return 0;
  }
}

/** Methane from the main in %vol: a box that gas flows into and air carries out of, first order both ways. */
function seeped(leaks: readonly GasLeak[], atMs: PlantMs): number {
  return leaks.reduce((sum, { fromMs, untilMs, percent }) => {
    if (atMs <= fromMs) return sum;
    const filled = 1 - Math.exp(-(Math.min(atMs, untilMs) - fromMs) / AIRING_MS);
    return sum + percent * filled * Math.exp(-Math.max(0, atMs - untilMs) / AIRING_MS);
  }, 0);
}

/** Depth in cm of water that stands: what falls and is not taken, until the drains have caught up. */
function pondedCm(storms: readonly Cloudburst[], atMs: PlantMs): number {
  return storms.reduce((deepest, storm) => Math.max(deepest, stands(storm, storm.mmPerHour, atMs)), 0);
}

function stands({ fromMs, untilMs }: Episode, mmPerHour: number, atMs: PlantMs): number {
  const hours = (ms: number): number => ms / HOUR_MS;
  const filled = GATHERS * (mmPerHour - DRAINS_MM_PER_H) * hours(clamp(atMs - fromMs, 0, untilMs - fromMs));
  const taken = GATHERS * DRAINS_MM_PER_H * hours(Math.max(0, atMs - untilMs));
  return Math.max(0, filled - taken) / 10;
}
