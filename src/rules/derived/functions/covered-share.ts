/**
 * Coverage: how many of what is registered has ever been heard, in percent. One that is dark today is covered all the same: that
 * it is dark, the online rate tells. It is never blind.
 */
import { GOOD } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { OF_REGISTERED } from '../fn.ts';

export class CoveredShare implements DerivedFunction {
  readonly definition = {
    name: 'coveredShare',
    meaning: 'percentage of the inputs that have ever been heard, dark or not',
    ...OF_REGISTERED,
  } as const;
  readonly tables = [];

  give(_row: number, inputs: readonly InputNow[], { registered = 0 }: Parameters, _now: EpochMs, given: Given): void {
    const heard = inputs.filter(({ value }) => !Number.isNaN(value)).length;
    given.value = (100 * heard) / Math.max(registered, inputs.length);
    given.quality = GOOD;
    given.blind = false;
    given.changesAt = Number.POSITIVE_INFINITY;
  }
}
