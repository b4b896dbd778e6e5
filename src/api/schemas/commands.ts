/**
 * What an operator asks to be done to an alert, and the answer: given only when the command is durable and applied.
 */
import { z } from 'zod';
import { COMMAND_KINDS } from '../../model/command.ts';
import { CAUSES } from '../shapes/commands.ts';
import { alertSchema } from './alerts.ts';
import { instant } from './scalars.ts';

export const commandKindSchema = z.enum(COMMAND_KINDS);

/**
 * `seenSeq` is the alert's `seq` the person saw. Send an `Idempotency-Key` and repeat a command that was not
 * confirmed with the same key: it acts once.
 */
export const commandBody = z.strictObject({
  seenSeq: z.number().int().min(0),
  note: z.string().max(2_000).optional(),
  cause: z.enum(CAUSES).optional(),
  /** `release`: the points to let go of, and why. */
  points: z.array(z.string().max(200)).max(200).optional(),
  reason: z.string().max(2_000).optional(),
});
export type CommandBody = z.infer<typeof commandBody>;

export const idempotencyKey = z
  .string()
  .regex(/^[\w.:-]{1,100}$/, 'expected 1 to 100 letters, digits, dots, colons, dashes or underscores');

export const commandAnswer = z.object({
  /** When it was applied, and the alert's newest transition after it. */
  at: instant,
  seq: z.number(),
  alert: alertSchema,
});
export type CommandAnswer = z.infer<typeof commandAnswer>;
