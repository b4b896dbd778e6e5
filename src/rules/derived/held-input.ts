/**
 * The last usable value of an input that is integrated over time: it holds until the next one, but no longer than a set
 * time, after which nothing is known. It remembers one value a row and sums nothing.
 */
import { Columns } from '../../model/columns.ts';
import type { DurationMs, EpochMs } from '../../model/time.ts';

const LAYOUT = {
  known: 'u8',
  value: 'f64',
  /** Up to when it was taken into account. */
  at: 'f64',
  /** Until when it holds. */
  until: 'f64',
} as const;

/** Hears of the stretch in which a value held. */
type Stretch = (from: EpochMs, to: EpochMs, value: number) => void;

export class HeldInput {
  readonly table = new Columns(LAYOUT);

  /** A value came: what was before held up to it. */
  take(row: number, at: EpochMs, value: number, holdMs: DurationMs, stretch: Stretch): void {
    this.table.ensure(row + 1);
    this.upTo(row, at, stretch);
    const { col } = this.table;
    if (col.known[row] !== 0 && at < col.at[row]) return;
    col.known[row] = 1;
    col.value[row] = value;
    col.at[row] = at;
    col.until[row] = at + holdMs;
  }

  /** Nothing is known from `at` on. */
  lose(row: number, at: EpochMs, stretch: Stretch): void {
    if (row >= this.table.rows) return;
    this.upTo(row, at, stretch);
    this.table.col.known[row] = 0;
  }

  /** Takes into account what has held up to `now`. */
  upTo(row: number, now: EpochMs, stretch: Stretch): void {
    if (row >= this.table.rows) return;
    const { known, value, at, until } = this.table.col;
    if (known[row] === 0) return;
    const to = Math.min(now, until[row]);
    if (to > at[row]) {
      stretch(at[row], to, value[row]);
      at[row] = to;
    }
    if (now > until[row]) known[row] = 0;
  }
}
