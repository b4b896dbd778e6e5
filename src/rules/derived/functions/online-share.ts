/**
 * Online rate: how many of the inputs are seen at present, in percent. Nothing heard is no reason to be blind: that is what it
 * tells.
 */
import { GOOD } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';

export class OnlineShare implements DerivedFunction {
  readonly definition = {
    name: 'onlineShare',
    meaning: 'percentage of the inputs that are seen at present',
    many: true,
    takes: ['number', 'boolean'],
    gives: 'number',
    unitOf: () => '%',
    parameters: {},
  } as const;
  readonly tables = [];

  feed(): void {
    // It remembers nothing.
  }

  lose(): void {
    // Likewise.
  }

  give(_row: number, inputs: readonly InputNow[], _parameters: Parameters, _now: EpochMs, given: Given): void {
    const seen = inputs.filter(({ lost }) => !lost).length;
    given.value = (100 * seen) / inputs.length;
    given.quality = GOOD;
    given.blind = false;
    given.changesAt = Number.POSITIVE_INFINITY;
  }
}
