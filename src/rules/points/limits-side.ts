/**
 * Fixed limits on one side of a point, with deadband, and nearness (`preBand`) where the pack asks for it. It remembers only
 * what hysteresis needs: the level last shown. Of the other side it knows nothing: no side ever hides the other.
 *
 * The low side is the high one of the negated value: one comparison, one place.
 */
import { Columns } from '../../model/columns.ts';
import type { Level } from '../../model/level.ts';
import { HIGH, HIGH_HIGH, NONE, PRE } from '../../model/level.ts';
import type { RuleConfig } from '../../model/point.ts';
import type { Explanation, RuleKind } from '../kind.ts';
import { NO_NUMBERS } from '../kind.ts';
import type { OverRange, Sample } from '../sample.ts';

/** Cells of `limit`, each times the side. */
const WIDTH = 4;
const NEAR = 0;
const MILD = 1;
const WORST = 2;
const DEADBAND = 3;

const LAYOUT = {
  limit: ['f64', WIDTH],
  /** Level last shown. */
  shown: 'u8',
} as const;

/** What a side's rule states besides its two limits. */
type SideConfig = RuleConfig & { readonly deadband: number; readonly preBand?: number };

export class LimitsSide<C extends SideConfig> implements RuleKind<C> {
  readonly name: string;
  readonly goodOnly = false;
  readonly memoryless = true;
  readonly tables;
  private readonly table = new Columns(LAYOUT);
  private readonly sign: 1 | -1;
  private readonly limits: (rule: C) => readonly [mild: number | undefined, worst: number | undefined];
  private readonly names: readonly [mild: string, worst: string];

  constructor(
    name: string,
    side: 1 | -1,
    limits: (rule: C) => readonly [mild: number | undefined, worst: number | undefined],
    names: readonly [mild: string, worst: string],
  ) {
    this.name = name;
    this.sign = side;
    this.limits = limits;
    this.names = names;
    this.tables = [{ name, columns: this.table }];
  }

  quiet(row: number): { readonly above: number; readonly below: number } {
    const cells = this.table.col.limit;
    const base = row * WIDTH;
    const first = Math.min(cells[base + WORST], cells[base + MILD], cells[base + NEAR]);
    return this.sign > 0
      ? { above: Number.NEGATIVE_INFINITY, below: first }
      : { above: -first, below: Number.POSITIVE_INFINITY };
  }

  /** Its word is the value's alone: see `quiet`. */
  still(): boolean {
    return true;
  }

  install(row: number, rule: C): boolean {
    const [mild, worst] = this.limits(rule).map((limit) =>
      // An absent limit is one that no finite value reaches.
      limit === undefined ? Number.POSITIVE_INFINITY : limit * this.sign,
    );
    const first = Number.isFinite(mild) ? mild : worst;
    const near = rule.preBand === undefined ? Number.POSITIVE_INFINITY : first - rule.preBand;
    const wanted = [near, mild, worst, rule.deadband];
    const cells = this.table.col.limit;
    const base = row * WIDTH;
    const changed = wanted.some((cell, i) => cells[base + i] !== cell);
    cells.set(wanted, base);
    return changed;
  }

  observe(row: number, { value, good, over }: Sample): Level {
    const shown = this.table.col.shown;
    const was = shown[row] as Level;
    let level = over === this.sign ? this.top(row) : this.levelAt(row, value, 0);
    // An alarm is left only beyond the deadband; a value that was never in alarm enters at the limit itself.
    if (was > level) level = good ? left(level, was, this.levelAt(row, value, 1)) : was;
    if (level !== was) shown[row] = level;
    return level;
  }

  again(row: number, sample: Sample): Level {
    return this.observe(row, sample);
  }

  silence(): void {}

  side(): 1 | -1 {
    return this.sign;
  }

  explain(row: number, level: Level): Explanation {
    const cells = this.table.col.limit;
    const base = row * WIDTH;
    // PRE is nearness to the first limit there is; a side with only its worst limit is named by that.
    const useWorst = level === HIGH_HIGH ? Number.isFinite(cells[base + WORST]) : !Number.isFinite(cells[base + MILD]);
    const value = cells[base + (useWorst ? WORST : MILD)] * this.sign;
    return { limit: { name: this.names[useWorst ? 1 : 0], value }, numbers: NO_NUMBERS };
  }

  breach(row: number, value: number, over: OverRange): Level {
    if (over === this.sign) return this.top(row);
    const level = this.levelAt(row, value, 0);
    // Nearness is no limit in force.
    return level === PRE ? NONE : level;
  }

  /** Level of a value; with `bands` 1 by the limits as they are when leaving. */
  private levelAt(row: number, value: number, bands: number): Level {
    const cells = this.table.col.limit;
    const base = row * WIDTH;
    const margin = cells[base + DEADBAND] * bands;
    const height = value * this.sign;
    if (height >= cells[base + WORST] - margin) return HIGH_HIGH;
    if (height >= cells[base + MILD] - margin) return HIGH;
    return height >= cells[base + NEAR] - margin ? PRE : NONE;
  }

  /** What is beyond the instrument's span is judged as the highest limit there is. */
  private top(row: number): Level {
    return Number.isFinite(this.table.col.limit[row * WIDTH + WORST]) ? HIGH_HIGH : HIGH;
  }
}

/** Level after hysteresis: what is entered, or what was shown as far as its deadband is not left. */
function left(entered: Level, was: Level, kept: Level): Level {
  return Math.max(entered, Math.min(was, kept)) as Level;
}
