/**
 * Whether an input has been on without a break for a set time, for use inside other derived points. Only time in which it was
 * seen counts: while it is lost what was reached stays reached, blind, and what was not is not reached by waiting; when it is
 * seen on again, it goes on with the part that it had. A reading without its time neither begins a duration nor ends one.
 */
import { Columns } from '../../../model/columns.ts';
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';

const LAYOUT = {
  /** 1 while on. */
  on: 'u8',
  since: 'f64',
  /** Since when nothing is known of it, while on; 0 while it is seen. */
  lostAt: 'f64',
  uncertain: 'u8',
} as const;

export class ForMs implements DerivedFunction {
  readonly definition = {
    name: 'forMs',
    meaning: 'the input has been on for so long without a break',
    many: false,
    takes: ['boolean'],
    gives: 'boolean',
    grows: true,
    unitOf: () => '',
    parameters: { holdMs: { meaning: 'how long', unit: 'ms', min: 1_000, max: 40 * 86_400_000 } },
  } as const;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'derived-for', columns: this.table }];

  feed(row: number, { at, value, quality, untimed }: InputNow): void {
    if (untimed) {
      this.lose(row, at);
      return;
    }
    this.seen(row, at);
    const { on, since, uncertain } = this.table.col;
    // A doubtful off ends nothing: it may be on still.
    if (value === 0) on[row] = quality === GOOD ? 0 : on[row];
    else if (on[row] === 0) {
      on[row] = 1;
      since[row] = at;
    }
    uncertain[row] = quality === GOOD ? 0 : 1;
  }

  /** Its last word holds again. */
  resume(row: number, { at, untimed }: InputNow): void {
    if (!untimed) this.seen(row, at);
  }

  lose(row: number, at: EpochMs): void {
    this.table.ensure(row + 1);
    const { on, since, lostAt } = this.table.col;
    if (on[row] !== 0 && lostAt[row] === 0) lostAt[row] = Math.max(at, since[row]);
  }

  lookedAway(row: number, downFrom: EpochMs, now: EpochMs): void {
    this.table.ensure(row + 1);
    const { since, lostAt } = this.table.col;
    since[row] += now - downFrom;
    if (lostAt[row] !== 0) lostAt[row] += now - downFrom;
  }

  give(row: number, inputs: readonly InputNow[], { holdMs }: Parameters, now: EpochMs, given: Given): void {
    const [{ at, lost, untimed }] = inputs;
    given.blind = lost || untimed;
    // A reading that says nothing has taken its sight at once, before anybody tells that it is lost.
    if (given.blind) this.lose(row, at);
    this.table.ensure(row + 1);
    const { on, since, lostAt, uncertain } = this.table.col;
    const due = since[row] + holdMs;
    const seenTo = lostAt[row] === 0 ? now : lostAt[row];
    given.value = on[row] !== 0 && seenTo >= due ? 1 : 0;
    given.quality = uncertain[row] === 0 ? GOOD : UNCERTAIN;
    given.changesAt = on[row] !== 0 && lostAt[row] === 0 && now < due ? due : Number.POSITIVE_INFINITY;
  }

  /** What lay between its loss and now counts for nothing. */
  private seen(row: number, at: EpochMs): void {
    this.table.ensure(row + 1);
    const { since, lostAt } = this.table.col;
    if (lostAt[row] === 0) return;
    since[row] += Math.max(0, at - lostAt[row]);
    lostAt[row] = 0;
  }
}
