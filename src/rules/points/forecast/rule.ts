/**
 * Time to limit: a least-squares line through a bucketed window, extended to the next limit. PRE when the limit is that
 * near, H at a third of it. It refuses to speak while the window is thin or the line explains too little: such a forecast
 * neither starts nor ends anything. The reasons behind a prediction (fit, bounds, limit) stay readable.
 */
import { Columns } from '../../../model/columns.ts';
import type { Level } from '../../../model/level.ts';
import { HIGH, NONE, PRE } from '../../../model/level.ts';
import type { PointConfig } from '../../../model/point.ts';
import { limitsOf } from '../../../model/point.ts';
import type { EpochMs } from '../../../model/time.ts';
import { MINUTE_MS } from '../../../model/time.ts';
import type { Explanation, Observation, RuleKind } from '../../kind.ts';
import { NEVER_QUIET, UNKNOWN } from '../../kind.ts';
import type { Sample } from '../../sample.ts';
import { BUCKETS, TrendWindow } from '../../window.ts';
import { LIMIT_NAMES, limitCells, NO_LIMIT, nextLimit } from '../next-limit.ts';
import type { Forecast } from './definition.ts';

/** Guards of every trend method here: fewer samples, or a window less complete, and there is no forecast. */
const SAMPLES_MIN = 6;
const COMPLETENESS_MIN = 0.7;
/** One-sided 95 % bound of the slope: with both sides, 90 % lie between. */
const BOUND = 1.64;

/** Cells of `line`, touched once a bucket: parameters, the point's limits, and what the last fit said. */
const WIDTH = 16;
const LIMITS = 0;
const MIN_R2 = 4;
/** Samples a complete window has, and a complete bucket. */
const EXPECTED = 5;
const PER_BUCKET = 6;
const RESPONSE_MS = 7;
const SLOPE = 8;
const R2 = 9;
const HIT_AT = 10;
const EARLIEST = 11;
const LATEST = 12;
const STATUS = 13;
/** Limit headed for, as its cell from LIMITS. */
const TARGET = 14;

/** What the last fit says. */
const WARMING = 0;
const CLEAR = 1;
const APPROACHING = 2;
/** A limit lies ahead, but the line explains too little. */
const POOR = 3;

const LAYOUT = { line: ['f64', WIDTH] } as const;

/** In the window's note: before this instant the forecast says none. NOT_SURE where only the status can tell. */
const NOT_SURE = Number.NEGATIVE_INFINITY;
const NOTHING_AHEAD = Number.POSITIVE_INFINITY;

export class ForecastKind implements RuleKind<Forecast> {
  readonly name = 'forecast';
  readonly goodOnly = true;
  readonly memoryless = false;
  private readonly window = new TrendWindow();
  private readonly table = new Columns(LAYOUT);
  readonly tables = [
    { name: 'forecast', columns: this.table },
    { name: 'forecast-window', columns: this.window.table },
  ];

  quiet(): { readonly above: number; readonly below: number } {
    return NEVER_QUIET;
  }

  /** Inside a bucket the last fit stands, and it has said until when it says none. */
  still(row: number, at: EpochMs): boolean {
    return !this.window.moves(row, at) && at < this.window.note(row);
  }

  install(row: number, { windowMs, minR2 }: Forecast, point: PointConfig): boolean {
    let changed = false;
    if (!this.window.matches(row, windowMs)) {
      this.window.reset(row, windowMs);
      this.table.clearRow(row);
      this.window.setNote(row, NOT_SURE);
      changed = true;
    }
    const expected = point.intervalMs === null ? BUCKETS : windowMs / point.intervalMs;
    const perBucket = point.intervalMs === null ? 1 : Math.max(1, this.window.bucketMs(row) / point.intervalMs);
    const wanted = [...limitCells(limitsOf(point)), minR2, expected, perBucket, point.responseMs];
    const line = this.table.col.line;
    changed ||= wanted.some((value, i) => line[row * WIDTH + i] !== value);
    line.set(wanted, row * WIDTH);
    return changed;
  }

  observe(row: number, { at, value }: Sample): Observation {
    if (this.window.add(row, at, value)) this.predict(row);
    return at < this.window.note(row) ? NONE : this.level(row, at);
  }

  again(row: number, { at }: Sample): Observation {
    if (this.table.col.line[row * WIDTH + STATUS] !== WARMING) this.predict(row);
    return this.level(row, at);
  }

  /** A prediction does not outlive its data; the window stays, and the next bucket decides whether it is complete. */
  silence(row: number): void {
    this.table.col.line[row * WIDTH + STATUS] = WARMING;
    this.window.setNote(row, NOT_SURE);
  }

  side(row: number): 1 | -1 {
    return this.table.col.line[row * WIDTH + SLOPE] < 0 ? -1 : 1;
  }

  explain(row: number, _level: Level, at: EpochMs): Explanation {
    const line = this.table.col.line;
    const base = row * WIDTH;
    if (line[row * WIDTH + STATUS] === WARMING) return { warmingUp: true };
    const basic = { r2: line[base + R2], slopePerMinute: line[base + SLOPE] * MINUTE_MS };
    if (line[row * WIDTH + STATUS] === CLEAR) return basic;
    const latest = line[base + LATEST];
    return {
      ...basic,
      limit: LIMIT_NAMES[line[row * WIDTH + TARGET]],
      limitValue: line[base + LIMITS + line[row * WIDTH + TARGET]],
      timeToLimitMs: Math.max(0, line[base + HIT_AT] - at),
      timeToLimitEarliestMs: Math.max(0, line[base + EARLIEST] - at),
      ...(Number.isFinite(latest) ? { timeToLimitLatestMs: Math.max(0, latest - at) } : {}),
    };
  }

  breach(): Level {
    return NONE;
  }

  /** Level now from the last fit: a subtraction. */
  private level(row: number, at: EpochMs): Observation {
    const line = this.table.col.line;
    if (line[row * WIDTH + STATUS] === WARMING) return UNKNOWN;
    if (line[row * WIDTH + STATUS] === CLEAR) return NONE;
    const timeToLimitMs = line[row * WIDTH + HIT_AT] - at;
    const responseMs = line[row * WIDTH + RESPONSE_MS];
    if (timeToLimitMs > responseMs) return NONE;
    if (line[row * WIDTH + STATUS] === POOR) return UNKNOWN;
    return timeToLimitMs <= responseMs / 3 ? HIGH : PRE;
  }

  /** Draws the line anew: at most once a bucket. */
  private predict(row: number): void {
    const line = this.table.col.line;
    const base = row * WIDTH;
    const fit = this.window.fit(row, line[base + PER_BUCKET]);
    line[base + SLOPE] = fit.slope;
    line[base + R2] = fit.r2;
    const complete = fit.useful >= COMPLETENESS_MIN * line[base + EXPECTED];
    if (fit.count < SAMPLES_MIN || !complete || !Number.isFinite(fit.slope)) {
      line[row * WIDTH + STATUS] = WARMING;
      this.window.setNote(row, NOT_SURE);
      return;
    }
    const cell = nextLimit(line, base + LIMITS, fit.level, fit.slope);
    if (cell === NO_LIMIT) {
      line[row * WIDTH + STATUS] = CLEAR;
      this.window.setNote(row, NOTHING_AHEAD);
      return;
    }
    const distance = line[base + LIMITS + cell] - fit.level;
    const margin = BOUND * fit.error * Math.sign(fit.slope);
    const flattest = fit.slope - margin;
    const hitAt = fit.at + distance / fit.slope;
    line[row * WIDTH + TARGET] = cell;
    line[base + HIT_AT] = hitAt;
    line[base + EARLIEST] = fit.at + distance / (fit.slope + margin);
    line[base + LATEST] = flattest * distance > 0 ? fit.at + distance / flattest : Number.POSITIVE_INFINITY;
    line[row * WIDTH + STATUS] = fit.r2 >= line[base + MIN_R2] ? APPROACHING : POOR;
    this.window.setNote(row, hitAt - line[base + RESPONSE_MS]);
  }
}
