/**
 * The alert list as it is drawn: two zones, their order, the counts, and what a filter hides. Pure; it decides nothing
 * about an alert and leaves words and pixels to others.
 */
import type { Alert } from '../../../src/api/schemas/alerts.ts';
import type { User } from '../../../src/api/schemas/session.ts';
import type { PerGrade } from '../../../src/api/shapes/alert.ts';
import { countByGrade, owesAcknowledgement, worstFirst } from '../../../src/api/shapes/alert.ts';
import type { Pending } from '../../live/state.ts';

export type DutyLevel = User['level'];
export type Grade = Alert['grade'];
export type AlertPoint = Alert['points'][number];

export const GRADES: readonly Grade[] = ['red', 'orange', 'yellow', 'blue'];

/** What may be filtered out, each by its own chip. */
export const FILTERS = ['hazard', 'device', 'red', 'orange', 'yellow', 'blue', 'handled'] as const;
export type Filter = (typeof FILTERS)[number];

export interface ListView {
  /** Owe an acknowledgement at this level. */
  readonly owed: readonly Alert[];
  readonly handled: readonly Alert[];
  /** Per filter in use, how many alerts it hides. */
  readonly hidden: ReadonlyMap<Filter, number>;
}

const GRADE_RANK = { red: 0, orange: 1, yellow: 2, blue: 3 } as const;

/**
 * The order of every list of the service, with two things before time: hazards come before instruments, and of one grade
 * what still stands comes before what is already over.
 */
export function listOrder(level: DutyLevel): (a: Alert, b: Alert) => number {
  const order = worstFirst(level);
  const owes = (alert: Alert): number => Number(owesAcknowledgement(alert, level));
  return (a, b) =>
    Number(a.kind === 'device') - Number(b.kind === 'device') ||
    owes(b) - owes(a) ||
    GRADE_RANK[a.grade] - GRADE_RANK[b.grade] ||
    Number(b.active) - Number(a.active) ||
    order(a, b);
}

function meets(filter: Filter, alert: Alert, owed: boolean): boolean {
  if (filter === 'handled') return !owed;
  return filter === alert.kind || filter === alert.grade;
}

export function listView(alerts: Iterable<Alert>, level: DutyLevel, filters: ReadonlySet<Filter>): ListView {
  const owed: Alert[] = [];
  const handled: Alert[] = [];
  const hidden = new Map<Filter, number>([...filters].map((filter) => [filter, 0]));
  for (const alert of alerts) {
    const owes = owesAcknowledgement(alert, level);
    // No filter may hide a red that nobody has acknowledged.
    const mustShow = owes && alert.grade === 'red';
    let shown = true;
    for (const filter of mustShow ? [] : filters) {
      if (!meets(filter, alert, owes)) continue;
      shown = false;
      hidden.set(filter, (hidden.get(filter) ?? 0) + 1);
    }
    if (shown) (owes ? owed : handled).push(alert);
  }
  const order = listOrder(level);
  return { owed: owed.sort(order), handled: handled.sort(order), hidden };
}

export interface Counts {
  readonly all: PerGrade;
  readonly owed: PerGrade;
}

/** Of everything there is, whatever is filtered. */
export function countAlerts(alerts: Iterable<Alert>, level: DutyLevel): Counts {
  const list = [...alerts];
  return { all: countByGrade(list), owed: countByGrade(list.filter((alert) => owesAcknowledgement(alert, level))) };
}

/** The worst alert that nobody has acknowledged; filters have no say. */
export function worstOwed(alerts: Iterable<Alert>, level: DutyLevel): Alert | undefined {
  const order = listOrder(level);
  let worst: Alert | undefined;
  for (const alert of alerts) {
    if (owesAcknowledgement(alert, level) && (worst === undefined || order(alert, worst) < 0)) worst = alert;
  }
  return worst;
}

/**
 * Whether the lamp is off because an acknowledgement is on its way. One that was sent before the alert became worse
 * covers nothing: the lamp is back at once, not when the refusal arrives.
 */
export function ackUnderWay(alert: Alert, pending: Pending | undefined): boolean {
  return pending?.kind === 'acknowledge' && pending.seenSeq >= alert.worsenedSeq;
}

const LEVEL_RANK = { none: 0, PRE: 1, H: 2, HH: 3 } as const;

/** The contributor a row speaks of: still active, furthest gone, first there. */
export function leadPoint(alert: Pick<Alert, 'points'>): AlertPoint | undefined {
  const active = alert.points.filter((point) => point.active);
  return [...(active.length > 0 ? active : alert.points)].sort(
    (a, b) => LEVEL_RANK[b.level] - LEVEL_RANK[a.level] || a.since - b.since,
  )[0];
}

/**
 * A list held still under somebody's pointer: the rows keep their places, what is gone disappears, what is new waits
 * and is counted.
 */
export function holdOrder(
  held: readonly string[],
  rows: readonly Alert[],
): { readonly rows: readonly Alert[]; readonly waiting: number } {
  const byId = new Map(rows.map((alert) => [alert.id, alert]));
  const kept = held.flatMap((id) => byId.get(id) ?? []);
  return { rows: kept, waiting: rows.length - kept.length };
}

/** Points whose live values the list needs, the most urgent first, at most `max`. */
export function watchedPoints(view: ListView, opened: Alert | undefined, max: number): string[] {
  const ids = new Set<string>();
  const add = (point: AlertPoint | undefined): void => {
    if (point !== undefined && point.number >= 0 && ids.size < max) ids.add(point.id);
  };
  for (const point of opened?.points ?? []) add(point);
  for (const alert of [...view.owed, ...view.handled]) add(leadPoint(alert));
  return [...ids];
}
