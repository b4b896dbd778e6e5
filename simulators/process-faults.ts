/**
 * A process variable of a plant in order, and the faults it may get: seeded, for trials of what should find them. The variable
 * is an autocorrelated noise (AR(1)) about a set point, once a minute; every fault is told in standard deviations of it.
 */
import type { Random } from './random.ts';
import { createRandom } from './random.ts';

/** Standard deviations of the variable; `age` is in readings since the fault began. */
type Fault = (usual: number, age: number, random: Random) => number;

const step =
  (size: number): Fault =>
  (usual) =>
    usual + size;
const drift =
  (size: number): Fault =>
  (usual, age) =>
    usual + size * Math.min(1, age / 240);
const spread =
  (times: number): Fault =>
  (usual, _age, random) =>
    usual + times * random.normal();
const stuckAt =
  (size: number): Fault =>
  () =>
    size;
const swing =
  (size: number, readings: number): Fault =>
  (usual, age) =>
    usual + size * Math.sin((2 * Math.PI * age) / readings);

/** Eighteen kinds, by name. A drift reaches its size in four hours. */
export const PROCESS_FAULTS: Readonly<Record<string, Fault>> = {
  'step +2 sd': step(2),
  'step −2 sd': step(-2),
  'step +3 sd': step(3),
  'step −3 sd': step(-3),
  'step +5 sd': step(5),
  'step −5 sd': step(-5),
  'drift to +2 sd': drift(2),
  'drift to −2 sd': drift(-2),
  'drift to +3 sd': drift(3),
  'drift to +5 sd': drift(5),
  'spread × 2': spread(2),
  'spread × 3': spread(3),
  'spread × 5': spread(5),
  'stuck at 3 sd': stuckAt(3),
  'swing 2 sd in 10 min': swing(2, 10),
  'swing 3 sd in 30 min': swing(3, 30),
  'swing 5 sd in 60 min': swing(5, 60),
  'swing 3 sd in 4 min': swing(3, 4),
};

export interface ProcessSeries {
  /** Mean and standard deviation of the plant in order. */
  readonly mean: number;
  readonly sd: number;
  /** Correlation of one reading with the next. */
  readonly phi: number;
}

/** Readings of a plant in order up to `healthy`, and with the fault from there on. */
export function* processReadings(
  seed: string,
  { mean, sd, phi }: ProcessSeries,
  healthy: number,
  fault?: string,
): Generator<number> {
  const random = createRandom(seed);
  const chance = createRandom(`${seed} fault`);
  let usual = random.normal();
  for (let i = 0; ; i++) {
    usual = phi * usual + Math.sqrt(1 - phi * phi) * random.normal();
    const shown = i < healthy || fault === undefined ? usual : PROCESS_FAULTS[fault](usual, i - healthy, chance);
    yield mean + sd * shown;
  }
}
