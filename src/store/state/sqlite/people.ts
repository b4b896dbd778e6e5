/**
 * Users, their sessions, and the audit of who changed what. Passwords and tokens arrive hashed; what a role may do is
 * decided elsewhere.
 */
import type { DutyLevel } from '../../../model/alert.ts';
import type { EpochMs } from '../../../model/time.ts';
import type { Actor, AuditEntry, Page, Session, User } from '../port.ts';
import { decodeCursor, encodeCursor, pageLimit } from './page.ts';
import type { StateTables } from './schema.ts';
import { build, change, rowOf, rowsOf } from './schema.ts';
import type { Sqlite } from './sqlite.ts';

export function writeAudit(sqlite: Sqlite, entry: AuditEntry): void {
  const { at, actor, action, subject } = entry;
  change(
    sqlite,
    build.insertInto('audit').values({ at, actor, action, subject, detail: JSON.stringify(entry.detail) }),
  );
}

export function putUser(sqlite: Sqlite, user: User, by: Actor): void {
  const columns = {
    display_name: user.displayName,
    role: user.role,
    level: user.level,
    scope: user.scope,
    enterprise: user.enterprise ?? null,
    password_hash: user.passwordHash,
  };
  sqlite.transaction(() => {
    const before = readUser(sqlite, user.name);
    const passwordChanged = before?.passwordHash !== user.passwordHash;
    // Whoever got hold of the old one is out with it.
    if (passwordChanged) change(sqlite, build.deleteFrom('sessions').where('user', '=', user.name));
    change(
      sqlite,
      build
        .insertInto('users')
        .values({ name: user.name, created_at: user.createdAt, ...columns })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(columns)),
    );
    writeAudit(sqlite, {
      ...by,
      action: before === undefined ? 'user-added' : 'user-changed',
      subject: user.name,
      detail: {
        role: user.role,
        level: user.level,
        scope: user.scope,
        enterprise: user.enterprise,
        passwordChanged,
      },
    });
  });
}

export function readUser(sqlite: Sqlite, name: string): User | undefined {
  const row = rowOf(sqlite, build.selectFrom('users').selectAll().where('name', '=', name));
  return row === undefined ? undefined : userOf(row);
}

export function readUsers(sqlite: Sqlite): User[] {
  return rowsOf(sqlite, build.selectFrom('users').selectAll().orderBy('name')).map(userOf);
}

function userOf(row: StateTables['users']): User {
  return {
    name: row.name,
    displayName: row.display_name,
    role: row.role,
    level: row.level as DutyLevel,
    scope: row.scope,
    enterprise: row.enterprise ?? undefined,
    passwordHash: row.password_hash,
    createdAt: row.created_at,
  };
}

export function openSession(sqlite: Sqlite, session: Session, by: Actor): void {
  sqlite.transaction(() => {
    const { tokenHash, user, createdAt, expiresAt } = session;
    change(
      sqlite,
      build
        .insertInto('sessions')
        .values({ token_hash: tokenHash, user, created_at: createdAt, expires_at: expiresAt }),
    );
    writeAudit(sqlite, { ...by, action: 'session-opened', subject: user, detail: { expiresAt } });
  });
}

export function readSession(
  sqlite: Sqlite,
  tokenHash: string,
  now: EpochMs,
): { session: Session; user: User } | undefined {
  const query = build.selectFrom('sessions').selectAll().where('token_hash', '=', tokenHash);
  const row = rowOf(sqlite, query.where('expires_at', '>', now));
  const user = row === undefined ? undefined : readUser(sqlite, row.user);
  return row === undefined || user === undefined ? undefined : { session: sessionOf(row), user };
}

/** Those that were not forgotten yet, expired ones too. */
export function readSessions(sqlite: Sqlite): Session[] {
  return rowsOf(sqlite, build.selectFrom('sessions').selectAll()).map(sessionOf);
}

function sessionOf({ token_hash, user, created_at, expires_at }: StateTables['sessions']): Session {
  return { tokenHash: token_hash, user, createdAt: created_at, expiresAt: expires_at };
}

export function endSession(sqlite: Sqlite, tokenHash: string, by: Actor): boolean {
  return sqlite.transaction(() => {
    const query = build.selectFrom('sessions').select('user').where('token_hash', '=', tokenHash);
    const row = rowOf(sqlite, query);
    if (row === undefined) return false;
    change(sqlite, build.deleteFrom('sessions').where('token_hash', '=', tokenHash));
    writeAudit(sqlite, { ...by, action: 'session-ended', subject: row.user, detail: {} });
    return true;
  });
}

export function sweepSessions(sqlite: Sqlite, now: EpochMs): number {
  return change(sqlite, build.deleteFrom('sessions').where('expires_at', '<=', now));
}

export function auditEntries(
  sqlite: Sqlite,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Page<AuditEntry & { readonly id: number }> | 'bad-cursor' {
  const limit = pageLimit(page.limit);
  let query = build
    .selectFrom('audit')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (page.cursor !== undefined) {
    const key = decodeCursor(page.cursor);
    if (key === undefined) return 'bad-cursor';
    query = query.where('id', '<', key.at);
  }
  const rows = rowsOf(sqlite, query);
  const items = rows.slice(0, limit).map(({ detail, ...row }) => ({
    ...row,
    detail: JSON.parse(detail) as AuditEntry['detail'],
  }));
  const last = items.at(-1);
  const isMore = rows.length > limit && last !== undefined;
  return { items, nextCursor: isMore ? encodeCursor({ at: last.id, id: '' }) : undefined };
}
