/**
 * Whether an input has been on without a break for a set time, for use inside other derived points; of a point that alarms by
 * itself its own on-delay does the same.
 */
import { Columns } from '../../../model/columns.ts';
import { GOOD } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';

const LAYOUT = {
  /** 1 while on. */
  on: 'u8',
  since: 'f64',
  uncertain: 'u8',
} as const;

export class ForMs implements DerivedFunction {
  readonly definition = {
    name: 'forMs',
    meaning: 'the input has been on for so long without a break',
    many: false,
    takes: ['boolean'],
    gives: 'boolean',
    unitOf: () => '',
    parameters: { holdMs: { meaning: 'how long', unit: 'ms', min: 1_000, max: 40 * 86_400_000 } },
  } as const;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'derived-for', columns: this.table }];

  feed(row: number, { at, value, quality }: InputNow): void {
    this.table.ensure(row + 1);
    const { on, since, uncertain } = this.table.col;
    // A doubtful off ends nothing: it may be on still.
    if (value === 0) on[row] = quality === GOOD ? 0 : on[row];
    else if (on[row] === 0) {
      on[row] = 1;
      since[row] = at;
    }
    uncertain[row] = quality === GOOD ? 0 : 1;
  }

  lose(): void {
    // It may be on still: what has begun is neither over nor longer for it. Blindness is told beside it.
  }

  lookedAway(row: number, downFrom: EpochMs, now: EpochMs): void {
    this.table.ensure(row + 1);
    this.table.col.since[row] += now - downFrom;
  }

  give(row: number, inputs: readonly InputNow[], { holdMs }: Parameters, now: EpochMs, given: Given): void {
    this.table.ensure(row + 1);
    const { on, since, uncertain } = this.table.col;
    const due = since[row] + holdMs;
    given.value = on[row] !== 0 && now >= due ? 1 : 0;
    given.blind = inputs[0].lost;
    given.quality = uncertain[row] === 0 ? GOOD : 1;
    given.changesAt = on[row] !== 0 && now < due ? due : Number.POSITIVE_INFINITY;
  }
}
