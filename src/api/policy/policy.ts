/**
 * The one place that decides who may see and do what. Every query and every push asks here; it knows no request and no
 * socket. What lies outside somebody's scope does not exist for them (404), what their role may not do is refused (403).
 */
import type { Alert, DutyLevel } from '../../model/alert.ts';
import type { CommandKind, PolicyDecision } from '../../model/command.ts';
import { COMMAND_KINDS } from '../../model/command.ts';
import { divisionPath, pathWithin } from '../../model/division.ts';
import type { GradeName } from '../../model/grade.ts';
import type { DataScope, User } from '../schemas/session.ts';
import { concerns } from '../shapes/alert.ts';
import type { ErrorCode } from '../shapes/error-codes.ts';
import type { Role } from '../shapes/session.ts';

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

/** Standing of a role in closing alerts; 0 may not command at all. */
const STANDING: Readonly<Record<Role, number>> = {
  viewer: 0,
  leader: 0,
  auditor: 0,
  operator: 1,
  'shift-lead': 2,
  'safety-director': 3,
  'park-duty': 3,
  'county-duty': 4,
  'city-duty': 5,
  'province-duty': 6,
  admin: 6,
};

/** Who may close: blue the operator, yellow the safety director, orange the county, red the city (proposal of ours). */
const CLOSING: Readonly<Record<GradeName, number>> = { blue: 1, yellow: 3, orange: 4, red: 5 };

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

/** True when nothing narrows what the person sees. */
export function seesEverything(user: Pick<Principal, 'scope'>): boolean {
  return user.scope.division === undefined && user.scope.enterprise === undefined;
}

/** Why the person may not do `kind` to this alert (that they can see); undefined when they may. */
export function mayCommand(
  user: Principal,
  kind: CommandKind,
  alert: Pick<Alert, 'division' | 'enterprise' | 'peakGrade'>,
): ErrorCode | undefined {
  if (!mayRead(user, alert)) return 'no-such-alert';
  if (STANDING[user.role] === 0) return 'not-permitted';
  if (!concerns(alert, user.scope)) return 'not-permitted';
  if (user.readOnly) return 'session-expired';
  // By the worst grade it had: a red that eased still owes its review by whoever may close a red.
  if (kind === 'close' && STANDING[user.role] < CLOSING[alert.peakGrade]) return 'level-too-low';
  return undefined;
}

/** What is recorded with a command that was allowed: by which rule, and within which scope. */
export function decisionOf({ role, scope }: Principal, kind: CommandKind): PolicyDecision {
  return { act: kind, role, rule: `${role} may ${kind}`, scope };
}

/** Why the person may not change the registry; undefined when they may. */
export function mayConfigure(user: Principal): ErrorCode | undefined {
  if (user.role !== 'admin') return 'not-permitted';
  return user.readOnly ? 'session-expired' : undefined;
}

/** Why the person may not send readings in the name of a gateway there; undefined when they may. */
export function maySendReadings(user: Principal, place: Place): ErrorCode | undefined {
  return mayRead(user, place) ? mayConfigure(user) : 'not-found';
}

/** The person as the API shows them, with what their role may ever do. */
export function describeUser(user: Principal): User {
  return {
    name: user.name,
    displayName: user.displayName,
    role: user.role,
    level: user.level,
    scope: user.scope,
    may: {
      command: STANDING[user.role] === 0 ? [] : COMMAND_KINDS,
      configure: user.role === 'admin',
      audit: user.role === 'auditor' || user.role === 'admin',
    },
  };
}
