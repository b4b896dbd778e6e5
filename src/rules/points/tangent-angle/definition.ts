/** The improved tangent angle in configuration: the velocity of the constant creep as an expert states it. */
import { z } from 'zod';
import { intervalsOf } from '../../../model/point.ts';
import type { DurationMs } from '../../../model/time.ts';
import { DAY_MS } from '../../../model/time.ts';
import { define } from '../../definition.ts';
import { describes, lower, same } from '../../looser.ts';
import { windowSchema } from '../window-definition.ts';

export type TangentAngle = {
  readonly id: string;
  readonly kind: 'tangent-angle';
  /** Red is a rule of its own, with a floor of its own. */
  readonly grade?: 'red';
  /** Mean velocity of the constant creep (B), in the point's unit per day: an expert's figure. */
  readonly constantPerDay: number;
  /** Which statement of it this is. */
  readonly version: string;
  readonly everyMs: DurationMs;
  readonly direction: 'up' | 'down';
};

const stated = z.strictObject({
  constantPerDay: z.number().positive(),
  version: z.string().trim().min(1).max(100),
  everyMs: windowSchema.optional(),
  direction: z.enum(['up', 'down']).optional(),
});

export const TANGENT_ANGLE = define({
  kind: 'tangent-angle',
  values: 'number',
  alarms: true,
  pack: { tangentAngle: stated.optional() },
  registry: { tangentAngle: stated.partial().nullable().optional() },

  rulesOf({ tangentAngle }): TangentAngle[] {
    if (tangentAngle === undefined) return [];
    const { everyMs = DAY_MS, direction = 'up' } = tangentAngle;
    const rule = { ...tangentAngle, kind: 'tangent-angle', everyMs, direction } as const;
    return [
      { ...rule, id: 'tangent-angle' },
      { ...rule, id: 'tangent-angle-red', grade: 'red' },
    ];
  },

  check({ constantPerDay, version, everyMs }: TangentAngle, point) {
    const errors: string[] = [];
    // A registry states single fields of it, and may do so where its type has none.
    if (constantPerDay === undefined || version === undefined) {
      errors.push('tangentAngle: constantPerDay and version must be stated');
    }
    if (everyMs < intervalsOf(point, 1, 0))
      errors.push(`tangentAngle.everyMs: is below the interval ${point.intervalMs} ms`);
    return errors;
  },

  // Of a smaller constant velocity every angle is steeper.
  strictness: { grade: same, constantPerDay: lower, version: describes, everyMs: same, direction: same },
  wordOf: (field) => `tangentAngle.${field}`,
});
