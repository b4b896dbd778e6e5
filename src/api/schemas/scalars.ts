/**
 * The small schemas every body of the contract is made of: instants, names, ids, cursors, lists.
 */
import { z } from 'zod';
import { DUTY_LEVELS } from '../../model/alert.ts';
import { DIVISION_CODE } from '../../model/division.ts';
import { QUALITY_NAMES } from '../../model/quality.ts';
import { GRADES_WORST_FIRST } from '../shapes/alert.ts';

/** Largest page of any list, and the page given when none is asked for. */
export const MAX_PAGE = 2_000;
export const DEFAULT_PAGE = 200;

/** An instant in epoch milliseconds, UTC. */
export const instant = z.number();
export const gradeSchema = z.enum(GRADES_WORST_FIRST);
export const qualitySchema = z.enum(QUALITY_NAMES);
export const dutyLevelSchema = z.enum(DUTY_LEVELS);

/** A readonly list: what goes out is never changed by who reads it. */
export function listOf<S extends z.ZodType>(item: S) {
  return z.array(item).readonly();
}

/** Answer of every list route: `nextCursor` is there while more may follow. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: listOf(item), nextCursor: z.string().optional() });
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}

/** How far somebody has been told; given by the service, sent back as it is, never looked into. */
export const cursor = z.string().min(1).max(500);

/** An instant or a number in a query string. */
export const queryNumber = z
  .string()
  .regex(/^\d{1,16}$/, 'expected a whole number')
  .transform(Number);

/** `true` or `false` in a query string. */
export const queryFlag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** One or more of a fixed set in a query string, separated by commas. */
export function queryList<const T extends readonly [string, ...string[]]>(names: T) {
  const known: readonly string[] = names;
  return z
    .string()
    .min(1)
    .refine((text) => text.split(',').every((name) => known.includes(name)), {
      error: `expected one or more of ${names.join(', ')}, separated by commas`,
    })
    .transform((text) => text.split(',') as T[number][]);
}

/** What every list route takes. */
export const paging = {
  cursor: z.string().max(500).optional(),
  limit: queryNumber.pipe(z.number().min(1).max(MAX_PAGE)).optional(),
};

/** GB/T 2260 code, what lies below a county, or a park: `36`, `3601`, `360102`, `360102001`, `320921-p01`. */
export const divisionCode = z
  .string()
  .regex(DIVISION_CODE, 'expected a division code such as 320921, 320921001 or 320921-p01');
export const objectId = z.string().min(1).max(200);
export const idParams = z.strictObject({ id: objectId });
