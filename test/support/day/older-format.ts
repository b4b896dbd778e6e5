// A snapshot as format 2 wrote it, made from one of today: every small number in a large cell, links beside the state. It is
// written from the layouts as they were, and knows nothing of the steps that bring it up.
import { encodeState } from '../../../src/engine/snapshot.ts';
import type { EngineState } from '../../../src/engine/state.ts';
import type { ColumnHeader, TableHeader } from '../../../src/model/stored-table.ts';
import { CELL_ARRAYS } from '../../../src/model/stored-table.ts';

interface Column extends ColumnHeader {
  readonly cells: readonly number[];
}

/** Where a cell of format 2 stands now: column and cell of today, or nowhere. */
type Place = readonly [column: string, cell: number] | undefined;
type Layouts = Readonly<
  Record<string, Readonly<Record<string, { type: ColumnHeader['type']; cells: readonly Place[] }>>>
>;

const cell = (column: string, ...cells: readonly number[]): Place[] => cells.map((n) => [column, n] as const);

const OLD: Layouts = {
  'rule-slots': {
    state: { type: 'u32', cells: [...cell('state', 0, 1, 2, 3, 4), ...cell('links', 0, 1), ...cell('state', 5)] },
    clock: { type: 'f64', cells: [...cell('clock', 0, 1, 2, 3, 4, 5, 6), undefined] },
    version: { type: 'u32', cells: cell('version', 0) },
    judgedVersion: { type: 'u32', cells: cell('judgedVersion', 0) },
  },
  forecast: {
    line: {
      type: 'f64',
      cells: [
        ...cell('line', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
        ...cell('said', 1),
        undefined,
        ...cell('said', 0, 2, 3),
      ],
    },
  },
};
/** Columns of today that were parts of others then. */
const PARTS = new Set(['links', 'said']);

export function asFormat2(state: EngineState): { readonly header: unknown; readonly columns: Uint8Array[] } {
  const { header, columns } = encodeState(state);
  const { tables, rules } = header;
  let next = 0;
  const bytes: Uint8Array[] = [];
  const older = (table: TableHeader): TableHeader => {
    const now = table.columns.map((column): Column => {
      const own = columns[next++].slice();
      return { ...column, cells: [...new CELL_ARRAYS[column.type](own.buffer)] };
    });
    const then = now
      .filter(({ name }) => OLD[table.name] === undefined || !PARTS.has(name))
      .map((column) => before(table, column, now));
    for (const { type, cells } of then) bytes.push(new Uint8Array(new CELL_ARRAYS[type](cells).buffer));
    return { ...table, columns: then.map(({ name, type, width }) => ({ name, type, width })) };
  };
  const own = tables.map(older);
  const ofRules = rules.tables.map(older);
  // It knew none of these; they stand beside it as they are.
  const ofDerived = header.derived && { ...header.derived, tables: header.derived.tables.map(older) };
  const named = { ...header, format: 2, tables: own, rules: { ...rules, tables: ofRules }, derived: ofDerived };
  return { header: named, columns: bytes };
}

function before({ name: table, rows }: TableHeader, column: Column, now: readonly Column[]): Column {
  const layout = OLD[table]?.[column.name];
  if (layout === undefined) return column;
  const places = layout.cells.map((place) => {
    const from = place === undefined ? undefined : now.find(({ name }) => name === place[0]);
    return (row: number): number =>
      from === undefined || place === undefined ? 0 : from.cells[row * from.width + place[1]];
  });
  const cells = Array.from({ length: rows }, (_, row) => places.map((place) => place(row))).flat();
  return { name: column.name, type: layout.type, width: places.length, cells };
}
