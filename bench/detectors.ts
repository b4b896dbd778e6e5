/**
 * How well the detectors find what they are for, on seeded series of the generators in simulators/: no time is taken. Run:
 * `npm run bench -- detectors`.
 */

import type { CreepCurve } from '../simulators/creep.ts';
import { failingCurve, harmlessCurve } from '../simulators/creep.ts';
import { PROCESS_FAULTS, processReadings } from '../simulators/process-faults.ts';
import { GOOD } from '../src/model/quality.ts';
import { UNKNOWN } from '../src/rules/kind.ts';
import { BandKind } from '../src/rules/points/band/rule.ts';
import { RunAwayKind } from '../src/rules/points/run-away/rule.ts';
import { fillSample, newSample } from '../src/rules/sample.ts';
import { buildPoint } from '../test/support/build/point.ts';
import type { Row } from './figures.ts';
import { atLeast, atMost, row } from './figures.ts';

const START = 1_763_775_600_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** A week of the plant in order is its reference, a reading a minute. */
const REFERENCE = 10_080;
const BAND = { id: 'band', kind: 'band', samples: REFERENCE, k: 1.25, inARow: 6 } as const;
const RED = {
  id: 'run-away-red',
  kind: 'run-away',
  grade: 'red',
  everyMs: 3 * HOUR_MS,
  direction: 'up',
  resolution: 0.2,
} as const;
const CURVES = 400;
const SERIES = { mean: 120, sd: 4 };
const PHI = 0.5;
const SEEDS = ['a', 'b', 'c', 'd', 'e'] as const;

/** Alarms of a band on these readings, by the minute each began. */
export function bandAlarms(readings: Iterable<number>, minutes: number): number[] {
  const kind = new BandKind();
  for (const { columns } of kind.tables) columns.add();
  kind.install(0, BAND, buildPoint('bench/P-1', { intervalMs: MINUTE_MS }));
  const sample = newSample();
  const alarms: number[] = [];
  let was = false;
  let minute = 0;
  for (const value of readings) {
    const at = START + minute * MINUTE_MS;
    const said = kind.observe(0, fillSample(sample, at, at, value, GOOD));
    const is = said !== UNKNOWN && said > 0;
    if (is && !was) alarms.push(minute);
    was = is;
    if (++minute >= minutes) break;
  }
  return alarms;
}

/** Kinds of faults that a band finds within a day, `phi` being the plant's autocorrelation. */
export function faultsFound(seed: string, phi: number): string[] {
  const healthy = REFERENCE + 60;
  return Object.keys(PROCESS_FAULTS).filter((fault) => {
    const readings = processReadings(`${seed} ${fault}`, { ...SERIES, phi }, healthy, fault);
    return bandAlarms(readings, healthy + 1_440).some((minute) => minute >= healthy);
  });
}

/** False alarms of a band in so many hours of a plant in order. */
export function falseBands(seed: string, phi: number, hours: number): number {
  const minutes = REFERENCE + (hours * HOUR_MS) / MINUTE_MS;
  return bandAlarms(processReadings(seed, { ...SERIES, phi }, minutes), minutes).length;
}

/** How a failing curve was found: in time is from the onset to six hours before the failure. */
export type Found = 'in-time' | 'late' | 'missed' | 'early';

/** Hour of the first red of a curve; undefined where there is none. */
export function firstRed({ mm }: CreepCurve): number | undefined {
  const kind = new RunAwayKind();
  for (const { columns } of kind.tables) columns.add();
  kind.install(0, RED);
  const sample = newSample();
  for (const [hour, value] of mm.entries()) {
    if (Number.isNaN(value)) continue;
    const at = START + hour * HOUR_MS;
    const said = kind.observe(0, fillSample(sample, at, at, value, GOOD));
    if (said !== UNKNOWN && said > 0) return hour;
  }
  return undefined;
}

export function howFound(curve: CreepCurve): Found {
  const { onsetHour = 0, failureHour = 0 } = curve;
  const hour = firstRed(curve);
  if (hour === undefined) return 'missed';
  if (hour < onsetHour) return 'early';
  return hour <= failureHour - 6 ? 'in-time' : 'late';
}

/** Of so many failing and as many harmless curves: found in time, and taken for failing. */
export function creepFound(seed: string, curves: number): { readonly inTime: number; readonly wrong: number } {
  let inTime = 0;
  let wrong = 0;
  for (let i = 0; i < curves; i++) {
    if (howFound(failingCurve(`${seed} ${i}`)) === 'in-time') inTime++;
    if (firstRed(harmlessCurve(`${seed} ${i}`, i)) !== undefined) wrong++;
  }
  return { inTime, wrong };
}

/** As the issue asks: every kind of fault, and a thousand hours of nothing, of five seeds. */
export async function benchDetectors(): Promise<Row[]> {
  const kinds = Object.keys(PROCESS_FAULTS).length;
  const found = SEEDS.map((seed) => faultsFound(seed, PHI).length);
  const wrong = SEEDS.map((seed) => falseBands(seed, PHI, 1_000));
  const { inTime, wrong: taken } = creepFound('bench', CURVES);
  const of20 = (count: number): number => (20 * count) / CURVES;
  const curves = `of 20 (${CURVES} curves)`;
  return [
    row(`run-away: failing curves red in time, ${curves}`, 'curves', of20(inTime), undefined, atLeast(17.5)),
    row(`run-away: harmless curves red, ${curves}`, 'curves', of20(taken), undefined, atMost(1.2)),
    row(
      `band: kinds of process faults found, of ${kinds}, worst of 5 seeds`,
      'kinds',
      Math.min(...found),
      undefined,
      atLeast(kinds),
    ),
    row(
      'band: false alarms in 1 000 normal hours, worst of 5 seeds',
      'alarms',
      Math.max(...wrong),
      undefined,
      atMost(0),
    ),
  ];
}
