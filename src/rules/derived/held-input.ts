/**
 * The last usable value of an input that is integrated over time: it holds until the next one, but no longer than a set
 * time, after which nothing is known. What it held is settled only by the next value: one that was taken before it was asked
 * still counts from when it was taken. It remembers one value a row and sums nothing.
 */
import { Columns } from '../../model/columns.ts';
import { GOOD } from '../../model/quality.ts';
import type { EpochMs } from '../../model/time.ts';
import type { InputNow } from './fn.ts';

const LAYOUT = {
  known: 'u8',
  /** 1 where it came as a good one, with its time. */
  sure: 'u8',
  value: 'f64',
  /** Since when it holds. */
  at: 'f64',
  /** Until when it holds. */
  until: 'f64',
} as const;

/** Hears of the stretch in which a value held. */
type Stretch = (from: EpochMs, to: EpochMs, value: number, isSure: boolean) => void;

export class HeldInput {
  readonly table = new Columns(LAYOUT);

  /** A value came: what was before held up to it. */
  take(row: number, { at, value, quality, holdMs, untimed }: InputNow, stretch: Stretch): void {
    this.table.ensure(row + 1);
    this.look(row, at, stretch);
    const { col } = this.table;
    col.known[row] = 1;
    col.sure[row] = quality === GOOD && !untimed ? 1 : 0;
    col.value[row] = value;
    col.at[row] = Math.max(at, col.at[row]);
    col.until[row] = at + holdMs;
  }

  /** Nothing is known from `at` on. */
  lose(row: number, at: EpochMs): void {
    if (row >= this.table.rows) return;
    const { until } = this.table.col;
    until[row] = Math.min(until[row], at);
  }

  /** Tells what has held up to `now`, and settles nothing. */
  look(row: number, now: EpochMs, stretch: Stretch): void {
    if (row >= this.table.rows) return;
    const { known, sure, value, at, until } = this.table.col;
    const to = Math.min(now, until[row]);
    if (known[row] !== 0 && to > at[row]) stretch(at[row], to, value[row], sure[row] !== 0);
  }
}
