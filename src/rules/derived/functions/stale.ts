/**
 * Whether nothing usable has come of an input for a set time: no exhaust feedback, a vehicle that no longer reports. It is
 * the one function for which silence is a value, and so never blind once it has begun.
 */
import { Columns } from '../../../model/columns.ts';
import { GOOD } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';

const LAYOUT = {
  /** When it was last heard, or when it was first asked. */
  heardAt: 'f64',
} as const;

export class Stale implements DerivedFunction {
  readonly definition = {
    name: 'stale',
    meaning: 'nothing usable has come of the input for so long',
    many: false,
    takes: ['number', 'boolean'],
    readsNoValue: true,
    gives: 'boolean',
    unitOf: () => '',
    parameters: { afterMs: { meaning: 'how long', unit: 'ms', min: 1_000, max: 40 * 86_400_000 } },
  } as const;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'derived-stale', columns: this.table }];

  feed(row: number, { at }: InputNow): void {
    this.table.ensure(row + 1);
    const { heardAt } = this.table.col;
    if (at > heardAt[row]) heardAt[row] = at;
  }

  lose(): void {
    // Time alone counts.
  }

  lookedAway(row: number, _downFrom: EpochMs, now: EpochMs): void {
    this.table.ensure(row + 1);
    this.table.col.heardAt[row] = now;
  }

  give(row: number, _inputs: readonly InputNow[], { afterMs }: Parameters, now: EpochMs, given: Given): void {
    this.table.ensure(row + 1);
    const { heardAt } = this.table.col;
    if (heardAt[row] === 0) heardAt[row] = now;
    const due = heardAt[row] + afterMs;
    given.value = now >= due ? 1 : 0;
    given.quality = GOOD;
    given.blind = false;
    given.changesAt = now >= due ? Number.POSITIVE_INFINITY : due;
  }
}
