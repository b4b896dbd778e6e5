/**
 * For how long something was on in a window: hours driven without rest, run-time of a pump. Time in which nothing was known
 * counts as on: whoever cannot be seen is not known to have rested.
 */
import { Columns } from '../../../model/columns.ts';
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import { MINUTE_MS } from '../../../model/time.ts';
import { BucketRing } from '../bucket-ring.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { UNKNOWN_SHARE_MAX, WINDOW } from '../fn.ts';
import { HeldInput } from '../held-input.ts';

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
  private readonly ring = new BucketRing();
  private readonly held = new HeldInput();
  private readonly first = new Columns(LAYOUT);
  readonly tables = [
    { name: 'derived-run-time', columns: this.ring.table },
    { name: 'derived-run-time-held', columns: this.held.table },
    { name: 'derived-run-time-first', columns: this.first },
  ];

  feed(row: number, { at, value, holdMs }: InputNow, { windowMs }: Parameters): void {
    this.ring.ensure(row, windowMs);
    this.firstAt(row, at);
    this.held.take(row, at, value, holdMs, this.over(row));
  }

  lose(row: number, at: EpochMs, { windowMs }: Parameters): void {
    this.ring.ensure(row, windowMs);
    this.held.lose(row, at, this.over(row));
  }

  give(row: number, inputs: readonly InputNow[], { windowMs }: Parameters, now: EpochMs, given: Given): void {
    this.ring.ensure(row, windowMs);
    this.held.upTo(row, now, this.over(row));
    const heardMs = Math.min(windowMs, now - this.firstAt(row, now));
    const unknownMs = Math.max(0, heardMs - this.ring.knownMs(row, now));
    given.value = Math.min(windowMs, this.ring.sum(row, now) + unknownMs) / MINUTE_MS;
    given.blind = inputs[0].lost;
    given.quality = unknownMs <= UNKNOWN_SHARE_MAX * windowMs ? GOOD : UNCERTAIN;
    given.changesAt = this.ring.movesAt(row, now);
  }

  private firstAt(row: number, now: EpochMs): EpochMs {
    this.first.ensure(row + 1);
    const { at } = this.first.col;
    if (at[row] === 0) at[row] = now;
    return at[row];
  }

  private over(row: number) {
    return (from: EpochMs, to: EpochMs, value: number) => this.ring.addOver(row, from, to, value);
  }
}
