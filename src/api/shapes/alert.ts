/**
 * The few pure questions that server and screen ask of an alert: who has acknowledged it, which state my level sees, which
 * is worse. It grades nothing; the engine did.
 */
import type { Alert, AlertState, DutyLevel } from '../../model/alert.ts';
import { DUTY_LEVELS } from '../../model/alert.ts';
import type { GradeName } from '../../model/grade.ts';
import { gradeOf } from '../../model/grade.ts';

export const ALERT_KINDS = ['hazard', 'device'] as const;
export const HANDLINGS = ['new', 'verified', 'handling', 'fed-back', 'closed'] as const;

/** Grades from worst to least, the order of every count, legend and filter. */
export const GRADES_WORST_FIRST = ['red', 'orange', 'yellow', 'blue'] as const satisfies readonly GradeName[];

/** What the questions below need of an alert: any alert, or a row a screen keeps of one. */
export type AckView = Pick<Alert, 'state' | 'acked' | 'ackedLevel' | 'handling'>;

/** True when an acknowledgement at `level` or above covers the alert as it is now: its sound and timer are off there. */
export function ackedAt(alert: Pick<Alert, 'ackedLevel'>, level: DutyLevel): boolean {
  return alert.ackedLevel !== null && DUTY_LEVELS.indexOf(alert.ackedLevel) >= DUTY_LEVELS.indexOf(level);
}

/**
 * ISA-18.2 state as `level` sees it. The alert carries what the lowest level sees; a higher one that has not
 * acknowledged still owes its answer. Shelved, suppressed, out-of-service and latched are the same for everyone.
 */
export function stateFor(alert: AckView, level: DutyLevel): AlertState {
  if (alert.handling === 'closed' || ackedAt(alert, level)) return alert.state;
  if (alert.state === 'acknowledged') return 'unacknowledged';
  return alert.state === 'normal' && alert.acked ? 'returned-unacknowledged' : alert.state;
}

/** True for the two states in which `level` still owes an acknowledgement. */
export function owesAcknowledgement(alert: AckView, level: DutyLevel): boolean {
  const state = stateFor(alert, level);
  return state === 'unacknowledged' || state === 'returned-unacknowledged';
}

/**
 * True when an answer to the alert is asked of somebody with this scope. Everyone sees the service's own alarms; only who
 * answers for the whole service may quiet them, so nobody else owes it.
 */
export function concerns(alert: Pick<Alert, 'division'>, scope: Scope): boolean {
  return alert.division !== '' || (scope.division === undefined && scope.enterprise === undefined);
}
interface Scope {
  readonly division?: string | undefined;
  readonly enterprise?: string | undefined;
}

/** Order of every alert list: unacknowledged at `level` first, then the worse grade, then the one that grew worse last, then the id. */
export function worstFirst(level: DutyLevel): (a: Alert, b: Alert) => number {
  return (a, b) =>
    Number(owesAcknowledgement(b, level)) - Number(owesAcknowledgement(a, level)) ||
    gradeOf(b.grade) - gradeOf(a.grade) ||
    b.worsenedAt - a.worsenedAt ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** True while the alert belongs on a list of open alerts. */
export function isOpen(alert: Pick<Alert, 'closedAt'>): boolean {
  return alert.closedAt === undefined;
}

export type PerGrade = Record<GradeName, number>;

/** How many alerts of each grade. */
export function countByGrade(alerts: Iterable<Pick<Alert, 'grade'>>): PerGrade {
  const counts: PerGrade = { red: 0, orange: 0, yellow: 0, blue: 0 };
  for (const { grade } of alerts) counts[grade]++;
  return counts;
}

/**
 * Per grade, the exclusive-or of FNV-1a over `id:seq`: independent of order, so a screen can keep its own and compare it
 * with the server's at every snapshot.
 */
export function checksumByGrade(alerts: Iterable<Pick<Alert, 'grade' | 'id' | 'seq'>>): PerGrade {
  const sums: PerGrade = { red: 0, orange: 0, yellow: 0, blue: 0 };
  for (const { grade, id, seq } of alerts) sums[grade] = (sums[grade] ^ fnv1a(`${id}:${seq}`)) >>> 0;
  return sums;
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
