/**
 * The rule memory of one point as plain numbers: what is sealed into evidence before a reading changes something, and what
 * judging is repeated from. It judges nothing itself.
 */
import type { StoredTables } from '../model/stored-table.ts';
import { cellsOf, columnsFrom, columnWords, tableOf } from '../model/stored-table.ts';
import type { EpochMs } from '../model/time.ts';
import type { RuleMemory, StoredNames } from './memory.ts';
import { FIRST, POINT_WIDTH, POINTS, QUIET_ABOVE, QUIET_BELOW, SLOTS } from './memory.ts';
import { CONFIRMED, KIND, LATCH, NEXT, RAW, ROW, STATE_WIDTH } from './slots.ts';

/** Numbers of the point's row, then of each slot: rule id, kind, slot row, rows of the kind's tables. */
export interface PointImage {
  readonly point: readonly number[];
  readonly slots: readonly { readonly rule: string; readonly kind: string; readonly cells: readonly number[] }[];
}

/** What the numbers of an image are, in names: stands beside images that are kept. JSON data. */
export interface ImageLayout {
  /** Format of snapshots whose tables these are. */
  readonly format: number;
  /** The tables of each kind, in the order of their numbers. */
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  /** The columns of each table, in the words of `columnsFrom`. */
  readonly tables: Readonly<Record<string, string>>;
  /**
   * Which cells say where something lies: `first` in a point's cells, `kind` in a slot's state, the others in its links; where
   * it has none, as before format 3, in its state too.
   */
  readonly links: { readonly first: number; readonly kind: number; readonly row: number; readonly next: number };
}

/** A memory that knows one point, as number 0, in the tables of its layout. */
interface StoredMemory {
  readonly names: StoredNames;
  readonly tables: StoredTables;
}

/** Holds the memory of the one point that is about to be judged; re-used, so that nothing is allocated per reading. */
export class PointScratch {
  private cells = new Float64Array(1_024);
  private point = -1;

  /** Copies the point's memory as it is now. */
  take(memory: RuleMemory, point: number): void {
    this.point = point;
    let offset = memory.points.readRow(point, this.cells, 0);
    for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
      const slot = next - 1;
      const kind = memory.kinds[memory.slots.col.state[slot * STATE_WIDTH + KIND]];
      const needed = offset + memory.slots.cells + kind.tables.reduce((sum, { columns }) => sum + columns.cells, 0);
      if (needed > this.cells.length) this.grow(needed);
      offset = memory.slots.readRow(slot, this.cells, offset);
      for (const { columns } of kind.tables) offset = columns.readRow(memory.row(slot), this.cells, offset);
    }
  }

  /** What was taken of this point, as an image; undefined when another one was taken since. */
  image(memory: RuleMemory, point: number): PointImage | undefined {
    if (point !== this.point) return undefined;
    const width = memory.points.cells;
    let offset = width;
    const slots = memory.slotsOf(point).map((slot) => {
      const kind = memory.kinds[memory.slots.col.state[slot * STATE_WIDTH + KIND]];
      const length = memory.slots.cells + kind.tables.reduce((sum, { columns }) => sum + columns.cells, 0);
      const cells = [...this.cells.subarray(offset, offset + length)];
      offset += length;
      return { rule: memory.ruleOf(slot), kind: kind.name, cells };
    });
    return { point: [...this.cells.subarray(0, width)], slots };
  }

  private grow(needed: number): void {
    const larger = new Float64Array(needed * 2);
    larger.set(this.cells);
    this.cells = larger;
  }
}

/**
 * Whether a reading of this value can change any confirmed level: false is certain. The way of nearly every reading: nothing
 * stands, and the value neither breaches nor nears anything.
 */
export function mayChange(memory: RuleMemory, point: number, at: EpochMs, value: number): boolean {
  const cells = memory.points.col.cells;
  const base = point * POINT_WIDTH;
  // All that a memoryless kind could say of it: see `quiet`. Its own row is not even touched.
  if (!(value > cells[base + QUIET_ABOVE] && value < cells[base + QUIET_BELOW])) return true;
  const { state } = memory.slots.col;
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const cell = (next - 1) * STATE_WIDTH;
    if (state[cell + RAW] !== 0 || state[cell + CONFIRMED] !== 0 || state[cell + LATCH] !== 0) return true;
    if (!memory.kinds[state[cell + KIND]].memoryless && !isStill(memory, next - 1, at, value)) return true;
  }
  return false;
}

/** As `memory.guard`, without a function a reading. */
function isStill(memory: RuleMemory, slot: number, at: EpochMs, value: number): boolean {
  try {
    return memory.kindOf(slot).still(memory.row(slot), at, value);
  } catch (error) {
    memory.fault(slot, error);
    return false;
  }
}

/** How this program's images lie, of the tables of these kinds. */
export function layoutOf(memory: RuleMemory, format: number, kindNames: ReadonlySet<string>): ImageLayout {
  const kinds = memory.kinds.filter(({ name }) => kindNames.has(name));
  const tables = [
    { name: POINTS, columns: memory.points },
    { name: SLOTS, columns: memory.slots },
    ...kinds.flatMap((kind) => kind.tables),
  ];
  return {
    format,
    kinds: Object.fromEntries(kinds.map((kind) => [kind.name, kind.tables.map(({ name }) => name)])),
    tables: Object.fromEntries(tables.map(({ name, columns }) => [name, columnWords(columns.header(name).columns)])),
    links: { first: FIRST, kind: KIND, row: ROW, next: NEXT },
  };
}

/** The image as the tables of a memory of its own: where a thing lies is of that memory, what it remembers the image's. */
export function storedImage({ point, slots }: PointImage, layout: ImageLayout): StoredMemory {
  const { links } = layout;
  const kinds = Object.keys(layout.kinds);
  const rules = [...new Set(slots.map(({ rule }) => rule))];
  const rows = new Map<string, number[][]>(Object.keys(layout.tables).map((table) => [table, []]));
  rows.get(POINTS)!.push([...point]);
  const columns = (table: string) => columnsFrom(layout.tables[table]);
  const put = (table: string, row: number[], column: string, cell: number, value: number): void => {
    const headers = columns(table);
    const at = headers.findIndex(({ name }) => name === column);
    if (at >= 0) row[cellsOf(headers.slice(0, at)) + cell] = value;
  };
  put(POINTS, rows.get(POINTS)![0], 'cells', links.first, slots.length > 0 ? 1 : 0);
  const linking = columns(SLOTS).some(({ name }) => name === 'links') ? 'links' : 'state';
  for (const [i, { rule, kind, cells }] of slots.entries()) {
    const slotCells = cellsOf(columns(SLOTS));
    const slot = cells.slice(0, slotCells);
    put(SLOTS, slot, 'state', links.kind, kinds.indexOf(kind));
    put(SLOTS, slot, linking, links.row, slots.slice(0, i).filter((other) => other.kind === kind).length);
    put(SLOTS, slot, linking, links.next, i + 1 < slots.length ? i + 2 : 0);
    put(SLOTS, slot, 'point', 0, 0);
    put(SLOTS, slot, 'rule', 0, rules.indexOf(rule));
    rows.get(SLOTS)!.push(slot);
    let from = slotCells;
    for (const table of layout.kinds[kind]) {
      const width = cellsOf(columns(table));
      rows.get(table)!.push(cells.slice(from, from + width));
      from += width;
    }
  }
  const tables = new Map([...rows].map(([name, numbers]) => [name, tableOf(name, columns(name), numbers)]));
  return { names: { rules, kinds, gone: [] }, tables };
}
