/**
 * Courses with a known truth for whoever judges a forecast: lines, curves that accelerate or flatten, levels that stand or
 * swing, each with noise that remembers itself, outliers and gaps. Seeded; it knows no rule.
 */
import type { Random } from '../../simulators/random.ts';

/** Value at an instant in ms from the course's beginning. */
export type Course = (atMs: number) => number;

export interface Disturbance {
  /** Standard deviation of the noise, and how much of one sample's noise the next one keeps (AR(1)). */
  readonly sd: number;
  readonly kept: number;
  /** Share of samples that are wild, and how wild in standard deviations; share that never come. */
  readonly outliers?: number;
  readonly outlierSd?: number;
  readonly gaps?: number;
}

export interface CourseReading {
  readonly at: number;
  readonly value: number;
}

/** What a sensor that samples every `intervalMs` would send of a course, from … to, both included. */
export function* readingsOf(
  course: Course,
  { sd, kept, outliers = 0, outlierSd = 12, gaps = 0 }: Disturbance,
  { from, to, intervalMs }: { readonly from: number; readonly to: number; readonly intervalMs: number },
  random: Random,
): Generator<CourseReading> {
  const fresh = Math.sqrt(1 - kept * kept);
  let noise = random.normal();
  for (let at = from; at <= to; at += intervalMs) {
    noise = kept * noise + fresh * random.normal();
    const isLost = random.uniform() < gaps;
    const isWild = random.uniform() < outliers;
    const wild = isWild ? (random.uniform() < 0.5 ? -1 : 1) * outlierSd * random.between(0.7, 1.3) : 0;
    if (!isLost) yield { at, value: course(at) + sd * (noise + wild) };
  }
}

export const line =
  (start: number, perMs: number): Course =>
  (at) =>
    start + perMs * at;

/** Grows by `growth` over its first `doublingMs`, by twice as much over the next, and so on. */
export const accelerating =
  (start: number, growth: number, doublingMs: number): Course =>
  (at) =>
    start + growth * (2 ** (at / doublingMs) - 1);

/** Comes from `start` to `end` and stays: 63 % of the way in `tauMs`. */
export const flattening =
  (start: number, end: number, tauMs: number): Course =>
  (at) =>
    end + (start - end) * Math.exp(-at / tauMs);

/** Swings by `amplitude` round a level, once a period, with an overtone of a quarter of it. */
export const periodic =
  (level: number, amplitude: number, periodMs: number, overtone = 0): Course =>
  (at) => {
    const angle = (2 * Math.PI * at) / periodMs;
    return level + amplitude * (Math.sin(angle) + overtone * Math.sin(2 * angle + 1));
  };
