/**
 * Has this point ever been like this (detectors §3)? Each reading becomes four numbers: three means of different length against
 * location and scale, and how restless it is against how restless it usually is. What is further than one from every prototype
 * is new: PRE, alone blue, for an event of a hundred readings, and longer while what comes is new again. What is new becomes a
 * prototype, so that it is new once; location, scale and restlessness are not learned while an event is open. While another
 * rule of the point stands nothing is learned, no prototype either.
 */
import { Columns } from '../../../model/columns.ts';
import type { Level } from '../../../model/level.ts';
import { NONE, PRE } from '../../../model/level.ts';
import type { Explanation, Observation, RuleKind } from '../../kind.ts';
import { NEVER_QUIET, NO_NUMBERS, UNKNOWN } from '../../kind.ts';
import { countedLearner, LEFT_OUT_LAYOUT } from '../../left-out.ts';
import type { Sample } from '../../sample.ts';
import { extendStretch, STRETCH_LAYOUT, stretchNumbers } from '../../stretch.ts';
import { deviationsOf, FAR } from '../deviations.ts';
import type { Novelty } from './definition.ts';

const PROTOTYPES = 64;
const NUMBERS = 4;
const RADIUS = 1;
/** Readings for which an event stays open. */
const OPEN_FOR = 100;
/** Readings that the slow means, the three means and the present restlessness are taken over. */
const SLOW = 5_000;
const MEANS = [4, 18, 100] as const;
const RESTLESS = 24;
const MOVE_MIN = 0.01;

/** Cells of `state`. */
const STATE_WIDTH = 9;
const COUNT = 0;
const LOCATION = 1;
const SCALE = 2;
/** Slow mean of the steps between readings, and the present one. */
const USUAL_STEP = 3;
const STEP = 4;
const BEFORE = 5;
/** Three means. */
const FIRST_MEAN = 6;

const LAYOUT = {
  ...LEFT_OUT_LAYOUT,
  ...STRETCH_LAYOUT,
  /** Readings for which an event is still open. */
  open: 'u8',
  prototypes: 'u8',
  quietFor: 'u32',
  /** Distance of the newest reading from the nearest prototype. */
  distance: 'f64',
  state: ['f64', STATE_WIDTH],
  /** Rounded: a prototype is a place, not a measurement. */
  place: ['f32', PROTOTYPES * NUMBERS],
  weight: ['f32', PROTOTYPES],
} as const;

export class NoveltyKind implements RuleKind<Novelty> {
  readonly name = 'novelty';
  readonly goodOnly = true;
  readonly memoryless = false;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'novelty', columns: this.table }];
  readonly learner = countedLearner(
    this.table,
    () => true,
    (row) => (this.isLearned(row) ? 'learned' : 'learning'),
  );
  private readonly now = new Float64Array(NUMBERS);

  quiet(): { readonly above: number; readonly below: number } {
    return NEVER_QUIET;
  }

  /** Every reading moves what it is compared with. */
  still(row: number): boolean {
    return this.table.col.state[row * STATE_WIDTH + COUNT] + 1 < this.table.col.quietFor[row];
  }

  install(row: number, { quietFor }: Novelty): boolean {
    const isChanged = this.table.col.quietFor[row] !== quietFor;
    this.table.col.quietFor[row] = quietFor;
    return isChanged;
  }

  observe(row: number, { at, value, learns }: Sample): Observation {
    const { state, open, quietFor, distance } = this.table.col;
    const base = row * STATE_WIDTH;
    if (learns && open[row] === 0) extendStretch(this.table, row, at);
    this.follow(row, value, learns);
    distance[row] = this.compare(row, learns);
    if (open[row] > 0) open[row]--;
    if (state[base + COUNT] >= quietFor[row] && distance[row] > RADIUS) open[row] = OPEN_FOR;
    return this.said(row);
  }

  again(row: number): Observation {
    return this.said(row);
  }

  silence(): void {}

  side(): 1 | -1 {
    return 1;
  }

  /** Numbers: `novelty` of the newest reading (new from 1 on), `location` and `scale` in the point's unit, `prototypes`, `readings`, and when they were learned. */
  explain(row: number): Explanation {
    const { state, prototypes, distance } = this.table.col;
    const base = row * STATE_WIDTH;
    if (!this.isLearned(row)) return { numbers: NO_NUMBERS };
    return {
      numbers: {
        novelty: distance[row],
        location: state[base + LOCATION],
        scale: state[base + SCALE],
        prototypes: prototypes[row],
        readings: state[base + COUNT],
        ...stretchNumbers(this.table, row),
      },
    };
  }

  breach(): Level {
    return NONE;
  }

  private said(row: number): Observation {
    if (!this.isLearned(row)) return UNKNOWN;
    return this.table.col.open[row] > 0 ? PRE : NONE;
  }

  private isLearned(row: number): boolean {
    const { state, quietFor } = this.table.col;
    return state[row * STATE_WIDTH + COUNT] >= quietFor[row];
  }

  /** All means, one reading further: the formulae of detectors §3, in their order. */
  private follow(row: number, value: number, learns: boolean): void {
    const { state, open } = this.table.col;
    const base = row * STATE_WIDTH;
    if (learns) state[base + COUNT]++;
    const n = Math.max(1, state[base + COUNT]);
    const gain = (readings: number): number => Math.max(1 / readings, 1 / n);
    const step = n === 1 ? 0 : Math.abs(value - state[base + BEFORE]);
    if (learns && open[row] === 0) {
      const slow = gain(SLOW);
      state[base + LOCATION] += slow * (value - state[base + LOCATION]);
      state[base + SCALE] += slow * (Math.abs(value - state[base + LOCATION]) - state[base + SCALE]);
      state[base + USUAL_STEP] += slow * (step - state[base + USUAL_STEP]);
    }
    for (const [i, readings] of MEANS.entries()) {
      const cell = base + FIRST_MEAN + i;
      state[cell] += gain(readings) * (value - state[cell]);
    }
    state[base + STEP] += gain(RESTLESS) * (step - state[base + STEP]);
    state[base + BEFORE] = value;
  }

  /** Distance of the reading from the nearest prototype, which it moves, or becomes one. */
  private compare(row: number, learns: boolean): number {
    const { state, place, weight, prototypes } = this.table.col;
    const { now } = this;
    const base = row * STATE_WIDTH;
    const scale = state[base + SCALE];
    for (let i = 0; i < MEANS.length; i++)
      now[i] = deviationsOf(state[base + FIRST_MEAN + i] - state[base + LOCATION], scale);
    const usual = state[base + USUAL_STEP];
    now[3] = usual > 0 ? 0.3 * Math.log((state[base + STEP] + 0.1 * usual) / (1.1 * usual)) : 0;
    let nearest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < prototypes[row]; k++) {
      const at = (row * PROTOTYPES + k) * NUMBERS;
      let square = 0;
      for (let i = 0; i < NUMBERS; i++) square += (now[i] - place[at + i]) ** 2;
      if (square >= least) continue;
      least = square;
      nearest = k;
    }
    const distance = nearest < 0 ? FAR : Math.min(FAR, Math.sqrt(least));
    if (!learns) return distance;
    const cell = row * PROTOTYPES + (distance <= RADIUS ? nearest : this.freed(row));
    const move = distance <= RADIUS ? Math.max(MOVE_MIN, 1 / (weight[cell] + 1)) : 1;
    for (let i = 0; i < NUMBERS; i++) place[cell * NUMBERS + i] += move * (now[i] - place[cell * NUMBERS + i]);
    weight[cell] = distance <= RADIUS ? weight[cell] + 1 : 1;
    return distance;
  }

  /** A place for one more prototype: a free one, else that of the least weight. */
  private freed(row: number): number {
    const { weight, prototypes } = this.table.col;
    if (prototypes[row] < PROTOTYPES) return prototypes[row]++;
    let least = 0;
    for (let k = 1; k < PROTOTYPES; k++) {
      if (weight[row * PROTOTYPES + k] < weight[row * PROTOTYPES + least]) least = k;
    }
    return least;
  }
}
