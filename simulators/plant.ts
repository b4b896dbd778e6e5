/**
 * What every plant model is: points in, readings out, moved along by whoever asks, with the troubles of a scenario as data.
 * A plant knows physics, never a limit's verdict, a clock or a network.
 */
import type { InstrumentFaultName } from './instrument-faults.ts';
import type { StatedLimits } from './limit-sides.ts';

/** Milliseconds of plant time since the scenario began. */
export type PlantMs = number;

export interface PlantPoint {
  readonly id: string;
  readonly type: string;
  /** Limits the registry states for this very point; site-specific plants take their size from them. */
  readonly limits: StatedLimits;
  /** On which sides it has limits, of a switch `high` for its critical state; where the packs are at hand. */
  readonly sides?: readonly ('high' | 'low')[];
  readonly onDelayMs?: number;
}

interface PlantReading {
  readonly point: string;
  readonly value: number | boolean;
}

export interface Plant {
  /** Moves the plant to `atMs` (earlier times leave it as it is) and reads every instrument, in the order of its points. */
  step(atMs: PlantMs): PlantReading[];
}

/** How an instrument of a type reports. */
export interface Signal {
  /** Declared reporting interval in plant time; null where only changes are reported. */
  readonly intervalMs: number | null;
  /** Change since the last report that is reported at once, in the point's unit; booleans report every change. */
  readonly reportDelta: number;
}

/** When a trouble is there: it grows over `rampMs`, stays until `untilMs`, and goes over `rampMs` again. */
export interface Episode {
  readonly fromMs: PlantMs;
  readonly untilMs: PlantMs;
  readonly rampMs: number;
  /** Comes again every so often; once when absent. Longer than the whole episode. */
  readonly everyMs?: number;
}

export type PlantTrouble =
  /** Gas escapes: at `strength` 1 the two nearest heads of the commonest gas stand well above their second alarm. */
  | ({ readonly kind: 'leak'; readonly source: string; readonly strength: number } & Episode)
  /** An inlet does not close: the tank rises from one level to another, and is pumped down afterwards. */
  | ({
      readonly kind: 'overfill';
      readonly source: string;
      /** Position among the level gauges of the source. */
      readonly tank: number;
      readonly fromPercent: number;
      readonly toPercent: number;
      readonly percentPerSecond: number;
    } & Episode)
  /** Rain fills the dam body: the phreatic line rises until its depth is `depthRatio` of the least one allowed. */
  | ({ readonly kind: 'seepage'; readonly source: string; readonly depthRatio: number } & Episode)
  /** Methane pours out at `factor` times the usual rate; with `fanStops` the air stops as well. */
  | ({
      readonly kind: 'methane';
      readonly source: string;
      readonly factor: number;
      readonly fanStops: boolean;
    } & Episode)
  /** A slope moves faster: on its way to failure `failsAfterMs` from the beginning, or (null) `factor` times while it rains. */
  | ({
      readonly kind: 'creep';
      readonly source: string;
      readonly failsAfterMs: number | null;
      readonly factor: number;
    } & Episode)
  /** Gas from a main seeps into the spaces beside it: the first one would come to so much, in %vol. */
  | ({ readonly kind: 'seeping-gas'; readonly source: string; readonly percent: number } & Episode)
  /** A water main bursts: the nearest gauge loses so much. */
  | ({ readonly kind: 'burst'; readonly source: string; readonly dropMpa: number } & Episode)
  /** It rains more than drains can take. */
  | ({ readonly kind: 'cloudburst'; readonly source: string; readonly mmPerHour: number } & Episode);

export type Disturbance =
  | PlantTrouble
  /** Instruments that are wrong themselves. */
  | ({
      readonly kind: 'instrument';
      readonly points: readonly string[];
      readonly fault: InstrumentFaultName;
      /** Of a drift, spike or noise, in changes that the instrument reports at once (`Signal.reportDelta`). */
      readonly size?: number;
    } & Episode)
  /** Any point goes through all limits of one side and comes back; a switch goes to its critical state and back. */
  | ({ readonly kind: 'crossing'; readonly point: string; readonly side: 'high' | 'low' } & Episode)
  /** The gateway `{enterprise}/{gateway}` loses its connection without a word, and back-fills afterwards. */
  | ({ readonly kind: 'gateway-loss'; readonly gateway: string } & Episode);

/** All models move in steps of one second, so that the caller's rhythm does not change what happens. */
export const PLANT_STEP_MS = 1_000;
export const PLANT_STEP_S = PLANT_STEP_MS / 1_000;

/** Runs `advance` once for every second up to and including `atMs`. */
export function onGrid(advance: (atMs: PlantMs) => void): (atMs: PlantMs) => void {
  let nextMs = 0;
  return (atMs) => {
    for (; nextMs <= atMs; nextMs += PLANT_STEP_MS) advance(nextMs);
  };
}

function withinEpisode(episode: Episode, atMs: PlantMs): PlantMs {
  return episode.everyMs === undefined ? atMs : atMs % episode.everyMs;
}

/** True from `fromMs` until `untilMs`, without the ramps. */
export function isActive(episode: Episode, atMs: PlantMs): boolean {
  const t = withinEpisode(episode, atMs);
  return t >= episode.fromMs && t < episode.untilMs;
}

/** How much of the trouble is there: 0 before, 1 in full, linear in between. */
export function extent(episode: Episode, atMs: PlantMs): number {
  const t = withinEpisode(episode, atMs);
  if (t <= episode.fromMs) return 0;
  const rampMs = Math.max(1, episode.rampMs);
  const grown = Math.min(1, (t - episode.fromMs) / rampMs);
  return t <= episode.untilMs ? grown : Math.max(0, grown - (t - episode.untilMs) / rampMs);
}

/** The strongest of several episodes' extents. */
export function strongest(episodes: readonly Episode[], atMs: PlantMs): number {
  return episodes.reduce((most, episode) => Math.max(most, extent(episode, atMs)), 0);
}

/** Pulls `value` towards `mean` with time constant `tauSeconds` and shakes it: an Ornstein–Uhlenbeck step of one second. */
export function wander(value: number, mean: number, tauSeconds: number, sigma: number, normal: number): number {
  const step = PLANT_STEP_S / tauSeconds;
  return value + (mean - value) * step + sigma * Math.sqrt(2 * step) * normal;
}

export function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** Instruments do not send 17 digits. */
export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

/** Position of each point among those of its type: the first thermometer belongs to the first tank. */
export function positionsWithinType(points: readonly PlantPoint[]): number[] {
  const seen = new Map<string, number>();
  return points.map(({ type }) => {
    const position = seen.get(type) ?? 0;
    seen.set(type, position + 1);
    return position;
  });
}
