/**
 * Alerts that were recorded otherwise than they are believed, one by one: the service found them when it compared its history
 * with what the log led to.
 */
import type { Standing } from '../../alerts/reconcile.ts';
import type { Contribution } from '../../alerts/record.ts';
import type { Alert, AlertPoint } from '../../model/alert.ts';
import { gradeOf } from '../../model/grade.ts';
import type { Level } from '../../model/level.ts';
import { LEVEL_NAMES } from '../../model/level.ts';
import { attempt } from '../attempt.ts';
import type { Fold } from '../fold.ts';
import type { ReconciledInput } from '../input.ts';

export function foldReconciled(fold: Fold, { alerts, upTo }: ReconciledInput): void {
  for (const alert of alerts) {
    attempt(
      fold,
      () => `alert ${alert.id} as it was recorded`,
      () => fold.state.book.reconcile(alert, upTo, (recorded) => standingOf(fold, recorded), fold),
    );
  }
}

function standingOf(fold: Fold, alert: Alert): Standing {
  const { registry } = fold.state;
  const source = registry.sources.get(alert.source);
  const numbers = alert.points.flatMap(({ id }) => registry.pointNumbers.get(id) ?? []);
  return {
    group: {
      kind: alert.kind,
      enterprise: alert.enterprise,
      division: alert.enterprise === '' ? alert.division : registry.divisionOf(alert.enterprise),
      source: alert.source,
      unit: alert.unit,
      hazard: alert.hazard,
      sourceClass: source?.class ?? 'C',
      sourceLevel: source?.level,
      response: numbers.length > 0 ? registry.points[numbers[0]].response : 'process',
      exercise: alert.exercise,
      subject: alert.kind === 'device' ? alert.points[0]?.id : undefined,
      deviceGrade: gradeOf(alert.grade),
    },
    contributions: alert.points.flatMap((point) => contributionOf(fold, point)),
  };
}

/** None where the rule is gone, or where the engine itself contributed: what of that stands is told by itself. */
function contributionOf(fold: Fold, point: AlertPoint): Contribution[] {
  const { registry, rules } = fold.state;
  const number = registry.pointNumbers.get(point.id);
  if (number === undefined) return [];
  const slot = rules.slotsOf(number).find((one) => rules.ruleOf(one) === point.rule);
  if (slot === undefined) return [];
  const { value, quality, sampledAt, limit, limitValue, peak, excursions, numbers } = point;
  const level = LEVEL_NAMES.indexOf(point.level) as Level;
  return [
    {
      ...fold.contribution(slot, level, point.since),
      uncertain: false,
      latched: false,
      timeToLimitMs: undefined,
      r2: undefined,
      shown: { value, quality, sampledAt, limit, limitValue, peak, excursions, numbers },
    },
  ];
}
