/**
 * Online rate: how many of the inputs are seen at present, in percent. Nothing heard is no reason to be blind: that is what it
 * tells. Who has had no time yet to speak, after a start, counts as neither.
 */
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { CROWD_MAX } from '../fn.ts';

export class OnlineShare implements DerivedFunction {
  readonly definition = {
    name: 'onlineShare',
    meaning: 'percentage of the inputs that are seen at present',
    many: true,
    inputsMax: CROWD_MAX,
    takes: ['number', 'boolean'],
    gives: 'number',
    unitOf: () => '%',
    parameters: {},
  } as const;
  readonly tables = [];

  give(_row: number, inputs: readonly InputNow[], _parameters: Parameters, _now: EpochMs, given: Given): void {
    const told = inputs.filter(({ awaited }) => !awaited);
    given.value = (100 * told.filter(({ lost }) => !lost).length) / told.length;
    given.quality = told.length === inputs.length ? GOOD : UNCERTAIN;
    given.blind = told.length === 0;
    given.changesAt = Number.POSITIVE_INFINITY;
  }
}
