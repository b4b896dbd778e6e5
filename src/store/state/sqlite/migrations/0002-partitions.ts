/**
 * Keys begin with the partition; texts of a chattering alert may be packed against a whole one; configurations by item and
 * field; rows that cannot be held. The small ledgers of 0001 (`cursors`, `crash_marks`, `set_aside`, `export_gaps`) stay as
 * they are: small files in the data folder took over, and an older folder is read up from them.
 */
import type { Migration } from '../migrate.ts';

export const partitions: Migration = {
  number: 2,
  name: 'partitions',
  statements: [
    `CREATE TABLE projected (
      partition INTEGER PRIMARY KEY,
      position INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      thinned_to INTEGER NOT NULL DEFAULT 0
    ) STRICT`,
    `INSERT INTO projected SELECT 0, position, seq, 0 FROM cursors WHERE name = 'projection'`,
    `CREATE TABLE transitions_2 (
      partition INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      at INTEGER NOT NULL,
      position INTEGER NOT NULL,
      alert TEXT NOT NULL,
      change TEXT NOT NULL,
      base INTEGER NOT NULL,
      json TEXT,
      packed BLOB,
      PRIMARY KEY (partition, seq)
    ) STRICT, WITHOUT ROWID`,
    'INSERT INTO transitions_2 SELECT 0, seq, at, position, alert, change, seq, json, NULL FROM transitions',
    'DROP TABLE transitions',
    'ALTER TABLE transitions_2 RENAME TO transitions',
    'CREATE INDEX transitions_alert ON transitions (partition, alert, seq)',
    `CREATE TABLE alerts_2 (
      partition INTEGER NOT NULL,
      id TEXT NOT NULL,
      key TEXT NOT NULL,
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      grade TEXT NOT NULL,
      scope TEXT NOT NULL,
      enterprise TEXT NOT NULL,
      source TEXT NOT NULL,
      hazard TEXT NOT NULL,
      raised_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL,
      closed_at INTEGER,
      seq INTEGER NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (partition, id)
    ) STRICT`,
    `INSERT INTO alerts_2 SELECT 0, id, key, kind, state, grade, scope, enterprise, source, hazard, raised_at, changed_at,
      closed_at, seq, json FROM alerts`,
    'DROP TABLE alerts',
    'ALTER TABLE alerts_2 RENAME TO alerts',
    'CREATE INDEX alerts_raised ON alerts (raised_at, id)',
    'CREATE INDEX alerts_enterprise ON alerts (enterprise, raised_at, id)',
    'CREATE INDEX alerts_open ON alerts (raised_at, id) WHERE closed_at IS NULL',
    'CREATE INDEX alerts_closed ON alerts (closed_at) WHERE closed_at IS NOT NULL',
    `CREATE TABLE capsules_2 (
      partition INTEGER NOT NULL,
      alert TEXT NOT NULL,
      seq INTEGER NOT NULL,
      base INTEGER NOT NULL,
      json TEXT,
      packed BLOB,
      PRIMARY KEY (partition, alert, seq)
    ) STRICT, WITHOUT ROWID`,
    'INSERT INTO capsules_2 SELECT 0, alert, seq, seq, json, NULL FROM capsules',
    'DROP TABLE capsules',
    'ALTER TABLE capsules_2 RENAME TO capsules',
    `CREATE TABLE outcomes_2 (
      partition INTEGER NOT NULL,
      command_id TEXT NOT NULL,
      at INTEGER NOT NULL,
      code TEXT NOT NULL,
      by TEXT,
      seq INTEGER NOT NULL,
      position INTEGER NOT NULL,
      PRIMARY KEY (partition, command_id, at)
    ) STRICT, WITHOUT ROWID`,
    'INSERT INTO outcomes_2 SELECT 0, command_id, at, code, by, seq, position FROM outcomes',
    'DROP TABLE outcomes',
    'ALTER TABLE outcomes_2 RENAME TO outcomes',
    'CREATE INDEX outcomes_at ON outcomes (at)',
    // Nothing ever wrote the first one.
    'DROP TABLE configurations',
    `CREATE TABLE configurations (
      partition INTEGER NOT NULL,
      number INTEGER NOT NULL,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      command_id TEXT NOT NULL,
      applied INTEGER NOT NULL,
      errors TEXT NOT NULL,
      pending TEXT NOT NULL,
      items INTEGER NOT NULL,
      PRIMARY KEY (partition, number)
    ) STRICT`,
    `CREATE TABLE configuration_items (
      partition INTEGER NOT NULL,
      item TEXT NOT NULL,
      id TEXT NOT NULL,
      number INTEGER NOT NULL,
      fields TEXT NOT NULL,
      PRIMARY KEY (partition, item, id, number)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE refused_rows (
      partition INTEGER NOT NULL,
      number INTEGER NOT NULL,
      position INTEGER NOT NULL,
      what TEXT NOT NULL,
      key TEXT NOT NULL,
      reason TEXT NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (partition, number)
    ) STRICT`,
  ],
};
