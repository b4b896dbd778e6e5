/**
 * First schema of the state file. Applied text never changes: a correction is a new migration.
 */
import type { Migration } from '../migrate.ts';

export const first: Migration = {
  number: 1,
  name: 'first',
  statements: [
    `CREATE TABLE cursors (
      name TEXT PRIMARY KEY,
      position INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      at INTEGER
    ) STRICT`,
    `CREATE TABLE transitions (
      seq INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      position INTEGER NOT NULL,
      alert TEXT NOT NULL,
      change TEXT NOT NULL,
      kind TEXT NOT NULL,
      grade TEXT NOT NULL,
      scope TEXT NOT NULL,
      enterprise TEXT NOT NULL,
      source TEXT NOT NULL,
      json TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX transitions_alert ON transitions (alert, seq)',
    'CREATE INDEX transitions_enterprise ON transitions (enterprise, seq)',
    `CREATE TABLE alerts (
      id TEXT PRIMARY KEY,
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
      json TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX alerts_raised ON alerts (raised_at, id)',
    'CREATE INDEX alerts_enterprise ON alerts (enterprise, raised_at, id)',
    'CREATE INDEX alerts_key ON alerts (key, raised_at)',
    'CREATE INDEX alerts_open ON alerts (raised_at, id) WHERE closed_at IS NULL',
    `CREATE TABLE capsules (
      alert TEXT NOT NULL,
      seq INTEGER NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (alert, seq)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE outcomes (
      command_id TEXT NOT NULL,
      at INTEGER NOT NULL,
      code TEXT NOT NULL,
      by TEXT,
      seq INTEGER NOT NULL,
      position INTEGER NOT NULL,
      PRIMARY KEY (command_id, at)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE users (
      name TEXT PRIMARY KEY,
      display_name TEXT NOT NULL,
      role TEXT NOT NULL,
      level TEXT NOT NULL,
      scope TEXT NOT NULL,
      enterprise TEXT,
      password_hash TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE sessions (
      token_hash TEXT PRIMARY KEY,
      user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX sessions_user ON sessions (user)',
    'CREATE INDEX sessions_expiry ON sessions (expires_at)',
    `CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT NOT NULL,
      detail TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE configurations (
      number INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      command_id TEXT NOT NULL,
      json TEXT NOT NULL
    ) STRICT`,
    `CREATE TABLE crash_marks (
      position INTEGER PRIMARY KEY,
      count INTEGER NOT NULL,
      reason TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE set_aside (
      position INTEGER PRIMARY KEY,
      bytes BLOB NOT NULL,
      reason TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE export_gaps (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      exporter TEXT NOT NULL,
      from_position INTEGER NOT NULL,
      to_position INTEGER NOT NULL,
      count INTEGER NOT NULL,
      from_at INTEGER NOT NULL,
      to_at INTEGER NOT NULL,
      reason TEXT NOT NULL,
      recorded_at INTEGER NOT NULL,
      UNIQUE (exporter, from_position, to_position, reason)
    ) STRICT`,
  ],
};
