/**
 * One limit with a grade of its own: how far a value has gone is its grade's base, or nothing. It knows its own value, how many
 * readings in a row reach it, and as far as what it stands; of the other limits of its point it knows nothing.
 *
 * A low limit is a high one of the negated value: one comparison, one place.
 */
import { Columns } from '../../model/columns.ts';
import type { GradedLimit, LimitSide } from '../../model/graded-limit.ts';
import { baseOf, LIMIT_GRADES, limitName } from '../../model/graded-limit.ts';
import type { Level } from '../../model/level.ts';
import { NONE } from '../../model/level.ts';
import type { Explanation, RuleKind } from '../kind.ts';
import { NEVER_QUIET, NO_NUMBERS } from '../kind.ts';
import type { OverRange, Sample } from '../sample.ts';

/** Cells of `heights`, each a value times the side: where it is met, and as far as what it stands. */
const WIDTH = 2;
const MET = 0;
const STANDS = 1;

/** Cells of `counts`. The place of its grade among LIMIT_GRADES; not met at the value itself; readings in a row. */
const COUNTS = 5;
const GRADE = 0;
const BEYOND = 1;
const IN_A_ROW = 2;
/** So many have reached it, up to IN_A_ROW. */
const REACHED = 3;
/** What it said last: 1 where it stands. */
const SHOWN = 4;

const LAYOUT = { heights: ['f64', WIDTH], counts: ['u8', COUNTS] } as const;

export class GradedSide implements RuleKind<GradedLimit> {
  readonly name: string;
  readonly goodOnly = false;
  readonly memoryless = true;
  readonly tables;
  private readonly table = new Columns(LAYOUT);
  private readonly word: LimitSide;
  private readonly sign: 1 | -1;

  constructor(name: GradedLimit['kind'], side: LimitSide) {
    this.name = name;
    this.word = side;
    this.sign = side === 'high' ? 1 : -1;
    this.tables = [{ name, columns: this.table }];
  }

  /** Readings in a row are counted: such a row must see every one of them. */
  quiet(row: number): { readonly above: number; readonly below: number } {
    if (this.table.col.counts[row * COUNTS + IN_A_ROW] > 1) return NEVER_QUIET;
    const met = this.table.col.heights[row * WIDTH + MET];
    return this.sign > 0
      ? { above: Number.NEGATIVE_INFINITY, below: met }
      : { above: -met, below: Number.POSITIVE_INFINITY };
  }

  /** Its word is the value's alone: see `quiet`. */
  still(): boolean {
    return true;
  }

  install(row: number, { value, clear, grade, beyond, inARow }: GradedLimit): boolean {
    const heights = [value * this.sign, clear === undefined ? Number.POSITIVE_INFINITY : clear * this.sign];
    const counts = [LIMIT_GRADES.indexOf(grade), beyond ? 1 : 0, inARow];
    const { col } = this.table;
    const changed =
      heights.some((cell, i) => col.heights[row * WIDTH + i] !== cell) ||
      counts.some((cell, i) => col.counts[row * COUNTS + i] !== cell);
    col.heights.set(heights, row * WIDTH);
    col.counts.set(counts, row * COUNTS);
    return changed;
  }

  observe(row: number, { value, good, over }: Sample): Level {
    const { counts } = this.table.col;
    const base = row * COUNTS;
    if (this.isMet(row, value, over)) {
      if (counts[base + REACHED] < counts[base + IN_A_ROW]) counts[base + REACHED]++;
      return this.said(row);
    }
    // What is not good neither counts as one that stays below, nor ends what stands.
    if (!good || (counts[base + SHOWN] === 1 && this.stands(row, value))) return this.standing(row);
    counts[base + REACHED] = 0;
    counts[base + SHOWN] = 0;
    return NONE;
  }

  /** The same reading: where it has been counted, it is not counted again. */
  again(row: number, sample: Sample): Level {
    const { counts } = this.table.col;
    const reached = row * COUNTS + REACHED;
    if (counts[reached] === 0 || !this.isMet(row, sample.value, sample.over)) return this.observe(row, sample);
    return this.said(row);
  }

  /** Readings that do not come break no row, and make none. */
  silence(): void {}

  side(): 1 | -1 {
    return this.sign;
  }

  explain(row: number): Explanation {
    const { heights, counts } = this.table.col;
    const name = limitName(this.word, LIMIT_GRADES[counts[row * COUNTS + GRADE]]);
    return { limit: { name, value: heights[row * WIDTH + MET] * this.sign }, numbers: NO_NUMBERS };
  }

  /** One that comes late is past its row as it is past its delay. */
  breach(row: number, value: number, over: OverRange): Level {
    return this.isMet(row, value, over) ? this.base(row) : NONE;
  }

  /** What is beyond the instrument's span is beyond every limit of that side. */
  private isMet(row: number, value: number, over: OverRange): boolean {
    if (over === this.sign) return true;
    const height = value * this.sign;
    const met = this.table.col.heights[row * WIDTH + MET];
    return this.table.col.counts[row * COUNTS + BEYOND] === 1 ? height > met : height >= met;
  }

  private stands(row: number, value: number): boolean {
    return value * this.sign >= this.table.col.heights[row * WIDTH + STANDS];
  }

  private said(row: number): Level {
    const { counts } = this.table.col;
    const base = row * COUNTS;
    if (counts[base + REACHED] >= counts[base + IN_A_ROW]) counts[base + SHOWN] = 1;
    return this.standing(row);
  }

  private standing(row: number): Level {
    return this.table.col.counts[row * COUNTS + SHOWN] === 1 ? this.base(row) : NONE;
  }

  private base(row: number): Level {
    return baseOf(LIMIT_GRADES[this.table.col.counts[row * COUNTS + GRADE]]);
  }
}
