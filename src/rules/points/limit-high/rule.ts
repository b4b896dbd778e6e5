/** A limit on the high side: see the side it is on. */
import { GradedSide } from '../graded-side.ts';

export const newLimitHigh = (): GradedSide => new GradedSide('limit-high', 'high');
