/**
 * All plants of a registry at once: picks the model by point type (and the generic driver where there is none), lays crossings
 * and instrument faults over what they say, and decides what each instrument reports when. No clock and no network: time is the
 * argument.
 */
import type { QualityName } from '../src/model/quality.ts';
import { COAL_FACE_SIGNALS, createCoalFace } from './coal-face.ts';
import type { DrivenTypes } from './generic.ts';
import { beyondLimits, createGeneric, genericSignal, onTheWay } from './generic.ts';
import { INSTRUMENT_FAULTS } from './instrument-faults.ts';
import { createLifeline, LIFELINE_SIGNALS } from './lifelines.ts';
import type { Disturbance, Plant, PlantMs, PlantPoint, PlantTrouble, Signal } from './plant.ts';
import { extent, isActive, PLANT_STEP_MS } from './plant.ts';
import { createRandom } from './random.ts';
import type { RegistryFile, RegistryPoint, RegistrySource } from './registry-file.ts';
import { enterpriseOf } from './registry-file.ts';
import { createSlope, SLOPE_SIGNALS } from './slope.ts';
import { createTailingsPond, TAILINGS_POND_SIGNALS } from './tailings-pond.ts';
import { createTankFarm, TANK_FARM_SIGNALS } from './tank-farm.ts';

type Build = (source: string, points: readonly PlantPoint[], troubles: readonly PlantTrouble[], seed: string) => Plant;

const MODELS: readonly { readonly signals: Readonly<Record<string, Signal>>; readonly build: Build }[] = [
  { signals: TANK_FARM_SIGNALS, build: createTankFarm },
  { signals: COAL_FACE_SIGNALS, build: createCoalFace },
  { signals: TAILINGS_POND_SIGNALS, build: createTailingsPond },
  { signals: SLOPE_SIGNALS, build: createSlope },
  { signals: LIFELINE_SIGNALS, build: createLifeline },
];
const NO_TYPES: DrivenTypes = new Map();

/** How points of a type report; undefined for types no model knows. */
export function signalOf(type: string): Signal | undefined {
  return MODELS.find(({ signals }) => signals[type] !== undefined)?.signals[type];
}

/** A source as a scenario sees it when it looks for where to make trouble. */
export interface SourceView {
  readonly id: string;
  readonly kind: string;
  /** 1 the most dangerous … 4, by major-hazard level or else static risk colour; 5 where neither is stated. */
  readonly danger: number;
  readonly points: readonly PlantPoint[];
  /** `{enterprise}/{gateway}` of every gateway that may publish one of its points. */
  readonly gateways: readonly string[];
}

export function viewSources(registry: RegistryFile, types = NO_TYPES): SourceView[] {
  return registry.sources.map((source) => {
    const { id, kind } = source;
    const own = registry.points.filter((point) => point.source === id);
    const gateways = own.flatMap((point) => point.gateways.map((gateway) => `${enterpriseOf(point.id)}/${gateway}`));
    return {
      id,
      kind,
      danger: dangerOf(source),
      points: own.map((point) => plantPoint(point, types)),
      gateways: [...new Set(gateways)],
    };
  });
}

function dangerOf({ level, riskGrade }: RegistrySource): number {
  if (level !== undefined) return level;
  const colour = ['red', 'orange', 'yellow', 'blue'].indexOf(riskGrade ?? '');
  return colour < 0 ? 5 : colour + 1;
}

function plantPoint({ id, type, limits = {} }: RegistryPoint, types: DrivenTypes): PlantPoint {
  const driven = types.get(type);
  if (driven === undefined) return { id, type, limits };
  const sides = (['high', 'low'] as const).filter(
    (side) => beyondLimits(driven, { id, type, limits }, side) !== undefined,
  );
  return { id, type, limits, sides, onDelayMs: driven.onDelayMs };
}

export interface SiteReading {
  readonly point: string;
  readonly value: number | boolean;
  readonly quality?: QualityName;
}

export interface Site {
  /** What every working instrument shows at `atMs`; times must not fall. */
  step(atMs: PlantMs): SiteReading[];
  /** What is reported at `atMs`: everything at first, then each point at its interval or when it has moved enough. */
  report(atMs: PlantMs): SiteReading[];
  /** Points no model knows; they stay silent. */
  readonly unknown: readonly string[];
}

type InstrumentEpisode = Extract<Disturbance, { kind: 'instrument' }>;

interface Instrument {
  readonly signal: Signal;
  nextDueMs: PlantMs;
  /** What it showed last before it went wrong. */
  inOrder: number | boolean | undefined;
  reported: number | boolean | undefined;
  reportedQuality: QualityName | undefined;
}

/** `types`: what the packs say, for points that no model knows and for crossings; without it both stay as they are. */
export function createSite(
  registry: RegistryFile,
  disturbances: readonly Disturbance[],
  seed: string,
  types = NO_TYPES,
): Site {
  const faults = disturbances.filter((one) => one.kind === 'instrument');
  const { plants, instruments } = build(registry, disturbances.filter(isTrouble), seed, types);
  const crossings = crossingsOf(registry, disturbances, types);

  const step = (atMs: PlantMs): SiteReading[] => {
    const readings: SiteReading[] = [];
    for (const plant of plants) {
      for (const { point, value: calm } of plant.step(atMs)) {
        const instrument = instruments.get(point);
        if (instrument === undefined) continue;
        const value = crossed(calm, crossings.get(point), atMs);
        const fault = faults.find((one) => isActive(one, atMs) && one.points.includes(point));
        if (fault === undefined || instrument.inOrder === undefined) instrument.inOrder = value;
        const shown =
          fault === undefined ? { value } : faulty(fault, value, instrument, { atMs, seed: `${seed}/${point}` });
        if (shown !== undefined) readings.push({ point, ...shown });
      }
    }
    return readings;
  };
  const sent = registry.points.filter(({ gateways }) => gateways.length > 0);
  return {
    step,
    report: (atMs) =>
      step(atMs).filter((reading) => {
        const instrument = instruments.get(reading.point);
        return instrument !== undefined && takesReport(instrument, reading, atMs);
      }),
    unknown: sent.filter(({ id }) => !instruments.has(id)).map(({ id }) => id),
  };
}

function isTrouble(one: Disturbance): one is PlantTrouble {
  return one.kind !== 'instrument' && one.kind !== 'gateway-loss' && one.kind !== 'crossing';
}

interface Built {
  readonly plants: readonly Plant[];
  readonly instruments: ReadonlyMap<string, Instrument>;
}

function build(registry: RegistryFile, troubles: readonly PlantTrouble[], seed: string, types: DrivenTypes): Built {
  const plants: Plant[] = [];
  const instruments = new Map<string, Instrument>();
  const random = createRandom(`${seed}/reports`);
  for (const { id, points } of viewSources(registry)) {
    for (const { signals, build: buildPlant } of MODELS) {
      const own = points.filter(({ type }) => signals[type] !== undefined);
      if (own.length === 0) continue;
      plants.push(buildPlant(id, own, troubles, seed));
      for (const point of own) instruments.set(point.id, createInstrument(signals[point.type], random.uniform()));
    }
    const others = points.filter((point) => !instruments.has(point.id) && types.has(point.type));
    plants.push(createGeneric(others, seed, types));
    for (const point of others) {
      const type = types.get(point.type);
      if (type !== undefined) instruments.set(point.id, createInstrument(genericSignal(type), random.uniform()));
    }
  }
  for (const point of registry.points) {
    const instrument = instruments.get(point.id);
    if (instrument === undefined || !point.intervalMs) continue;
    const signal = { ...instrument.signal, intervalMs: point.intervalMs };
    instruments.set(point.id, createInstrument(signal, random.uniform()));
  }
  return { plants, instruments };
}

interface Crossing {
  readonly episode: Extract<Disturbance, { kind: 'crossing' }>;
  readonly to: number | boolean;
}

/** By point; where it has no limit on the side, or nobody knows its type, there is none. */
function crossingsOf(
  registry: RegistryFile,
  disturbances: readonly Disturbance[],
  types: DrivenTypes,
): ReadonlyMap<string, readonly Crossing[]> {
  const points = new Map(registry.points.map((point) => [point.id, plantPoint(point, types)]));
  const crossings = new Map<string, Crossing[]>();
  for (const episode of disturbances) {
    if (episode.kind !== 'crossing') continue;
    const point = points.get(episode.point);
    const type = point === undefined ? undefined : types.get(point.type);
    if (point === undefined || type === undefined) continue;
    const to = beyondLimits(type, point, episode.side);
    if (to !== undefined) crossings.set(point.id, [...(crossings.get(point.id) ?? []), { episode, to }]);
  }
  return crossings;
}

function crossed(calm: number | boolean, crossings: readonly Crossing[] = [], atMs: PlantMs): number | boolean {
  return crossings.reduce<number | boolean>((value, { episode, to }) => {
    const share = extent(episode, atMs);
    return share > 0 ? onTheWay(value, to, share) : value;
  }, calm);
}

/** What an instrument that is wrong sends; undefined for nothing. */
function faulty(
  fault: InstrumentEpisode,
  value: number | boolean,
  { signal, inOrder = value }: Instrument,
  { atMs, seed }: { readonly atMs: PlantMs; readonly seed: string },
): Omit<SiteReading, 'point'> | undefined {
  const { size = 1 } = fault;
  return INSTRUMENT_FAULTS[fault.fault]({
    value,
    before: inOrder,
    number: Math.floor(atMs / PLANT_STEP_MS),
    extent: extent(fault, atMs),
    size: size * signal.reportDelta,
    seed,
  });
}

/** `phase` 0 … 1 spreads the instruments of one interval evenly over it. */
function createInstrument(signal: Signal, phase: number): Instrument {
  return {
    signal,
    nextDueMs: (signal.intervalMs ?? 0) * phase,
    inOrder: undefined,
    reported: undefined,
    reportedQuality: undefined,
  };
}

/** Whether this reading is sent now; if so, notes it. */
function takesReport(instrument: Instrument, { value, quality }: SiteReading, atMs: PlantMs): boolean {
  const { signal, reported } = instrument;
  const due = signal.intervalMs !== null && atMs >= instrument.nextDueMs;
  const moved =
    reported === undefined ||
    quality !== instrument.reportedQuality ||
    (typeof value === 'boolean' || typeof reported === 'boolean'
      ? value !== reported
      : Math.abs(value - reported) >= signal.reportDelta);
  if (!due && !moved) return false;
  instrument.reported = value;
  instrument.reportedQuality = quality;
  if (due && signal.intervalMs !== null) {
    // Missed slots are not made up for: an instrument reports what it shows now.
    const missed = Math.floor((atMs - instrument.nextDueMs) / signal.intervalMs);
    instrument.nextDueMs += (missed + 1) * signal.intervalMs;
  }
  return true;
}
