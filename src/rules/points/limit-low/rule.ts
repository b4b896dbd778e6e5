/** A limit on the low side: see the side it is on. */
import { GradedSide } from '../graded-side.ts';

export const newLimitLow = (): GradedSide => new GradedSide('limit-low', 'low');
