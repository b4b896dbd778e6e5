/**
 * What a rule that learns what is usual has to judge by. Until it has learned, it is silent, and somebody must be able to see
 * that it is: `learning` it is being learned, `to-come` its stated stretch has not begun, `missed` its stated stretch is over
 * and was not seen, or held too few good readings, so that it watches nothing and never will.
 */
export const BASELINES = ['learned', 'learning', 'to-come', 'missed'] as const;
export type Baseline = (typeof BASELINES)[number];
