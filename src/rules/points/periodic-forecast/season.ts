/**
 * What of a value comes again with a known period: four harmonics, learned from the means of sixteen phases over the last four
 * periods, and nothing before two and a half of them are there. Its level and slow slope stand beside them in the fit and are not taken
 * for season. Once a phase; 64 means a point, in a table that only points with a period have.
 */
import { Columns } from '../../../model/columns.ts';
import type { DurationMs, EpochMs } from '../../../model/time.ts';

/** Phases of a period. */
export const PHASES = 16;
const PERIODS = 4;
const PLACES = PHASES * PERIODS;
/** Phases that must have been seen: two and a half periods. */
const PLACES_MIN = 40;
const HARMONICS = 4;
const COEFFICIENTS = 2 * HARMONICS;
/** Beside the harmonics: level and slope. */
const TERMS = COEFFICIENTS + 2;
/** A phase further from the fit than so many median deviations is left out of the second one. */
const WILD = 5;

/** Cells of `state`: the period, and the phase that is open, as its number since 1970. */
const STATE_WIDTH = 2;
const PERIOD_MS = 0;
const PHASE = 1;

const LAYOUT = {
  state: ['f64', STATE_WIDTH],
  mean: ['f64', PLACES],
  count: ['u16', PLACES],
  wave: ['f64', COEFFICIENTS],
  known: 'u8',
} as const;

export class Season {
  readonly table = new Columns(LAYOUT);
  private readonly terms = new Float64Array(TERMS);
  private readonly old = new Float64Array(COEFFICIENTS);

  matches(row: number, periodMs: DurationMs): boolean {
    return this.table.col.state[row * STATE_WIDTH + PERIOD_MS] === periodMs;
  }

  reset(row: number, periodMs: DurationMs): void {
    this.table.clearRow(row);
    this.table.col.state[row * STATE_WIDTH + PERIOD_MS] = periodMs;
  }

  isKnown(row: number): boolean {
    return this.table.col.known[row] === 1;
  }

  /** What comes again, at an instant; 0 while it is not known. */
  at(row: number, at: EpochMs): number {
    return this.isKnown(row) ? waveAt(this.table.col.wave, row * COEFFICIENTS, this.angle(row, at)) : 0;
  }

  /** The same as it was before the last fit. */
  before(row: number, at: EpochMs): number {
    return waveAt(this.old, 0, this.angle(row, at));
  }

  /** The most that it can be, either way. */
  reach(row: number): number {
    const { wave } = this.table.col;
    let reach = 0;
    for (let k = 0; k < HARMONICS; k++) {
      reach += Math.hypot(wave[row * COEFFICIENTS + 2 * k], wave[row * COEFFICIENTS + 2 * k + 1]);
    }
    return reach;
  }

  /** Takes a sample; true where a phase closed and the season was learned anew. */
  add(row: number, at: EpochMs, value: number): boolean {
    const { state, mean, count } = this.table.col;
    const cell = row * STATE_WIDTH;
    const phase = Math.floor((at * PHASES) / state[cell + PERIOD_MS]);
    let learned = false;
    if (phase > state[cell + PHASE]) {
      if (state[cell + PHASE] !== 0) learned = this.learn(row);
      const passed = Math.min(PLACES, phase - state[cell + PHASE]);
      for (let i = 0; i < passed; i++) count[row * PLACES + modulo(phase - i)] = 0;
      state[cell + PHASE] = phase;
    } else if (phase < state[cell + PHASE]) return false;
    const place = row * PLACES + modulo(phase);
    if (count[place] < 65_535) count[place]++;
    mean[place] += (value - mean[place]) / count[place];
    return learned;
  }

  /** Level, slope and harmonics through the phases; twice, the second time without what is wild. */
  private learn(row: number): boolean {
    const { state, count, wave, known } = this.table.col;
    const newest = state[row * STATE_WIDTH + PHASE];
    const used: number[] = [];
    for (let age = PLACES - 1; age >= 0; age--) if (count[row * PLACES + modulo(newest - age)] > 0) used.push(age);
    if (used.length < PLACES_MIN) return false;
    const first = this.solve(row, newest, used);
    if (first === undefined) return false;
    const rests = used.map((age) => Math.abs(this.rest(row, newest, age, first)));
    const middle = [...rests].sort((a, b) => a - b)[rests.length >> 1];
    const tame = used.filter((_, i) => rests[i] <= WILD * middle);
    const fit = tame.length < PLACES_MIN ? first : (this.solve(row, newest, tame) ?? first);
    this.old.set(wave.subarray(row * COEFFICIENTS, (row + 1) * COEFFICIENTS));
    // A mean over a phase flattens what swings within it.
    for (let i = 0; i < COEFFICIENTS; i++) {
      const half = (Math.PI * ((i >> 1) + 1)) / PHASES;
      wave[row * COEFFICIENTS + i] = (fit[i + 2] * half) / Math.sin(half);
    }
    known[row] = 1;
    return true;
  }

  private rest(row: number, newest: number, age: number, fit: readonly number[]): number {
    this.fillTerms(newest, age);
    let value = this.table.col.mean[row * PLACES + modulo(newest - age)];
    for (let i = 0; i < TERMS; i++) value -= fit[i] * this.terms[i];
    return value;
  }

  private fillTerms(newest: number, age: number): void {
    const { terms } = this;
    terms[0] = 1;
    terms[1] = -age / PLACES;
    const angle = (2 * Math.PI * (modulo(newest - age) + 0.5)) / PHASES;
    for (let k = 1; k <= HARMONICS; k++) {
      terms[2 * k] = Math.cos(k * angle);
      terms[2 * k + 1] = Math.sin(k * angle);
    }
  }

  /** Least squares by the normal equations, values from the newest mean so that an offset eats no digits. */
  private solve(row: number, newest: number, ages: readonly number[]): number[] | undefined {
    const { mean } = this.table.col;
    const { terms } = this;
    const offset = mean[row * PLACES + modulo(newest - ages[ages.length - 1])];
    const rows = Array.from({ length: TERMS }, () => new Array<number>(TERMS + 1).fill(0));
    for (const age of ages) {
      this.fillTerms(newest, age);
      const value = mean[row * PLACES + modulo(newest - age)] - offset;
      for (let i = 0; i < TERMS; i++) {
        for (let j = 0; j < TERMS; j++) rows[i][j] += terms[i] * terms[j];
        rows[i][TERMS] += terms[i] * value;
      }
    }
    const fit = eliminated(rows);
    if (fit !== undefined) fit[0] += offset;
    return fit;
  }

  private angle(row: number, at: EpochMs): number {
    const periodMs = this.table.col.state[row * STATE_WIDTH + PERIOD_MS];
    return (2 * Math.PI * (at % periodMs)) / periodMs;
  }
}

function waveAt(wave: Float64Array, from: number, angle: number): number {
  let value = 0;
  for (let k = 1; k <= HARMONICS; k++) {
    value += wave[from + 2 * k - 2] * Math.cos(k * angle) + wave[from + 2 * k - 1] * Math.sin(k * angle);
  }
  return value;
}

/** Gauss and Jordan with pivots; undefined where the phases seen do not determine it. */
function eliminated(rows: number[][]): number[] | undefined {
  for (let pivot = 0; pivot < rows.length; pivot++) {
    let best = pivot;
    for (let i = pivot; i < rows.length; i++) if (Math.abs(rows[i][pivot]) > Math.abs(rows[best][pivot])) best = i;
    [rows[pivot], rows[best]] = [rows[best], rows[pivot]];
    const by = rows[pivot][pivot];
    if (Math.abs(by) < 1e-9) return undefined;
    for (let j = pivot; j <= rows.length; j++) rows[pivot][j] /= by;
    for (let i = 0; i < rows.length; i++) {
      const factor = rows[i][pivot];
      if (i === pivot || factor === 0) continue;
      for (let j = pivot; j <= rows.length; j++) rows[i][j] -= factor * rows[pivot][j];
    }
  }
  return rows.map((row) => row[rows.length]);
}

const modulo = (phase: number): number => ((phase % PLACES) + PLACES) % PLACES;
