/**
 * Contributors whose level is back to none, by good readings or because a limit or rule was changed, or that another alert
 * tells from now on, one run of them. The alert goes on with what is left, or has returned; a changed limit clears nothing
 * that somebody does not look at.
 */
import { setDeadline } from '../deadlines.ts';
import { endIfOver } from '../ending.ts';
import { awaitEasing } from '../grade/ease-in-silence.ts';
import { heldReasons } from '../grade/easing.ts';
import { reconsider } from '../grade/reconsider.ts';
import { keyOf } from '../key.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { OpenAlerts } from '../open-alerts.ts';
import { passed } from '../state/lifecycle.ts';
import type { Before, BookContext, News } from '../tell.ts';
import { beforeOf, tell } from '../tell.ts';
import { numbersOf } from '../view.ts';
import { leave } from './contributors.ts';
import type { EndCause, LevelFact } from './fact.ts';

export class Leaving {
  readonly cause: EndCause;
  private readonly alerts: OpenAlerts;
  private readonly alert: OpenAlert;
  private readonly ctx: BookContext;
  private readonly before: Before;
  private readonly left: { readonly point: string; readonly rule: string }[] = [];
  private toldIn: string | undefined;
  private bulletin: number | undefined;

  constructor(alerts: OpenAlerts, alert: OpenAlert, cause: EndCause, ctx: BookContext) {
    this.alerts = alerts;
    this.alert = alert;
    this.cause = cause;
    this.ctx = ctx;
    this.before = beforeOf(alert.record);
  }

  take({ group, slot, numbers, toldIn }: LevelFact): void {
    const { record } = this.alert;
    this.toldIn ??= toldIn;
    if (record.key === keyOf(group)) record.group = group;
    const point = this.alert.active(slot);
    if (point === undefined) return;
    const shown = numbersOf(numbers ?? this.ctx.describe(slot));
    this.bulletin ??= shown.bulletin;
    leave(this.alert, point, shown, this.ctx.at);
    this.left.push({ point: point.point, rule: point.rule });
  }

  settle(): void {
    if (this.left.length === 0) return;
    const { alerts, alert, ctx, before, cause } = this;
    alerts.touched.add(alert.record);
    const [{ point, rule }] = this.left;
    const ids = [...new Set(this.left.map((one) => one.point))];
    const note = this.toldIn === undefined ? undefined : `→ ${this.toldIn}`;
    const news = { point, rule, points: ids.length > 1 ? ids : undefined, bulletin: this.bulletin, note };
    if (alert.isActive) {
      const change = cause === 'cleared' ? 'point-cleared' : cause;
      reconsider(alert, ctx, { before, news: { change, ...news } });
      return;
    }
    returned(alert, ctx, before, { change: cause, ...news });
    endIfOver(alerts, alert, ctx);
  }
}

/** Nothing contributes any more. */
export function returned(alert: OpenAlert, ctx: BookContext, before: Before, news: News): void {
  const { record } = alert;
  const latched = alert.isLatched;
  record.flags = passed(record.flags, latched ? 'clear-latched' : 'clear');
  record.clearedAt = ctx.at;
  record.easingSince = ctx.at;
  // What stood last made the grade that it keeps; nothing stands now. The grade of a device alarm never comes down.
  if (record.group.kind === 'hazard') record.reasons = heldReasons({ grade: 0, reasons: record.reasons }, record.grade);
  setDeadline(record, 'regrade', undefined, ctx);
  awaitEasing(record, ctx);
  // A changed limit: the process has not changed, only what is asked of it. Somebody has to look at that.
  if (news.change === 'limit-changed') tell(alert, ctx, before, { ...news, worsens: true });
  else tell(alert, ctx, before, { ...news, change: latched && news.change === 'cleared' ? 'latched' : news.change });
}
