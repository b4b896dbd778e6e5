import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NewerVersionError } from '../../../src/model/version.ts';
import { migrate } from '../../../src/store/state/sqlite/migrate.ts';
import { openState, STATE_MIGRATIONS } from '../../../src/store/state/sqlite/open-state.ts';
import { openSqlite } from '../../../src/store/state/sqlite/sqlite.ts';
import { buildTransition } from '../../support/build/alert.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { effects, timelineOf } from '../state-fixtures.ts';

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
    expect(() => migrate(sqlite, [one])).toThrow(NewerVersionError);
    expect(() => migrate(sqlite, [one, two, { ...two, number: 4 }])).toThrow(/out of order/);
    sqlite.close();
  });

  it('leaves a file of a newer version closed and untouched', () => {
    const file = join(temporaryDirectory(), 'state.db');
    const sqlite = openSqlite({ file });
    migrate(sqlite, [...STATE_MIGRATIONS, { number: STATE_MIGRATIONS.length + 1, name: 'future', statements: [] }]);
    sqlite.close();
    expect(() => openState({ file })).toThrow(/written by a newer program/);
  });
});

describe('the state file of 0.1.0', () => {
  it('is brought up: its alerts, changes, capsules, answers and people are those of partition 0', async () => {
    const file = join(temporaryDirectory(), 'state.db');
    const old = openSqlite({ file });
    migrate(old, STATE_MIGRATIONS.slice(0, 1));
    const transition = buildTransition(7);
    const { alert } = transition;
    const capsule = { alert: alert.id, seq: 7, at: 1, input: 3, engineVersion: '1', evidence: { a: 1 } };
    old.run("INSERT INTO cursors VALUES ('projection', 12, 7, NULL)");
    old.run("INSERT INTO transitions VALUES (7, 5, 12, ?, 'raised', 'hazard', 'yellow', '32', 'yt', 's', ?)", [
      alert.id,
      JSON.stringify(transition),
    ]);
    old.run(
      "INSERT INTO alerts VALUES (?, 'k', 'hazard', 'unacknowledged', 'yellow', '32', 'yt', 's', 'h', 1, 2, NULL, 7, ?)",
      [alert.id, JSON.stringify(alert)],
    );
    old.run('INSERT INTO capsules VALUES (?, 7, ?)', [alert.id, JSON.stringify(capsule)]);
    old.run("INSERT INTO outcomes VALUES ('c1', 9, 'applied', NULL, 7, 12)");
    old.run("INSERT INTO users VALUES ('li', '李', 'chief', 'county', '32', NULL, 'aa:bb', 1)");
    old.run("INSERT INTO audit VALUES (1, 5, 'admin', 'user-added', 'li', '{}')");
    old.close();
    const store = openState({ file });
    const { history } = store;
    expect(await history.cursor()).toEqual({ position: 12, seq: 7, refused: 0 });
    expect(await history.alert(alert.id)).toEqual(alert);
    expect((await history.transitionsAfter(0, 10)).items).toEqual([transition]);
    expect(await history.capsule(alert.id)).toEqual(capsule);
    expect(await history.outcome('c1')).toEqual({ commandId: 'c1', code: 'applied', at: 9, seq: 7 });
    expect((await store.people.users()).map(({ name }) => name)).toEqual(['li']);
    expect(await store.audit.entries({ limit: 5 })).toMatchObject({ items: [{ subject: 'li' }] });
    // What the log tells again is compared with what 0.1.0 wrote.
    expect(await history.project(12, effects([transition]))).toEqual({ divergences: [], refused: [] });
    await history.project(13, effects([buildTransition(8, {}, { change: 'cleared' })]));
    expect(await timelineOf(history, alert.id)).toHaveLength(2);
    await store.close();
    const again = openSqlite({ file });
    expect(again.get('PRAGMA auto_vacuum')).toEqual({ auto_vacuum: 2 });
    again.close();
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
