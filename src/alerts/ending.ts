/** When an occurrence is over, by itself or by a person, and what then becomes of it. */
import { mayChatterUntil } from './condition/chatter.ts';
import { setDeadline } from './deadlines.ts';
import type { OpenAlert } from './open-alert.ts';
import type { OpenAlerts } from './open-alerts.ts';
import type { AlertRecord } from './record.ts';
import type { Before, BookContext, News } from './tell.ts';
import { beforeOf, tell } from './tell.ts';

/**
 * Whether an alert that has returned is over without anybody closing it: blue hazards and device alarms once acknowledged;
 * blue device alarms even unanswered, so that a flapping gateway does not bury the list under what is already over.
 */
function endsByItself(record: AlertRecord): boolean {
  const { flags, group, peakGrade } = record;
  if (flags.active || flags.latched || flags.shelved || flags.suppressed || flags.outOfService) return false;
  if (group.kind === 'device') return flags.acked || peakGrade <= 1;
  return flags.acked && peakGrade <= 1;
}

/** What may chatter is over once it can no longer: until then it may come again as the same alert, answered as it is. */
export function endIfOver(alerts: OpenAlerts, alert: OpenAlert, ctx: BookContext): void {
  const { record } = alert;
  if (!endsByItself(record)) return;
  const overAt = mayChatterUntil(record);
  if (ctx.at < overAt) setDeadline(record, 'end', overAt, ctx);
  else end(alerts, alert, ctx, beforeOf(record), { change: 'closed' });
}

/** Told before it is let go: the last transition shows it closed. */
export function end(alerts: OpenAlerts, alert: OpenAlert, ctx: BookContext, before: Before, news: News): void {
  alert.record.handling = 'closed';
  alert.record.closedAt = ctx.at;
  setDeadline(alert.record, 'end', undefined, ctx);
  tell(alert, ctx, before, news);
  alerts.close(alert, ctx.at);
}
