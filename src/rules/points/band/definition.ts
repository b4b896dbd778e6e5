/** A band in configuration: which stretch is the reference, and how far beyond it is too far. */
import { z } from 'zod';
import { instantOf } from '../../../model/time.ts';
import { define } from '../../definition.ts';
import { lower, same } from '../../looser.ts';

export type Band = {
  readonly id: string;
  readonly kind: 'band';
  /** The stretch, as engine time in ms; else the first `samples` good readings after the rule was put in force. */
  readonly from?: number;
  readonly to?: number;
  /** Good readings that the reference is made of at least. */
  readonly samples: number;
  /** Limit of each chart, as a multiple of its largest value in the reference. */
  readonly k: number;
  /** So many readings in a row. */
  readonly inARow: number;
};

/** Fewer do not tell what is usual (detectors §1). */
const SAMPLES_MIN = 300;
const K = 1.25;
const IN_A_ROW = 6;

const time = z.iso.datetime({ offset: true });
const stated = z.strictObject({
  from: time.optional(),
  to: time.optional(),
  samples: z.number().int().min(SAMPLES_MIN).max(1_000_000).optional(),
  k: z.number().min(1).max(10).optional(),
  inARow: z.number().int().min(1).max(255).optional(),
});

const ms = (text: string | undefined): number | undefined => (text === undefined ? undefined : instantOf(text));

export const BAND = define({
  kind: 'band',
  values: 'number',
  alarms: false,
  pack: { band: stated.optional() },
  registry: { band: stated.nullable().optional() },

  rulesOf({ band }): Band[] {
    if (band === undefined) return [];
    const { from, to, samples = SAMPLES_MIN, k = K, inARow = IN_A_ROW } = band;
    return [{ id: 'band', kind: 'band', from: ms(from), to: ms(to), samples, k, inARow }];
  },

  check({ from, to }: Band, point) {
    const errors: string[] = [];
    if ((from === undefined) !== (to === undefined)) errors.push('band: from and to are stated together');
    if (from !== undefined && to !== undefined && to <= from) errors.push('band.to: must be later than from');
    if (point.intervalMs === null) errors.push('band: a point that speaks on change only has no rhythm to learn');
    return errors;
  },

  inVain({ to }: Band, now) {
    if (to === undefined || to >= now) return undefined;
    return 'band.to: is past: the reference stretch lies before what was seen and is not learned, the band watches nothing';
  },

  // Another stretch is another band: nothing says which of the two is narrower.
  strictness: { from: same, to: same, samples: same, k: lower, inARow: lower },
  wordOf: (field) => `band.${field}`,
});
