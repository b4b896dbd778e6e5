/**
 * A snapshot as it was stored, between the disk and the engine: its JSON header and its tables by name. The steps that bring
 * an older one up are written with the few moves here; they know names and bytes, never live state.
 */
import type { StoredColumn, StoredTable, TableHeader } from '../../model/stored-table.ts';
import { LayoutError } from '../../model/stored-table.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface StoredState {
  readonly header: Json;
  readonly tables: ReadonlyMap<string, StoredTable>;
}

/** One thing that is stored otherwise now, and the way there. */
export type UpgradeStep = (stored: StoredState) => StoredState;

/** In the order they are to be done. */
export function inOrder(steps: readonly UpgradeStep[]): UpgradeStep {
  return (stored) => steps.reduce((state, step) => step(state), stored);
}

/** The table no longer exists, and nothing of it is kept. */
function dropTable(name: string): UpgradeStep {
  return ({ header, tables }) => ({ header, tables: new Map([...tables].filter(([other]) => other !== name)) });
}

/** A table becomes what `change` makes of it; nothing happens where there is none. */
export function changeTable(name: string, change: (table: StoredTable) => StoredTable): UpgradeStep {
  return ({ header, tables }) => ({
    header,
    tables: new Map([...tables.values()].map((table) => (table.name === name ? change(table) : table)).map(byName)),
  });
}

/** The column no longer exists, and nothing of it is kept. */
export function dropColumn(table: string, column: string): UpgradeStep {
  return changeTable(table, ({ columns, ...rest }) => ({
    ...rest,
    columns: columns.filter(({ name }) => name !== column),
  }));
}

/** The rule kind is gone, with its tables: what it had confirmed is let go when the points are installed anew. */
export function dropKind(name: string, tableNames: readonly string[]): UpgradeStep {
  const dropTables = inOrder(tableNames.map(dropTable));
  return (stored) => {
    const { header, tables } = dropTables(stored);
    const rules = rulesOf(header);
    return { header: { ...header, rules: { ...rules, gone: [...rules.gone, name] } }, tables };
  };
}

/** A part of the header becomes what `change` makes of it. */
export function changeHeader(change: (header: Json) => Json): UpgradeStep {
  return ({ header, tables }) => ({ header: change(header), tables });
}

interface StoredRules {
  /** Ids of rules, by number. */
  readonly rules: readonly string[];
  readonly kinds: readonly string[];
  readonly gone: readonly string[];
  readonly tables: readonly TableHeader[];
}

export function rulesOf(header: Json): StoredRules {
  return header.rules as StoredRules;
}

/** The column of a table, to be read or copied by a step that knows it is there. */
export function columnOf(table: StoredTable, name: string): StoredColumn {
  const column = table.columns.find((other) => other.name === name);
  if (column === undefined) throw new LayoutError(`table ${table.name} has no column ${name}`);
  return column;
}

function byName(table: StoredTable): [string, StoredTable] {
  return [table.name, table];
}
