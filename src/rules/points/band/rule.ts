/**
 * Level, drift and spread of a point against a stretch in which it was well (detectors §1): PRE where at least one of three
 * charts lies above its limit for so many readings in a row. The reference is learned once, from good readings, and never
 * again: what it would learn later may be the hazard.
 *
 * It is learned in two halves, so that no reading need be kept: the first half gives mean, deviation, autocorrelation and
 * innovation; over the second the charts run as they will run in service, and their largest values give the limits.
 */
import type { Baseline } from '../../../model/baseline.ts';
import { Columns } from '../../../model/columns.ts';
import type { Level } from '../../../model/level.ts';
import { NONE, PRE } from '../../../model/level.ts';
import type { PointConfig } from '../../../model/point.ts';
import { intervalsOf, STALE_INTERVALS } from '../../../model/point.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { Explanation, Observation, RuleKind } from '../../kind.ts';
import { NEVER_QUIET, NO_NUMBERS, UNKNOWN } from '../../kind.ts';
import { countAnew, countedLearner, LEFT_OUT_LAYOUT } from '../../left-out.ts';
import type { Sample } from '../../sample.ts';
import { deviationsOf } from '../deviations.ts';
import { setParameters } from '../instrument.ts';
import type { Band } from './definition.ts';

/** Weights of the drift and of the spread chart. */
const LAMBDA = 0.2;
const MU = 0.1;
/** An innovation counts as no more than so many of its deviations; autocorrelation as no more than this. */
const CLIP = 4;
const PHI_MAX = 0.98;
/** Readings after which a chart has forgotten how it began. */
const SETTLING = 30;

/** Cells of `setup`. */
const SETUP_WIDTH = 6;
/** Stretch of the reference; infinite on both sides where it is not stated. */
const FROM = 0;
const TO = 1;
const SAMPLES = 2;
const K = 3;
const IN_A_ROW = 4;
const GAP_MS = 5;

/**
 * Cells of `sums`, while the first half is learned: squares about the mean; neighbours, and the squares of the steps between
 * them. The autocorrelation is taken of the steps, so that a gap costs a pair and nothing else.
 */
const SUMS_WIDTH = 3;
const SQUARES = 0;
const PAIRS = 1;
const STEPS = 2;

/** Cells of `reference`. */
const REFERENCE_WIDTH = 10;
const MEAN = 0;
const SD = 1;
const PHI = 2;
const INNOVATION = 3;
/** Limits of the three charts; while the second half is learned their largest values so far. */
const LIMITS = 4;
/** When its first and its last reading were taken, and how often a reference was learned here. */
const BEGAN = 7;
const ENDED = 8;
const VERSION = 9;

/** Cells of `charts`: E and V, the reading before and its time (0: none that counts), the charts now. */
const CHARTS_WIDTH = 7;
const E = 0;
const V = 1;
const BEFORE = 2;
const BEFORE_AT = 3;
const NOW = 4;
const CHARTS = 3;

/** Values of `stage`. */
const FIRST_HALF = 0;
const SECOND_HALF = 1;
const LEARNED = 2;

const LAYOUT = {
  ...LEFT_OUT_LAYOUT,
  stage: 'u8',
  /** Readings in a row with a chart above its limit. */
  run: 'u8',
  /** 1 where it lies below what is usual. */
  low: 'u8',
  /** Readings of the half being learned. */
  readings: 'u32',
  setup: ['f64', SETUP_WIDTH],
  sums: ['f64', SUMS_WIDTH],
  reference: ['f64', REFERENCE_WIDTH],
  charts: ['f64', CHARTS_WIDTH],
} as const;

export class BandKind implements RuleKind<Band> {
  readonly name = 'band';
  readonly goodOnly = true;
  readonly memoryless = false;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'band', columns: this.table }];
  readonly learner = countedLearner(
    this.table,
    (row) => this.table.col.stage[row] !== LEARNED,
    (row, now) => this.baseline(row, now),
  );

  quiet(): { readonly above: number; readonly below: number } {
    return NEVER_QUIET;
  }

  /** One reading beyond changes nothing yet: only the one that would fill the row does. */
  still(row: number): boolean {
    const { stage, run, setup } = this.table.col;
    return stage[row] !== LEARNED || run[row] + 1 < setup[row * SETUP_WIDTH + IN_A_ROW];
  }

  install(row: number, rule: Band, point: PointConfig): boolean {
    const { setup, reference } = this.table.col;
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, samples, k, inARow } = rule;
    const base = row * SETUP_WIDTH;
    const isOther = [from, to, samples].some((value, i) => setup[base + i] !== value);
    const before = setup[base + K];
    const gapMs = intervalsOf(point, STALE_INTERVALS, 0);
    const isChanged = setParameters(setup, base, [from, to, samples, k, inARow, gapMs]);
    if (isOther) this.learnAnew(row);
    else if (before !== k && this.table.col.stage[row] === LEARNED) {
      for (let c = 0; c < CHARTS; c++) reference[row * REFERENCE_WIDTH + LIMITS + c] *= k / before;
    }
    return isChanged;
  }

  observe(row: number, { at, value, learns }: Sample): Observation {
    const { stage, setup, charts } = this.table.col;
    const base = row * CHARTS_WIDTH;
    const isNext = charts[base + BEFORE_AT] > 0 && at - charts[base + BEFORE_AT] <= setup[row * SETUP_WIDTH + GAP_MS];
    if (stage[row] === LEARNED) this.judge(row, value, isNext);
    else if (learns) this.learn(row, at, value, isNext);
    // What is left out is no neighbour of what comes behind it.
    else return this.forgetBefore(row);
    charts[base + BEFORE] = value;
    charts[base + BEFORE_AT] = at;
    return this.level(row);
  }

  again(row: number): Observation {
    return this.level(row);
  }

  silence(row: number): void {
    this.table.col.charts[row * CHARTS_WIDTH + BEFORE_AT] = 0;
  }

  side(row: number): 1 | -1 {
    return this.table.col.low[row] === 1 ? -1 : 1;
  }

  /**
   * Numbers: the charts now (`level`, `drift`, `spread`) and their limits, in the deviations they are counted in; the reference
   * in the point's unit (`referenceMean`, `referenceSd`, `innovationSd`), its `autocorrelation`, when it was taken
   * (`referenceFrom`, `referenceTo`, engine time), and which one it is (`referenceVersion`).
   */
  explain(row: number): Explanation {
    const { reference, charts, stage } = this.table.col;
    if (stage[row] !== LEARNED) return { numbers: NO_NUMBERS };
    const base = row * REFERENCE_WIDTH;
    const now = row * CHARTS_WIDTH + NOW;
    return {
      numbers: {
        level: charts[now],
        levelLimit: reference[base + LIMITS],
        drift: charts[now + 1],
        driftLimit: reference[base + LIMITS + 1],
        spread: charts[now + 2],
        spreadLimit: reference[base + LIMITS + 2],
        referenceMean: reference[base + MEAN],
        referenceSd: reference[base + SD],
        autocorrelation: reference[base + PHI],
        innovationSd: reference[base + INNOVATION],
        referenceFrom: reference[base + BEGAN],
        referenceTo: reference[base + ENDED],
        referenceVersion: reference[base + VERSION],
      },
    };
  }

  breach(): Level {
    return NONE;
  }

  private baseline(row: number, now: EpochMs): Baseline {
    const { stage, setup } = this.table.col;
    const base = row * SETUP_WIDTH;
    if (stage[row] === LEARNED) return 'learned';
    if (now < setup[base + FROM]) return 'to-come';
    // What has enough of both halves is made by the first reading behind the stretch.
    return now > setup[base + TO] && !this.isEnough(row) ? 'missed' : 'learning';
  }

  private forgetBefore(row: number): Observation {
    this.silence(row);
    return this.level(row);
  }

  private learnAnew(row: number): void {
    countAnew(this.table, row);
    const { stage, run, readings, sums, reference, charts } = this.table.col;
    const version = reference[row * REFERENCE_WIDTH + VERSION];
    stage[row] = FIRST_HALF;
    run[row] = 0;
    readings[row] = 0;
    sums.fill(0, row * SUMS_WIDTH, (row + 1) * SUMS_WIDTH);
    reference.fill(0, row * REFERENCE_WIDTH, (row + 1) * REFERENCE_WIDTH);
    reference[row * REFERENCE_WIDTH + VERSION] = version;
    charts.fill(0, row * CHARTS_WIDTH, (row + 1) * CHARTS_WIDTH);
  }

  private level(row: number): Observation {
    const { stage, run, setup } = this.table.col;
    if (stage[row] !== LEARNED) return UNKNOWN;
    return run[row] >= setup[row * SETUP_WIDTH + IN_A_ROW] ? PRE : NONE;
  }

  /** A reading of the reference, or one outside of its stretch: that is no part of it, also where the stretch was too thin. */
  private learn(row: number, at: EpochMs, value: number, isNext: boolean): void {
    const { stage, setup, reference, readings } = this.table.col;
    const base = row * SETUP_WIDTH;
    if (at < setup[base + FROM]) return;
    const first = row * REFERENCE_WIDTH;
    if (at > setup[base + TO]) {
      if (this.isEnough(row)) this.finish(row);
      return;
    }
    if (readings[row] === 0 && stage[row] === FIRST_HALF) reference[first + BEGAN] = at;
    if (stage[row] === FIRST_HALF) {
      this.learnUsual(row, value, isNext);
      if (this.isHalf(row, at)) this.beginCharts(row);
      return;
    }
    this.chart(row, value, isNext);
    const { charts } = this.table.col;
    if (++readings[row] > Math.min(SETTLING, setup[base + SAMPLES] / 2 - 1)) {
      for (let c = 0; c < CHARTS; c++) {
        const cell = first + LIMITS + c;
        reference[cell] = Math.max(reference[cell], charts[row * CHARTS_WIDTH + NOW + c]);
      }
    }
    reference[first + ENDED] = at;
    if (this.isWhole(row, at)) this.finish(row);
  }

  /** The reference stands, and is never learned again. */
  private finish(row: number): void {
    const { stage, setup, reference } = this.table.col;
    const first = row * REFERENCE_WIDTH;
    for (let c = 0; c < CHARTS; c++) reference[first + LIMITS + c] *= setup[row * SETUP_WIDTH + K];
    reference[first + VERSION]++;
    stage[row] = LEARNED;
  }

  /** Of a stated stretch half of its time, and of its readings. */
  private isHalf(row: number, at: EpochMs): boolean {
    const { setup, readings } = this.table.col;
    const base = row * SETUP_WIDTH;
    const middle = (setup[base + FROM] + setup[base + TO]) / 2;
    return readings[row] >= setup[base + SAMPLES] / 2 && (Number.isNaN(middle) || at >= middle);
  }

  private isWhole(row: number, at: EpochMs): boolean {
    const to = this.table.col.setup[row * SETUP_WIDTH + TO];
    return this.isEnough(row) && (to === Number.POSITIVE_INFINITY || at >= to);
  }

  private isEnough(row: number): boolean {
    const { stage, setup, readings } = this.table.col;
    return stage[row] === SECOND_HALF && readings[row] >= setup[row * SETUP_WIDTH + SAMPLES] / 2;
  }

  /** Mean and squares by Welford, and steps between neighbours: no offset eats digits. */
  private learnUsual(row: number, value: number, isNext: boolean): void {
    const { sums, reference, charts, readings } = this.table.col;
    const base = row * SUMS_WIDTH;
    const mean = row * REFERENCE_WIDTH + MEAN;
    const from = value - reference[mean];
    reference[mean] += from / ++readings[row];
    sums[base + SQUARES] += from * (value - reference[mean]);
    if (!isNext) return;
    sums[base + PAIRS]++;
    sums[base + STEPS] += (value - charts[row * CHARTS_WIDTH + BEFORE]) ** 2;
  }

  /** The first half is learned: what is usual stands, and the charts begin at rest. */
  private beginCharts(row: number): void {
    const { sums, reference, charts, stage, readings } = this.table.col;
    const base = row * SUMS_WIDTH;
    const first = row * REFERENCE_WIDTH;
    const variance = sums[base + SQUARES] / (readings[row] - 1);
    // The mean square of the steps is 2·variance·(1 − r₁).
    const steps = sums[base + PAIRS] === 0 ? 2 * variance : sums[base + STEPS] / sums[base + PAIRS];
    const r1 = variance > 0 ? 1 - steps / (2 * variance) : 0;
    const phi = Math.max(0, Math.min(PHI_MAX, r1));
    reference[first + SD] = Math.sqrt(variance);
    reference[first + PHI] = phi;
    reference[first + INNOVATION] = Math.sqrt(variance * (1 + phi * phi - 2 * phi * r1));
    charts[row * CHARTS_WIDTH + E] = 0;
    charts[row * CHARTS_WIDTH + V] = 1;
    readings[row] = 0;
    stage[row] = SECOND_HALF;
  }

  private judge(row: number, value: number, isNext: boolean): void {
    const { run, low, charts, reference } = this.table.col;
    this.chart(row, value, isNext);
    const now = row * CHARTS_WIDTH + NOW;
    const limits = row * REFERENCE_WIDTH + LIMITS;
    const isLevel = charts[now] > reference[limits];
    const isDrift = charts[now + 1] > reference[limits + 1];
    if (!isLevel && !isDrift && charts[now + 2] <= reference[limits + 2]) {
      run[row] = 0;
      return;
    }
    // The side is that of the first of the row: what swings about its mean is on one side all the while.
    if (run[row] === 0) {
      const from = isLevel ? value - reference[row * REFERENCE_WIDTH + MEAN] : charts[row * CHARTS_WIDTH + E];
      low[row] = (isLevel || isDrift) && from < 0 ? 1 : 0;
    }
    if (run[row] < 255) run[row]++;
  }

  /** The three charts of detectors §1, one reading further. */
  private chart(row: number, value: number, isNext: boolean): void {
    const { charts, reference } = this.table.col;
    const base = row * CHARTS_WIDTH;
    const first = row * REFERENCE_WIDTH;
    const phi = reference[first + PHI];
    const from = value - reference[first + MEAN];
    const z = deviationsOf(from, reference[first + SD]);
    charts[base + E] += LAMBDA * (z - charts[base + E]);
    if (isNext) {
      const step = from - phi * (charts[base + BEFORE] - reference[first + MEAN]);
      const e = deviationsOf(step, reference[first + INNOVATION], CLIP);
      charts[base + V] += MU * (e * e - charts[base + V]);
    }
    const memory = phi * (1 - LAMBDA);
    charts[base + NOW] = Math.abs(z);
    charts[base + NOW + 1] =
      Math.abs(charts[base + E]) / Math.sqrt(((LAMBDA / (2 - LAMBDA)) * (1 + memory)) / (1 - memory));
    charts[base + NOW + 2] = Math.abs(charts[base + V] - 1) / Math.sqrt((2 * MU) / (2 - MU));
  }
}
