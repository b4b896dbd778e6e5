/** Novelty in configuration: one setting for every series. */
import { z } from 'zod';
import { define } from '../../definition.ts';
import { same } from '../../looser.ts';

export type Novelty = {
  readonly id: string;
  readonly kind: 'novelty';
  /** Good readings before it says anything. */
  readonly quietFor: number;
};

const QUIET_FOR = 750;

const stated = z.strictObject({ quietFor: z.number().int().min(QUIET_FOR).max(1_000_000).optional() });

export const NOVELTY = define({
  kind: 'novelty',
  values: 'number',
  alarms: false,
  pack: { novelty: stated.optional() },
  registry: { novelty: stated.nullable().optional() },

  rulesOf({ novelty }): Novelty[] {
    return novelty === undefined ? [] : [{ id: 'novelty', kind: 'novelty', quietFor: novelty.quietFor ?? QUIET_FOR }];
  },

  check(_rule: Novelty, point) {
    return point.intervalMs === null ? ['novelty: a point that speaks on change only has no rhythm'] : [];
  },

  strictness: { quietFor: same },
  wordOf: (field) => `novelty.${field}`,
});
