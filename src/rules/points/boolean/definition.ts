/** A critical state in configuration: which of the two values it is. */
import { z } from 'zod';
import { define } from '../../definition.ts';
import { same } from '../../looser.ts';

export type BooleanRule = {
  readonly id: string;
  readonly kind: 'boolean';
  /** The value that is critical, judged as HH. */
  readonly criticalWhen: 0 | 1;
};

export const BOOLEAN = define({
  kind: 'boolean',
  values: 'boolean',
  alarms: true,
  pack: { criticalWhen: z.boolean().optional() },
  registry: {},

  rulesOf({ criticalWhen }): BooleanRule[] {
    return criticalWhen === undefined ? [] : [{ id: 'boolean', kind: 'boolean', criticalWhen: criticalWhen ? 1 : 0 }];
  },

  check: () => [],
  strictness: { criticalWhen: same },
  wordOf: (field) => field,
});
