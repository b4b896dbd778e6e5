/**
 * A tank farm with its gas heads: tanks that are filled, rest and are emptied, temperature, vapour pressure, wind, a leak
 * whose cloud reaches several heads, an inlet that does not close.
 */
import type { GasScale } from './gas-cloud.ts';
import { createGasCloud } from './gas-cloud.ts';
import type { Plant, PlantMs, PlantPoint, PlantTrouble, Signal } from './plant.ts';
import { clamp, isActive, onGrid, PLANT_STEP_S, positionsWithinType, rounded, wander } from './plant.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';

type Overfill = Extract<PlantTrouble, { kind: 'overfill' }>;

/** Toxic heads stand near zero; next to a leak they show two and a half times the second alarm of GB/T 50493-2019. */
function toxic(secondAlarm: number): GasScale {
  return {
    nearLeak: 2.4 * secondAlarm,
    top: 3 * secondAlarm,
    noise: 0.01 * secondAlarm,
    decimals: secondAlarm < 5 ? 3 : 1,
  };
}

const GAS_SCALES: Readonly<Record<string, GasScale>> = {
  gas_lel: { nearLeak: 62, top: 100, noise: 0.3, decimals: 1 },
  gas_lel_path: { nearLeak: 2.6, top: 5, noise: 0.01, decimals: 2 },
  gas_h2s: toxic(20),
  gas_co: toxic(40),
  gas_no: toxic(10),
  gas_no2: toxic(10),
  gas_cl2: toxic(2),
  gas_br2: toxic(0.6),
  gas_so2: toxic(10),
  gas_o3: toxic(0.6),
  gas_nh3: toxic(40),
  gas_hf: toxic(4),
  gas_hcn: toxic(2),
  gas_hcl: toxic(15),
  gas_phosgene: toxic(1),
  gas_ethylene_oxide: toxic(1.2),
  gas_vinyl_chloride: toxic(20),
  gas_acrylonitrile: toxic(2),
  gas_phenol: toxic(20),
  gas_methanol: toxic(50),
  gas_benzene: toxic(6),
  gas_toluene: toxic(100),
  gas_xylene: toxic(100),
};

const TANK_SIGNALS: Readonly<Record<string, Signal>> = {
  tank_level_pct: { intervalMs: 10_000, reportDelta: 0.5 },
  tank_level: { intervalMs: 10_000, reportDelta: 0.1 },
  tank_temp: { intervalMs: 30_000, reportDelta: 0.5 },
  tank_pressure: { intervalMs: 10_000, reportDelta: 0.2 },
  tank_pressure_mpa: { intervalMs: 10_000, reportDelta: 0.05 },
  inlet_flow: { intervalMs: 30_000, reportDelta: 20 },
  storage_qty: { intervalMs: 600_000, reportDelta: 50 },
  o2_vol: { intervalMs: 10_000, reportDelta: 0.2 },
  react_temp: { intervalMs: 5_000, reportDelta: 1 },
  react_press: { intervalMs: 5_000, reportDelta: 0.02 },
  stir_current: { intervalMs: 5_000, reportDelta: 3 },
  cool_flow: { intervalMs: 5_000, reportDelta: 2 },
  wind_speed: { intervalMs: 30_000, reportDelta: 5 },
  wind_dir: { intervalMs: 30_000, reportDelta: 60 },
  flame_detect: { intervalMs: null, reportDelta: 0 },
  manual_call: { intervalMs: null, reportDelta: 0 },
  dike_leak: { intervalMs: null, reportDelta: 0 },
  esd_state: { intervalMs: null, reportDelta: 0 },
  valve_state: { intervalMs: null, reportDelta: 0 },
  interlock_bypassed: { intervalMs: null, reportDelta: 0 },
  unit_running: { intervalMs: null, reportDelta: 0 },
};

export const TANK_FARM_SIGNALS: Readonly<Record<string, Signal>> = {
  ...TANK_SIGNALS,
  ...Object.fromEntries(
    Object.entries(GAS_SCALES).map(([type, scale]) => [type, { intervalMs: 10_000, reportDelta: scale.nearLeak / 25 }]),
  ),
};

/** Gas types whose heads a leak reaches. */
export function isGasHead(type: string): boolean {
  return GAS_SCALES[type] !== undefined;
}

/** Ordinary movement of a tank, in percent per second: at most 0.42 %/min, so that no forecast reaches a limit. */
const FILLING = { slowest: 0.003, fastest: 0.007, from: 34, to: 70 } as const;
/** Pumping down after an overfill: 2.4 %/min. */
const DRAIN_PERCENT_PER_S = 0.04;
const TANK_HEIGHT_M = 14;

interface Tank {
  level: number;
  temperature: number;
  pressure: number;
  /** Percent per second, 0 while the tank rests. */
  rate: number;
  restUntilMs: PlantMs;
  readonly overfills: readonly Overfill[];
}

function createTank(overfills: readonly Overfill[], random: Random): Tank {
  const level = overfills.length > 0 ? overfills[0].fromPercent : random.between(FILLING.from, FILLING.to);
  return {
    level,
    temperature: random.between(18, 24),
    pressure: random.between(0.3, 0.5),
    rate: 0,
    restUntilMs: random.between(0, 1_800_000),
    overfills,
  };
}

function moveTank(tank: Tank, atMs: PlantMs, random: Random): void {
  const chance = random.uniform();
  const running = tank.overfills.find((overfill) => isActive(overfill, atMs));
  if (running !== undefined) {
    tank.rate = tank.level < running.toPercent ? running.percentPerSecond : 0;
  } else if (tank.overfills.length > 0) {
    tank.rate = tank.level > tank.overfills[0].fromPercent ? -DRAIN_PERCENT_PER_S : 0;
  } else if (tank.rate === 0 && atMs >= tank.restUntilMs) {
    const speed = FILLING.slowest + (FILLING.fastest - FILLING.slowest) * chance;
    tank.rate = tank.level > (FILLING.from + FILLING.to) / 2 ? -speed : speed;
  } else if ((tank.rate > 0 && tank.level >= FILLING.to) || (tank.rate < 0 && tank.level <= FILLING.from)) {
    tank.rate = 0;
    tank.restUntilMs = atMs + 600_000 + 1_800_000 * chance;
  }
  tank.level = clamp(tank.level + tank.rate * PLANT_STEP_S, 0, 100);
  // A day's swing of ±3 K; vapour is pushed out while the tank is filled.
  const day = 21 + 3 * Math.sin((2 * Math.PI * atMs) / 86_400_000);
  tank.temperature = wander(tank.temperature, day, 7_200, 0.3, random.normal());
  const breathing = 0.4 + clamp(tank.rate * 5, -0.2, 0.5);
  tank.pressure = wander(tank.pressure, breathing, 120, 0.04, random.normal());
}

/** What a point without a tank or a head of its own shows. */
const STEADY: Readonly<Record<string, { readonly mean: number; readonly noise: number; readonly decimals: number }>> = {
  o2_vol: { mean: 20.9, noise: 0.03, decimals: 2 },
  storage_qty: { mean: 3_200, noise: 0, decimals: 0 },
  react_temp: { mean: 82, noise: 0.2, decimals: 1 },
  react_press: { mean: 0.35, noise: 0.003, decimals: 3 },
  stir_current: { mean: 62, noise: 0.6, decimals: 1 },
  cool_flow: { mean: 38, noise: 0.3, decimals: 1 },
};

/** Reads one tank gauge; undefined for a type that is no tank gauge. */
function readTank(type: string, tank: Tank, noise: number): number | undefined {
  if (type === 'tank_level_pct') return rounded(clamp(tank.level + 0.03 * noise, 0, 100), 2);
  if (type === 'tank_level') return rounded(clamp((tank.level / 100) * TANK_HEIGHT_M + 0.004 * noise, 0, 30), 3);
  if (type === 'tank_temp') return rounded(tank.temperature + 0.05 * noise, 2);
  if (type === 'tank_pressure') return rounded(tank.pressure + 0.01 * noise, 3);
  if (type === 'tank_pressure_mpa') return rounded(0.55 + 0.012 * tank.temperature + 0.002 * noise, 3);
  if (type === 'inlet_flow') return rounded(Math.max(0, tank.rate * 9_000), 1);
  return undefined;
}

/** The points of one source, read by a model seeded with `seed`; `troubles` of other sources are not looked at. */
export function createTankFarm(
  source: string,
  points: readonly PlantPoint[],
  troubles: readonly PlantTrouble[],
  seed: string,
): Plant {
  const random = createRandom(`${seed}/${source}/tank-farm`);
  const here = troubles.filter((trouble) => trouble.source === source);
  const levelGauges = points.filter(({ type }) => type === 'tank_level_pct' || type === 'tank_level').length;
  const tanks = Array.from({ length: Math.max(1, levelGauges) }, (_, k) =>
    createTank(here.filter((trouble) => trouble.kind === 'overfill' && trouble.tank === k) as Overfill[], random),
  );
  const heads = points.filter(({ type }) => isGasHead(type));
  const cloud = createGasCloud(
    heads.map(({ type }) => type),
    (type) => GAS_SCALES[type],
    here.filter((trouble) => trouble.kind === 'leak'),
    random,
  );
  const ordinals = positionsWithinType(points);
  const values: (number | boolean)[] = points.map(() => 0);

  const read = (point: PlantPoint, k: number): number | boolean => {
    const noise = random.normal();
    if (isGasHead(point.type)) return cloud.read(heads.indexOf(point));
    const gauge = readTank(point.type, tanks[ordinals[k] % tanks.length], noise);
    if (gauge !== undefined) return gauge;
    if (point.type === 'wind_speed') return cloud.windSpeed();
    if (point.type === 'wind_dir') return cloud.windDegrees();
    if (point.type === 'dike_leak') return ordinals[k] === 0 && tanks.some(({ level }) => level >= 98);
    const steady = STEADY[point.type];
    return steady === undefined ? false : rounded(steady.mean + steady.noise * noise, steady.decimals);
  };
  const moveTo = onGrid((atMs) => {
    for (const tank of tanks) moveTank(tank, atMs, random);
    cloud.advance(atMs);
    points.forEach((point, k) => {
      values[k] = read(point, k);
    });
  });
  return {
    step: (atMs) => {
      moveTo(atMs);
      return points.map(({ id }, k) => ({ point: id, value: values[k] }));
    },
  };
}
