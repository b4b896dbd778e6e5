/** Graded limits on the low side in configuration: up to four, each a rule of its own. */
import type { GradedLimit } from '../../../model/graded-limit.ts';
import { define } from '../../definition.ts';
import { higher } from '../../looser.ts';
import { figureStrictness, gradedRules, gradedStrictness, gradedWord } from '../graded-definition.ts';
import { checkGraded, limitsPackShape, limitsRegistryShape } from '../limits-definition.ts';

export const LIMIT_LOW = define({
  kind: 'limit-low',
  values: 'number',
  alarms: true,
  pack: limitsPackShape,
  registry: limitsRegistryShape,
  rulesOf: ({ limits, deadband }, delays) => gradedRules('low', limits?.low, { deadband, ...delays }),
  check: (rule: GradedLimit, { rules }) => checkGraded(rule, rules),
  // Met sooner, and standing further, is stricter.
  strictness: { ...gradedStrictness, ...figureStrictness(higher, 1) },
  wordOf: (field, rule) => gradedWord('low', field, rule),
});
