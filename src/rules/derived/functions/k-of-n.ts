/**
 * k-of-n vote: true while at least k of the inputs are at their limit. A voter that is lost never makes it harder: of 2oo3 with
 * one voter lost 1oo2 is left, with two 1oo1. Nor do those that voted end it by being lost: fire takes its detectors. With all of
 * them lost the vote is blind.
 */
import { GOOD, UNCERTAIN } from '../../../model/quality.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { DerivedFunction, Given, InputNow, Parameters } from '../fn.ts';
import { lostValue } from '../fn.ts';

export class KOfN implements DerivedFunction {
  readonly definition = {
    name: 'kOfN',
    meaning: 'at least k of the inputs are at or above a figure (of switches: on); a lost voter lowers k',
    many: true,
    takes: ['number', 'boolean'],
    gives: 'boolean',
    grows: true,
    unitOf: () => '',
    parameters: {
      k: { meaning: 'votes that are needed', unit: '1', countsInputs: true, min: 1, max: 32 },
      above: { meaning: 'an input votes from here on', unit: 'input', min: -1e12, max: 1e12, otherwise: 1 },
    },
  } as const;
  readonly tables = [];

  give(_row: number, inputs: readonly InputNow[], { k, above }: Parameters, _now: EpochMs, given: Given): void {
    let lost = 0;
    let sure = 0;
    let votes = 0;
    let lostVotes = 0;
    for (const input of inputs) {
      if (input.lost) {
        lost++;
        if (lostValue(input, Number.POSITIVE_INFINITY) >= above) lostVotes++;
      } else if (input.value >= above) {
        votes++;
        if (input.quality === GOOD) sure++;
      }
    }
    const needed = Math.max(1, k - lost);
    given.blind = lost === inputs.length;
    given.value = given.blind ? Number.NaN : votes >= needed ? 1 : 0;
    // An uncertain voter may raise; where its vote, or its silence, decides, the result is no surer than it.
    const isOver = votes + lostVotes < k && inputs.every(({ lost, quality }) => lost || quality === GOOD);
    const isSure = given.value === 1 ? sure >= needed : isOver;
    given.quality = isSure ? GOOD : UNCERTAIN;
    given.changesAt = Number.POSITIVE_INFINITY;
  }
}
