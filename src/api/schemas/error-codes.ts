/** The form of an error as it goes out: RFC 9457 problem details. */
import { z } from 'zod';
import type { ErrorCode } from '../shapes/error-codes.ts';
import { ERROR_CODES } from '../shapes/error-codes.ts';
import { listOf } from './scalars.ts';

const codes = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]];

/** RFC 9457 problem details with our stable `code`. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    code: z.enum(codes),
    /** Every single fault at once, where there can be several. */
    errors: listOf(z.object({ path: z.string().optional(), message: z.string() })).optional(),
    /** Who was first, for `already-acknowledged`. */
    by: z.string().optional(),
    /** Seconds to wait, for the 429s. */
    retryAfterS: z.number().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
