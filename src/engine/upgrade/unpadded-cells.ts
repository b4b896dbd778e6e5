/**
 * Format 3 to 4: the closed buckets of a forecast stand without the cells that filled up their last cache line, and names of
 * rules are numbered in two bytes.
 */
import type { Moves } from './small-cells.ts';
import { moved } from './small-cells.ts';
import { changeHeader, changeTable, inOrder } from './stored-state.ts';

/** Twelve buckets of five cells; four more were never written. */
const CLOSED_CELLS = 60;

const WINDOW: Moves = {
  closed: [{ name: 'closed', type: 'f32', cells: Array.from({ length: CLOSED_CELLS }, (_, cell) => cell) }],
};
const SLOTS: Moves = { rule: [{ name: 'rule', type: 'u16', cells: [0] }] };

export const unpaddedCells = inOrder([
  changeTable('rule-slots', (table) => moved(table, SLOTS)),
  changeTable('forecast-window', (table) => moved(table, WINDOW)),
  changeTable('periodic-forecast-window', (table) => moved(table, WINDOW)),
  changeHeader((header) => ({ ...header, format: 4 })),
]);
