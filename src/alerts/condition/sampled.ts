/**
 * A good reading of a point of an alert: the only way its grade comes down, one step each time good readings have shown less
 * for the whole hold; so too where it has returned, as far as that may go while nobody has verified it.
 */
import type { EpochMs } from '../../model/time.ts';
import { setDeadline } from '../deadlines.ts';
import { stepDown } from '../grade/easing.ts';
import type { OpenAlerts } from '../open-alerts.ts';
import type { BookContext } from '../tell.ts';
import { beforeOf, tell } from '../tell.ts';

export function sampled(alerts: OpenAlerts, key: string, at: EpochMs, ctx: BookContext): void {
  const alert = alerts.ofKey(key);
  if (alert === undefined || alert.record.easingSince === null) return;
  const { record } = alert;
  alerts.touched.add(record);
  const before = beforeOf(record);
  const result = stepDown(alert, at, ctx.at);
  if (result === undefined) return;
  tell(alert, ctx, before, { change: 'eased' });
  setDeadline(record, 'regrade', result.dueAt, ctx);
}
