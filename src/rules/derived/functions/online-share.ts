/**
 * Online rate: how many of the inputs are seen at present, in percent. Nothing heard is no reason to be blind: that is what it
 * tells. Who has had no time yet to speak, after a start, counts as neither; who is registered and has no point at all is not seen.
 */
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { OF_REGISTERED } from '../fn.ts';

export class OnlineShare implements DerivedFunction {
  readonly definition = {
    name: 'onlineShare',
    meaning: 'percentage of the inputs that are seen at present',
    ...OF_REGISTERED,
  } as const;
  readonly tables = [];

  give(_row: number, inputs: readonly InputNow[], { registered = 0 }: Parameters, _now: EpochMs, given: Given): void {
    const told = inputs.filter(({ awaited }) => !awaited);
    const without = Math.max(0, registered - inputs.length);
    given.value = (100 * told.filter(({ lost }) => !lost).length) / (told.length + without);
    given.quality = told.length === inputs.length ? GOOD : UNCERTAIN;
    given.blind = told.length === 0;
    given.changesAt = Number.POSITIVE_INFINITY;
  }
}
