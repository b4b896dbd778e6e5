/**
 * Breaches that nobody judged in time, one run of them: readings too late for the delays, or alarms already over when their
 * readings arrived. On record as not yet answered, without sound, each graded by itself as it was then.
 */
import type { DurationMs } from '../../model/time.ts';
import { MINUTE_MS } from '../../model/time.ts';
import { awaitEasing } from '../grade/ease-in-silence.ts';
import type { Graded } from '../grade/regrade.ts';
import { gradeAsOf, grown } from '../grade/regrade.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { OpenAlerts } from '../open-alerts.ts';
import type { Contribution, PointRecord } from '../record.ts';
import type { Before, BookContext } from '../tell.ts';
import { beforeOf, tell } from '../tell.ts';
import { leave, takeIn } from './contributors.ts';

/** Late readings closer together than this are one missed excursion. */
const MISSED_GAP_MS: DurationMs = MINUTE_MS;

export class Missing {
  private readonly alerts: OpenAlerts;
  private readonly alert: OpenAlert;
  private readonly isNew: boolean;
  private readonly ctx: BookContext;
  private readonly before: Before;
  private readonly points: string[] = [];
  private worst: { readonly cause: Contribution; readonly graded: Graded } | undefined;

  constructor(alerts: OpenAlerts, alert: OpenAlert, isNew: boolean, ctx: BookContext) {
    this.alerts = alerts;
    this.alert = alert;
    this.isNew = isNew;
    this.ctx = ctx;
    this.before = beforeOf(alert.record);
  }

  take(c: Contribution): void {
    const { alerts, alert, ctx } = this;
    const { record } = alert;
    const known = alert.find(c.slot);
    if (known !== undefined && isOldNews(known, c)) {
      known.missedAt = Math.max(known.missedAt ?? c.at, c.at);
      return;
    }
    const graded = gradeAsOf(record, c);
    if (known === undefined || !known.active) {
      takeIn(alert, { ...c, latched: false }, ctx.at, {});
      leave(alert, alert.find(c.slot)!, c.shown ?? {}, ctx.at);
      if (!record.flags.active) {
        record.clearedAt = ctx.at;
        record.easingSince = ctx.at;
      }
      if (alerts.ofSlot(c.slot) === undefined) alerts.assign(c.slot, alert);
    }
    alert.find(c.slot)!.missedAt = c.at;
    this.points.push(c.point);
    if (this.worst === undefined || graded.result.grade > this.worst.graded.result.grade)
      this.worst = { cause: c, graded };
  }

  settle(): void {
    const { alerts, alert, ctx, before, isNew, worst } = this;
    const { record } = alert;
    alerts.touched.add(record);
    if (worst === undefined) return;
    const { cause, graded } = worst;
    grown(record, graded.result, isNew);
    awaitEasing(record, ctx);
    const ids = [...new Set(this.points)];
    const points = ids.length > 1 ? ids : undefined;
    const change = isNew ? 'raised' : 'missed-excursion';
    tell(alert, ctx, before, { change, point: cause.point, rule: cause.rule, points, worsens: true });
    ctx.worsened?.(record.id, record.seq, graded.input(), graded.result);
  }
}

/** True when the reading tells nothing that the alert's story does not have yet. */
function isOldNews(point: PointRecord, c: Contribution): boolean {
  if (c.level > point.level) return false;
  if (point.active && c.at >= point.since) return true;
  return point.missedAt !== null && Math.abs(c.at - point.missedAt) <= Math.max(MISSED_GAP_MS, point.offDelayMs);
}
