/** Creep that runs away, in configuration: over which buckets it is looked at. */
import { z } from 'zod';
import { intervalsOf } from '../../../model/point.ts';
import type { DurationMs } from '../../../model/time.ts';
import { HOUR_MS } from '../../../model/time.ts';
import { define } from '../../definition.ts';
import { same } from '../../looser.ts';
import { windowSchema } from '../window-definition.ts';

export type RunAway = {
  readonly id: string;
  readonly kind: 'run-away';
  /** Red is a rule of its own, with a floor of its own. */
  readonly grade?: 'red';
  /** Length of a bucket; sixty are looked at. */
  readonly everyMs: DurationMs;
  readonly direction: 'up' | 'down';
  /** What the instrument tells apart, in the point's unit (0.2 mm): nothing nearer is wild. */
  readonly resolution: number;
};

const EVERY_MS = 3 * HOUR_MS;
const RESOLUTION = 0.2;

const stated = z.strictObject({
  everyMs: windowSchema.optional(),
  direction: z.enum(['up', 'down']).optional(),
  resolution: z.number().positive().optional(),
});

export const RUN_AWAY = define({
  kind: 'run-away',
  values: 'number',
  alarms: true,
  pack: { runAway: stated.optional() },
  registry: { runAway: stated.nullable().optional() },

  rulesOf({ runAway }): RunAway[] {
    if (runAway === undefined) return [];
    const { everyMs = EVERY_MS, direction = 'up', resolution = RESOLUTION } = runAway;
    const rule = { kind: 'run-away', everyMs, direction, resolution } as const;
    return [
      { ...rule, id: 'run-away' },
      { ...rule, id: 'run-away-red', grade: 'red' },
    ];
  },

  check({ everyMs }: RunAway, point) {
    const errors: string[] = [];
    if (point.intervalMs === null) errors.push('runAway: a point that speaks on change only has no rhythm');
    if (everyMs < intervalsOf(point, 1, 0))
      errors.push(`runAway.everyMs: is below the interval ${point.intervalMs} ms`);
    return errors;
  },

  // Over other buckets it looks at other days.
  strictness: { grade: same, everyMs: same, direction: same, resolution: same },
  wordOf: (field) => `runAway.${field}`,
});
