/**
 * Change over a window, per hour: rise of a water level, growth of an inflow. From two values a window apart, not a fit: a
 * forecast says where it leads, this says what it did.
 */
import { Columns } from '../../../model/columns.ts';
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import { HOUR_MS } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { WINDOW } from '../fn.ts';

const MARKS = 24;

const LAYOUT = {
  head: 'u8',
  count: 'u8',
  at: ['f64', MARKS],
  value: ['f64', MARKS],
  newestAt: 'f64',
  newest: 'f64',
  /** When it had a value last, or was asked first. */
  servedAt: 'f64',
} as const;

export class Rate implements DerivedFunction {
  readonly definition = {
    name: 'rate',
    meaning: 'change of the input over the window, per hour',
    many: false,
    takes: ['number'],
    gives: 'number',
    unitOf: (unit: string) => `${unit}/h`,
    parameters: { windowMs: WINDOW },
  } as const;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'derived-rate', columns: this.table }];

  /** Only good values are marks: a rate of doubtful ones would be doubtful for a whole window. */
  feed(row: number, { at, value, quality }: InputNow, { windowMs }: Parameters): void {
    this.table.ensure(row + 1);
    const { col } = this.table;
    if (quality !== GOOD || at < col.newestAt[row]) return;
    col.newestAt[row] = at;
    col.newest[row] = value;
    const newest = row * MARKS + col.head[row];
    if (col.count[row] > 0 && at - col.at[newest] < windowMs / (MARKS - 2)) return;
    col.head[row] = (col.head[row] + 1) % MARKS;
    const mark = row * MARKS + col.head[row];
    col.at[mark] = at;
    col.value[mark] = value;
    if (col.count[row] < MARKS) col.count[row]++;
  }

  lose(): void {
    // The marks stay: what it was is known. Whether it may be spoken of is a matter of the input's sight.
  }

  lookedAway(row: number, downFrom: EpochMs, now: EpochMs): void {
    this.table.ensure(row + 1);
    const { servedAt } = this.table.col;
    if (servedAt[row] !== 0) servedAt[row] += now - downFrom;
  }

  give(row: number, inputs: readonly InputNow[], { windowMs }: Parameters, now: EpochMs, given: Given): void {
    this.table.ensure(row + 1);
    const [input] = inputs;
    const { at, value, newest, newestAt, servedAt } = this.table.col;
    // What it says now, be it doubtful; of one that is lost, what it said last.
    const to = input.lost ? newestAt[row] : input.at;
    const mark = this.markBefore(row, to, windowMs);
    given.changesAt = Number.POSITIVE_INFINITY;
    given.blind = input.lost;
    given.value = Number.NaN;
    if (servedAt[row] === 0) servedAt[row] = now;
    if (mark < 0) {
      // Values that come too rarely, or doubtful ones alone, make none: nothing is promised for two windows, and no longer.
      const deadline = servedAt[row] + 2 * windowMs;
      given.blind ||= now >= deadline;
      if (!given.blind) given.changesAt = deadline;
      return;
    }
    servedAt[row] = now;
    given.value = (((input.lost ? newest[row] : input.value) - value[mark]) / (to - at[mark])) * HOUR_MS;
    given.quality = input.lost ? UNCERTAIN : input.quality;
  }

  /** The newest mark at least a window before `to`, and not further before it than half a window more. */
  private markBefore(row: number, to: EpochMs, windowMs: number): number {
    const { head, count, at } = this.table.col;
    for (let back = 0; back < count[row]; back++) {
      const mark = row * MARKS + ((head[row] + MARKS - back) % MARKS);
      const age = to - at[mark];
      if (age >= windowMs) return age <= 1.5 * windowMs ? mark : -1;
    }
    return -1;
  }
}
