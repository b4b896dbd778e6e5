/**
 * Limits that nobody has to act on, in configuration: what is beyond them is an event that is kept, and no alarm. By a name each,
 * so that a site may restate or switch off one of them.
 */
import { z } from 'zod';
import { define } from '../../definition.ts';
import { describes } from '../../looser.ts';

export type Event = {
  readonly id: string;
  readonly kind: 'event';
  readonly name: string;
  /** One of the two, in the point's unit: it begins at or beyond it. */
  readonly high?: number;
  readonly low?: number;
  /** It goes on as far as this; absent: as far as the limit itself. */
  readonly clear?: number;
};

const figures = { high: z.number().optional(), low: z.number().optional(), clear: z.number().optional() };
const orOff = {
  high: z.number().nullable().optional(),
  low: z.number().nullable().optional(),
  clear: z.number().nullable().optional(),
};
const NAME = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a lower-case slug');

export const EVENT = define({
  kind: 'event',
  values: 'number',
  alarms: false,
  pack: { events: z.record(NAME, z.strictObject(figures)).optional() },
  registry: { events: z.record(NAME, z.strictObject(orOff).nullable()).nullable().optional() },

  rulesOf({ events = {} }): Event[] {
    return Object.entries(events).map(([name, one]) => ({ id: `event-${name}`, kind: 'event', name, ...one }));
  },

  check({ name, high, low, clear }: Event) {
    const limit = high ?? low;
    if (limit === undefined || (high !== undefined && low !== undefined))
      return [`events.${name}: states high or low, one of them`];
    const isBeyond = clear !== undefined && (high === undefined ? clear < limit : clear > limit);
    return isBeyond ? [`events.${name}.clear: ${clear} must lie on the normal side of ${limit}`] : [];
  },

  // Nobody is called by it: what is kept may be another thing at any time.
  strictness: { name: describes, high: describes, low: describes, clear: describes },
  wordOf: (field, rule) => `events.${rule.slice('event-'.length)}${field === '' ? '' : `.${field}`}`,
});
