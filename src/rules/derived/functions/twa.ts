/**
 * Time-weighted average over a window: exposure over a shift (8 h) or a short-term one (15 min), C̄ = ΣCᵢtᵢ/Σtᵢ (GBZ 2.1).
 * Time in which nothing was known counts as neither exposed nor free; where more than a quarter of the window is unknown, the
 * average may raise and calms nothing.
 */
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import { BucketRing } from '../bucket-ring.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { UNKNOWN_SHARE_MAX, WINDOW } from '../fn.ts';
import { HeldInput } from '../held-input.ts';

export class TimeWeightedAverage implements DerivedFunction {
  readonly definition = {
    name: 'twa',
    meaning: 'time-weighted average over the window; unknown time counts as neither',
    many: false,
    takes: ['number'],
    gives: 'number',
    unitOf: (unit: string) => unit,
    parameters: { windowMs: WINDOW },
  } as const;
  private readonly ring = new BucketRing();
  private readonly held = new HeldInput();
  readonly tables = [
    { name: 'derived-twa', columns: this.ring.table },
    { name: 'derived-twa-held', columns: this.held.table },
  ];

  feed(row: number, { at, value, holdMs }: InputNow, { windowMs }: Parameters): void {
    this.ring.ensure(row, windowMs);
    this.held.take(row, at, value, holdMs, this.over(row));
  }

  lose(row: number, at: EpochMs, { windowMs }: Parameters): void {
    this.ring.ensure(row, windowMs);
    this.held.lose(row, at, this.over(row));
  }

  give(row: number, inputs: readonly InputNow[], { windowMs }: Parameters, now: EpochMs, given: Given): void {
    this.ring.ensure(row, windowMs);
    this.held.upTo(row, now, this.over(row));
    const knownMs = this.ring.knownMs(row, now);
    given.value = this.ring.sum(row, now) / knownMs;
    given.blind = inputs[0].lost;
    given.quality = knownMs >= (1 - UNKNOWN_SHARE_MAX) * windowMs ? GOOD : UNCERTAIN;
    given.changesAt = this.ring.movesAt(row, now);
  }

  private over(row: number) {
    return (from: EpochMs, to: EpochMs, value: number) => this.ring.addOver(row, from, to, value);
  }
}
