/** The form of a roll-up: a place with its worst grade and its counts, and the same of what lies directly below it. */
import { z } from 'zod';
import { divisionCode, gradeSchema, listOf, objectId } from './scalars.ts';

const counts = z.object({ red: z.number(), orange: z.number(), yellow: z.number(), blue: z.number() });

const nodeSchema = z.object({
  kind: z.enum(['division', 'enterprise', 'source']),
  /** Division code, enterprise or source id; empty for everything there is. */
  id: z.string(),
  name: z.string(),
  /** Of its open hazard alerts. */
  worst: z.union([gradeSchema, z.literal('none')]),
  hazards: counts,
  /** Open device alarms. */
  devices: z.number(),
  /** Registered points, and how many of them observe nothing now: of what is not seen `none` says nothing. */
  points: z.number(),
  unseen: z.number(),
});

export const rollUpSchema = nodeSchema.extend({
  /** `unseen` may be ahead of the log. */
  unsaved: z.boolean(),
  /** The worst first. */
  below: listOf(nodeSchema),
});
export type RollUp = z.infer<typeof rollUpSchema>;

/** The narrower one decides; neither: the caller's own scope. */
export const rollUpQuery = z.strictObject({ division: divisionCode.optional(), enterprise: objectId.optional() });
