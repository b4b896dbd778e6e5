/**
 * Brings a SQLite file to the schema this build knows. Applied migrations are kept with a checksum of their text: a file
 * whose past differs, or that is newer than the build, is refused by name and left as it is.
 */
import { createHash } from 'node:crypto';
import type { Sqlite } from './sqlite.ts';

export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  readonly name: string;
  readonly statements: readonly string[];
}

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.statements.join(';\n')).digest('hex');
}

/** Applies what is missing, each migration in one transaction. Throws MigrationError when the file is not ours to change. */
export function migrate(sqlite: Sqlite, migrations: readonly Migration[]): void {
  sqlite.exec(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT',
  );
  const applied = sqlite.all('SELECT number, name, checksum FROM migrations ORDER BY number');
  if (applied.length > migrations.length) {
    throw new MigrationError(
      `the file has ${applied.length} migrations, this build knows ${migrations.length}: it was written by a newer version`,
    );
  }
  migrations.forEach((migration, index) => {
    if (migration.number !== index + 1) throw new MigrationError(`migration ${migration.number} is out of order`);
    const before = applied[index];
    if (before === undefined) {
      apply(sqlite, migration);
    } else if (before.number !== migration.number || before.checksum !== checksumOf(migration)) {
      throw new MigrationError(
        `migration ${migration.number} (${migration.name}) was changed after it had been applied`,
      );
    }
  });
}

function apply(sqlite: Sqlite, migration: Migration): void {
  sqlite.transaction(() => {
    for (const statement of migration.statements) sqlite.exec(statement);
    sqlite.run('INSERT INTO migrations VALUES (?, ?, ?)', [migration.number, migration.name, checksumOf(migration)]);
  });
}
