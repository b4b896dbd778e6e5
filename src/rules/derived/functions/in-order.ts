/**
 * Whether two of the inputs came to a figure one behind the other, in the order in which they are named, within a set time, and
 * are there still: heads that a cloud reaches with the wind. One that is lost while it was there stays so; nobody can say of
 * one that is lost below it, so that without a pair the result is blind. It notes every reading in its order: what a message
 * repeats moves nothing.
 */
import { Columns } from '../../../model/columns.ts';
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';

/** As many inputs as there may be under one name. */
const INPUTS_MAX = 32;

const LAYOUT = {
  /** When each input came to the figure, engine time; 0 while it is below. */
  since: ['f64', INPUTS_MAX],
} as const;

export class InOrder implements DerivedFunction {
  readonly definition = {
    name: 'inOrder',
    meaning:
      'two of the inputs came to a figure within a set time, in the order in which they are named, and are there still',
    many: true,
    takes: ['number', 'boolean'],
    gives: 'boolean',
    unitOf: () => '',
    parameters: {
      above: { meaning: 'an input is there from here on', unit: 'input', min: -1e12, max: 1e12, otherwise: 1 },
      withinMs: { meaning: 'the second so long after the first at most', unit: 'ms', min: 1_000, max: 86_400_000 },
    },
  } as const;
  private readonly table = new Columns(LAYOUT);
  readonly tables = [{ name: 'derived-in-order', columns: this.table }];

  note(row: number, inputs: readonly InputNow[], { above }: Parameters): void {
    const since = this.sinceOf(row, inputs);
    for (const [i, { lost, value, quality, at }] of inputs.entries()) {
      if (lost) continue;
      if (value >= above) since[i] ||= at;
      // A doubtful value below takes nothing back.
      else if (quality === GOOD) since[i] = 0;
    }
  }

  give(row: number, inputs: readonly InputNow[], { withinMs }: Parameters, _now: number, given: Given): void {
    const second = secondOf(this.sinceOf(row, inputs), withinMs);
    given.value = second < 0 ? 0 : 1;
    given.blind = second < 0 && inputs.some(({ lost }) => lost);
    given.quality = inputs.every(({ lost, quality }) => !lost && quality === GOOD) ? GOOD : UNCERTAIN;
    given.changesAt = Number.POSITIVE_INFINITY;
  }

  private sinceOf(row: number, { length }: readonly InputNow[]): Float64Array {
    this.table.ensure(row + 1);
    return this.table.col.since.subarray(row * INPUTS_MAX, row * INPUTS_MAX + length);
  }
}

/** Place of the first input that came so soon behind one named before it; −1 where none did. */
function secondOf(since: Float64Array, withinMs: number): number {
  return since.findIndex(
    (at, i) => at > 0 && since.subarray(0, i).some((before) => before > 0 && at >= before && at - before <= withinMs),
  );
}
