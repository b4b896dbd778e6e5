/**
 * Device alarms: faults of points, gateways and the service itself, keyed (subject, fault), blue or yellow, never folded
 * into a hazard alert. It names subjects, delays what may flap and hands the alarm to the book; what is a fault is decided by
 * its callers. A gateway that took the sight of a hazard is told by that (coverage.ts), not by a second row beside it.
 */
import type { EndCause } from '../alerts/condition/fact.ts';
import type { Contribution, GroupRef } from '../alerts/record.ts';
import type { Grade } from '../model/grade.ts';
import type { DeviceFault } from '../model/hazard.ts';
import { LOST_SIGHT } from '../model/hazard.ts';
import { HIGH } from '../model/level.ts';
import { QUALITY_NAMES } from '../model/quality.ts';
import { MINUTE_MS } from '../model/time.ts';
import { numbersOfFault } from '../rules/watch.ts';
import { standsOut } from './derived/stands-out.ts';
import { faultName, rowOf } from './engine-slots.ts';
import { IN_PARENT, OWN_ROW, SILENT } from './fault-table.ts';
import type { Delays } from './faults.ts';
import { AT_ONCE, came, DELAYED, end, looked, stand, went } from './faults.ts';
import type { Fold } from './fold.ts';
import { worstClock } from './lateness.ts';
import { BY_LINK, FIRST_GATEWAY, SEEN } from './observers.ts';
import type { Subject } from './subjects.ts';
import { causeSubject } from './subjects.ts';

export type DeviceGrade = 'blue' | 'yellow';
export type FaultDetail = Readonly<Record<string, string | number | boolean>>;

interface FaultKind {
  readonly delays: Delays;
  /** It takes the sight of everything behind a gateway, or behind our own link. */
  readonly takesSight?: true;
  /** What the service says of itself: it died with the process, and is noticed anew where it is still there. */
  readonly ofProcess?: true;
}

/** Lost sight comes and goes, and is delayed. What the service or a rule does wrong is told each time. A new fault: one line. */
const FAULTS: Readonly<Record<DeviceFault, FaultKind>> = {
  offline: { delays: DELAYED, takesSight: true },
  silent: { delays: DELAYED, takesSight: true },
  link: { delays: DELAYED, takesSight: true },
  'bad-quality': { delays: DELAYED },
  // Deviation for 60 s (practice of 2oo3 voting, IEC 61511).
  'odd-one-out': { delays: { ...DELAYED, onMs: MINUTE_MS } },
  stuck: { delays: DELAYED },
  spike: { delays: DELAYED },
  drift: { delays: DELAYED },
  'clock-skewed': { delays: DELAYED },
  'rule-fault': { delays: AT_ONCE },
  'set-aside': { delays: AT_ONCE },
  storage: { delays: AT_ONCE, ofProcess: true },
  behind: { delays: AT_ONCE, ofProcess: true },
  'server-clock': { delays: AT_ONCE, ofProcess: true },
};
const faultsWhere = (isSo: (kind: FaultKind) => boolean): readonly DeviceFault[] =>
  (Object.keys(FAULTS) as DeviceFault[]).filter((fault) => isSo(FAULTS[fault]));
export const LOST_CAUSES = faultsWhere(({ takesSight }) => takesSight === true);
const OF_PROCESS = faultsWhere(({ ofProcess }) => ofProcess === true);

const BLUE = 1;
const YELLOW = 2;

const nameOf = ({ id }: Subject, fault: DeviceFault): string => faultName(id, fault);

/**
 * The fault is there. A repeated call changes nothing, a worse grade is told at once where the alarm stands. `detail` of a
 * delayed fault is worked out when its alarm is raised.
 */
export function raiseDeviceAlarm(
  fold: Fold,
  subject: Subject,
  fault: DeviceFault,
  grade: DeviceGrade,
  detail?: FaultDetail,
): void {
  const row = rowOf(fold.engineSlot(nameOf(subject, fault)));
  const { col } = fold.state.faults;
  const wanted = grade === 'yellow' ? YELLOW : BLUE;
  const isWorse = col.stands[row] === OWN_ROW && wanted > col.grade[row];
  const isDue = came(fold, row, FAULTS[fault].delays);
  col.grade[row] = isDue || col.stands[row] === SILENT ? wanted : Math.max(wanted, col.grade[row]);
  if (isDue) tell(fold, subject, fault, detail);
  else if (isWorse || (detail !== undefined && col.stands[row] === OWN_ROW)) contribute(fold, subject, fault, detail);
}

/** The fault is gone. */
export function clearDeviceAlarm(fold: Fold, subject: Subject, fault: DeviceFault): void {
  const slot = fold.state.engineSlots.find(nameOf(subject, fault));
  if (slot !== undefined && went(fold, rowOf(slot), FAULTS[fault].delays)) finish(fold, subject, fault);
}

/** A timer of the fault table that is a device alarm's. */
export function deviceFaultDue(fold: Fold, subject: Subject, fault: DeviceFault, due: number): void {
  const row = rowOf(fold.engineSlot(nameOf(subject, fault)));
  const task = looked(fold, row, due, FAULTS[fault].delays);
  if (task === 'raise') tell(fold, subject, fault);
  else if (task === 'end') finish(fold, subject, fault);
}

/** What the service said of itself died with the process. */
export function forgetOwnFaults(fold: Fold, service: Subject): void {
  for (const fault of OF_PROCESS) clearDeviceAlarm(fold, service, fault);
}

/** Another alert of the same cause says more: its device alarms are told there as long as it stands. */
export function foldIntoParent(fold: Fold, subject: Subject): void {
  for (const fault of LOST_CAUSES) {
    const slot = fold.state.engineSlots.find(nameOf(subject, fault));
    if (slot === undefined) continue;
    const row = rowOf(slot);
    if (fold.state.faults.col.stands[row] !== OWN_ROW) continue;
    withdraw(fold, subject, fault, { cause: 'told-elsewhere', toldIn: subject.id });
    stand(fold, row, IN_PARENT);
  }
}

/** The alert they were told in is over: what is still there is told by itself. */
export function unfoldFromParent(fold: Fold, subject: Subject): void {
  for (const fault of LOST_CAUSES) {
    const slot = fold.state.engineSlots.find(nameOf(subject, fault));
    if (slot === undefined) continue;
    const { present, stands } = fold.state.faults.col;
    const row = rowOf(slot);
    if (stands[row] !== IN_PARENT) continue;
    if (present[row] === 0) end(fold, row);
    else {
      stand(fold, row, OWN_ROW);
      contribute(fold, subject, fault);
    }
  }
}

/** Tells its alarm as it stands, where the book has it otherwise. */
export function retellFault(fold: Fold, subject: Subject, fault: DeviceFault): void {
  const slot = fold.engineSlot(nameOf(subject, fault));
  const { stands, grade } = fold.state.faults.col;
  const row = rowOf(slot);
  const told = fold.state.book.contributor(slot);
  if (stands[row] === OWN_ROW) {
    const isOther = told?.blinds !== undefined && told.blinds !== blindedBy(fold, subject);
    if ((told?.fixedGrade ?? 0) < grade[row] || isOther) contribute(fold, subject, fault);
  } else if (told !== undefined) {
    const isInParent = stands[row] === IN_PARENT;
    const ended: Ended = isInParent ? { cause: 'told-elsewhere', toldIn: subject.id } : howEnded(fold, subject, fault);
    withdraw(fold, subject, fault, ended);
  }
}

/** What is registered behind a gateway has changed so that its alarms are no longer those of a drill. */
export function tellAnew(fold: Fold, subject: Subject): void {
  for (const fault of [...LOST_CAUSES, 'clock-skewed'] as const) {
    const slot = fold.state.engineSlots.find(nameOf(subject, fault));
    if (slot === undefined) continue;
    const { stands, grade } = fold.state.faults.col;
    // What made it graver so far was a drill.
    grade[rowOf(slot)] = BLUE;
    if (stands[rowOf(slot)] === OWN_ROW) contribute(fold, subject, fault);
  }
  if (!isToldIn(fold, subject)) unfoldFromParent(fold, subject);
}

/** Whether the alert of lost sight of the same cause tells it: a drill's never tells a real one. */
function isToldIn({ state }: Fold, { cause, exercise }: Subject): boolean {
  return cause !== SEEN && state.coverage.tells(state, cause, exercise);
}

function tell(fold: Fold, subject: Subject, fault: DeviceFault, detail?: FaultDetail): void {
  const row = rowOf(fold.engineSlot(nameOf(subject, fault)));
  if (LOST_CAUSES.includes(fault) && isToldIn(fold, subject)) {
    stand(fold, row, IN_PARENT);
    return;
  }
  stand(fold, row, OWN_ROW);
  contribute(fold, subject, fault, detail);
}

function finish(fold: Fold, subject: Subject, fault: DeviceFault): void {
  const slot = fold.engineSlot(nameOf(subject, fault));
  if (fold.state.faults.col.stands[rowOf(slot)] === OWN_ROW)
    withdraw(fold, subject, fault, howEnded(fold, subject, fault));
  end(fold, rowOf(slot));
}

interface Ended {
  readonly cause: EndCause;
  readonly toldIn?: string | undefined;
}

/** The alarm of a point that is silent still has not cleared: who took it over tells it. */
function howEnded(fold: Fold, { number }: Subject, fault: DeviceFault): Ended {
  const { silent, lostBy } = fold.state.points.col;
  if (fault !== 'silent' || number < 0 || silent[number] === 0) return { cause: 'cleared' };
  const isTold = lostBy[number] === BY_LINK || lostBy[number] >= FIRST_GATEWAY;
  return { cause: 'told-elsewhere', toldIn: isTold ? causeSubject(fold, lostBy[number]).id : undefined };
}

function withdraw(fold: Fold, subject: Subject, fault: DeviceFault, ended: Ended): void {
  const group = deviceGroup(fold, subject, fault, BLUE);
  const slot = fold.engineSlot(nameOf(subject, fault));
  fold.changes.push({ kind: 'alarm', group, slot, contribution: undefined, ...ended });
}

function contribute(fold: Fold, subject: Subject, fault: DeviceFault, given?: FaultDetail): void {
  const slot = fold.engineSlot(nameOf(subject, fault));
  const grade = fold.state.faults.col.grade[rowOf(slot)] as Grade;
  fold.changes.push({
    kind: 'alarm',
    group: deviceGroup(fold, subject, fault, grade),
    slot,
    contribution: {
      ...engineContribution(fold, slot, subject, fault, given ?? detailOf(fold, subject, fault)),
      blinds: LOST_CAUSES.includes(fault) ? blindedBy(fold, subject) : undefined,
    },
    cause: 'cleared',
  });
}

/** How many points the subject has taken the sight of; undefined of one that takes nobody's. */
export function blindedBy({ state }: Fold, { cause, exercise }: Subject): number | undefined {
  return cause === SEEN ? undefined : state.coverage.blindedBy(state, cause, exercise);
}

/** What the engine itself contributes: known at once, never uncertain, graded by what it is. */
export function engineContribution(
  fold: Fold,
  slot: number,
  { id, number }: Pick<Subject, 'id' | 'number'>,
  rule: DeviceFault | typeof LOST_SIGHT,
  detail: FaultDetail,
): Contribution {
  return {
    slot,
    point: id,
    number,
    rule,
    level: HIGH,
    at: fold.at,
    uncertain: false,
    latched: false,
    offDelayMs: 0,
    chatterMs: rule === LOST_SIGHT ? DELAYED.chatterMs : FAULTS[rule].delays.chatterMs,
    floors: [],
    persistenceMs: Number.MAX_SAFE_INTEGER,
    responseMs: 0,
    detail,
  };
}

/** What is known of a delayed fault when its alarm is told. */
function detailOf(fold: Fold, { number, cause }: Subject, fault: DeviceFault): FaultDetail {
  const { points, gateways } = fold.state;
  if (fault === 'clock-skewed') {
    const gateway = cause - FIRST_GATEWAY;
    if (gateway < 0) return {};
    return { points: gateways.col.skewedPoints[gateway], ...worstClock(fold.state, gateway) };
  }
  if (number < 0) return {};
  if (fault === 'odd-one-out') return oddDetail(fold, number);
  const watched = numbersOfFault(fold.state.rules, number, fault);
  if (watched !== undefined) return watched;
  const { quality, silent, seen } = points.col;
  if (fault === 'bad-quality') return { quality: QUALITY_NAMES[quality[number]] };
  return { stage: silent[number] === 2 ? 'offline' : 'stale', neverSeen: seen[number] === 0 };
}

/** From what it stands out, and by how much. */
function oddDetail({ state }: Fold, number: number): FaultDetail {
  const by = standsOut(state, number);
  if (by === undefined) return {};
  const { value } = state.points.col;
  return { of: state.registry.points[by].id, value: value[number], median: value[by] };
}

function deviceGroup(fold: Fold, subject: Subject, fault: DeviceFault, grade: Grade): GroupRef {
  return {
    kind: 'device',
    enterprise: subject.enterprise,
    division: fold.state.registry.divisionOf(subject.enterprise),
    source: subject.source,
    hazard: fault,
    subject: subject.id,
    sourceClass: 'C',
    response: 'process',
    exercise: subject.exercise,
    deviceGrade: grade,
  };
}
