/**
 * Device alarms: faults of points, gateways and the service itself, keyed (subject, fault), blue or yellow, never folded
 * into a hazard alert. It names subjects and speaks to the book; what is a fault is decided by its callers.
 */
import type { Grade } from '../model/grade.ts';
import type { DeviceFault } from '../model/hazard.ts';
import { HIGH } from '../model/level.ts';
import type { Fold } from './fold.ts';

export type DeviceGrade = 'blue' | 'yellow';
export type FaultDetail = Readonly<Record<string, string | number | boolean>>;

/** What a device alarm is about: a point id, a gateway `{enterprise}/~{gateway}`, or `service`. */
export interface Subject {
  readonly id: string;
  /** Point number, or −1. */
  readonly number: number;
  readonly enterprise: string;
  readonly source: string;
}

export const SERVICE: Subject = { id: 'service', number: -1, enterprise: '', source: 'service' };

export function pointSubject(fold: Fold, number: number): Subject {
  const point = fold.state.registry.points[number];
  return { id: point.id, number, enterprise: point.enterprise, source: point.source };
}

export function gatewaySubject(fold: Fold, gateway: number): Subject {
  const { enterprise, id } = fold.state.registry.gateways[gateway];
  const subject = `${enterprise}/~${id}`;
  return { id: subject, number: -1, enterprise, source: subject };
}

export function raiseDeviceAlarm(
  fold: Fold,
  subject: Subject,
  fault: DeviceFault,
  grade: DeviceGrade,
  detail: FaultDetail,
): void {
  const slot = fold.engineSlot(`${subject.id}|${fault}`);
  fold.changes.push({
    kind: 'alarm',
    group: deviceGroup(fold, subject, fault, grade === 'yellow' ? 2 : 1),
    slot,
    contribution: {
      slot,
      point: subject.id,
      number: subject.number,
      rule: fault,
      level: HIGH,
      at: fold.at,
      uncertain: false,
      latched: false,
      offDelayMs: 0,
      floors: [],
      persistenceMs: Number.MAX_SAFE_INTEGER,
      responseMs: 0,
      detail,
    },
    cause: 'cleared',
  });
}

export function clearDeviceAlarm(fold: Fold, subject: Subject, fault: DeviceFault): void {
  const slot = fold.state.engineSlots.get(`${subject.id}|${fault}`);
  if (slot === undefined) return;
  const group = deviceGroup(fold, subject, fault, 1);
  fold.changes.push({ kind: 'alarm', group, slot, contribution: undefined, cause: 'cleared' });
}

function deviceGroup(fold: Fold, subject: Subject, fault: DeviceFault, grade: Grade) {
  return {
    kind: 'device' as const,
    enterprise: subject.enterprise,
    division: fold.state.registry.divisionOf(subject.enterprise),
    source: subject.source,
    hazard: fault,
    subject: subject.id,
    sourceClass: 'C' as const,
    response: 'process' as const,
    exercise: false,
    deviceGrade: grade,
  };
}
