/**
 * Format 2 to 3: what is a small number stands in a small cell, what lies elsewhere is linked from cells of its own, and what
 * nobody read is not kept (since when a slot stands at its present level; a cell of a forecast that was never written).
 */
import type { ColumnHeader, StoredColumn, StoredTable } from '../../model/stored-table.ts';
import { CELL_ARRAYS } from '../../model/stored-table.ts';
import type { UpgradeStep } from './stored-state.ts';
import { changeHeader, changeTable, inOrder } from './stored-state.ts';

/** By column of the older format: which of its cells stand in which columns now, in their order. */
export type Moves = Readonly<
  Record<string, readonly (Pick<ColumnHeader, 'name' | 'type'> & { cells: readonly number[] })[]>
>;

const SLOTS: Moves = {
  state: [
    // Raw, confirmed, latched, flags, kind, over-range; then row and next slot.
    { name: 'state', type: 'u8', cells: [0, 1, 2, 3, 4, 7] },
    { name: 'links', type: 'u32', cells: [5, 6] },
  ],
  clock: [{ name: 'clock', type: 'f64', cells: [0, 1, 2, 3, 4, 5, 6] }],
  version: [{ name: 'version', type: 'u16', cells: [0] }],
  judgedVersion: [{ name: 'judgedVersion', type: 'u16', cells: [0] }],
};

const FORECAST: Moves = {
  line: [
    { name: 'line', type: 'f64', cells: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    // Status, proof, target, whether it was aimed at one.
    { name: 'said', type: 'u8', cells: [13, 11, 14, 15] },
  ],
};

export const smallCells: UpgradeStep = inOrder([
  changeTable('rule-slots', (table) => moved(table, SLOTS)),
  changeTable('forecast', (table) => moved(table, FORECAST)),
  changeHeader((header) => ({ ...header, format: 3 })),
]);

export function moved(table: StoredTable, moves: Moves): StoredTable {
  return { ...table, columns: table.columns.flatMap((column) => movedColumn(column, table.rows, moves[column.name])) };
}

function movedColumn(column: StoredColumn, rows: number, moves: Moves[string] | undefined): StoredColumn[] {
  if (moves === undefined) return [column];
  // Bytes of a snapshot lie anywhere: aligned anew, so that they can be read as numbers.
  const from = new CELL_ARRAYS[column.type](column.bytes.slice().buffer);
  return moves.map(({ name, type, cells }) => {
    const to = new CELL_ARRAYS[type](rows * cells.length);
    for (let row = 0; row < rows; row++) {
      for (const [i, cell] of cells.entries()) to[row * cells.length + i] = from[row * column.width + cell];
    }
    return { name, type, width: cells.length, bytes: new Uint8Array(to.buffer) };
  });
}
