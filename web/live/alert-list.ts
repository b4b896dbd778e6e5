/**
 * The alert list as it is drawn: two zones, their order, the counts, and what a filter hides. Pure; it decides nothing
 * about an alert and leaves words and pixels to others.
 */
import type { Alert } from '../../src/api/schemas/alerts.ts';
import type { User } from '../../src/api/schemas/session.ts';
import type { PerGrade } from '../../src/api/shapes/alert.ts';
import { concerns, countByGrade, isOpen, owesAcknowledgement, worstFirst } from '../../src/api/shapes/alert.ts';
import type { Pending } from './state.ts';

/** Who sits at the desk: whose duty an answer is, and what they see. */
export type Duty = Pick<User, 'level' | 'scope'>;
export type Grade = Alert['grade'];
export type AlertPoint = Alert['points'][number];

export const GRADES: readonly Grade[] = ['red', 'orange', 'yellow', 'blue'];

/** What may be filtered out, each by its own chip. */
export const FILTERS = ['hazard', 'device', 'red', 'orange', 'yellow', 'blue', 'handled'] as const;
export type Filter = (typeof FILTERS)[number];

export interface ListView {
  /** Owe an acknowledgement of this desk. */
  readonly owed: readonly Alert[];
  readonly handled: readonly Alert[];
  /** Per filter in use, how many alerts it hides. */
  readonly hidden: ReadonlyMap<Filter, number>;
}

const GRADE_RANK = { red: 0, orange: 1, yellow: 2, blue: 3 } as const;

/** True when this desk owes the alert an answer: its level does, and the alert is one that it may answer. */
export function owesAnswer(alert: Alert, { level, scope }: Duty): boolean {
  return owesAcknowledgement(alert, level) && concerns(alert, scope);
}

/**
 * The order of every list of the service, with two things before time: hazards come before instruments, and of one grade
 * what still stands comes before what is already over.
 */
function listOrder(duty: Duty): (a: Alert, b: Alert) => number {
  const order = worstFirst(duty.level);
  const owes = (alert: Alert): number => Number(owesAnswer(alert, duty));
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

export function listView(alerts: Iterable<Alert>, duty: Duty, filters: ReadonlySet<Filter>): ListView {
  const owed: Alert[] = [];
  const handled: Alert[] = [];
  const hidden = new Map<Filter, number>([...filters].map((filter) => [filter, 0]));
  for (const alert of alerts) {
    const owes = owesAnswer(alert, duty);
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
  const order = listOrder(duty);
  return { owed: owed.sort(order), handled: handled.sort(order), hidden };
}

export interface Counts {
  readonly all: PerGrade;
  readonly owed: PerGrade;
}

/** Of everything there is, whatever is filtered. */
export function countAlerts(alerts: Iterable<Alert>, duty: Duty): Counts {
  const list = [...alerts];
  return { all: countByGrade(list), owed: countByGrade(list.filter((alert) => owesAnswer(alert, duty))) };
}

/** The worst alert that nobody has acknowledged; filters have no say. */
export function worstOwed(alerts: Iterable<Alert>, duty: Duty): Alert | undefined {
  const order = listOrder(duty);
  let worst: Alert | undefined;
  for (const alert of alerts) {
    if (owesAnswer(alert, duty) && (worst === undefined || order(alert, worst) < 0)) worst = alert;
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

/**
 * Contributors as they are told: what still stands first, readings before the loss of sight (gas at its limit must not read
 * like a broken line), the furthest gone, the first there.
 */
export function inOrder(points: readonly AlertPoint[]): AlertPoint[] {
  const watching = ({ rule }: AlertPoint): number => Number(rule === 'coverage');
  // An orange limit and a red one are both HH: the red one is what the alert is red by.
  const red = ({ limit }: AlertPoint): number => Number(limit?.endsWith('.red') === true);
  return [...points].sort(
    (a, b) =>
      Number(b.active) - Number(a.active) ||
      watching(a) - watching(b) ||
      LEVEL_RANK[b.level] - LEVEL_RANK[a.level] ||
      red(b) - red(a) ||
      a.since - b.since,
  );
}

/** The contributor a row speaks of. */
export function leadPoint(alert: Pick<Alert, 'points'>): AlertPoint | undefined {
  return inOrder(alert.points)[0];
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
  // What is closed is told as it was: nobody looks at what its points read now.
  if (opened !== undefined && isOpen(opened)) for (const point of opened.points) add(point);
  for (const alert of [...view.owed, ...view.handled]) add(leadPoint(alert));
  return [...ids];
}
