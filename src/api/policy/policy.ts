/**
 * The one place that decides who may see and do what. Every query and every push asks here; it knows no request and no
 * socket. What lies outside somebody's scope does not exist for them (404), what their role may not do is refused (403).
 */
import type { Alert, DutyLevel } from '../../model/alert.ts';
import { mayClose, mayRelease } from '../../model/closing.ts';
import type { CommandKind, PolicyDecision } from '../../model/command.ts';
import { divisionPath, pathWithin } from '../../model/division.ts';
import type { Role } from '../../model/role.ts';
import type { DataScope, User } from '../schemas/session.ts';
import type { Acting } from '../shapes/acts.ts';
import { whyNot } from '../shapes/acts.ts';
import { GRADES_WORST_FIRST } from '../shapes/alert.ts';
import type { ErrorCode } from '../shapes/error-codes.ts';
import { closesUpTo, commandsOf, roleMay } from './roles.ts';

/** A signed-in person as the policy sees them. */
export interface Principal {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly level: DutyLevel;
  readonly scope: DataScope;
  /** The session has expired: it may read and may not act. */
  readonly readOnly: boolean;
}

/** Where something lies. An empty division is the service itself, which everyone sees. */
export interface Place {
  readonly division: string;
  readonly enterprise: string;
}

/** True when the person may see what lies at `place`. Scope is compared by whole segments. */
export function mayRead(user: Pick<Principal, 'scope'>, place: Place): boolean {
  if (place.division === '') return true;
  const { division, enterprise } = user.scope;
  if (enterprise !== undefined && enterprise !== place.enterprise) return false;
  return division === undefined || pathWithin(divisionPath(place.division), divisionPath(division));
}

/** True when the person may see a division by name: those of their scope and the ones above it, which are no secret. */
export function mayReadDivision(
  user: Pick<Principal, 'scope'>,
  code: string,
  ownDivision: string | undefined,
): boolean {
  const own = user.scope.enterprise === undefined ? user.scope.division : ownDivision;
  if (own === undefined) return user.scope.enterprise === undefined;
  const path = divisionPath(code);
  const below = user.scope.enterprise === undefined && pathWithin(path, divisionPath(own));
  return below || pathWithin(divisionPath(own), path);
}

/** Somebody, and where they sit: the place their scope begins at; undefined where an enterprise is not (any more) there. */
export interface Seated extends Pick<Principal, 'scope'> {
  readonly seat: Place | undefined;
}

/** True when one of the two sees where the other sits: those meet at alerts. */
export function mayKnow(a: Seated, b: Seated): boolean {
  return (b.seat !== undefined && mayRead(a, b.seat)) || (a.seat !== undefined && mayRead(b, a.seat));
}

/** True when nothing narrows what the person sees. */
export function seesEverything(user: Pick<Principal, 'scope'>): boolean {
  return user.scope.division === undefined && user.scope.enterprise === undefined;
}

/** Why the person may not do `kind` to this alert (that they can see); undefined when they may. */
export function mayCommand(
  user: Principal,
  kind: CommandKind,
  alert: Pick<Alert, 'division' | 'enterprise' | 'kind' | 'peakGrade'>,
): ErrorCode | undefined {
  return mayRead(user, alert) ? whyNot(acting(user), kind, alert)?.code : 'no-such-alert';
}

/** The person as their own session would ask for themselves. */
export const acting = (user: Principal): Acting => ({ ...user, may: { command: commandsOf(user.role) } });

/** What is recorded with a command that was allowed: by which rule, and within which scope. */
export function decisionOf({ role, scope }: Principal, kind: CommandKind): PolicyDecision {
  const rule = kind === 'close' ? `${role} may close up to ${closesUpTo(role)}` : `${role} may ${kind}`;
  return { act: kind, role, rule, scope };
}

/** Why the person may not change the registry; undefined when they may. */
export function mayConfigure(user: Principal): ErrorCode | undefined {
  if (!roleMay(user.role, 'configure')) return 'not-permitted';
  return user.readOnly ? 'session-expired' : undefined;
}

/** Why the person may not try a draft against the past; undefined when they may, with what lies in their scope. */
export function mayBacktest(user: Principal): ErrorCode | undefined {
  if (!roleMay(user.role, 'backtest')) return 'not-permitted';
  return user.readOnly ? 'session-expired' : undefined;
}

/** Why the person may not send readings in the name of a gateway there; undefined when they may. */
export function maySendReadings(user: Principal, place: Place): ErrorCode | undefined {
  if (!mayRead(user, place)) return 'not-found';
  if (!roleMay(user.role, 'send readings')) return 'not-permitted';
  return user.readOnly ? 'session-expired' : undefined;
}

/** The person as the API shows them, with what their role may ever do. */
export function describeUser(user: Principal): User {
  const { name, displayName, role, level, scope } = user;
  const worst = (may: typeof mayClose) =>
    GRADES_WORST_FIRST.find((peakGrade) => may(user, { kind: 'hazard', peakGrade }));
  const may = {
    command: commandsOf(role),
    closeUpTo: worst(mayClose),
    releaseUpTo: roleMay(role, 'release') ? worst(mayRelease) : undefined,
    configure: roleMay(role, 'configure'),
    audit: roleMay(role, 'audit'),
  };
  return { name, displayName, role, level, scope, may };
}
