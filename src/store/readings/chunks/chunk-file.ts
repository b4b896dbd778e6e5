/**
 * The SQLite file of sealed chunks: headers with count, min, max and sum beside the blobs, late rows, what is known of
 * each point, and how far the log is in it. It moves bytes; it decides neither when to seal nor what is late.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { lookInto, migrate } from '../../state/sqlite/migrate.ts';
import type { Sqlite, SqlRow } from '../../state/sqlite/sqlite.ts';
import { IN_USE_WAIT_MS, namingFile, openSqlite } from '../../state/sqlite/sqlite.ts';
import type { ChunkColumns } from './codec.ts';
import { decodeChunk, encodeChunk } from './codec.ts';
import type { OpenRow } from './open-rows.ts';

export interface ChunkHeader {
  readonly start: number;
  /** Time of the last row. */
  readonly end: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly blob: number;
}

export interface HeaderRange {
  readonly after: number;
  readonly upTo: number;
  readonly endFrom: number;
  readonly limit: number;
}

/** What the file knows of a point. */
export interface PointHead {
  /** Newest stored `at` that is not a late row; −Infinity when there is none. */
  readonly lastAt: number;
  /** Every row of the log up to this position is in the file, for this point. */
  readonly written: number;
  /** Begin of the newest chunk while it is not full; undefined when the next row begins a new one. */
  readonly tailStart: number | undefined;
  readonly tailCount: number;
}

const CHUNK_MIGRATIONS = [
  {
    number: 1,
    name: 'first',
    statements: [
      `CREATE TABLE chunks (
        point INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, count INTEGER NOT NULL,
        min REAL NOT NULL, max REAL NOT NULL, sum REAL NOT NULL, blob INTEGER NOT NULL,
        PRIMARY KEY (point, start)
      ) STRICT, WITHOUT ROWID`,
      'CREATE INDEX chunks_end ON chunks ("end")',
      // Apart from the headers, and in order of writing: a down-sampled query reads headers alone.
      'CREATE TABLE blobs (id INTEGER PRIMARY KEY AUTOINCREMENT, bytes BLOB NOT NULL) STRICT',
      // ANY keeps −0, which a REAL column turns into 0.
      `CREATE TABLE late (
        point INTEGER NOT NULL, at INTEGER NOT NULL, value ANY NOT NULL, quality INTEGER NOT NULL,
        received_at INTEGER NOT NULL, flags INTEGER NOT NULL, device_at INTEGER NOT NULL,
        PRIMARY KEY (point, at)
      ) STRICT, WITHOUT ROWID`,
      'CREATE INDEX late_at ON late (at)',
      `CREATE TABLE heads (
        point INTEGER PRIMARY KEY, last_at INTEGER, written INTEGER NOT NULL,
        tail_start INTEGER, tail_count INTEGER NOT NULL
      ) STRICT`,
      'CREATE TABLE progress (id INTEGER PRIMARY KEY, position INTEGER NOT NULL, complete_to INTEGER) STRICT',
    ],
  },
] as const;

const SQL = {
  head: 'SELECT last_at, written, tail_start, tail_count FROM heads WHERE point = ?',
  setHead: 'INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?)',
  header: 'SELECT start, "end", count, min, max, sum, blob FROM chunks WHERE point = ? AND start = ?',
  headers: `SELECT start, "end", count, min, max, sum, blob FROM chunks
    WHERE point = ? AND start > ? AND start <= ? AND "end" >= ? ORDER BY start LIMIT ?`,
  newestHeader: `SELECT start, "end", count, min, max, sum, blob FROM chunks
    WHERE point = ? AND start < ? ORDER BY start DESC LIMIT 1`,
  setChunk: 'INSERT OR REPLACE INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  addBlob: 'INSERT INTO blobs (bytes) VALUES (?) RETURNING id',
  blob: 'SELECT bytes FROM blobs WHERE id = ?',
  dropBlob: 'DELETE FROM blobs WHERE id = ?',
  // The first value of an instant stays.
  addLate: 'INSERT INTO late VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  late: `SELECT at, value, quality, received_at, flags, device_at FROM late
    WHERE point = ? AND at >= ? AND at < ? ORDER BY at`,
  progress: 'SELECT position, complete_to FROM progress WHERE id = 0',
  setProgress: 'INSERT OR REPLACE INTO progress VALUES (0, ?, ?)',
  expired: 'SELECT point, start, count, blob FROM chunks WHERE "end" < ? LIMIT ?',
  dropChunk: 'DELETE FROM chunks WHERE point = ? AND start = ?',
  expiredLate: 'SELECT point, at FROM late WHERE at < ? LIMIT ?',
  dropLate: 'DELETE FROM late WHERE point = ? AND at = ?',
} as const;

/**
 * How far the log is in a file; throws for one of a newer build, and leaves it as it is. Undefined where there is none yet, or
 * one that has to be brought up first.
 */
export function findChunks(file: string): number | undefined {
  return lookInto(file, CHUNK_MIGRATIONS, (sqlite) => (sqlite.get(SQL.progress)?.position as number | undefined) ?? 0);
}

function openUp(file: string): Sqlite {
  const sqlite = openSqlite({ file });
  try {
    migrate(sqlite, CHUNK_MIGRATIONS);
    // The log still has what a power cut may take from here: only `setProgress`, which lets it go, is synced.
    sqlite.synchronous('NORMAL');
    sqlite.waitForLocks(IN_USE_WAIT_MS);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return sqlite;
}

export class ChunkFile {
  private readonly sqlite: Sqlite;

  constructor(file: string) {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    this.sqlite = namingFile(file, () => openUp(file));
  }

  transaction<T>(work: () => T): T {
    return this.sqlite.transaction(work);
  }

  progress(): { position: number; completeTo: number | undefined } {
    const row = this.sqlite.get(SQL.progress);
    return { position: (row?.position as number) ?? 0, completeTo: (row?.complete_to as number | null) ?? undefined };
  }

  /** Syncs everything committed so far together with the position it stands for. */
  setProgress(position: number, completeTo: number | undefined): void {
    this.sqlite.synchronous('FULL');
    try {
      this.sqlite.transaction(() => this.sqlite.run(SQL.setProgress, [position, completeTo]));
    } finally {
      this.sqlite.synchronous('NORMAL');
    }
  }

  head(point: number): PointHead | undefined {
    const row = this.sqlite.get(SQL.head, [point]);
    if (row === undefined) return undefined;
    return {
      lastAt: (row.last_at as number | null) ?? Number.NEGATIVE_INFINITY,
      written: row.written as number,
      tailStart: (row.tail_start as number | null) ?? undefined,
      tailCount: row.tail_count as number,
    };
  }

  setHead(point: number, head: PointHead): void {
    const lastAt = Number.isFinite(head.lastAt) ? head.lastAt : null;
    this.sqlite.run(SQL.setHead, [point, lastAt, head.written, head.tailStart, head.tailCount]);
  }

  header(point: number, start: number): ChunkHeader | undefined {
    const row = this.sqlite.get(SQL.header, [point, start]);
    return row === undefined ? undefined : headerOf(row);
  }

  /** Of the chunks that begin after `after` and not after `upTo`, the first `limit` that end at or after `endFrom`. */
  headers(point: number, { after, upTo, endFrom, limit }: HeaderRange): ChunkHeader[] {
    return this.sqlite.all(SQL.headers, [point, after, upTo, endFrom, limit]).map(headerOf);
  }

  /** Of the chunks that begin before `before`, the last. */
  newestHeader(point: number, before: number): ChunkHeader | undefined {
    const row = this.sqlite.get(SQL.newestHeader, [point, before]);
    return row === undefined ? undefined : headerOf(row);
  }

  /** Rows of a chunk, or undefined when it has been replaced or removed since its header was read. */
  rows(blob: number): ChunkColumns | undefined {
    const row = this.sqlite.get(SQL.blob, [blob]);
    return row === undefined ? undefined : decodeChunk(new Uint8Array(row.bytes as ArrayBuffer));
  }

  /** Writes rows first … last of `columns` as one chunk; one with the same start is replaced. */
  writeChunk(point: number, columns: ChunkColumns): void {
    const start = columns.at[0];
    const before = this.header(point, start);
    if (before !== undefined) this.sqlite.run(SQL.dropBlob, [before.blob]);
    let min = columns.value[0];
    let max = min;
    let sum = 0;
    for (let row = 0; row < columns.count; row += 1) {
      const value = columns.value[row];
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
    }
    // The sum of huge doubles may leave their range; a column of finite numbers must not.
    if (!Number.isFinite(sum)) sum = sum > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
    const blob = this.sqlite.get(SQL.addBlob, [encodeChunk(columns)])?.id;
    const end = columns.at[columns.count - 1];
    this.sqlite.run(SQL.setChunk, [point, start, end, columns.count, min, max, sum, blob]);
  }

  addLate(point: number, row: OpenRow): void {
    const { at, value, quality, receivedAt, flags, deviceAt } = row;
    this.sqlite.run(SQL.addLate, [point, at, value, quality, receivedAt, flags, deviceAt]);
  }

  late(point: number, from: number, to: number): OpenRow[] {
    return this.sqlite.all(SQL.late, [point, from, to]).map((row) => ({
      at: row.at as number,
      value: row.value as number,
      quality: row.quality as number,
      receivedAt: row.received_at as number,
      flags: row.flags as number,
      deviceAt: row.device_at as number,
    }));
  }

  /** Removes up to `limit` chunks that end before `before`, and as many late rows; gives the number of readings removed. */
  removeSome(before: number, limit: number): number {
    return this.sqlite.transaction(() => {
      let readings = 0;
      for (const row of this.sqlite.all(SQL.expired, [before, limit])) {
        this.sqlite.run(SQL.dropBlob, [row.blob]);
        this.sqlite.run(SQL.dropChunk, [row.point, row.start]);
        readings += row.count as number;
      }
      for (const row of this.sqlite.all(SQL.expiredLate, [before, limit])) {
        readings += this.sqlite.run(SQL.dropLate, [row.point, row.at]);
      }
      return readings;
    });
  }

  close(): void {
    this.sqlite.close();
  }
}

function headerOf(row: SqlRow): ChunkHeader {
  return {
    start: row.start as number,
    end: row.end as number,
    count: row.count as number,
    min: row.min as number,
    max: row.max as number,
    sum: row.sum as number,
    blob: row.blob as number,
  };
}
