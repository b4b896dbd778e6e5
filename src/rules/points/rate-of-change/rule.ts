/**
 * Rate of change over a fixed window, on values passed through a median of three so that one spike is no rate. PRE at the
 * stated rate; H at twice that while the next limit lies within the time to respond. It keeps some marks of the past, not
 * the samples.
 */
import { Columns } from '../../../model/columns.ts';
import type { Level } from '../../../model/level.ts';
import { HIGH, NONE, PRE } from '../../../model/level.ts';
import type { PointConfig } from '../../../model/point.ts';
import { intervalsOf, limitsOf, STALE_INTERVALS } from '../../../model/point.ts';
import type { EpochMs } from '../../../model/time.ts';
import { MINUTE_MS } from '../../../model/time.ts';
import type { Explanation, Observation, RuleKind } from '../../kind.ts';
import { NEVER_QUIET, NO_NUMBERS, UNKNOWN } from '../../kind.ts';
import type { Sample } from '../../sample.ts';
import { LIMIT_CELLS, LIMIT_NAMES, limitCells, NO_LIMIT, nextLimit } from '../next-limit.ts';
import type { RateOfChange } from './definition.ts';

/** Marks a row: at a tenth of the window apart they reach past its beginning. */
const MARKS = 12;
const MARKS_PER_WINDOW = 10;
const SAMPLES_MIN = 3;
/** A mark older than this share of the window lies before a gap: the rate across it says nothing of now. */
const REACH = 1.5;

/** Cells of `setup`. */
const SETUP_WIDTH = 5;
const WINDOW_MS = 0;
const PER_MINUTE = 1;
const RESPONSE_MS = 2;
/** 1 up, −1 down, 0 both. */
const DIRECTION = 3;
/** Silence after which the values before it no longer filter the ones behind it. */
const GAP_MS = 4;

/** Cells of `recent`: the two newest values, the time of the newest, how many there have been, and since the last gap. */
const RECENT_WIDTH = 5;
const PREVIOUS = 0;
const NEWEST = 1;
const NEWEST_AT = 2;
const COUNT = 3;
const SINCE_GAP = 4;

/** Cells of `rate`: the last rate in unit per minute, and the filtered value it was seen at. */
const RATE_WIDTH = 2;
const RATE = 0;
const VALUE = 1;

const LAYOUT = {
  known: 'u8',
  /** Cell of the newest mark. */
  head: 'u8',
  setup: ['f64', SETUP_WIDTH],
  recent: ['f64', RECENT_WIDTH],
  rate: ['f64', RATE_WIDTH],
  limit: ['f64', LIMIT_CELLS],
  /** Marks: time, value, and COUNT then (0: no mark). */
  markAt: ['f64', MARKS],
  markValue: ['f64', MARKS],
  markCount: ['f64', MARKS],
} as const;

export class RateOfChangeKind implements RuleKind<RateOfChange> {
  readonly name = 'rate-of-change';
  readonly goodOnly = true;
  readonly memoryless = false;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'rate-of-change', columns: this.table }];

  quiet(): { readonly above: number; readonly below: number } {
    return NEVER_QUIET;
  }

  /** Every sample moves the rate. */
  still(): boolean {
    return false;
  }

  install(row: number, rule: RateOfChange, point: PointConfig): boolean {
    const { responseMs } = point;
    const { setup, limit } = this.table.col;
    if (setup[row * SETUP_WIDTH + WINDOW_MS] !== rule.windowMs) this.table.clearRow(row);
    const direction = rule.direction === 'up' ? 1 : rule.direction === 'down' ? -1 : 0;
    const gapMs = intervalsOf(point, STALE_INTERVALS, rule.windowMs);
    const wantedSetup = [rule.windowMs, rule.perMinute, responseMs, direction, gapMs];
    const wantedLimits = limitCells(limitsOf(point));
    const changed =
      wantedSetup.some((value, i) => setup[row * SETUP_WIDTH + i] !== value) ||
      wantedLimits.some((value, i) => limit[row * LIMIT_CELLS + i] !== value);
    setup.set(wantedSetup, row * SETUP_WIDTH);
    limit.set(wantedLimits, row * LIMIT_CELLS);
    return changed;
  }

  observe(row: number, { at, value }: Sample): Observation {
    const { recent, rate, known, setup } = this.table.col;
    const base = row * RECENT_WIDTH;
    const previous = recent[base + PREVIOUS];
    const newest = recent[base + NEWEST];
    const filteredAt = recent[base + NEWEST_AT];
    const count = recent[base + COUNT];
    recent[base + PREVIOUS] = newest;
    recent[base + NEWEST] = value;
    recent[base + NEWEST_AT] = at;
    recent[base + COUNT] = count + 1;
    if (at - filteredAt > setup[row * SETUP_WIDTH + GAP_MS]) recent[base + SINCE_GAP] = 0;
    if (++recent[base + SINCE_GAP] < SAMPLES_MIN) {
      known[row] = 0;
      return UNKNOWN;
    }
    // The median of three stands for its middle sample: a ramp keeps its exact rate, one sample late.
    const filtered = Math.max(Math.min(previous, newest), Math.min(Math.max(previous, newest), value));
    const mark = this.reference(row, filteredAt, count);
    known[row] = mark < 0 ? 0 : 1;
    if (mark >= 0) {
      const { markAt, markValue } = this.table.col;
      rate[row * RATE_WIDTH + RATE] = ((filtered - markValue[mark]) / (filteredAt - markAt[mark])) * MINUTE_MS;
      rate[row * RATE_WIDTH + VALUE] = filtered;
    }
    this.mark(row, filteredAt, filtered, count);
    return this.level(row);
  }

  again(row: number): Observation {
    return this.level(row);
  }

  silence(row: number): void {
    this.table.col.known[row] = 0;
  }

  side(row: number): 1 | -1 {
    return this.table.col.rate[row * RATE_WIDTH + RATE] < 0 ? -1 : 1;
  }

  /** Numbers: `slopePerMinute` in unit/min, and `timeToLimitMs` at that rate where it moves on to the limit of its side. */
  explain(row: number, level: Level, _at: EpochMs, side: 1 | -1): Explanation {
    const { known, rate, limit } = this.table.col;
    if (known[row] === 0) return { numbers: NO_NUMBERS };
    const slopePerMinute = rate[row * RATE_WIDTH + RATE];
    const heading = level === NONE ? slopePerMinute : side;
    const cell = nextLimit(limit, row * LIMIT_CELLS, rate[row * RATE_WIDTH + VALUE], heading);
    if (cell === NO_LIMIT) return { numbers: { slopePerMinute } };
    const movesOn = slopePerMinute * heading > 0;
    return {
      limit: { name: LIMIT_NAMES[cell], value: limit[row * LIMIT_CELLS + cell] },
      numbers: movesOn ? { slopePerMinute, timeToLimitMs: this.timeToLimitMs(row) } : { slopePerMinute },
    };
  }

  breach(): Level {
    return NONE;
  }

  private level(row: number): Observation {
    const { known, rate, setup } = this.table.col;
    if (known[row] === 0) return UNKNOWN;
    const perMinute = rate[row * RATE_WIDTH + RATE];
    const base = row * SETUP_WIDTH;
    const direction = setup[base + DIRECTION];
    const speed = direction === 0 ? Math.abs(perMinute) : perMinute * direction;
    if (speed < setup[base + PER_MINUTE]) return NONE;
    const fast = speed >= 2 * setup[base + PER_MINUTE];
    return fast && this.timeToLimitMs(row) <= setup[base + RESPONSE_MS] ? HIGH : PRE;
  }

  /** At the present rate; infinite where no limit lies ahead. */
  private timeToLimitMs(row: number): number {
    const { rate, limit } = this.table.col;
    const perMinute = rate[row * RATE_WIDTH + RATE];
    const value = rate[row * RATE_WIDTH + VALUE];
    const cell = nextLimit(limit, row * LIMIT_CELLS, value, perMinute);
    if (cell === NO_LIMIT) return Number.POSITIVE_INFINITY;
    return ((limit[row * LIMIT_CELLS + cell] - value) / perMinute) * MINUTE_MS;
  }

  /** Index of the newest mark a whole window old, −1 where there is none that still counts. */
  private reference(row: number, at: EpochMs, count: number): number {
    const { head, markAt, markCount, setup } = this.table.col;
    const windowMs = setup[row * SETUP_WIDTH + WINDOW_MS];
    for (let back = 0; back < MARKS; back++) {
      const mark = row * MARKS + ((head[row] + MARKS - back) % MARKS);
      if (markCount[mark] === 0) return -1;
      const age = at - markAt[mark];
      if (age < windowMs) continue;
      return age <= windowMs * REACH && count - markCount[mark] >= SAMPLES_MIN ? mark : -1;
    }
    return -1;
  }

  private mark(row: number, at: EpochMs, value: number, count: number): void {
    const { head, markAt, markValue, markCount, setup } = this.table.col;
    const newest = row * MARKS + head[row];
    const apart = setup[row * SETUP_WIDTH + WINDOW_MS] / MARKS_PER_WINDOW;
    if (markCount[newest] !== 0 && at - markAt[newest] < apart) return;
    head[row] = (head[row] + 1) % MARKS;
    const mark = row * MARKS + head[row];
    markAt[mark] = at;
    markValue[mark] = value;
    markCount[mark] = count;
  }
}
