/**
 * Median of several sensors of one thing. Of an even number, as when one of three is lost, the worse of the two in the
 * middle: a lost sensor never makes an alarm harder to raise. Nor does it end one: a median that is better only because the
 * bad ones are lost calms nothing.
 */
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { lostValue } from '../fn.ts';

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
  private readonly present: number[] = [];

  feed(): void {
    // It remembers nothing: the median is of what stands now.
  }

  lose(): void {
    // Likewise.
  }

  give(_row: number, inputs: readonly InputNow[], { danger }: Parameters, _now: EpochMs, given: Given): void {
    const { present } = this;
    const worst = danger < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    given.changesAt = Number.POSITIVE_INFINITY;
    given.blind = inputs.every(({ lost }) => lost);
    given.value = Number.NaN;
    if (given.blind) return;
    present.length = 0;
    for (const input of inputs) if (!input.lost) present.push(input.value);
    given.value = middleOf(present, danger);
    const isSure = inputs.every(({ lost, quality }) => lost || quality === GOOD);
    for (const input of inputs) if (input.lost) present.push(lostValue(input, worst));
    const withLost = middleOf(
      present.filter((value) => !Number.isNaN(value)),
      danger,
    );
    const isWorse = danger < 0 ? withLost < given.value : withLost > given.value;
    given.quality = isSure && !isWorse ? GOOD : UNCERTAIN;
  }
}

/** Of an even number the worse of the two in the middle. */
function middleOf(values: number[], danger: number): number {
  values.sort((a, b) => a - b);
  const upper = values.length >> 1;
  return values[values.length % 2 === 0 && danger < 0 ? upper - 1 : upper];
}
