/**
 * Logging in and who one is: roles, duty level, data scope.
 */
import { z } from 'zod';
import { ROLES } from '../../model/role.ts';
import { commandKindSchema } from './commands.ts';
import { divisionCode, dutyLevelSchema, gradeSchema, instant, listOf, objectId } from './scalars.ts';

/** One division with everything below it, or one enterprise. Neither: everything the service holds. */
const dataScope = z.object({ division: divisionCode.optional(), enterprise: objectId.optional() }).readonly();
export type DataScope = z.infer<typeof dataScope>;

export const loginBody = z.strictObject({ user: z.string().min(1).max(100), password: z.string().min(1).max(1_000) });

const userSchema = z
  .object({
    name: z.string(),
    displayName: z.string(),
    role: z.enum(ROLES),
    level: dutyLevelSchema,
    scope: dataScope,
    /** What the role may ever do; the answer for one alert comes from the service. */
    may: z.object({
      command: listOf(commandKindSchema),
      /** Worst grade that the person may close, or be one of the two who do; absent where none. */
      closeUpTo: gradeSchema.optional(),
      /** Worst grade of an alert whose points, held without sight, the person may let go of; absent where none. */
      releaseUpTo: gradeSchema.optional(),
      configure: z.boolean(),
      audit: z.boolean(),
    }),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof userSchema>;

/** What others are told of a person. */
export const personSchema = z.object({ name: z.string(), displayName: z.string() }).meta({ id: 'Person' });
export type Person = z.infer<typeof personSchema>;

export const loginAnswer = z.object({ token: z.string(), user: userSchema, expiresAt: instant });
export type LoginAnswer = z.infer<typeof loginAnswer>;

/** `readOnly` after expiry: a duty desk goes on showing, and has to sign in to act. */
export const sessionAnswer = z.object({ user: userSchema, expiresAt: instant, readOnly: z.boolean() });
export type SessionAnswer = z.infer<typeof sessionAnswer>;
