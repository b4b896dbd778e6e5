/**
 * Opens the state file: migrates it and puts the parts of the store together. The one door to this adapter.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DurationMs } from '../../../model/time.ts';
import type { Pace } from '../../pace.ts';
import { loopPace } from '../../pace.ts';
import type { AuditStore, HistoryStore, PeopleStore, ProjectionCursor, Session, StateStore, User } from '../port.ts';
import { configurations, itemHistory } from './configurations.ts';
import {
  alertById,
  alertTimeline,
  capsuleOf,
  findAlerts,
  outcomeOf,
  refusedRows,
  transitionsAfter,
} from './history.ts';
import { lookInto, migrate } from './migrate.ts';
import { first } from './migrations/0001-first.ts';
import { partitions } from './migrations/0002-partitions.ts';
import {
  auditEntries,
  endSession,
  openSession,
  putUser,
  readSession,
  readSessions,
  readUser,
  readUsers,
  sweepSessions,
  writeAudit,
} from './people.ts';
import { createProjection } from './projection.ts';
import { forget } from './retention.ts';
import type { Sqlite } from './sqlite.ts';
import { IN_USE_WAIT_MS, namingFile, openSqlite } from './sqlite.ts';

export const STATE_MIGRATIONS = [first, partitions] as const;

const INCREMENTAL = 2;

export interface StateOptions {
  /** Path of the SQLite file (made with its folder when missing), or `:memory:`. */
  readonly file: string;
  readonly pace?: Pace;
  /** How long a call waits for somebody else's lock before it rejects. Short by itself: nothing else runs meanwhile. */
  readonly waitForLocksMs?: DurationMs;
}

/** What a start must know of the history, and of whom to let in, before anybody can write the file. */
export interface FoundState {
  /** Undefined where the file cannot be read: it says so itself when it can. */
  readonly cursor: ProjectionCursor | undefined;
  /** Some configuration was written down. */
  readonly isBegun: boolean;
  readonly users: readonly User[];
  readonly sessions: readonly Session[];
}

/**
 * Throws as `openState` would for the file's version, and leaves it as it is, on a full disk too. Undefined where there is no file
 * yet, or one that has to be brought up first.
 */
export function findState(file: string): FoundState | undefined {
  return lookInto(file, STATE_MIGRATIONS, (sqlite) => ({
    cursor: createProjection(sqlite, loopPace).cursor(0),
    isBegun: configurations(sqlite, { limit: 1 }).length > 0,
    users: readUsers(sqlite),
    sessions: readSessions(sqlite),
  }));
}

/** Throws NewerVersionError when the file is newer than this build, StoreFileError when it is another's or cannot be read. */
export function openState(options: StateOptions): StateStore {
  if (options.file !== ':memory:') mkdirSync(dirname(options.file), { recursive: true });
  const sqlite = namingFile(options.file, () => openUp(options));
  const pace = options.pace ?? loopPace;
  const { history, giveUp } = historyOf(sqlite, pace);
  return {
    history,
    people: peopleOf(sqlite),
    audit: auditOf(sqlite),
    async close() {
      await giveUp();
      sqlite.close();
    },
  };
}

function openUp({ file, waitForLocksMs = IN_USE_WAIT_MS }: StateOptions): Sqlite {
  const sqlite = openSqlite({ file, givesBack: true });
  try {
    migrate(sqlite, STATE_MIGRATIONS);
    // Once, for a file of 0.1: from then on what is deleted can be given back.
    if (sqlite.get('PRAGMA auto_vacuum')?.auto_vacuum !== INCREMENTAL) sqlite.exec('VACUUM');
    sqlite.waitForLocks(waitForLocksMs);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return sqlite;
}

function historyOf(sqlite: Sqlite, pace: Pace): { history: HistoryStore; giveUp(): Promise<unknown> } {
  const projection = createProjection(sqlite, pace);
  let forgetting: Promise<unknown> = Promise.resolve();
  let isOver = false;
  // What is old is old tomorrow too: deleting goes on after the next start.
  const untilOver: Pace = {
    now: pace.now,
    async pause() {
      await pace.pause();
      if (isOver) throw new Error('the store is being closed');
    },
  };
  const history: HistoryStore = {
    project: projection.project,
    cursor: async (partition = 0) => projection.cursor(partition),
    refusedRows: async (limit) => refusedRows(sqlite, limit),
    // Changes beyond the cursor may be one slice of several: they are shown when all of it is there.
    transitionsAfter: async (seq, limit, partition = 0) =>
      transitionsAfter(sqlite, pace, { partition, seq, newest: projection.cursor(partition).seq, limit }),
    alert: async (id) => alertById(sqlite, id),
    alertTimeline: (id, query) => alertTimeline(sqlite, pace, id, query),
    findAlerts: (filter) => findAlerts(sqlite, pace, filter),
    capsule: async (alert, seq) => capsuleOf(sqlite, alert, seq),
    outcome: async (commandId) => outcomeOf(sqlite, commandId),
    configurations: async (page) => configurations(sqlite, page),
    itemHistory: async (item, id, limit) => itemHistory(sqlite, item, id, limit),
    forget(retention) {
      const turn = forgetting.then(() => forget(sqlite, untilOver, retention));
      forgetting = turn.catch(() => undefined);
      return turn;
    },
  };
  const giveUp = (): Promise<unknown> => {
    isOver = true;
    return Promise.all([projection.giveUp(), forgetting]);
  };
  return { history, giveUp };
}

function peopleOf(sqlite: Sqlite): PeopleStore {
  return {
    putUser: async (user, by) => putUser(sqlite, user, by),
    user: async (name) => readUser(sqlite, name),
    users: async () => readUsers(sqlite),
    openSession: async (session, by) => openSession(sqlite, session, by),
    session: async (tokenHash, now) => readSession(sqlite, tokenHash, now),
    endSession: async (tokenHash, by) => endSession(sqlite, tokenHash, by),
    sweepSessions: async (now) => sweepSessions(sqlite, now),
  };
}

function auditOf(sqlite: Sqlite): AuditStore {
  return {
    write: async (entry) => writeAudit(sqlite, entry),
    entries: async (page) => auditEntries(sqlite, page),
  };
}
