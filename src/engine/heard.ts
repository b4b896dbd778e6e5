/** One live value of a point on its way into the rules: the shape alone. */
import type { Quality } from '../model/quality.ts';
import { GOOD } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';

/** A value on its way into the rules. Re-used: nobody keeps it. */
export interface Heard {
  /** Engine time. */
  at: EpochMs;
  value: number;
  /** What it comes with. */
  quality: Quality;
  /** Good, but for the doubt of a watch of clock or instrument, which takes nothing from a grade. */
  certain: boolean;
  /** FLAG bits that it is shown with. */
  flags: number;
  /** It may have been judged before: it may raise, and calms nothing. */
  doubtful: boolean;
}

export const newHeard = (): Heard => ({ at: 0.5, value: 0.5, quality: GOOD, certain: true, flags: 0, doubtful: false });
