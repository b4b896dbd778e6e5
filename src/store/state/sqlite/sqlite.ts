/**
 * One SQLite file through libsql: opening, cached statements, synchronous transactions. The only file that knows libsql.
 * Everything is synchronous on one connection, so a transaction can never be interleaved with another caller's; callers
 * keep their slices short. It knows no table.
 */
import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';
import type { DurationMs } from '../../../model/time.ts';

type SqlValue = number | string | bigint | Uint8Array | null | undefined;
export type SqlRow = Record<string, unknown>;

interface Statement {
  run(parameters: readonly unknown[]): number;
  /** Rows as objects; blobs come as ArrayBuffer. */
  all(parameters: readonly unknown[]): SqlRow[];
}

export interface Sqlite {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  /** Number of rows changed. */
  run(sql: string, parameters?: readonly unknown[]): number;
  all(sql: string, parameters?: readonly unknown[]): SqlRow[];
  get(sql: string, parameters?: readonly unknown[]): SqlRow | undefined;
  /** Runs `work` in one immediate transaction; rolls back and rethrows when it throws. `work` must not be async. */
  transaction<T>(work: () => T): T;
  /** How durable the next commits are: `FULL` syncs the write-ahead log at each, `NORMAL` only at checkpoints. */
  synchronous(mode: 'FULL' | 'NORMAL'): void;
  /** How long a call from now on waits for somebody else's lock; nothing else of this thread runs meanwhile. */
  waitForLocks(ms: DurationMs): void;
  close(): void;
}

export interface SqliteOptions {
  /** Path, or `:memory:`. */
  readonly file: string;
  /** What is deleted can be given back to the disk, a few pages at a time. */
  readonly givesBack?: true;
}

/** libsql aborts the whole process on a boolean (a panic that no catch sees), so no value reaches it unchecked. */
function bindable(value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'bigint') return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`a ${typeof value} cannot be stored in SQLite`);
}

/** Codes that speak of the row, not of the store: trying again changes nothing. */
const REFUSALS = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/;

/** The row itself cannot be held (a value without a type, a key that is missing); anything else may pass. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  return error instanceof Error && 'code' in error && REFUSALS.test(String(error.code));
}

/** A file that is no database (any more), or cannot be opened: which one, why, and what to do. */
export class StoreFileError extends Error {
  override readonly name = 'StoreFileError';
  readonly code: string | undefined;

  constructor(file: string, { message, code }: Error & { code?: unknown }) {
    const isDamaged = /^SQLITE_(NOTADB|CORRUPT)/.test(String(code));
    const words = isDamaged
      ? 'put it back from a backup, or move it away with its -wal and -shm (docs/operating.md says what is lost)'
      : 'look at its owner, its rights and the room on the disk';
    super(`${file} cannot be used: ${message}; ${words}`);
    this.code = code === undefined ? undefined : String(code);
  }
}

/** What SQLite says of a file names the file. Every other error stays as it is. */
export function namingFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof StoreFileError) throw error;
    const isOfFile =
      'code' in error ? String(error.code).startsWith('SQLITE_') : /^ConnectionFailed/.test(error.message);
    throw isOfFile ? new StoreFileError(file, error) : error;
  }
}

/** A file that is opened is read up first, and nothing is judged before that is done: whoever has it locked is waited for. */
const OPEN_WAIT_MS = 5_000;
/** For a file in use on the thread that judges: a call that finds it locked for longer fails, and is made again later. */
export const IN_USE_WAIT_MS = 25;

/**
 * Opens a file to look at it: every change of it throws, and not a byte of it becomes another one. Only the index of a
 * write-ahead log (`-shm`), which says nothing, may be made anew.
 */
export function readSqlite(file: string): Sqlite {
  const log = `${file}-wal`;
  const isWhole = !existsSync(log) || statSync(log).size === 0;
  // Without a write-ahead log nothing beside the file counts, and SQLite must not make one. In the address, because libsql
  // takes an option `readonly` and writes all the same.
  return over(new Libsql(`${pathToFileURL(file)}?mode=ro${isWhole ? '&immutable=1' : ''}`, { timeout: OPEN_WAIT_MS }));
}

/**
 * Holds a lock of the file system on `file`, which is made where it is not there and stays empty, until the function that
 * is given back is called or the process ends, however it ends; undefined where another process has it. It is seen over
 * containers on one volume. Throws where no lock can be had at all (a mount without locks).
 */
export function lockFile(file: string): (() => void) | undefined {
  const database = new Libsql(file, { timeout: 0 });
  try {
    // No journal beside it: what a killed process left there, the next one would have to undo.
    database.pragma('journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
  return () => {
    // libsql closes by and by; the lock goes with the transaction.
    if (database.open) database.exec('ROLLBACK');
    database.close();
  };
}

/** Opened, it waits for locks as long as opening does: see `waitForLocks`. */
export function openSqlite(options: SqliteOptions): Sqlite {
  const database = new Libsql(options.file, { timeout: OPEN_WAIT_MS });
  try {
    // Before the first table; a file that has tables takes it at the next VACUUM.
    if (options.givesBack === true) database.pragma('auto_vacuum = INCREMENTAL');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
  } catch (error) {
    database.close();
    throw error;
  }
  return over(database);
}

function over(database: Libsql.Database): Sqlite {
  const statements = new Map<string, Statement>();
  let open = true;

  function prepare(sql: string): Statement {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const prepared = database.prepare(sql);
    const statement: Statement = {
      // One array argument always: libsql takes a lone object (a Buffer, say) for named parameters.
      run: (parameters) => prepared.run(parameters.map(bindable)).changes,
      all: (parameters) => prepared.all(parameters.map(bindable)) as SqlRow[],
    };
    // Query texts come from a fixed set of filters; the bound only guards against a caller who puts values in the text.
    if (statements.size >= 500) statements.clear();
    statements.set(sql, statement);
    return statement;
  }

  return {
    prepare,
    exec(sql) {
      database.exec(sql);
    },
    run: (sql, parameters = []) => prepare(sql).run(parameters),
    all: (sql, parameters = []) => prepare(sql).all(parameters),
    get: (sql, parameters = []) => prepare(sql).all(parameters)[0],
    transaction(work) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    synchronous(mode) {
      database.pragma(`synchronous = ${mode}`);
    },
    waitForLocks(ms) {
      database.pragma(`busy_timeout = ${ms}`);
    },
    close() {
      if (!open) return;
      open = false;
      statements.clear();
      database.close();
    },
  };
}
