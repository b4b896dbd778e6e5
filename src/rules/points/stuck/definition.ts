/** A sensor that stands still, in configuration: what is no movement, and for how long. */
import { z } from 'zod';
import { intervalsOf } from '../../../model/point.ts';
import type { DurationMs } from '../../../model/time.ts';
import { HOUR_MS } from '../../../model/time.ts';
import { define } from '../../definition.ts';
import { same } from '../../looser.ts';
import { shareOf } from '../instrument.ts';
import { windowSchema } from '../window-definition.ts';

export type Stuck = {
  readonly id: string;
  readonly kind: 'stuck';
  /** Less than this between the least and the greatest value is no movement, in the point's unit; else `SPAN_SHARE` of the span. */
  readonly range?: number;
  readonly forMs: DurationMs;
  /** So many good readings at least. */
  readonly samples: number;
  /** Only while another observer of the hazard at the source, watched likewise, moves. */
  readonly whileOthersMove: boolean;
};

/** 0.05 % of the span (domain §5, OURS). */
export const SPAN_SHARE = 0.0005;
const SAMPLES = 30;

const stated = z.strictObject({
  range: z.number().positive().optional(),
  forMs: windowSchema.optional(),
  samples: z.number().int().min(3).max(100_000).optional(),
  whileOthersMove: z.boolean().optional(),
});

export const STUCK = define({
  kind: 'stuck',
  values: 'number',
  alarms: false,
  pack: { stuck: stated.optional() },
  registry: { stuck: stated.nullable().optional() },

  rulesOf({ stuck }): Stuck[] {
    if (stuck === undefined) return [];
    const { range, forMs = HOUR_MS, samples = SAMPLES, whileOthersMove = false } = stuck;
    return [{ id: 'stuck', kind: 'stuck', range, forMs, samples, whileOthersMove }];
  },

  check({ range, forMs, samples }: Stuck, point) {
    const errors: string[] = [];
    if (point.intervalMs === null) errors.push('stuck: a point that speaks on change only stands still by nature');
    if (range === undefined && shareOf(point.span, SPAN_SHARE) === undefined) {
      errors.push('stuck.range: must be stated where the type has no span');
    }
    if (forMs < intervalsOf(point, 3, 0)) errors.push(`stuck.forMs: must hold 3 readings of ${point.intervalMs} ms`);
    if (samples * intervalsOf(point, 1, 0) > 400 * 24 * HOUR_MS) errors.push('stuck.samples: would take over a year');
    return errors;
  },

  // Found sooner it blinds a sensor that is well, found later it believes one that is not.
  strictness: { range: same, forMs: same, samples: same, whileOthersMove: same },
  wordOf: (field) => `stuck.${field}`,
});
