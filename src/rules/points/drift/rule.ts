/**
 * An instrument that drifts: two-sided CUSUM of the means of days against where the point belongs, k = 0.5 and h = 5 standard
 * deviations of those means (domain §5). Where it belongs is stated, or the mean of the first twenty; the scatter is always that
 * of the first twenty, which is never learned again. While it drifts its readings are doubtful: they may raise, and calm
 * nothing. Two means in a row where it belongs end it: somebody has mended it.
 *
 * It cannot tell a drifting sensor from a process that has changed: it belongs on what should stay, a difference to siblings
 * (a derived point) or a zero.
 */
import { Columns } from '../../../model/columns.ts';
import type { PointConfig } from '../../../model/point.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { Doubt, Explanation, InstrumentWatch, Standing } from '../../kind.ts';
import { ABSENT, DOUBTFUL, NO_DOUBT, NO_NUMBERS, PRESENT } from '../../kind.ts';
import { countedLearner, LEFT_OUT_LAYOUT } from '../../left-out.ts';
import type { Sample } from '../../sample.ts';
import { beginBucket, COUNT, END, isBehindBucket, MEAN, OPEN_WIDTH, takeIntoBucket } from '../bucket-means.ts';
import { InstrumentKind, setParameters, shareOf } from '../instrument.ts';
import type { Drift } from './definition.ts';
import { READINGS_MIN, SPAN_SHARE } from './definition.ts';

/** Means that the reference is made of. */
const REFERENCE = 20;
/** Allowance and decision interval, in standard deviations. */
const ALLOWANCE = 0.5;
const DECISION = 5;
/** One mean counts as no more than this many: a single odd day is no drift. */
const CLIP = 3;
/** What it grows to at most, so that it comes down again. */
const SUM_MAX = 2 * DECISION;
/** So many means in a row within one standard deviation end it. */
const BACK = 2;

/** Cells of `setup`. */
const SETUP_WIDTH = 3;
const EVERY_MS = 0;
/** NaN: learned. */
const ABOUT = 1;
const SD_AT_LEAST = 2;

/** Cells of `reference`: how many means, their mean, their centred squares, and the time they were taken in. */
const REFERENCE_WIDTH = 5;
const LEARNED = 0;
const CENTRE = 1;
const SQUARES = 2;
const FROM = 3;
const TO = 4;

/** Cells of `sums`: upwards, downwards, and how many means in a row lay where they belong. */
const SUMS_WIDTH = 3;
const UP = 0;
const DOWN = 1;
const IN_PLACE = 2;

const LAYOUT = {
  ...LEFT_OUT_LAYOUT,
  standing: 'u8',
  /** How often a reference was learned here. */
  version: 'u32',
  setup: ['f64', SETUP_WIDTH, Number.NaN],
  open: ['f64', OPEN_WIDTH],
  reference: ['f64', REFERENCE_WIDTH],
  sums: ['f64', SUMS_WIDTH],
} as const;

export class DriftKind extends InstrumentKind<Drift> {
  readonly name = 'drift';
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'drift', columns: this.table }];
  readonly learner = countedLearner(
    this.table,
    (row) => !this.isLearned(row),
    (row) => (this.isLearned(row) ? 'learned' : 'learning'),
  );
  readonly watch: InstrumentWatch = {
    fault: 'drift',
    look: (row, sample) => this.look(row, sample),
    standing: (row) => this.table.col.standing[row] as Standing,
  };

  install(row: number, rule: Drift, point: PointConfig): boolean {
    const { setup } = this.table.col;
    const sdAtLeast = rule.sdAtLeast ?? shareOf(point.span, SPAN_SHARE) ?? 0;
    const wanted = [rule.everyMs, rule.about ?? Number.NaN, sdAtLeast];
    const isSame = wanted.every((value, i) => Object.is(setup[row * SETUP_WIDTH + i], value));
    if (isSame) return false;
    const version = this.table.col.version[row];
    this.table.clearRow(row);
    this.table.col.version[row] = version;
    setParameters(setup, row * SETUP_WIDTH, wanted);
    return true;
  }

  /** A gap in the means is no mean. */
  silence(): void {}

  /**
   * Numbers, once the reference is learned: `referenceMean`, `referenceSd`, `referenceFrom`, `referenceTo` (engine time),
   * `referenceVersion`, and the sums in standard deviations.
   */
  explain(row: number): Explanation {
    const { reference, sums } = this.table.col;
    const base = row * REFERENCE_WIDTH;
    if (!this.isLearned(row)) return { numbers: NO_NUMBERS };
    return {
      numbers: {
        referenceMean: this.about(row),
        referenceSd: this.sd(row),
        referenceFrom: reference[base + FROM],
        referenceTo: reference[base + TO],
        referenceVersion: this.table.col.version[row],
        cusumUp: sums[row * SUMS_WIDTH + UP],
        cusumDown: sums[row * SUMS_WIDTH + DOWN],
      },
    };
  }

  private look(row: number, { at, value, good, mute, learns }: Sample): Doubt {
    const { open, setup, standing } = this.table.col;
    const base = row * OPEN_WIDTH;
    // What is stuck drifts nowhere, wherever it stands.
    if (good && !mute && (learns || this.isLearned(row))) {
      if (isBehindBucket(open, base, at)) {
        if (open[base + COUNT] >= READINGS_MIN) this.close(row, open[base + MEAN], open[base + END]);
        beginBucket(open, base, setup[row * SETUP_WIDTH + EVERY_MS], at);
      }
      takeIntoBucket(open, base, value);
    }
    return standing[row] === PRESENT ? DOUBTFUL : NO_DOUBT;
  }

  private close(row: number, mean: number, endAt: EpochMs): void {
    const { reference, setup } = this.table.col;
    const base = row * REFERENCE_WIDTH;
    if (this.isLearned(row)) {
      this.add(row, (mean - this.about(row)) / this.sd(row));
      return;
    }
    if (reference[base + LEARNED] === 0) reference[base + FROM] = endAt - setup[row * SETUP_WIDTH + EVERY_MS];
    reference[base + TO] = endAt;
    const from = mean - reference[base + CENTRE];
    reference[base + CENTRE] += from / ++reference[base + LEARNED];
    reference[base + SQUARES] += from * (mean - reference[base + CENTRE]);
    if (this.isLearned(row)) this.table.col.version[row]++;
  }

  private add(row: number, deviation: number): void {
    const { sums, standing } = this.table.col;
    const base = row * SUMS_WIDTH;
    const z = Math.max(-CLIP, Math.min(CLIP, deviation));
    sums[base + UP] = Math.min(SUM_MAX, Math.max(0, sums[base + UP] + z - ALLOWANCE));
    sums[base + DOWN] = Math.min(SUM_MAX, Math.max(0, sums[base + DOWN] - z - ALLOWANCE));
    sums[base + IN_PLACE] = Math.abs(z) <= 1 ? sums[base + IN_PLACE] + 1 : 0;
    if (standing[row] === PRESENT && sums[base + IN_PLACE] >= BACK) {
      standing[row] = ABSENT;
      sums.fill(0, base, base + SUMS_WIDTH);
    } else if (Math.max(sums[base + UP], sums[base + DOWN]) > DECISION) standing[row] = PRESENT;
  }

  private isLearned(row: number): boolean {
    return this.table.col.reference[row * REFERENCE_WIDTH + LEARNED] >= REFERENCE;
  }

  private about(row: number): number {
    const about = this.table.col.setup[row * SETUP_WIDTH + ABOUT];
    return Number.isNaN(about) ? this.table.col.reference[row * REFERENCE_WIDTH + CENTRE] : about;
  }

  private sd(row: number): number {
    const { reference, setup } = this.table.col;
    const variance = reference[row * REFERENCE_WIDTH + SQUARES] / (REFERENCE - 1);
    return Math.max(Math.sqrt(variance), setup[row * SETUP_WIDTH + SD_AT_LEAST]);
  }
}
