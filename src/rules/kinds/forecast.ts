/**
 * Time to limit: a least-squares line through a bucketed window, extended to the next limit. PRE when the limit is that
 * near, H at a third of it. It refuses to speak while the window is thin or the line explains too little: such a forecast
 * neither starts nor ends anything. The reasons behind a prediction (fit, bounds, limit) stay readable.
 */
import { Columns } from '../../model/columns.ts';
import type { Level } from '../../model/level.ts';
import { HIGH, NONE, PRE } from '../../model/level.ts';
import type { PointConfig } from '../../model/point.ts';
import type { EpochMs } from '../../model/time.ts';
import { MINUTE_MS } from '../../model/time.ts';
import type { Explanation, Observation, RuleKind } from '../kind.ts';
import { UNKNOWN } from '../kind.ts';
import { BUCKETS, TrendWindow } from '../window.ts';
import { LIMIT_CELLS, LIMIT_NAMES, limitCells, NO_LIMIT, nextLimit } from './next-limit.ts';

/** Guards of every trend method here: fewer samples, or a window less complete, and there is no forecast. */
const SAMPLES_MIN = 6;
const COMPLETENESS_MIN = 0.7;
/** A forecast is not older than this many reporting intervals (buckets for event-driven points). */
const EXPIRY_INTERVALS = 3;
/** One-sided 95 % bound of the slope: with both sides, 90 % lie between. */
const BOUND = 1.64;

/** Cells of `now`: all that one reading needs between two fits. */
const NOW_WIDTH = 4;
const HIT_AT = 0;
const LAST_AT = 1;
const RESPONSE_MS = 2;
const GAP_MS = 3;

/** Cells of `setup`. */
const SETUP_WIDTH = 3;
const MIN_R2 = 0;
/** Samples a complete window has, and a complete bucket. */
const EXPECTED = 1;
const PER_BUCKET = 2;

/** Cells of `fit`. */
const FIT_WIDTH = 4;
const SLOPE = 0;
const R2 = 1;
const EARLIEST = 2;
const LATEST = 3;

/** What the last fit says. */
const WARMING = 0;
const CLEAR = 1;
const APPROACHING = 2;
/** A limit lies ahead, but the line explains too little. */
const POOR = 3;

const LAYOUT = {
  now: ['f64', NOW_WIDTH],
  status: 'u8',
  target: 'u8',
  setup: ['f64', SETUP_WIDTH],
  limit: ['f64', LIMIT_CELLS],
  fit: ['f64', FIT_WIDTH],
} as const;

export class ForecastKind implements RuleKind {
  readonly name = 'forecast';
  readonly goodOnly = true;
  private readonly window = new TrendWindow();
  private readonly table = new Columns(LAYOUT);
  readonly tables = [
    { name: 'forecast', columns: this.table },
    { name: 'forecast-window', columns: this.window.table },
  ];

  wanted({ valueKind, forecast, limits }: PointConfig): boolean {
    const some = limits.LL ?? limits.L ?? limits.H ?? limits.HH;
    return valueKind === 'number' && forecast !== undefined && some !== undefined;
  }

  install(row: number, point: PointConfig): boolean {
    if (!point.forecast) return false;
    const { windowMs, minR2 } = point.forecast;
    let changed = false;
    if (!this.window.matches(row, windowMs)) {
      this.window.reset(row, windowMs);
      this.table.clearRow(row);
      changed = true;
    }
    const bucketMs = this.window.bucketMs(row);
    const expected = point.intervalMs === null ? BUCKETS : windowMs / point.intervalMs;
    const perBucket = point.intervalMs === null ? 1 : Math.max(1, bucketMs / point.intervalMs);
    const { now, setup, limit } = this.table.col;
    changed = assign(setup, row * SETUP_WIDTH, [minR2, expected, perBucket]) || changed;
    changed = assign(limit, row * LIMIT_CELLS, limitCells(point.limits)) || changed;
    const gapMs = EXPIRY_INTERVALS * (point.intervalMs ?? bucketMs);
    return assign(now, row * NOW_WIDTH + RESPONSE_MS, [point.responseMs, gapMs]) || changed;
  }

  observe(row: number, at: EpochMs, value: number): Observation {
    const { now, status } = this.table.col;
    const base = row * NOW_WIDTH;
    if (at - now[base + LAST_AT] > now[base + GAP_MS]) status[row] = WARMING;
    now[base + LAST_AT] = at;
    if (this.window.add(row, at, value)) this.predict(row);
    return this.level(row, at);
  }

  again(row: number): Observation {
    if (this.table.col.status[row] === WARMING) return UNKNOWN;
    this.predict(row);
    return this.level(row, this.table.col.now[row * NOW_WIDTH + LAST_AT]);
  }

  silence(row: number): void {
    this.table.col.status[row] = WARMING;
  }

  side(row: number): 1 | -1 {
    return this.table.col.fit[row * FIT_WIDTH + SLOPE] < 0 ? -1 : 1;
  }

  explain(row: number, _level: Level, at: EpochMs): Explanation {
    const { status, target, now, limit, fit } = this.table.col;
    if (status[row] === WARMING) return { warmingUp: true };
    const base = row * FIT_WIDTH;
    const basic = { r2: fit[base + R2], slopePerMinute: fit[base + SLOPE] * MINUTE_MS };
    if (status[row] === CLEAR) return basic;
    const latest = fit[base + LATEST];
    return {
      ...basic,
      limit: LIMIT_NAMES[target[row]],
      limitValue: limit[row * LIMIT_CELLS + target[row]],
      timeToLimitMs: Math.max(0, now[row * NOW_WIDTH + HIT_AT] - at),
      timeToLimitEarliestMs: Math.max(0, fit[base + EARLIEST] - at),
      ...(Number.isFinite(latest) ? { timeToLimitLatestMs: Math.max(0, latest - at) } : {}),
    };
  }

  breach(): Level {
    return NONE;
  }

  /** Level now from the last fit: a subtraction. */
  private level(row: number, at: EpochMs): Observation {
    const { now, status } = this.table.col;
    if (status[row] === WARMING) return UNKNOWN;
    if (status[row] === CLEAR) return NONE;
    const base = row * NOW_WIDTH;
    const timeToLimitMs = now[base + HIT_AT] - at;
    const responseMs = now[base + RESPONSE_MS];
    if (timeToLimitMs > responseMs) return NONE;
    if (status[row] === POOR) return UNKNOWN;
    return timeToLimitMs <= responseMs / 3 ? HIGH : PRE;
  }

  /** Draws the line anew: at most once a bucket. */
  private predict(row: number): void {
    const { now, status, target, setup, limit, fit } = this.table.col;
    const needed = row * SETUP_WIDTH;
    const line = this.window.fit(row, setup[needed + PER_BUCKET]);
    const base = row * FIT_WIDTH;
    fit[base + SLOPE] = line.slope;
    fit[base + R2] = line.r2;
    const complete = line.useful >= COMPLETENESS_MIN * setup[needed + EXPECTED];
    if (line.count < SAMPLES_MIN || !complete || !Number.isFinite(line.slope)) {
      status[row] = WARMING;
      return;
    }
    const cell = nextLimit(limit, row * LIMIT_CELLS, line.level, line.slope);
    target[row] = cell;
    if (cell === NO_LIMIT) {
      status[row] = CLEAR;
      return;
    }
    const distance = limit[row * LIMIT_CELLS + cell] - line.level;
    const margin = BOUND * line.error * Math.sign(line.slope);
    const flattest = line.slope - margin;
    now[row * NOW_WIDTH + HIT_AT] = line.at + distance / line.slope;
    fit[base + EARLIEST] = line.at + distance / (line.slope + margin);
    fit[base + LATEST] = flattest * distance > 0 ? line.at + distance / flattest : Number.POSITIVE_INFINITY;
    status[row] = line.r2 >= setup[needed + MIN_R2] ? APPROACHING : POOR;
  }
}

/** Writes the values; true when one of them was another. */
function assign(cells: Float64Array, base: number, values: readonly number[]): boolean {
  const changed = values.some((value, i) => cells[base + i] !== value);
  cells.set(values, base);
  return changed;
}
