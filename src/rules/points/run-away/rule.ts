/**
 * Creep that runs away (detectors §2): which shape explains the last sixty buckets best, one that ends in failure or one that is
 * harmless (a step, a change of slope, a coming to rest, a surge). Looked at once a bucket, over medians of buckets, with single
 * wild readings dropped on the way in. Orange (HH) where failure within sixty hours explains it better than anything harmless;
 * red, a rule of its own with a floor of its own, where that is clear and within eighteen. Hours are for buckets of three.
 *
 * Noise and background slope are slow means that stand still while the rule is in alarm, or while the window holds anything
 * that came when another rule of the point was. A window of which more than two fifths
 * are missing says nothing.
 */
import { Columns } from '../../../model/columns.ts';
import type { Level } from '../../../model/level.ts';
import { HIGH_HIGH, NONE } from '../../../model/level.ts';
import type { EpochMs } from '../../../model/time.ts';
import { DAY_MS, HOUR_MS } from '../../../model/time.ts';
import type { Explanation, Observation, RuleKind } from '../../kind.ts';
import { NEVER_QUIET, NO_NUMBERS, UNKNOWN } from '../../kind.ts';
import { countedLearner, LEFT_OUT_LAYOUT } from '../../left-out.ts';
import type { Sample } from '../../sample.ts';
import { beginStretch, extendStretch, STRETCH_LAYOUT, stretchNumbers } from '../../stretch.ts';
import { setParameters } from '../instrument.ts';
import { BucketMedians, MEDIANS_LAYOUT } from './bucket-medians.ts';
import type { RunAway } from './definition.ts';
import type { RunAwayShape, Shapes } from './shapes.ts';
import { dot, N, shapesOf } from './shapes.ts';

const MISSING_MAX = 0.4;
/** How fast noise and background are learned: in quiet, and where much is going on. */
const LEARN = 0.02;
const LEARN_LOUD = 0.001;
const LOUD = 2;
const NOISE_CLIP = 3;
/** Part of the noise that every fit is allowed. */
const FLOOR = 0.25;
/** F, amplitude in noises, velocity in backgrounds. */
const F_MIN = 10;
const AMPLITUDE_MIN = 10;
const FASTER = 2;
const ORANGE = { ratio: 1, remainingH: 60 } as const;
const RED = { ratio: 1.15, remainingH: 18 } as const;
const REFERENCE_BUCKET_MS = 3 * HOUR_MS;

/** Cells of `setup`. */
const SETUP_WIDTH = 4;
const EVERY_MS = 0;
const DIRECTION = 1;
const RESOLUTION = 2;
const IS_RED = 3;

/** Cells of `said`: noise and background slope per hour, then what the last look found. */
const SAID_WIDTH = 8;
const NOISE = 0;
const BACKGROUND = 1;
const F = 2;
const RATIO = 3;
const AMPLITUDE = 4;
const VELOCITY = 5;
const REMAINING_H = 6;
/** When it looked; 0: not yet. */
const LOOKED_AT = 7;

const LAYOUT = {
  ...LEFT_OUT_LAYOUT,
  ...STRETCH_LAYOUT,
  /** 1 where noise and background began with such a window: they begin anew with the first that is not. */
  provisional: 'u8',
  /** Looks until a window holds nothing any more that came while another rule of the point stood. */
  pause: 'u8',
  ...MEDIANS_LAYOUT,
  level: 'u8',
  /** 1 while it cannot say. */
  unknown: ['u8', 1, 1],
  setup: ['f64', SETUP_WIDTH],
  said: ['f64', SAID_WIDTH],
} as const;

export class RunAwayKind implements RuleKind<RunAway> {
  readonly name = 'run-away';
  readonly goodOnly = true;
  readonly memoryless = false;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'run-away', columns: this.table }];
  readonly learner = countedLearner(
    this.table,
    () => true,
    (row) => (this.table.col.said[row * SAID_WIDTH + LOOKED_AT] === 0 ? 'learning' : 'learned'),
  );
  private readonly medians = new BucketMedians(this.table);
  private readonly window = new Float64Array(N);
  private readonly rest = new Float64Array(N);

  quiet(): { readonly above: number; readonly below: number } {
    return NEVER_QUIET;
  }

  still(row: number, at: EpochMs): boolean {
    return !this.medians.closes(row, at);
  }

  install(row: number, rule: RunAway): boolean {
    const { setup } = this.table.col;
    const base = row * SETUP_WIDTH;
    const sign = rule.direction === 'up' ? 1 : -1;
    if (setup[base + EVERY_MS] !== rule.everyMs || setup[base + DIRECTION] !== sign) this.table.clearRow(row);
    return setParameters(setup, base, [rule.everyMs, sign, rule.resolution, rule.grade === 'red' ? 1 : 0]);
  }

  observe(row: number, { at, value, learns }: Sample): Observation {
    const { setup, pause } = this.table.col;
    // The look that it brings about is one of those before it.
    if (!learns) pause[row] = N + 1;
    const base = row * SETUP_WIDTH;
    const { medians } = this;
    if (medians.add(row, at, value, setup[base + EVERY_MS], setup[base + RESOLUTION])) this.look(row);
    return this.answer(row);
  }

  again(row: number): Observation {
    return this.answer(row);
  }

  silence(): void {}

  side(row: number): 1 | -1 {
    return this.table.col.setup[row * SETUP_WIDTH + DIRECTION] < 0 ? -1 : 1;
  }

  /**
   * Numbers of the last look: `f`, `ratio` of the best harmless shape's rest to the best failing one's, `amplitude` in noises,
   * `velocityPerDay`, the slow means `backgroundPerDay` and `noise`, `windowEndAt`; and, as of `at`, `timeToFailureMs` where it is
   * within a day, else `daysToFailure`, where a failing shape explains the window at all.
   */
  explain(row: number, _level: Level, at: EpochMs): Explanation {
    const { said, unknown } = this.table.col;
    const base = row * SAID_WIDTH;
    if (unknown[row] === 1) return { numbers: NO_NUMBERS };
    const numbers: Record<string, number> = {
      f: said[base + F],
      ratio: said[base + RATIO],
      amplitude: said[base + AMPLITUDE],
      velocityPerDay: said[base + VELOCITY] * 24,
      backgroundPerDay: said[base + BACKGROUND] * 24,
      noise: said[base + NOISE],
      windowEndAt: said[base + LOOKED_AT],
      ...stretchNumbers(this.table, row),
    };
    if (this.explains(row, ORANGE.ratio)) {
      const leftMs = Math.max(0, said[base + LOOKED_AT] + said[base + REMAINING_H] * HOUR_MS - at);
      if (leftMs <= DAY_MS) numbers.timeToFailureMs = leftMs;
      else numbers.daysToFailure = Math.ceil(leftMs / DAY_MS);
    }
    return { numbers };
  }

  breach(): Level {
    return NONE;
  }

  private answer(row: number): Observation {
    const { unknown, level } = this.table.col;
    return unknown[row] === 1 ? UNKNOWN : (level[row] as Level);
  }

  /** Judges the window anew: once a bucket. */
  private look(row: number): void {
    this.judge(row);
    const { pause } = this.table.col;
    if (pause[row] > 0) pause[row]--;
  }

  private judge(row: number): void {
    const { setup, said, unknown, level, pause, provisional } = this.table.col;
    const { window, rest } = this;
    const sign = setup[row * SETUP_WIDTH + DIRECTION];
    const missing = this.medians.fill(row, window);
    unknown[row] = missing > MISSING_MAX * N ? 1 : 0;
    if (unknown[row] === 1) return;
    for (let i = 0; i < N; i++) window[i] *= sign;
    const shapes = shapesOf(setup[row * SETUP_WIDTH + EVERY_MS]);
    rest.set(window);
    for (const one of shapes.base) {
      const part = dot(rest, one);
      for (let i = 0; i < N; i++) rest[i] -= part * one[i];
    }
    const base = row * SAID_WIDTH;
    const whole = dot(rest, rest);
    const rms = Math.sqrt(whole / N);
    const everyMs = setup[row * SETUP_WIDTH + EVERY_MS];
    const endAt = this.medians.endOf(row, everyMs);
    if (said[base + LOOKED_AT] === 0 || (provisional[row] === 1 && pause[row] === 0)) {
      this.begin(row, rms, slopeOf(window, shapes));
      beginStretch(this.table, row, endAt - N * everyMs);
      extendStretch(this.table, row, endAt);
      provisional[row] = pause[row] > 0 ? 1 : 0;
    }
    said[base + LOOKED_AT] = endAt;
    this.weigh(row, whole, shapes);
    level[row] = this.levelNow(row);
    // What it would learn in alarm is the hazard.
    if (level[row] !== NONE || pause[row] > 0) return;
    this.learn(row, rms, slopeOf(window, shapes));
    extendStretch(this.table, row, endAt);
  }

  private begin(row: number, rms: number, slope: number): void {
    const { said, setup } = this.table.col;
    said[row * SAID_WIDTH + NOISE] = Math.max(rms, setup[row * SETUP_WIDTH + RESOLUTION] / 2);
    said[row * SAID_WIDTH + BACKGROUND] = slope;
  }

  private learn(row: number, rms: number, slope: number): void {
    const { said } = this.table.col;
    const base = row * SAID_WIDTH;
    const noise = said[base + NOISE];
    const weight = rms < LOUD * noise ? LEARN : LEARN_LOUD;
    said[base + NOISE] += weight * (Math.min(rms, NOISE_CLIP * noise) - noise);
    said[base + BACKGROUND] += weight * (slope - said[base + BACKGROUND]);
  }

  /** The best failing and the best harmless shape. */
  private weigh(row: number, whole: number, shapes: Shapes): void {
    const { said } = this.table.col;
    const { rest, window } = this;
    let best: RunAwayShape | undefined;
    let most = 0;
    for (const shape of shapes.runAways) {
      const part = dot(shape.unit, rest);
      if (part > most) {
        most = part;
        best = shape;
      }
    }
    let harmless = 0;
    for (const unit of shapes.harmless) harmless = Math.max(harmless, dot(unit, rest) ** 2);
    const base = row * SAID_WIDTH;
    const noise = said[base + NOISE];
    const allowed = N * (FLOOR * noise) ** 2;
    const left = Math.max(0, whole - most ** 2) + allowed;
    said[base + F] = (most ** 2 / left) * (N - 5);
    said[base + RATIO] = (Math.max(0, whole - harmless) + allowed) / left;
    said[base + AMPLITUDE] = most / noise;
    said[base + REMAINING_H] = best?.remainingH ?? 0;
    if (best === undefined) {
      said[base + VELOCITY] = slopeOf(window, shapes);
      return;
    }
    const coefficient = most / best.length;
    const slope = slopeOf(window, shapes) - coefficient * slopeOf(best.raw, shapes);
    said[base + VELOCITY] = slope + coefficient * best.remainingH ** -best.p;
  }

  private levelNow(row: number): Level {
    const { said, setup } = this.table.col;
    const base = row * SAID_WIDTH;
    const { ratio, remainingH } = setup[row * SETUP_WIDTH + IS_RED] === 1 ? RED : ORANGE;
    const scale = setup[row * SETUP_WIDTH + EVERY_MS] / REFERENCE_BUCKET_MS;
    const isSoon = said[base + REMAINING_H] <= remainingH * scale;
    const isFast = said[base + VELOCITY] > FASTER * Math.max(0, said[base + BACKGROUND]);
    return this.explains(row, ratio) && isSoon && isFast ? HIGH_HIGH : NONE;
  }

  private explains(row: number, ratio: number): boolean {
    const { said } = this.table.col;
    const base = row * SAID_WIDTH;
    return said[base + F] > F_MIN && said[base + RATIO] > ratio && said[base + AMPLITUDE] > AMPLITUDE_MIN;
  }
}

/** Slope of a window per hour, with level and daily swing beside it. */
function slopeOf(window: Float64Array, { base, hoursPerBucket }: Shapes): number {
  // The slope's own shape rises by as much from one bucket to the next.
  const [, slope] = base;
  return (dot(window, slope) * (slope[1] - slope[0])) / hoursPerBucket;
}
