/**
 * Time-weighted average over a window: exposure over a shift (8 h) or a short-term one (15 min). Of a window that is known
 * whole it is GBZ 2.1's C̄ = ΣCᵢtᵢ/8. Up to a tenth of it unknown is taken to be like the rest, ΣCᵢtᵢ/Σtᵢ, which is never
 * less. Where more is unknown that counts as neither exposed nor free: ΣCᵢtᵢ/8 of what was seen is "at least so much", which
 * may raise and calms nothing. A shift of more than eight hours is judged by its worst eight. What came without its time holds
 * from when it came, and is doubtful.
 */
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { UNKNOWN_SHARE_MAX, WINDOW } from '../fn.ts';
import { HeldWindow } from '../held-window.ts';

export class TimeWeightedAverage implements DerivedFunction {
  readonly definition = {
    name: 'twa',
    meaning: 'time-weighted average over the window; where more than a tenth of it is unknown, at least so much',
    many: false,
    takes: ['number'],
    gives: 'number',
    unitOf: (unit: string) => unit,
    parameters: { windowMs: WINDOW },
  } as const;
  private readonly window = new HeldWindow('derived-twa', true);
  readonly tables = this.window.tables;

  feed(row: number, input: InputNow, { windowMs }: Parameters): void {
    this.window.take(row, input, windowMs);
  }

  resume(row: number, input: InputNow, { windowMs }: Parameters): void {
    this.window.take(row, input, windowMs);
  }

  lose(row: number, at: EpochMs): void {
    this.window.lose(row, at);
  }

  give(row: number, inputs: readonly InputNow[], { windowMs }: Parameters, now: EpochMs, given: Given): void {
    const { sum, knownMs, sureMs } = this.window.look(row, windowMs, now);
    const isKnown = knownMs >= (1 - UNKNOWN_SHARE_MAX) * windowMs;
    given.value = knownMs === 0 ? Number.NaN : sum / (isKnown ? knownMs : windowMs);
    given.atLeast = !isKnown;
    given.blind = inputs[0].lost;
    given.quality = sureMs >= (1 - UNKNOWN_SHARE_MAX) * windowMs ? GOOD : UNCERTAIN;
    given.changesAt = this.window.movesAt(row, now);
  }
}
