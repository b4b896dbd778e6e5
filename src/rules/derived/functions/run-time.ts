/**
 * For how long something was on in a window: hours driven without rest, run-time of a pump. Time in which nothing was known
 * counts as on: whoever cannot be seen is not known to have rested; nor is whoever says so without a time.
 */
import { Columns } from '../../../model/columns.ts';
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import { MINUTE_MS } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { UNKNOWN_SHARE_MAX, WINDOW } from '../fn.ts';
import { HeldWindow } from '../held-window.ts';

const LAYOUT = {
  /** When it was first heard; 0 before. What was before that is not known to have been anything. */
  at: 'f64',
} as const;

export class RunTime implements DerivedFunction {
  readonly definition = {
    name: 'runTime',
    meaning: 'minutes of the window in which the input was on; what is not known counts as on',
    many: false,
    takes: ['boolean'],
    gives: 'number',
    unitOf: () => 'min',
    parameters: { windowMs: WINDOW },
  } as const;
  private readonly window = new HeldWindow('derived-run-time', true);
  private readonly first = new Columns(LAYOUT);
  readonly tables = [...this.window.tables, { name: 'derived-run-time-first', columns: this.first }];

  feed(row: number, input: InputNow, { windowMs }: Parameters): void {
    this.firstAt(row, input.at);
    if (input.untimed) this.window.lose(row, input.at);
    else this.window.take(row, input, windowMs);
  }

  resume(row: number, input: InputNow, { windowMs }: Parameters): void {
    if (!input.untimed) this.window.take(row, input, windowMs);
  }

  lose(row: number, at: EpochMs): void {
    this.window.lose(row, at);
  }

  give(row: number, inputs: readonly InputNow[], { windowMs }: Parameters, now: EpochMs, given: Given): void {
    const { sum, knownMs, sureMs } = this.window.look(row, windowMs, now);
    const heardMs = now - Math.max(this.window.startOf(row, now), this.firstAt(row, now));
    given.value = Math.min(windowMs, sum + Math.max(0, heardMs - knownMs)) / MINUTE_MS;
    given.blind = inputs[0].lost;
    given.quality = heardMs - sureMs <= UNKNOWN_SHARE_MAX * windowMs ? GOOD : UNCERTAIN;
    given.changesAt = this.window.movesAt(row, now);
  }

  private firstAt(row: number, now: EpochMs): EpochMs {
    this.first.ensure(row + 1);
    const { at } = this.first.col;
    if (at[row] === 0) at[row] = now;
    return at[row];
  }
}
