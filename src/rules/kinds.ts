/**
 * The table of rule kinds. A new kind is one file in kinds/ and one line at the end of this list; the place in the list is
 * its code in snapshots, so lines are never moved or taken out.
 */
import type { RuleKind } from './kind.ts';
import { BooleanKind } from './points/boolean/rule.ts';
import { ForecastKind } from './points/forecast/rule.ts';
import { LimitsKind } from './points/limits/rule.ts';
import { RateOfChangeKind } from './points/rate-of-change/rule.ts';

/** Fresh tables of every kind, by code. */
export function newKinds(): readonly RuleKind[] {
  return [
    new LimitsKind(),
    new BooleanKind(),
    new RateOfChangeKind(),
    new ForecastKind(),
    // The next kind goes here.
  ];
}
