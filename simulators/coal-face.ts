/**
 * A longwall face: methane from the coal, diluted by the air that the fans bring, read at the places the rules ask for,
 * with the gases and the climate beside it.
 */
import type { Plant, PlantPoint, PlantTrouble, Signal } from './plant.ts';
import { clamp, extent, onGrid, positionsWithinType, rounded, wander } from './plant.ts';
import { createRandom } from './random.ts';

type Methane = Extract<PlantTrouble, { kind: 'methane' }>;

/** Methane in %vol at usual emission and usual air, by place of the head. */
const METHANE: Readonly<Record<string, number>> = {
  ch4_t0: 0.5,
  ch4_t1: 0.42,
  ch4_t2: 0.44,
  ch4_t3: 0.08,
  ch4_shearer: 0.4,
  ch4_heading: 0.4,
  ch4_heading_return: 0.4,
  ch4_total_return: 0.3,
};

interface Steady {
  readonly mean: number;
  readonly noise: number;
  readonly decimals: number;
  readonly signal: Signal;
}

const every = (intervalMs: number, reportDelta: number): Signal => ({ intervalMs, reportDelta });

const STEADY: Readonly<Record<string, Steady>> = {
  co_mine: { mean: 4, noise: 0.4, decimals: 1, signal: every(20_000, 5) },
  o2_mine: { mean: 20.7, noise: 0.03, decimals: 2, signal: every(20_000, 0.2) },
  h2s_mine: { mean: 0.0001, noise: 0.00001, decimals: 5, signal: every(60_000, 0.0002) },
  temp_face: { mean: 23.5, noise: 0.1, decimals: 1, signal: every(60_000, 0.5) },
  temp_room: { mean: 26, noise: 0.1, decimals: 1, signal: every(60_000, 0.5) },
  dust_mine: { mean: 2.2, noise: 0.2, decimals: 2, signal: every(60_000, 1) },
  c2h4: { mean: 0, noise: 0, decimals: 1, signal: every(3_600_000, 0.5) },
  c2h2: { mean: 0, noise: 0, decimals: 1, signal: every(3_600_000, 0.5) },
  sump_level: { mean: 1.4, noise: 0.01, decimals: 2, signal: every(60_000, 0.2) },
  water_inflow: { mean: 42, noise: 0.5, decimals: 1, signal: every(600_000, 5) },
  roof_sep: { mean: 12, noise: 0.1, decimals: 1, signal: every(300_000, 1) },
  support_resist: { mean: 26, noise: 0.3, decimals: 1, signal: every(60_000, 3) },
  headcount_ug: { mean: 118, noise: 0, decimals: 0, signal: every(60_000, 10) },
};

export const COAL_FACE_SIGNALS: Readonly<Record<string, Signal>> = {
  ...Object.fromEntries(Object.keys(METHANE).map((type) => [type, every(20_000, 0.05)])),
  ...Object.fromEntries(Object.entries(STEADY).map(([type, { signal }]) => [type, signal])),
  co2_mine: every(20_000, 0.05),
  air_velocity: every(20_000, 0.3),
  fan_on: { intervalMs: null, reportDelta: 0 },
  feed_fault: { intervalMs: null, reportDelta: 0 },
  airdoor_open: { intervalMs: null, reportDelta: 0 },
  producing: { intervalMs: null, reportDelta: 0 },
  feed_on: { intervalMs: null, reportDelta: 0 },
  cut_command: { intervalMs: null, reportDelta: 0 },
};

export function isMethaneHead(type: string): boolean {
  return METHANE[type] !== undefined;
}

const USUAL_AIR_M_PER_S = 1.6;
/** Air that still moves when the fan stands still. */
const STILL_AIR_M_PER_S = 0.2;
/** A low-concentration head saturates at 4 %vol. */
const HEAD_TOP_PERCENT = 4;

/** The points of one face, read by a model seeded with `seed`; `troubles` of other sources are not looked at. */
export function createCoalFace(
  source: string,
  points: readonly PlantPoint[],
  troubles: readonly PlantTrouble[],
  seed: string,
): Plant {
  const random = createRandom(`${seed}/${source}/coal-face`);
  const outbursts = troubles.filter((t): t is Methane => t.kind === 'methane' && t.source === source);
  const ordinals = positionsWithinType(points);
  const values: (number | boolean)[] = points.map(() => 0);
  let emission = 1;
  let air = USUAL_AIR_M_PER_S;
  let outburst = 1;
  let fanOn = true;

  const read = (type: string, ordinal: number): number | boolean => {
    const noise = random.normal();
    const dilution = Math.max(STILL_AIR_M_PER_S, air) / USUAL_AIR_M_PER_S;
    if (isMethaneHead(type)) {
      // The intake carries fresh air: an outburst on the face hardly reaches it.
      const here = type === 'ch4_t3' ? emission : (emission * outburst) / dilution;
      return rounded(clamp(METHANE[type] * here + 0.008 * noise, 0, HEAD_TOP_PERCENT), 2);
    }
    if (type === 'air_velocity') return rounded(clamp(air + 0.02 * noise, 0, 15), 2);
    if (type === 'co2_mine') return rounded(Math.max(0, 0.08 + 0.03 * emission + 0.003 * noise), 3);
    if (type === 'fan_on') return ordinal > 0 || fanOn;
    if (type === 'producing' || type === 'feed_on') return true;
    const steady = STEADY[type];
    return steady === undefined ? false : rounded(Math.max(0, steady.mean + steady.noise * noise), steady.decimals);
  };
  const moveTo = onGrid((atMs) => {
    emission = clamp(wander(emission, 1, 900, 0.06, random.normal()), 0.7, 1.3);
    outburst = outbursts.reduce((most, trouble) => Math.max(most, 1 + (trouble.factor - 1) * extent(trouble, atMs)), 1);
    fanOn = !outbursts.some((trouble) => trouble.fanStops && extent(trouble, atMs) > 0.2);
    air = clamp(
      wander(
        air,
        fanOn ? USUAL_AIR_M_PER_S : STILL_AIR_M_PER_S,
        fanOn ? 120 : 40,
        fanOn ? 0.06 : 0.01,
        random.normal(),
      ),
      0.05,
      4,
    );
    points.forEach(({ type }, k) => {
      values[k] = read(type, ordinals[k]);
    });
  });
  return {
    step: (atMs) => {
      moveTo(atMs);
      return points.map(({ id }, k) => ({ point: id, value: values[k] }));
    },
  };
}
