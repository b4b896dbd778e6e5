/**
 * Contributors that lost or regained good sight, one run of either. Losing it re-annunciates: nobody can see any more
 * whether it gets worse. The rules of one point lose sight together; that is told once.
 */
import { awaitEasingAnew } from '../grade/ease-in-silence.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { OpenAlerts } from '../open-alerts.ts';
import type { PointNumbers } from '../record.ts';
import type { Before, BookContext } from '../tell.ts';
import { beforeOf, tell } from '../tell.ts';
import { CHATTER_MS, isChatter } from './chatter.ts';
import type { SightFact } from './fact.ts';

export class ChangeOfSight {
  readonly blind: boolean;
  private readonly alerts: OpenAlerts;
  private readonly alert: OpenAlert;
  private readonly ctx: BookContext;
  private readonly before: Before;
  private readonly numbers = new Map<number, PointNumbers>();
  private readonly changed: { readonly point: string; readonly rule: string }[] = [];

  constructor(alerts: OpenAlerts, alert: OpenAlert, blind: boolean, ctx: BookContext) {
    this.alerts = alerts;
    this.alert = alert;
    this.blind = blind;
    this.ctx = ctx;
    this.before = beforeOf(alert.record);
  }

  take({ slot, at, numbers }: SightFact): void {
    const { alert, blind, ctx } = this;
    const point = alert.active(slot);
    if (point === undefined) return;
    if (numbers !== undefined) this.numbers.set(slot, numbers);
    const wasBlind = alert.isBlind(point.point);
    const lostUntil = blind ? point.lostUntil : ctx.at;
    alert.put({ ...point, blindSince: blind ? Math.min(at, ctx.at) : null, lostUntil });
    if (blind ? !wasBlind : !alert.isBlind(point.point)) this.changed.push({ point: point.point, rule: point.rule });
  }

  settle(): void {
    const { alerts, alert, blind, ctx, before } = this;
    alerts.touched.add(alert.record);
    if (!blind) awaitEasingAnew(alert.record, ctx);
    if (this.changed.length === 0) return;
    const sound = blind && this.maySound();
    const [{ point, rule }] = this.changed;
    const points = this.changed.length > 1 ? this.changed.map((one) => one.point) : undefined;
    const change = blind ? 'went-blind' : 'sight-restored';
    tell(alert, ctx, before, { change, point, rule, points, sound, worsens: sound }, this.numbers);
  }

  /** Whether the loss of one of the points is news; that it is blind is told each time, and stands on the alert. */
  private maySound(): boolean {
    const { alert, ctx } = this;
    return this.changed.some(({ point }) => alert.ofPoint(point).every((p) => !isChatter(p, CHATTER_MS, ctx.at)));
  }
}
