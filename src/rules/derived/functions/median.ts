/**
 * Median of several sensors of one thing. Of an even number, as when one of three is lost, the worse of the two in the
 * middle: a lost sensor never makes an alarm harder to raise.
 */
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';

export class Median implements DerivedFunction {
  readonly definition = {
    name: 'median',
    meaning: 'median of the inputs; of an even number the worse of the two in the middle',
    many: true,
    takes: ['number'],
    gives: 'number',
    unitOf: (unit: string) => unit,
    parameters: {
      danger: { meaning: 'which side is worse: 1 high, -1 low', unit: '1', min: -1, max: 1, otherwise: 1 },
    },
  } as const;
  readonly tables = [];
  private readonly present: InputNow[] = [];

  feed(): void {
    // It remembers nothing: the median is of what stands now.
  }

  lose(): void {
    // Likewise.
  }

  give(_row: number, inputs: readonly InputNow[], { danger }: Parameters, _now: EpochMs, given: Given): void {
    const { present } = this;
    present.length = 0;
    for (const input of inputs) if (!input.lost) present.push(input);
    present.sort((a, b) => a.value - b.value);
    given.changesAt = Number.POSITIVE_INFINITY;
    given.blind = present.length === 0;
    given.value = Number.NaN;
    if (given.blind) return;
    const upper = present.length >> 1;
    const middle = present.length % 2 === 1 ? upper : danger < 0 ? upper - 1 : upper;
    given.value = present[middle].value;
    given.quality = present.every(({ quality }) => quality === GOOD) ? GOOD : UNCERTAIN;
  }
}
