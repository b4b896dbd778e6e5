/**
 * Sum of several inputs, such as people over the gates of one place. What is lost counts with what it said last, and what was
 * never heard or was unusable with nothing: the rest is there all the same. Such a total may raise, and calms nothing.
 */
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { CROWD_MAX } from '../fn.ts';

export class Total implements DerivedFunction {
  readonly definition = {
    name: 'total',
    meaning: 'sum of the inputs; one that is lost counts with what it said last, and the total calms nothing then',
    many: true,
    inputsMax: CROWD_MAX,
    takes: ['number'],
    gives: 'number',
    grows: true,
    unitOf: (unit: string) => unit,
    parameters: {},
  } as const;
  readonly tables = [];

  give(_row: number, inputs: readonly InputNow[], _parameters: Parameters, _now: EpochMs, given: Given): void {
    given.value = 0;
    given.quality = GOOD;
    given.blind = inputs.every(({ lost }) => lost);
    given.changesAt = Number.POSITIVE_INFINITY;
    for (const input of inputs) {
      // Of one that was unusable at last nothing is known.
      const value = input.lost && input.quality > UNCERTAIN ? 0 : input.value;
      given.value += Number.isNaN(value) ? 0 : value;
      if (input.lost || input.quality !== GOOD) given.quality = UNCERTAIN;
    }
    if (given.blind) given.value = Number.NaN;
  }
}
