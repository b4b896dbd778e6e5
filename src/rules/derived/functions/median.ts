/**
 * Median of several sensors of one thing. Of an even number, as when one of three is lost, the worse of the two in the
 * middle: a lost sensor never makes an alarm harder to raise. Nor does it end one: a median that is better only because the
 * bad ones are lost calms nothing. It names the one that is far from it, where at least three say something.
 */
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { lostValue } from '../fn.ts';

/** Of two that differ nobody knows which is wrong. */
const AGREEING_MIN = 3;

export class Median implements DerivedFunction {
  readonly definition = {
    name: 'median',
    meaning: 'median of the inputs; of an even number the worse of the two in the middle',
    many: true,
    takes: ['number'],
    gives: 'number',
    grows: true,
    unitOf: (unit: string) => unit,
    parameters: {
      danger: { meaning: 'which side is worse: 1 high, -1 low', unit: '1', min: -1, max: 1, otherwise: 1 },
      apart: {
        meaning:
          'an input further than this from the median is named as the odd one out (5 % of span is usual); 0: none is',
        unit: 'input',
        min: 0,
        max: 1e12,
        otherwise: 0,
      },
    },
  } as const;
  readonly tables = [];
  private readonly present: number[] = [];

  give(_row: number, inputs: readonly InputNow[], { danger, apart }: Parameters, _now: EpochMs, given: Given): void {
    const { present } = this;
    const worst = danger < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    given.changesAt = Number.POSITIVE_INFINITY;
    given.blind = inputs.every(({ lost }) => lost);
    given.value = Number.NaN;
    if (given.blind) return;
    present.length = 0;
    for (const input of inputs) if (!input.lost) present.push(input.value);
    given.value = middleOf(present, danger);
    if (apart > 0 && present.length >= AGREEING_MIN) given.odd = farthest(inputs, given.value, apart);
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

/** Place of the one that is furthest from the middle, and further than `apart`; −1 where all are near. */
function farthest(inputs: readonly InputNow[], middle: number, apart: number): number {
  let found = -1;
  let most = apart;
  for (const [place, { lost, value }] of inputs.entries()) {
    const away = lost ? 0 : Math.abs(value - middle);
    if (away <= most) continue;
    found = place;
    most = away;
  }
  return found;
}

/** Of an even number the worse of the two in the middle. */
function middleOf(values: number[], danger: number): number {
  values.sort((a, b) => a - b);
  const upper = values.length >> 1;
  return values[values.length % 2 === 0 && danger < 0 ? upper - 1 : upper];
}
