/** Inverse velocity in configuration: over which times velocities are taken, and how good the line must be. */
import { z } from 'zod';
import { intervalsOf } from '../../../model/point.ts';
import type { DurationMs } from '../../../model/time.ts';
import { HOUR_MS } from '../../../model/time.ts';
import { define } from '../../definition.ts';
import { same } from '../../looser.ts';
import { windowSchema } from '../window-definition.ts';

export type InverseVelocity = {
  readonly id: string;
  readonly kind: 'inverse-velocity';
  /** Red is a rule of its own, with a floor of its own. */
  readonly grade?: 'red';
  /** Means are taken over each of these; a velocity over three. */
  readonly everyMs: DurationMs;
  readonly direction: 'up' | 'down';
  readonly minR2: number;
  /** Slower than this is standing still, in the point's unit per day: what the instrument cannot tell from noise. */
  readonly noisePerDay: number;
};

const EVERY_MS = 6 * HOUR_MS;
const R2_MIN = 0.8;

const stated = z.strictObject({
  everyMs: windowSchema.optional(),
  direction: z.enum(['up', 'down']).optional(),
  minR2: z.number().min(0).max(1).optional(),
  noisePerDay: z.number().positive(),
});

export const INVERSE_VELOCITY = define({
  kind: 'inverse-velocity',
  values: 'number',
  alarms: true,
  pack: { inverseVelocity: stated.optional() },
  registry: { inverseVelocity: stated.partial().nullable().optional() },

  rulesOf({ inverseVelocity }): InverseVelocity[] {
    if (inverseVelocity === undefined) return [];
    const { everyMs = EVERY_MS, direction = 'up', minR2 = R2_MIN, noisePerDay } = inverseVelocity;
    const rule = { kind: 'inverse-velocity', everyMs, direction, minR2, noisePerDay } as const;
    return [
      { ...rule, id: 'inverse-velocity' },
      { ...rule, id: 'inverse-velocity-red', grade: 'red' },
    ];
  },

  check({ everyMs, noisePerDay }: InverseVelocity, point) {
    const errors: string[] = [];
    if (noisePerDay === undefined) errors.push('inverseVelocity.noisePerDay: must be stated');
    if (everyMs < intervalsOf(point, 1, 0))
      errors.push(`inverseVelocity.everyMs: is below the interval ${point.intervalMs} ms`);
    return errors;
  },

  // A fit that is believed sooner also ends sooner what another one raised.
  strictness: { grade: same, everyMs: same, direction: same, minR2: same, noisePerDay: same },
  wordOf: (field) => `inverseVelocity.${field}`,
});
