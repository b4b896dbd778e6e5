import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MigrationError, migrate } from '../../../src/store/state/sqlite/migrate.ts';
import { openState, STATE_MIGRATIONS } from '../../../src/store/state/sqlite/open-state.ts';
import { openSqlite } from '../../../src/store/state/sqlite/sqlite.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

describe('migrations', () => {
  const one = { number: 1, name: 'one', statements: ['CREATE TABLE a (x INTEGER) STRICT'] };
  const two = { number: 2, name: 'two', statements: ['ALTER TABLE a ADD COLUMN y TEXT', 'CREATE INDEX b ON a (y)'] };

  it('applies what is missing, once', () => {
    const sqlite = openSqlite({ file: ':memory:' });
    migrate(sqlite, [one]);
    sqlite.run('INSERT INTO a VALUES (?)', [4]);
    migrate(sqlite, [one, two]);
    migrate(sqlite, [one, two]);
    expect(sqlite.all('SELECT * FROM a')).toEqual([{ x: 4, y: null }]);
    sqlite.close();
  });

  it('applies a migration whole or not at all', () => {
    const sqlite = openSqlite({ file: ':memory:' });
    const broken = { ...two, statements: [...two.statements, 'CREATE NONSENSE'] };
    expect(() => migrate(sqlite, [one, broken])).toThrow(/syntax error/);
    migrate(sqlite, [one, two]);
    expect(sqlite.all('SELECT number FROM migrations').length).toBe(2);
    sqlite.close();
  });

  it('refuses a changed past, a gap and a newer file', () => {
    const sqlite = openSqlite({ file: ':memory:' });
    migrate(sqlite, [one, two]);
    const changed = { ...one, statements: ['CREATE TABLE a (x REAL) STRICT'] };
    expect(() => migrate(sqlite, [changed, two])).toThrow(/migration 1 \(one\) was changed/);
    expect(() => migrate(sqlite, [one])).toThrow(MigrationError);
    expect(() => migrate(sqlite, [one, two, { ...two, number: 4 }])).toThrow(/out of order/);
    sqlite.close();
  });

  it('leaves a file of a newer version closed and untouched', () => {
    const file = join(temporaryDirectory(), 'state.db');
    const sqlite = openSqlite({ file });
    migrate(sqlite, [...STATE_MIGRATIONS, { number: STATE_MIGRATIONS.length + 1, name: 'future', statements: [] }]);
    sqlite.close();
    expect(() => openState({ file })).toThrow(/written by a newer version/);
  });
});

describe('SQLite', () => {
  it('runs with write-ahead log, full sync and foreign keys', () => {
    const sqlite = openSqlite({ file: join(temporaryDirectory(), 'x.db') });
    expect(sqlite.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(sqlite.get('PRAGMA synchronous')).toEqual({ synchronous: 2 });
    expect(sqlite.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
    sqlite.close();
  });

  it('refuses what libsql would end the process on', () => {
    const sqlite = openSqlite({ file: ':memory:' });
    sqlite.exec('CREATE TABLE a (x)');
    for (const value of [true, {}, Symbol('x'), new Date(0)]) {
      expect(() => sqlite.run('INSERT INTO a VALUES (?)', [value])).toThrow(TypeError);
    }
    expect(sqlite.all('SELECT * FROM a')).toEqual([]);
    sqlite.close();
  });
});
