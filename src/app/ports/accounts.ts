/**
 * Users, sessions and audit as the API wants them, out of the state store. It translates shapes; what a role may do is
 * decided in the API's policy.
 */

import type { Accounts, SessionRecord, UserRecord } from '../../api/ports.ts';
import type { DataScope } from '../../api/schemas/session.ts';
import { divisionPath } from '../../model/division.ts';
import type { Role } from '../../model/role.ts';
import type { StateStore, User } from '../../store/state/port.ts';
import { pause, wallNow } from '../clock.ts';

/** Sessions of people who signed in while the disk took nothing: somebody must be able to answer an alarm then too. */
const UNSAVED_SESSIONS_MAX = 1_000;

/** Somebody else may have the state file locked: what was done is written down as soon as it is free. */
const AUDIT_TRIES = 20;
const AUDIT_RETRY_MS = 250;

export function accounts({ people, audit }: Pick<StateStore, 'people' | 'audit'>): Accounts {
  const unsaved = new Map<string, SessionRecord>();
  return {
    async user(name) {
      const user = await people.user(name);
      return user === undefined ? undefined : recordOf(user);
    },
    async addSession(session) {
      const { tokenHash, user, createdAt, expiresAt } = session;
      try {
        await people.openSession({ tokenHash, user, createdAt, expiresAt }, { actor: user, at: createdAt });
      } catch (error) {
        if (unsaved.size >= UNSAVED_SESSIONS_MAX) throw error;
        unsaved.set(tokenHash, session);
      }
    },
    async session(tokenHash) {
      // Expired ones too: a duty desk goes on showing, read-only, until somebody signs in again.
      return unsaved.get(tokenHash) ?? (await people.session(tokenHash, Number.NEGATIVE_INFINITY))?.session;
    },
    async endSession(tokenHash) {
      if (unsaved.delete(tokenHash)) return;
      const found = await people.session(tokenHash, Number.NEGATIVE_INFINITY);
      if (found !== undefined) await people.endSession(tokenHash, { actor: found.user.name, at: wallNow() });
    },
    async audit({ at, actor, action, object, address, outcome, detail }) {
      const entry = { at, actor, action, subject: object, detail: { address, outcome, detail } };
      for (let tries = 1; ; tries++) {
        try {
          return await audit.write(entry);
        } catch (error) {
          if (tries === AUDIT_TRIES) throw error;
          await pause(AUDIT_RETRY_MS);
        }
      }
    },
  };
}

export function storedUser(user: Omit<UserRecord, 'disabled'>, createdAt: number): User {
  const { name, displayName, role, level, scope, passwordHash } = user;
  return {
    name,
    displayName: displayName ?? name,
    role,
    level,
    scope: scope.division === undefined ? '' : divisionPath(scope.division),
    enterprise: scope.enterprise,
    passwordHash,
    createdAt,
  };
}

function recordOf(user: User): UserRecord {
  return {
    name: user.name,
    displayName: user.displayName,
    role: user.role as Role,
    level: user.level,
    scope: scopeOf(user),
    passwordHash: user.passwordHash,
    disabled: false,
  };
}

/** `32/3209/320921/p01` → park `320921-p01`; `32/3209` → `3209`. */
function scopeOf({ scope, enterprise }: User): DataScope {
  if (enterprise !== undefined) return { enterprise };
  if (scope === '') return {};
  const segments = scope.split('/');
  const last = segments[segments.length - 1];
  return { division: last.startsWith('p') ? `${segments[segments.length - 2]}-${last}` : last };
}
