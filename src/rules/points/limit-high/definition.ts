/** Graded limits on the high side in configuration: up to four, each a rule of its own. */
import type { GradedLimit } from '../../../model/graded-limit.ts';
import { define } from '../../definition.ts';
import { lower } from '../../looser.ts';
import { figureStrictness, gradedRules, gradedStrictness, gradedWord } from '../graded-definition.ts';
import { checkGraded, limitsPackShape, limitsRegistryShape } from '../limits-definition.ts';

export const LIMIT_HIGH = define({
  kind: 'limit-high',
  values: 'number',
  alarms: true,
  pack: limitsPackShape,
  registry: limitsRegistryShape,
  rulesOf: ({ limits, deadband }, delays) => gradedRules('high', limits?.high, { deadband, ...delays }),
  check: (rule: GradedLimit, { rules }) => checkGraded(rule, rules),
  // Met sooner, and standing further, is stricter.
  strictness: { ...gradedStrictness, ...figureStrictness(lower, -1) },
  wordOf: (field, rule) => gradedWord('high', field, rule),
});
