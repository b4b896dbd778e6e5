/**
 * The tables of the state file as TypeScript sees them, and the typed query builder over them. Kysely only builds: the
 * queries run synchronously on the one connection of sqlite.ts, because a transaction held open across the event loop
 * would let the projection of alerts fall into the middle of somebody's password change.
 */
import type { Compilable, Generated } from 'kysely';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Sqlite, SqlRow } from './sqlite.ts';

/** The tables that are asked through the builder; the others are known to the one file that writes and reads them. */
export interface StateTables {
  projected: { partition: number; position: number; seq: number; thinned_to: number };
  alerts: {
    partition: number;
    id: string;
    kind: string;
    state: string;
    grade: string;
    scope: string;
    enterprise: string;
    source: string;
    raised_at: number;
    closed_at: number | null;
    json: string;
  };
  outcomes: { command_id: string; at: number; code: string; by: string | null; seq: number };
  users: {
    name: string;
    display_name: string;
    role: string;
    level: string;
    scope: string;
    enterprise: string | null;
    password_hash: string;
    created_at: number;
  };
  sessions: { token_hash: string; user: string; created_at: number; expires_at: number };
  audit: { id: Generated<number>; at: number; actor: string; action: string; subject: string; detail: string };
  configurations: {
    partition: number;
    number: number;
    at: number;
    actor: string;
    command_id: string;
    applied: number;
    errors: string;
    pending: string;
    items: number;
  };
  configuration_items: { partition: number; item: string; id: string; number: number; fields: string };
}

export const build = new Kysely<StateTables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** All rows of a built query. */
export function rowsOf<O>(sqlite: Sqlite, query: Compilable<O>): O[] {
  const { sql, parameters } = query.compile();
  return sqlite.all(sql, parameters) as (O & SqlRow)[];
}

/** First row of a built query. */
export function rowOf<O>(sqlite: Sqlite, query: Compilable<O>): O | undefined {
  return rowsOf(sqlite, query)[0];
}

/** Runs a built change and gives the number of rows it touched. */
export function change(sqlite: Sqlite, query: Compilable<unknown>): number {
  const { sql, parameters } = query.compile();
  return sqlite.run(sql, parameters);
}
