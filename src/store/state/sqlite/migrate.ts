/**
 * Brings a SQLite file to the schema this build knows. Applied migrations are kept with a checksum of their text: a file
 * whose past differs, or that is newer than the build, is refused by name and left as it is.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { NewerVersionError } from '../../../model/version.ts';
import type { Sqlite, SqlRow } from './sqlite.ts';
import { namingFile, readSqlite } from './sqlite.ts';

export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}

class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** Told as SQLite tells a file that is no database: no table of ours is made in what is somebody else's. */
class ForeignFileError extends Error {
  override readonly name = 'ForeignFileError';
  readonly code = 'SQLITE_NOTADB';
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.statements.join(';\n')).digest('hex');
}

/**
 * Applies what is missing, each migration in one transaction. Throws NewerVersionError for a file of a newer build,
 * MigrationError for one whose past was changed, and what `namingFile` takes for a damaged file where it is another's.
 */
export function migrate(sqlite: Sqlite, migrations: readonly Migration[]): void {
  const missing = missingIn(sqlite, migrations);
  sqlite.exec(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT',
  );
  for (const migration of missing) apply(sqlite, migration);
}

/**
 * Throws as `migrate` would, and leaves the file as it is. Gives what `look` finds in it; undefined where it is not there yet,
 * or of an older schema. A file that cannot be read is a StoreFileError.
 */
export function lookInto<T>(
  file: string,
  migrations: readonly Migration[],
  look: (sqlite: Sqlite) => T,
): T | undefined {
  if (!existsSync(file)) return undefined;
  return namingFile(file, () => {
    const sqlite = readSqlite(file);
    try {
      return missingIn(sqlite, migrations, file).length === 0 ? look(sqlite) : undefined;
    } finally {
      sqlite.close();
    }
  });
}

function missingIn(sqlite: Sqlite, migrations: readonly Migration[], file = 'the file'): readonly Migration[] {
  const has = sqlite.get("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'") !== undefined;
  if (!has && sqlite.get('SELECT 1 FROM sqlite_master') !== undefined)
    throw new ForeignFileError('it is a database of another program');
  const applied = has ? sqlite.all('SELECT number, name, checksum FROM migrations ORDER BY number') : [];
  const isApplied = ({ number, checksum }: SqlRow, migration: Migration): boolean =>
    number === migration.number && checksum === checksumOf(migration);
  // What began otherwise is not a newer one of these.
  if (applied.length > 0 && !isApplied(applied[0], migrations[0]))
    throw new ForeignFileError(
      `it is another store, or migration 1 (${migrations[0].name}) was changed after it was applied`,
    );
  if (applied.length > migrations.length)
    throw new NewerVersionError(`${file}: its schema`, applied.length, migrations.length);
  migrations.forEach((migration, index) => {
    if (migration.number !== index + 1) throw new MigrationError(`migration ${migration.number} is out of order`);
    if (index < applied.length && !isApplied(applied[index], migration))
      throw new MigrationError(
        `${file}: migration ${migration.number} (${migration.name}) was changed after it had been applied`,
      );
  });
  return migrations.slice(applied.length);
}

function apply(sqlite: Sqlite, migration: Migration): void {
  sqlite.transaction(() => {
    for (const statement of migration.statements) sqlite.exec(statement);
    sqlite.run('INSERT INTO migrations VALUES (?, ?, ?)', [migration.number, migration.name, checksumOf(migration)]);
  });
}
