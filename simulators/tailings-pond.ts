/**
 * A tailings pond: rain runs into the pond and soaks the dam, the phreatic line rises with it, the beach shortens, the dam
 * creeps. Sizes come from the limits the registry states, because no two ponds are alike.
 */
import { sidesOf } from './limit-sides.ts';
import type { Plant, PlantMs, PlantPoint, PlantTrouble, Signal } from './plant.ts';
import { clamp, extent, onGrid, PLANT_STEP_MS, positionsWithinType, rounded } from './plant.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';

type Seepage = Extract<PlantTrouble, { kind: 'seepage' }>;

const every = (intervalMs: number, reportDelta: number): Signal => ({ intervalMs, reportDelta });
const TEN_MINUTES_MS = 600_000;
const HOUR_MS = 3_600_000;

export const TAILINGS_POND_SIGNALS: Readonly<Record<string, Signal>> = {
  phreatic_depth: every(TEN_MINUTES_MS, 0.1),
  dry_beach_len: every(HOUR_MS, 3),
  freeboard: every(HOUR_MS, 0.1),
  beach_slope: every(7 * 24 * HOUR_MS, 0.5),
  pond_level: every(TEN_MINUTES_MS, 0.1),
  rain_1h: every(TEN_MINUTES_MS, 2),
  rain_24h: every(TEN_MINUTES_MS, 5),
  dam_disp_h: every(TEN_MINUTES_MS, 2),
  dam_disp_v: every(TEN_MINUTES_MS, 2),
  dam_disp_rate: every(HOUR_MS, 0.5),
  dam_disp_inner: every(HOUR_MS, 2),
  bank_slide_disp: every(TEN_MINUTES_MS, 2),
  seep_flow: every(HOUR_MS, 1),
  seep_turbidity: every(HOUR_MS, 10),
  pore_pressure: every(HOUR_MS, 10),
};

/** Least depths and levels where the registry states none: those of a dam of 60–100 m, a pond of grade 3. */
const USUAL = { phreaticDepthM: 4, beachM: 70, freeboardM: 0.7, levelM: 100 } as const;
const STORM_MM_PER_H = 45;
const MINUTES_A_DAY = 1_440;

/** Rain of the last day in minutes, so that hour and day sums need no history. */
interface Rain {
  readonly minutes: Float64Array;
  minute: number;
}

function addRain(rain: Rain, atMs: PlantMs, mm: number): void {
  const minute = Math.floor(atMs / 60_000);
  for (; rain.minute < minute; rain.minute++) rain.minutes[(rain.minute + 1) % MINUTES_A_DAY] = 0;
  rain.minutes[minute % MINUTES_A_DAY] += mm;
}

function rainOver(rain: Rain, minutes: number): number {
  let sum = 0;
  for (let back = 0; back < minutes; back++) {
    sum += rain.minutes[(((rain.minute - back) % MINUTES_A_DAY) + MINUTES_A_DAY) % MINUTES_A_DAY];
  }
  return sum;
}

/** What belongs to one instrument: where its tube or prism stands. */
interface Place {
  /** Depth of the phreatic line in dry times. */
  readonly dryDepthM: number;
  readonly offsetMm: number;
  readonly creepMmPerDay: number;
}

/** The worst low limit that the registry states. */
const leastOf = ({ limits }: PlantPoint): number | undefined => sidesOf(undefined, limits).low.at(-1);

function createPlace(point: PlantPoint, random: Random): Place {
  const least = leastOf(point) ?? USUAL.phreaticDepthM;
  return {
    dryDepthM: least * 1.35 + random.between(0.9, 2.5),
    offsetMm: random.between(3, 9),
    creepMmPerDay: random.between(0.05, 0.2),
  };
}

interface Weather {
  /** 0 dry dam, 1 as wet as the trouble says. */
  wetness: number;
  /** Phreatic depth at wetness 1, as a multiple of the least one. */
  depthRatio: number;
}

/** The points of one pond, read by a model seeded with `seed`; `troubles` of other sources are not looked at. */
export function createTailingsPond(
  source: string,
  points: readonly PlantPoint[],
  troubles: readonly PlantTrouble[],
  seed: string,
): Plant {
  const random = createRandom(`${seed}/${source}/tailings-pond`);
  const soakings = troubles.filter((t): t is Seepage => t.kind === 'seepage' && t.source === source);
  const places = points.map((point) => createPlace(point, random));
  const ordinals = positionsWithinType(points);
  const rain: Rain = { minutes: new Float64Array(MINUTES_A_DAY), minute: 0 };
  const weather: Weather = { wetness: 0, depthRatio: 1 };
  const values: number[] = points.map(() => 0);

  const moveTo = onGrid((atMs) => {
    weather.wetness = 0;
    for (const soaking of soakings) {
      const wet = extent(soaking, atMs);
      if (wet >= weather.wetness) {
        weather.wetness = wet;
        weather.depthRatio = soaking.depthRatio;
      }
    }
    addRain(rain, atMs, weather.wetness * STORM_MM_PER_H * (PLANT_STEP_MS / HOUR_MS));
    const hourMm = rainOver(rain, 60);
    points.forEach((point, k) => {
      // Every second tube lies in the part of the dam that the rain soaks.
      const soaked = point.type !== 'phreatic_depth' || ordinals[k] % 2 === 0 ? weather.wetness : 0.3 * weather.wetness;
      const day = point.type === 'rain_24h' ? rainOver(rain, MINUTES_A_DAY) : 0;
      values[k] = read(
        point,
        places[k],
        { wetness: soaked, depthRatio: weather.depthRatio },
        {
          atMs,
          noise: random.normal(),
          hourMm,
          dayMm: day,
        },
      );
    });
  });
  return {
    step: (atMs) => {
      moveTo(atMs);
      return points.map(({ id }, k) => ({ point: id, value: values[k] }));
    },
  };
}

interface Moment {
  readonly atMs: PlantMs;
  readonly noise: number;
  readonly hourMm: number;
  readonly dayMm: number;
}

function read(point: PlantPoint, place: Place, { wetness, depthRatio }: Weather, moment: Moment): number {
  const { limits } = point;
  const { noise, hourMm, dayMm } = moment;
  const creepMm = place.offsetMm + place.creepMmPerDay * (moment.atMs / 86_400_000);
  switch (point.type) {
    case 'phreatic_depth': {
      const wetDepthM = depthRatio * (leastOf(point) ?? USUAL.phreaticDepthM);
      return rounded(clamp(place.dryDepthM + (wetDepthM - place.dryDepthM) * wetness + 0.004 * noise, 0, 200), 3);
    }
    case 'dry_beach_len':
      return rounded(Math.max(0, 2 * (leastOf(point) ?? USUAL.beachM) - 0.4 * hourMm + 0.3 * noise), 1);
    case 'freeboard':
      return rounded((leastOf(point) ?? USUAL.freeboardM) + 1.6 - 0.01 * hourMm + 0.005 * noise, 3);
    case 'pond_level':
      return rounded((limits.H ?? USUAL.levelM + 4) - 4 + 0.01 * hourMm + 0.005 * noise, 3);
    case 'rain_1h':
      return rounded(hourMm, 1);
    case 'rain_24h':
      return rounded(dayMm, 1);
    case 'dam_disp_h':
    case 'dam_disp_v':
    case 'bank_slide_disp':
    case 'dam_disp_inner':
      return rounded(creepMm + 2 * wetness + 0.15 * noise, 2);
    case 'dam_disp_rate':
      return rounded(place.creepMmPerDay + 0.3 * wetness, 2);
    case 'seep_flow':
      return rounded(4 + 1.5 * wetness + 0.05 * noise, 2);
    case 'seep_turbidity':
      return rounded(Math.max(0, 12 + 15 * wetness + 0.5 * noise), 1);
    case 'pore_pressure':
      return rounded(150 + 35 * wetness + 0.5 * noise, 1);
    case 'beach_slope':
      return 1.2;
    default:
      return 0;
  }
}
