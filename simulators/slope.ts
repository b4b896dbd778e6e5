/**
 * A slope: it creeps at its own rate, faster while rain soaks it, and on its way to failure by Fukuzono's law (the inverse of the
 * velocity falls in a straight line to zero). Cracks, anchors and groundwater follow. Positions are closed formulae of time, so
 * that weeks cost no more than hours.
 */
import type { Episode, Plant, PlantMs, PlantPoint, PlantTrouble, Signal } from './plant.ts';
import { clamp, extent, rounded } from './plant.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';

type Creep = Extract<PlantTrouble, { kind: 'creep' }>;

const every = (intervalMs: number, reportDelta: number): Signal => ({ intervalMs, reportDelta });
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export const SLOPE_SIGNALS: Readonly<Record<string, Signal>> = {
  slope_disp: every(10 * MINUTE_MS, 5),
  crack_width: every(10 * MINUTE_MS, 2),
  groundwater_level: every(HOUR_MS, 0.3),
  anchor_load: every(HOUR_MS, 20),
  tangent_angle: every(HOUR_MS, 2),
  inv_velocity_ttf: every(HOUR_MS, 24),
};

/** In quiet times it moves at this share of the rate of constant creep: an angle of 38 degrees. */
const QUIET = 0.8;
/** The nearest to failure that is played, as a share of the way there: 66 times the quiet rate. */
const NEAREST = 0.985;
/** What monitoring software says where no failure is in sight, in h. */
const NONE_IN_SIGHT_H = 1_000;

/** What belongs to one instrument: where its prism, tape or anchor stands. */
interface Place {
  readonly startMm: number;
  readonly creepMmPerDay: number;
  readonly loadKn: number;
}

function createPlace(random: Random): Place {
  return {
    startMm: random.between(20, 60),
    creepMmPerDay: random.between(0.9, 1.5),
    loadKn: random.between(480, 560),
  };
}

/** The points of one slope, read by a model seeded with `seed`; `troubles` of other sources are not looked at. */
export function createSlope(
  source: string,
  points: readonly PlantPoint[],
  troubles: readonly PlantTrouble[],
  seed: string,
): Plant {
  const random = createRandom(`${seed}/${source}/slope`);
  const creeps = troubles.filter((t): t is Creep => t.kind === 'creep' && t.source === source);
  const places = points.map(() => createPlace(random));
  return {
    step: (atMs) =>
      points.map((point, k) => {
        const noise = createRandom(`${seed}/${point.id}/${Math.floor(atMs / MINUTE_MS)}`).normal();
        return { point: point.id, value: read(point.type, places[k], creeps, { atMs, noise: clamp(noise, -3, 3) }) };
      }),
  };
}

interface Moment {
  readonly atMs: PlantMs;
  readonly noise: number;
}

function read(type: string, place: Place, creeps: readonly Creep[], { atMs, noise }: Moment): number {
  const days = equivalentDays(creeps, atMs);
  const movedMm = QUIET * place.creepMmPerDay * days;
  const speed = speedUp(creeps, atMs);
  switch (type) {
    case 'slope_disp':
      return rounded(place.startMm + movedMm + 0.1 * noise, 2);
    case 'crack_width':
      return rounded(place.startMm / 4 + 0.3 * movedMm + 0.02 * noise, 2);
    case 'anchor_load':
      return rounded(
        clamp(place.loadKn + 1.5 * (movedMm - QUIET * place.creepMmPerDay * (atMs / DAY_MS)) + noise, 0, 5_000),
        1,
      );
    case 'groundwater_level':
      return rounded(40 + 3 * wetness(creeps, atMs) + 0.01 * noise, 2);
    case 'tangent_angle':
      return rounded((Math.atan(QUIET * speed) * 180) / Math.PI, 1);
    case 'inv_velocity_ttf':
      return rounded(hoursToFailure(creeps, atMs), 1);
    default:
      return 0;
  }
}

/** How many quiet days the movement until now comes to. */
function equivalentDays(creeps: readonly Creep[], atMs: PlantMs): number {
  const extraMs = creeps.reduce((sum, creep) => sum + extraOf(creep, atMs), 0);
  return (atMs + extraMs) / DAY_MS;
}

/** Movement beyond the quiet one, in ms of quiet creep. */
function extraOf(creep: Creep, atMs: PlantMs): number {
  const { fromMs, untilMs, failsAfterMs, factor } = creep;
  if (failsAfterMs === null) return (factor - 1) * integralOfExtent(creep, atMs);
  const goneMs = clamp(Math.min(atMs, untilMs) - fromMs, 0, Number.POSITIVE_INFINITY);
  const share = Math.min(goneMs / failsAfterMs, NEAREST);
  const atNearestMs = Math.max(0, goneMs - NEAREST * failsAfterMs) / (1 - NEAREST);
  return failsAfterMs * -Math.log(1 - share) + atNearestMs - goneMs;
}

/** Velocity now, as a multiple of the quiet one. */
function speedUp(creeps: readonly Creep[], atMs: PlantMs): number {
  return creeps.reduce((fastest, creep) => {
    const { fromMs, untilMs, failsAfterMs, factor } = creep;
    if (failsAfterMs === null) return Math.max(fastest, 1 + (factor - 1) * extent(creep, atMs));
    if (atMs < fromMs || atMs >= untilMs) return fastest;
    return Math.max(fastest, 1 / (1 - Math.min((atMs - fromMs) / failsAfterMs, NEAREST)));
  }, 1);
}

/** What a straight line through the inverse velocities says, once it has become twice as fast as it was. */
function hoursToFailure(creeps: readonly Creep[], atMs: PlantMs): number {
  const leftMs = creeps.flatMap(({ fromMs, untilMs, failsAfterMs }) =>
    failsAfterMs !== null && atMs < untilMs && atMs - fromMs >= failsAfterMs / 2 ? [fromMs + failsAfterMs - atMs] : [],
  );
  return clamp(Math.min(...leftMs) / HOUR_MS, 0, NONE_IN_SIGHT_H);
}

function wetness(creeps: readonly Creep[], atMs: PlantMs): number {
  const rains = creeps.filter(({ failsAfterMs }) => failsAfterMs === null);
  return rains.reduce((most, rain) => Math.max(most, extent(rain, atMs)), 0);
}

/** Area under the extent of an episode that comes once and is full before it ends, in ms. */
function integralOfExtent({ fromMs, untilMs, rampMs }: Episode, atMs: PlantMs): number {
  const ramp = Math.max(1, rampMs);
  const up = clamp(atMs - fromMs, 0, ramp);
  const full = clamp(atMs - fromMs - ramp, 0, untilMs - fromMs - ramp);
  const down = clamp(atMs - untilMs, 0, ramp);
  return (up * up) / (2 * ramp) + full + down - (down * down) / (2 * ramp);
}
