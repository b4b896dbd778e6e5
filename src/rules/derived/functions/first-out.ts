/**
 * First-fault: which of several trips came first, as its place in the list (1 …), 0 while none is on. It stays until all are
 * off again, however many follow. It notes every reading in its order: what a message repeats moves nothing.
 */
import { Columns } from '../../../model/columns.ts';
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';

const LAYOUT = { first: 'u8' } as const;

export class FirstOut implements DerivedFunction {
  readonly definition = {
    name: 'firstOut',
    meaning: 'which of the trips came first (1, 2 …), until all are off again; 0 while none is on',
    many: true,
    takes: ['boolean'],
    gives: 'number',
    unitOf: () => undefined,
    parameters: {},
  } as const;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'derived-first-out', columns: this.table }];

  note(row: number, inputs: readonly InputNow[]): void {
    this.table.ensure(row + 1);
    const { first } = this.table.col;
    if (first[row] === 0) first[row] = earliest(inputs.map((input) => (isOn(input) ? input.at : Number.NaN)));
    else if (areSure(inputs) && !inputs.some(isOn)) first[row] = 0;
  }

  give(row: number, inputs: readonly InputNow[], _parameters: Parameters, _now: EpochMs, given: Given): void {
    this.table.ensure(row + 1);
    given.value = this.table.col.first[row];
    given.blind = inputs.every(({ lost }) => lost);
    given.quality = areSure(inputs) ? GOOD : UNCERTAIN;
    given.changesAt = Number.POSITIVE_INFINITY;
  }
}

const isOn = ({ lost, value }: InputNow): boolean => !lost && value !== 0;
const areSure = (inputs: readonly InputNow[]): boolean =>
  inputs.every(({ lost, quality }) => !lost && quality === GOOD);

/** Place (from 1) of the smallest number, of equal ones the first; 0 where there is none. */
function earliest(times: readonly EpochMs[]): number {
  let found = 0;
  for (let i = 0; i < times.length; i++)
    if (times[i] < (found === 0 ? Number.POSITIVE_INFINITY : times[found - 1])) found = i + 1;
  return found;
}
