/** The length of a window as files state it: shared by the kinds that look at more than the newest value. */
import { z } from 'zod';

/** Ten years. */
const WINDOW_MAX_MS = 3_653 * 86_400_000;

export const windowSchema = z.number().int().positive().max(WINDOW_MAX_MS);
