/**
 * Opens the state file: migrates it and puts the parts of the store together. The one door to store/state.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Pace } from '../../pace.ts';
import { loopPace } from '../../pace.ts';
import type { StateStore } from '../port.ts';
import { alertById, alertTimeline, capsuleOf, findAlerts, outcomeOf, transitionsAfter } from './history.ts';
import { migrate } from './migrate.ts';
import { first } from './migrations/0001-first.ts';
import {
  auditEntries,
  endSession,
  openSession,
  putUser,
  readSession,
  readUser,
  readUsers,
  removeUser,
  sweepSessions,
  writeAudit,
} from './people.ts';
import { createProjection } from './projection.ts';
import { addConfiguration, configurations, crashMarks, markCrash, setAside, setAsides } from './records.ts';
import { openSqlite } from './sqlite.ts';

export const STATE_MIGRATIONS = [first] as const;

export interface StateOptions {
  /** Path of the SQLite file (made with its folder when missing), or `:memory:`. */
  readonly file: string;
  readonly pace?: Pace;
}

/** Throws MigrationError when the file is newer than this build or its past was changed. */
export function openState(options: StateOptions): StateStore {
  if (options.file !== ':memory:') mkdirSync(dirname(options.file), { recursive: true });
  const sqlite = openSqlite({ file: options.file });
  try {
    migrate(sqlite, STATE_MIGRATIONS);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  const projection = createProjection(sqlite, options.pace ?? loopPace);
  return {
    project: projection.project,
    cursor: projection.cursor,
    // Changes beyond the cursor may be one slice of several: they are shown when all of it is there.
    transitionsAfter: async (seq, limit, filter) =>
      transitionsAfter(sqlite, projection.cursor().seq, seq, limit, filter),
    alert: async (id) => alertById(sqlite, id),
    alertTimeline: async (id) => alertTimeline(sqlite, id),
    findAlerts: async (filter) => findAlerts(sqlite, filter),
    capsule: async (alert, seq) => capsuleOf(sqlite, alert, seq),
    outcome: async (commandId) => outcomeOf(sqlite, commandId),
    putUser: async (user, by) => putUser(sqlite, user, by),
    removeUser: async (name, by) => removeUser(sqlite, name, by),
    user: async (name) => readUser(sqlite, name),
    users: async () => readUsers(sqlite),
    openSession: async (session, by) => openSession(sqlite, session, by),
    session: async (tokenHash, now) => readSession(sqlite, tokenHash, now),
    endSession: async (tokenHash, by) => endSession(sqlite, tokenHash, by),
    sweepSessions: async (now) => sweepSessions(sqlite, now),
    audit: async (entry) => writeAudit(sqlite, entry),
    auditEntries: async (page) => auditEntries(sqlite, page),
    addConfiguration: async (version) => addConfiguration(sqlite, version),
    configurations: async (page) => configurations(sqlite, page),
    markCrash: (position, reason, at) => markCrash(sqlite, position, reason, at),
    crashMarks: () => crashMarks(sqlite),
    setAside: (input) => setAside(sqlite, input),
    setAsides: () => setAsides(sqlite),
    async close() {
      await projection.idle();
      sqlite.close();
    },
  };
}
