/**
 * Fixed limits LL, L, H, HH with deadband, and nearness (`preBand`) where the pack asks for it; both sides of a point in one
 * row. It remembers only what hysteresis needs: the level last shown on each side.
 */
import { Columns } from '../../../model/columns.ts';
import type { Level } from '../../../model/level.ts';
import { HIGH, HIGH_HIGH, NONE, PRE } from '../../../model/level.ts';
import type { PointConfig } from '../../../model/point.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { Explanation, OverRange, RuleKind } from '../../kind.ts';

const WIDTH = 7;
const LL = 0;
const L = 1;
const PRE_LOW = 2;
const PRE_HIGH = 3;
const H = 4;
const HH = 5;
const DEADBAND = 6;

/** Cells of `shown`: level on the high side, on the low side, and the side of the last alarm (1 = low). */
const SHOWN_WIDTH = 3;
const HIGH_SIDE = 0;
const LOW_SIDE = 1;
const LAST_LOW = 2;

/** Level after hysteresis: what is entered, or what was shown as far as its deadband is not left. */
function left(entered: Level, was: number, kept: Level): Level {
  return Math.max(entered, Math.min(was, kept)) as Level;
}

const LAYOUT = { limit: ['f64', WIDTH], shown: ['u8', SHOWN_WIDTH] } as const;

export class LimitsKind implements RuleKind {
  readonly name = 'limits';
  readonly goodOnly = false;
  readonly memoryless = true;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'limits', columns: this.table }];

  quiet(row: number): { readonly above: number; readonly below: number } {
    const cells = this.table.col.limit;
    const base = row * WIDTH;
    return {
      above: Math.max(cells[base + LL], cells[base + L], cells[base + PRE_LOW]),
      below: Math.min(cells[base + HH], cells[base + H], cells[base + PRE_HIGH]),
    };
  }

  /** Its word is the value's alone: see `quiet`. */
  still(): boolean {
    return true;
  }

  wanted({ valueKind, limits }: PointConfig): boolean {
    const some = limits.LL ?? limits.L ?? limits.H ?? limits.HH;
    return valueKind === 'number' && some !== undefined;
  }

  install(row: number, { limits, deadband, preBand }: PointConfig): boolean {
    const lowest = limits.L ?? limits.LL ?? Number.NEGATIVE_INFINITY;
    const highest = limits.H ?? limits.HH ?? Number.POSITIVE_INFINITY;
    // An absent limit is one that no finite value reaches.
    const wanted = [
      limits.LL ?? Number.NEGATIVE_INFINITY,
      limits.L ?? Number.NEGATIVE_INFINITY,
      preBand === undefined ? Number.NEGATIVE_INFINITY : lowest + preBand,
      preBand === undefined ? Number.POSITIVE_INFINITY : highest - preBand,
      limits.H ?? Number.POSITIVE_INFINITY,
      limits.HH ?? Number.POSITIVE_INFINITY,
      deadband,
    ];
    const cells = this.table.col.limit;
    const base = row * WIDTH;
    const changed = wanted.some((limit, i) => cells[base + i] !== limit);
    cells.set(wanted, base);
    return changed;
  }

  observe(row: number, _at: EpochMs, value: number, good: boolean, over: OverRange): Level {
    const shown = this.table.col.shown;
    const state = row * SHOWN_WIDTH;
    let high = this.highLevel(row, value, 0);
    let low = this.lowLevel(row, value, 0);
    if (over > 0) high = this.topHigh(row);
    else if (over < 0) low = this.topLow(row);
    const wasHigh = shown[state + HIGH_SIDE];
    const wasLow = shown[state + LOW_SIDE];
    // An alarm is left only beyond the deadband; a value that was never in alarm enters at the limit itself.
    if (wasHigh > high) high = good ? left(high, wasHigh, this.highLevel(row, value, 1)) : (wasHigh as Level);
    if (wasLow > low) low = good ? left(low, wasLow, this.lowLevel(row, value, 1)) : (wasLow as Level);
    if (high !== wasHigh) shown[state + HIGH_SIDE] = high;
    if (low !== wasLow) shown[state + LOW_SIDE] = low;
    if (high === NONE && low === NONE) return NONE;
    shown[state + LAST_LOW] = low > high ? 1 : 0;
    return Math.max(low, high) as Level;
  }

  again(row: number, at: EpochMs, value: number, good: boolean): Level {
    return this.observe(row, at, value, good, 0);
  }

  silence(): void {}

  side(row: number): 1 | -1 {
    return this.table.col.shown[row * SHOWN_WIDTH + LAST_LOW] === 1 ? -1 : 1;
  }

  explain(row: number, level: Level): Explanation {
    const cells = this.table.col.limit;
    const base = row * WIDTH;
    const low = this.side(row) < 0;
    const worst = low ? 'LL' : 'HH';
    const mild = low ? 'L' : 'H';
    const worstValue = cells[base + (low ? LL : HH)];
    const mildValue = cells[base + (low ? L : H)];
    // PRE is nearness to the first limit there is; a side with only its worst limit is named by that.
    const useWorst = level === HIGH_HIGH ? Number.isFinite(worstValue) : !Number.isFinite(mildValue);
    return { limit: useWorst ? worst : mild, limitValue: useWorst ? worstValue : mildValue };
  }

  breach(row: number, value: number, over: OverRange): Level {
    if (over > 0) return this.topHigh(row);
    if (over < 0) return this.topLow(row);
    const high = this.highLevel(row, value, 0);
    const low = this.lowLevel(row, value, 0);
    const level = Math.max(low, high) as Level;
    // Nearness is no limit in force.
    return level === PRE ? NONE : level;
  }

  /** Level on the high side; with `bands` 1 the limits as they are when leaving. */
  private highLevel(row: number, value: number, bands: number): Level {
    const cells = this.table.col.limit;
    const base = row * WIDTH;
    const margin = cells[base + DEADBAND] * bands;
    if (value >= cells[base + HH] - margin) return HIGH_HIGH;
    if (value >= cells[base + H] - margin) return HIGH;
    return value >= cells[base + PRE_HIGH] - margin ? PRE : NONE;
  }

  private lowLevel(row: number, value: number, bands: number): Level {
    const cells = this.table.col.limit;
    const base = row * WIDTH;
    const margin = cells[base + DEADBAND] * bands;
    if (value <= cells[base + LL] + margin) return HIGH_HIGH;
    if (value <= cells[base + L] + margin) return HIGH;
    return value <= cells[base + PRE_LOW] + margin ? PRE : NONE;
  }

  private topHigh(row: number): Level {
    const cells = this.table.col.limit;
    if (Number.isFinite(cells[row * WIDTH + HH])) return HIGH_HIGH;
    return Number.isFinite(cells[row * WIDTH + H]) ? HIGH : NONE;
  }

  private topLow(row: number): Level {
    const cells = this.table.col.limit;
    if (Number.isFinite(cells[row * WIDTH + LL])) return HIGH_HIGH;
    return Number.isFinite(cells[row * WIDTH + L]) ? HIGH : NONE;
  }
}
