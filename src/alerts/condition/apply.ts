/**
 * Applies the facts of one input to the open alerts, in their order. What happens to one alert in one go (points that join,
 * points that leave, points that lose sight) is one run: graded once, told once, with all its points by name. Order within
 * an alert is kept; a run ends where something else happens to the alert.
 */
import { NONE } from '../../model/level.ts';
import { mayStepDown } from '../grade/easing.ts';
import { keyOf } from '../key.ts';
import type { OpenAlert } from '../open-alert.ts';
import type { Found, OpenAlerts } from '../open-alerts.ts';
import type { Contribution, GroupRef } from '../record.ts';
import type { BookContext } from '../tell.ts';
import { Entering } from './enter.ts';
import type { EndCause, Fact, LevelFact, MissedFact, SightFact } from './fact.ts';
import { Leaving } from './leave.ts';
import { Missing } from './missed.ts';
import { sampled } from './sampled.ts';
import { ChangeOfSight } from './sight.ts';

type Run = Entering | Leaving | ChangeOfSight | Missing;

export function applyFacts(alerts: OpenAlerts, facts: Iterable<Fact>, ctx: BookContext): void {
  const input = new Application(alerts, ctx);
  for (const fact of facts) input.take(fact);
  input.finish();
}

class Application {
  private readonly alerts: OpenAlerts;
  private readonly ctx: BookContext;
  /** In the order in which they began. */
  private readonly runs = new Map<OpenAlert, Run>();

  constructor(alerts: OpenAlerts, ctx: BookContext) {
    this.alerts = alerts;
    this.ctx = ctx;
  }

  take(fact: Fact): void {
    if (fact.kind === 'level') this.level(fact);
    else if (fact.kind === 'sight') this.sight(fact);
    else if (fact.kind === 'sampled') {
      const alert = this.alerts.ofKey(fact.key);
      if (alert === undefined || alert.record.easingSince === null) return;
      // Who was never in it says nothing of the place that was in alarm.
      if (alert.ofPoint(fact.point).length === 0) return;
      // Nearly every reading of a message completes nothing: it must not end what is going on.
      if (mayStepDown(alert.record, fact.at, this.ctx.at)) this.settle(alert);
      sampled(this.alerts, fact.key, fact.at, this.ctx);
    } else if (fact.contribution.level !== NONE) this.missed(fact);
  }

  finish(): void {
    for (const alert of [...this.runs.keys()]) this.settle(alert);
  }

  private missed({ group, contribution }: MissedFact): void {
    const key = keyOf(group);
    const open = this.alerts.ofKey(key);
    let run = open === undefined ? undefined : this.runs.get(open);
    if (!(run instanceof Missing)) {
      const { alert, isNew } = this.afresh(key, group, { at: contribution.at, retrospective: true });
      run = new Missing(this.alerts, alert, isNew, this.ctx);
      this.runs.set(alert, run);
    }
    run.take(contribution);
  }

  private level(fact: LevelFact): void {
    const { slot, contribution } = fact;
    if (contribution !== undefined) this.enter(fact, contribution);
    else {
      const alert = this.alerts.ofSlot(slot);
      if (alert !== undefined) this.leave(alert, fact, fact.cause);
    }
  }

  private enter(fact: LevelFact, c: Contribution): void {
    const { group, slot, at } = fact;
    if (c.level === NONE) return;
    const key = keyOf(group);
    const elsewhere = this.alerts.ofSlot(slot);
    // The point was moved to another source: the alert it leaves must say so, and must not look calmer than it is.
    if (elsewhere !== undefined && elsewhere.record.key !== key) this.leave(elsewhere, fact, 'limit-changed');
    const open = this.alerts.ofKey(key);
    const run = open === undefined ? undefined : this.runs.get(open);
    if (run instanceof Entering && run.takes(c)) run.take(fact, c);
    else this.begin(key, group, at).take(fact, c);
  }

  private begin(key: string, group: GroupRef, at: number): Entering {
    const { alert, isNew } = this.afresh(key, group, { at, retrospective: false });
    const run = new Entering(this.alerts, alert, isNew, this.ctx);
    this.runs.set(alert, run);
    return run;
  }

  /** The alert for a new run; looked for only after what ran before, which may have ended it. */
  private afresh(key: string, group: GroupRef, found: Found): { readonly alert: OpenAlert; readonly isNew: boolean } {
    this.end(key);
    const open = this.alerts.ofKey(key);
    return { alert: open ?? this.alerts.begin(group, key, found, this.ctx), isNew: open === undefined };
  }

  private leave(alert: OpenAlert, fact: LevelFact, cause: EndCause): void {
    if (alert.active(fact.slot) === undefined) return;
    let run = this.runs.get(alert);
    if (!(run instanceof Leaving && run.cause === cause)) {
      this.settle(alert);
      run = new Leaving(this.alerts, alert, cause, this.ctx);
      this.runs.set(alert, run);
    }
    run.take(fact);
  }

  private sight(fact: SightFact): void {
    const { slot, blind } = fact;
    const alert = this.alerts.ofSlot(slot);
    const point = alert?.active(slot);
    if (alert === undefined || point === undefined || alert.record.group.kind === 'device') return;
    if (blind === (point.blindSince !== null)) return;
    let run = this.runs.get(alert);
    if (!(run instanceof ChangeOfSight && run.blind === blind)) {
      this.settle(alert);
      run = new ChangeOfSight(this.alerts, alert, blind, this.ctx);
      this.runs.set(alert, run);
    }
    run.take(fact);
  }

  private end(key: string): void {
    const alert = this.alerts.ofKey(key);
    if (alert !== undefined) this.settle(alert);
  }

  private settle(alert: OpenAlert): void {
    const run = this.runs.get(alert);
    if (run === undefined) return;
    this.runs.delete(alert);
    run.settle();
  }
}
