/**
 * Who an alarm of the engine's own is about, and who is to blame for lost sight: points, gateways, our own link, the service.
 * Names and numbers only.
 */
import type { Fold } from './fold.ts';
import { BY_LINK, FIRST_GATEWAY, SEEN } from './observers.ts';
import type { EngineState } from './state.ts';

/** What a device alarm is about: a point id, a gateway `{enterprise}/~{gateway}`, or `service/{partition}`. */
export interface Subject {
  readonly id: string;
  /** Point number, or −1. */
  readonly number: number;
  readonly enterprise: string;
  readonly source: string;
  /** Of a drill: a point of one, or a gateway that nothing real is registered behind. */
  readonly exercise: boolean;
  /** As what it takes the sight of others (observers.ts): our own link, or a gateway. SEEN where it takes nobody's. */
  readonly cause: number;
}

/** Before the partition: what the service's own alarms are keyed by, and how inputs name the service. */
const SERVICE = 'service';

export function serviceSubject({ partition }: Pick<EngineState, 'partition'>): Subject {
  const id = `${SERVICE}/${partition}`;
  return { id, number: -1, enterprise: '', source: id, exercise: false, cause: BY_LINK };
}

export function pointSubject(fold: Fold, number: number): Subject {
  const point = fold.state.registry.points[number];
  return {
    id: point.id,
    number,
    enterprise: point.enterprise,
    source: point.source,
    exercise: point.exercise === true,
    cause: SEEN,
  };
}

export function gatewaySubject(fold: Fold, gateway: number): Subject {
  const { registry, groups } = fold.state;
  const { enterprise, id } = registry.gateways[gateway];
  const subject = `${enterprise}/~${id}`;
  const exercise = groups.isOfDrill(gateway);
  return { id: subject, number: -1, enterprise, source: subject, exercise, cause: FIRST_GATEWAY + gateway };
}

/** The subject of that id; one that is not registered (any more) is the service's to tell. */
export function subjectOf(fold: Fold, id: string): Subject {
  const { registry } = fold.state;
  const number = registry.pointNumbers.get(id);
  if (number !== undefined) return pointSubject(fold, number);
  const gateway = registry.gatewayNumbers.get(id.replace('/~', '/'));
  if (gateway !== undefined) return gatewaySubject(fold, gateway);
  const service = serviceSubject(fold.state);
  return id === SERVICE || id === service.id ? service : { ...service, id, cause: SEEN };
}

export function causeSubject(fold: Fold, cause: number): Subject {
  return cause === BY_LINK ? serviceSubject(fold.state) : gatewaySubject(fold, cause - FIRST_GATEWAY);
}
