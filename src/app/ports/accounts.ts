/**
 * Users, sessions and audit as the API wants them, out of the state store. It translates shapes; what a role may do is
 * decided in the API's policy.
 */

import type { Accounts, SessionRecord, UserRecord } from '../../api/ports.ts';
import type { DataScope } from '../../api/schemas/session.ts';
import { divisionPath } from '../../model/division.ts';
import type { Role } from '../../model/role.ts';
import { SECOND_MS } from '../../model/time.ts';
import type { PeopleStore, StateStore, User } from '../../store/state/port.ts';
import { pause, wallNow, watch } from '../clock.ts';

/** Sessions of people who signed in while the disk took nothing: somebody must be able to answer an alarm then too. */
const UNSAVED_SESSIONS_MAX = 1_000;
/** Sessions that were seen, and are believed while the store is away; the oldest go. */
const SEEN_SESSIONS_MAX = 10_000;

/** Somebody else may have the state file locked: what was done is written down as soon as it is free. */
const AUDIT_TRIES = 20;
const AUDIT_RETRY_MS = 250;
/** A session that was ended while the store was away is ended there as soon as it is back. */
const END_RETRY_MS = SECOND_MS;

/** Whom the store has, as far as it could be read at the start. */
export interface KnownPeople {
  readonly users: readonly User[];
  readonly sessions: readonly SessionRecord[];
}

export function accounts(store: Pick<StateStore, 'people' | 'audit'>, known?: KnownPeople): Accounts {
  const { people, audit } = store;
  const unsaved = new Map<string, SessionRecord>();
  const seen = new SeenPeople(known);
  return {
    async user(name) {
      const user = await people.user(name).then(
        (found) => seen.user(name, found),
        (error: unknown) => seen.userInstead(name, error),
      );
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
      if (seen.isEnded(tokenHash)) return undefined;
      // Expired ones too: a duty desk goes on showing, read-only, until somebody signs in again.
      const kept = unsaved.get(tokenHash);
      if (kept !== undefined) return kept;
      return people.session(tokenHash, Number.NEGATIVE_INFINITY).then(
        (found) => seen.session(tokenHash, found?.session),
        (error: unknown) => seen.sessionInstead(tokenHash, error),
      );
    },
    async endSession(tokenHash) {
      unsaved.delete(tokenHash);
      seen.ended(tokenHash);
      // One that was kept in memory may be in the store too: it was slow, and took it all the same.
      const first = endStored(people, tokenHash);
      void first.then(
        () => seen.endedInStore(tokenHash),
        () => endLater(people, tokenHash).then(() => seen.endedInStore(tokenHash)),
      );
      await first.catch(() => undefined);
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

async function endStored(people: PeopleStore, tokenHash: string): Promise<void> {
  const found = await people.session(tokenHash, Number.NEGATIVE_INFINITY);
  if (found !== undefined) await people.endSession(tokenHash, { actor: found.user.name, at: wallNow() });
}

async function endLater(people: PeopleStore, tokenHash: string): Promise<void> {
  for (;;) {
    await watch(END_RETRY_MS);
    const isDone = await endStored(people, tokenHash).then(
      () => true,
      () => false,
    );
    if (isDone) return;
  }
}

/** People as the store last said: believed while it says nothing, because a desk must be able to answer an alarm then too. */
class SeenPeople {
  private readonly users: Map<string, User>;
  private readonly sessions: Map<string, SessionRecord>;
  /** Signed out, and perhaps still open in the store. */
  private readonly ending = new Set<string>();

  constructor(known: KnownPeople = { users: [], sessions: [] }) {
    this.users = new Map(known.users.map((user) => [user.name, user]));
    this.sessions = new Map(known.sessions.map((session) => [session.tokenHash, session]));
  }

  user(name: string, found: User | undefined): User | undefined {
    if (found === undefined) this.users.delete(name);
    else this.users.set(name, found);
    return found;
  }

  /** Throws `error` where nobody of that name was ever seen: he may be new. */
  userInstead(name: string, error: unknown): User {
    const seen = this.users.get(name);
    if (seen === undefined) throw error;
    return seen;
  }

  session(tokenHash: string, found: SessionRecord | undefined): SessionRecord | undefined {
    this.sessions.delete(tokenHash);
    if (found === undefined || this.ending.has(tokenHash)) return undefined;
    this.sessions.set(tokenHash, found);
    const [oldest] = this.sessions.keys();
    if (this.sessions.size > SEEN_SESSIONS_MAX) this.sessions.delete(oldest);
    return found;
  }

  sessionInstead(tokenHash: string, error: unknown): SessionRecord {
    const seen = this.sessions.get(tokenHash);
    if (seen === undefined) throw error;
    return seen;
  }

  ended(tokenHash: string): void {
    this.sessions.delete(tokenHash);
    this.ending.add(tokenHash);
  }

  endedInStore(tokenHash: string): void {
    this.ending.delete(tokenHash);
  }

  isEnded(tokenHash: string): boolean {
    return this.ending.has(tokenHash);
  }
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
