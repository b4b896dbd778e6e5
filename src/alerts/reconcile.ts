/**
 * An alert that was recorded, and told to people, otherwise than this engine derives it: by another version of it, or in a life
 * that ended before the log had all of it. What was recorded stands, so nothing becomes calmer by it: a grade that was worse is
 * held until good readings bring it down, and an alert that nobody derives any more owes an answer. One transition says what is
 * believed from here on. It compares and tells; it asks no store.
 */
import type { Alert } from '../model/alert.ts';
import { gradeOf } from '../model/grade.ts';
import { leave, takeIn } from './condition/contributors.ts';
import { awaitEasing } from './grade/ease-in-silence.ts';
import { OpenAlert } from './open-alert.ts';
import type { OpenAlerts } from './open-alerts.ts';
import type { AlertRecord, Contribution, GroupRef } from './record.ts';
import { begun } from './record.ts';
import { NORMAL } from './state/flags.ts';
import type { BookContext } from './tell.ts';
import { tell } from './tell.ts';
import { viewOf } from './view.ts';

/** What an alert was recorded as last; without it, nothing was ever recorded of it. */
export interface RecordedAlert {
  readonly id: string;
  readonly recorded?: Alert | undefined;
}

/** What a recorded alert is about, in the registry as it is now: its group, and those of its contributors that still exist. */
export interface Standing {
  readonly group: GroupRef;
  readonly contributions: readonly Contribution[];
}

/** Whether what was recorded of an alert is what is believed of it. Of one that is over nothing need be believed. */
export function isAsRecorded(believed: Alert | undefined, recorded: Alert | undefined): boolean {
  if (believed === undefined) return recorded === undefined || recorded.closedAt !== undefined;
  return recorded !== undefined && JSON.stringify(essenceOf(believed)) === JSON.stringify(essenceOf(recorded));
}

/** What somebody would do something else for. Its numbers move without a transition, and its seq without a meaning. */
function essenceOf({ state, grade, handling, ackedLevel, latched, closedAt, points }: Alert): unknown {
  const standing = points.map(({ id, rule, level, active, held }) => [id, rule, level, active, held]);
  return [state, grade, handling, ackedLevel, latched, closedAt === undefined, standing];
}

/** `upTo`: number of the newest transition that was recorded; what was told since carries what is believed. */
export function reconcile(
  alerts: OpenAlerts,
  { id, recorded }: RecordedAlert,
  upTo: number,
  standingOf: (alert: Alert) => Standing,
  ctx: BookContext,
): void {
  const alert = alerts.ofId(id);
  if (alert !== undefined) restate(alerts, alert, recorded, upTo, ctx);
  else if (recorded !== undefined && recorded.closedAt === undefined) {
    const forgotten = remembered(recorded, standingOf(recorded), ctx);
    // A fault of a device is there or not; and the same trouble is not told under two names.
    const isOver = recorded.kind === 'device' || alerts.isClosed(id) || alerts.ofKey(recorded.key) !== undefined;
    if (isOver) end(alerts, forgotten, recorded, ctx);
    else takeUp(alerts, forgotten, recorded, ctx);
  }
}

function restate(
  alerts: OpenAlerts,
  alert: OpenAlert,
  recorded: Alert | undefined,
  upTo: number,
  ctx: BookContext,
): void {
  const { record } = alert;
  const believed = viewOf(alert, (slot) => ctx.describe(slot), ctx.partition);
  if (record.seq > upTo || isAsRecorded(believed, recorded)) return;
  alerts.touched.add(record);
  const told = recorded?.closedAt === undefined ? recorded : undefined;
  const isWorse = told === undefined || isWorseThan(believed, told);
  const gradeBefore = gradeOf(told?.grade ?? 'none');
  if (told !== undefined && gradeBefore > record.grade) {
    record.grade = gradeBefore;
    record.reasons = told.reasons;
    if (record.grade > record.peakGrade) record.peakGrade = record.grade;
    record.easingSince = ctx.at;
    awaitEasing(record, ctx);
  }
  const before = { state: told?.state ?? 'normal', grade: gradeBefore };
  // An answer that was still owed goes on being owed.
  const worsens = isWorse || (told?.acked === false && believed.acked);
  tell(alert, ctx, before, { change: 'reconciled', sound: isWorse && record.flags.active, worsens });
}

/** Nobody was told of it, or only of less: what was answered does not cover it. */
function isWorseThan(believed: Alert, told: Alert): boolean {
  if (gradeOf(believed.grade) > gradeOf(told.grade) || (told.acked && !believed.acked)) return true;
  const known = new Set(told.points.flatMap(({ id, rule, active }) => (active ? [`${id} ${rule}`] : [])));
  return believed.points.some(({ id, rule, active }) => active && !known.has(`${id} ${rule}`));
}

/** People were told of it and wait for it; that its condition stands, nobody says. */
function takeUp(alerts: OpenAlerts, alert: OpenAlert, { state, grade }: Alert, ctx: BookContext): void {
  alerts.adopt(alert);
  awaitEasing(alert.record, ctx);
  tell(alert, ctx, { state, grade: gradeOf(grade) }, { change: 'reconciled', worsens: true });
}

function end(alerts: OpenAlerts, alert: OpenAlert, { state, grade }: Alert, ctx: BookContext): void {
  const { record } = alert;
  record.flags = NORMAL;
  record.handling = 'closed';
  record.closedAt = ctx.at;
  tell(alert, ctx, { state, grade: gradeOf(grade) }, { change: 'reconciled' });
  alerts.remember(record.id, ctx.at);
}

/** As it was recorded, with nobody who contributes. */
function remembered(recorded: Alert, { group, contributions }: Standing, ctx: BookContext): OpenAlert {
  const alert = new OpenAlert(recordOf(recorded, group, ctx));
  for (const c of contributions) {
    takeIn(alert, c, ctx.at, {});
    leave(alert, alert.find(c.slot)!, c.shown ?? {}, ctx.at);
  }
  return alert;
}

function recordOf(recorded: Alert, group: GroupRef, { at, unsaved }: BookContext): AlertRecord {
  const { grade, peakGrade, activatedAt, clearedAt, acknowledgements, reasons, activations } = recorded;
  const { seq, worsenedSeq, worsenedAt, duties, links } = recorded;
  return {
    ...begun({ ...recorded, group, unsaved }),
    flags: { ...NORMAL, acked: false },
    grade: gradeOf(grade),
    peakGrade: gradeOf(peakGrade),
    changedAt: at,
    activatedAt: activatedAt ?? null,
    clearedAt: clearedAt ?? at,
    acknowledgements: [...acknowledgements],
    reasons,
    activations,
    seq,
    worsenedSeq,
    worsenedAt,
    duties,
    links,
    easingSince: at,
  };
}
