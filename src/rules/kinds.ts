/**
 * The table of rule kinds. A new kind is one folder in points/ and one line in this list. Snapshots know kinds by name: the
 * order is that of judging one point. A line that is taken out needs an upgrade step that names the kind (engine/upgrade/).
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
