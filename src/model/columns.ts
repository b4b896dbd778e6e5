/**
 * A growable table of typed-array columns (struct of arrays): the one shape of everything the engine keeps per point or per
 * rule. It owns the memory and its snapshot; it gives the rows no meaning. Readers must take a column from `col` anew
 * after anything that may have added rows: growing replaces the arrays.
 */
import type { ColumnHeader, ColumnType, StoredTable, TableHeader } from './stored-table.ts';
import { CELL_ARRAYS, LayoutError } from './stored-table.ts';

/**
 * Column name → type, or [type, width] for `width` consecutive cells a row, or [type, width, fill] where a cell that nothing
 * has been written to is not 0. A snapshot taken before a column existed gives its cells that value too.
 */
export type Layout = Readonly<Record<string, ColumnSpec>>;
type ColumnSpec = ColumnType | readonly [ColumnType, number] | readonly [ColumnType, number, number];

interface ArrayOf {
  f64: Float64Array;
  f32: Float32Array;
  u32: Uint32Array;
  i32: Int32Array;
  u16: Uint16Array;
  u8: Uint8Array;
}
type TypeOf<C> = C extends ColumnType ? C : C extends readonly [infer T extends ColumnType, ...number[]] ? T : never;
type ColumnsOf<L extends Layout> = { [K in keyof L]: ArrayOf[TypeOf<L[K]>] };

/** From so many rows on a table is grown ahead, when less than this part of its rows is left free. */
const LARGE_ROWS = 8_192;
const AHEAD_PART = 8;
/** Ahead of need no further column is copied after so many bytes: a few milliseconds with the memory that is new. */
const AT_ONCE_BYTES = 4 * 1024 * 1024;
/** Of a table that was read back this part of its rows is free. */
const FREE_PART = 16;

const typeOf = (spec: Layout[string]): ColumnType => (typeof spec === 'string' ? spec : spec[0]);
const widthOf = (spec: Layout[string]): number => (typeof spec === 'string' ? 1 : spec[1]);
const fillOf = (spec: Layout[string]): number => (typeof spec === 'string' ? 0 : (spec[2] ?? 0));

export class Columns<L extends Layout> {
  readonly layout: L;
  /** The live arrays; longer than `rows` (capacity). */
  col: ColumnsOf<L>;
  rows = 0;
  /** Rows that every column has room for. */
  private capacity: number;
  /** The columns with their widths, in layout order. */
  private list: { readonly array: ArrayOf[ColumnType]; readonly width: number }[] = [];

  constructor(layout: L, capacity = 16) {
    this.layout = layout;
    this.capacity = capacity;
    this.col = this.allocate(capacity);
  }

  /** Adds one row and returns its index. Its cells are whatever stood there: 0, or what a row that was taken out left. */
  add(): number {
    if (this.rows === this.capacity) this.grow(this.capacity * 2);
    return this.rows++;
  }

  /** Makes sure rows 0 … count-1 exist. */
  ensure(count: number): void {
    if (count > this.capacity) this.grow(Math.max(count, this.capacity * 2));
    if (count > this.rows) this.rows = count;
  }

  /**
   * Grows some columns of a large table before they must, and says whether it did: copying them holds everything else, and
   * tables that are filled together would all be copied at once.
   */
  growAhead(): boolean {
    if (this.rows < LARGE_ROWS || this.capacity - this.rows >= this.rows / AHEAD_PART) return false;
    this.grow(this.capacity * 2, AT_ONCE_BYTES);
    return true;
  }

  /** Makes one row as if nothing had been written to it. */
  clearRow(row: number): void {
    for (const name of Object.keys(this.layout)) {
      const width = widthOf(this.layout[name]);
      this.col[name].fill(fillOf(this.layout[name]), row * width, (row + 1) * width);
    }
  }

  /** Numbers that one row holds, all columns together. */
  get cells(): number {
    return this.list.reduce((sum, { width }) => sum + width, 0);
  }

  /** Copies one row into `target` from `offset` on, in layout order; returns the offset behind it. */
  readRow(row: number, target: Float64Array, offset: number): number {
    let to = offset;
    for (const { array, width } of this.list) {
      for (let from = row * width; from < (row + 1) * width; from++) target[to++] = array[from];
    }
    return to;
  }

  /** Sets one row from what `readRow` copied; returns the offset behind it. */
  writeRow(row: number, source: ArrayLike<number>, offset: number): number {
    let from = offset;
    for (const { array, width } of this.list) {
      for (let to = row * width; to < (row + 1) * width; to++) array[to] = source[from++];
    }
    return from;
  }

  /** Bytes of the valid rows, one view a column, in layout order. Views share memory: copy before the next change. */
  bytes(): Uint8Array[] {
    return Object.keys(this.layout).map((name) => {
      const column = this.col[name];
      const length = this.rows * widthOf(this.layout[name]) * column.BYTES_PER_ELEMENT;
      return new Uint8Array(column.buffer, column.byteOffset, length);
    });
  }

  /** What a snapshot must say of the table, so that the bytes can be read back: the columns in layout order. */
  header(name: string): TableHeader {
    return { name, rows: this.rows, columns: headersOf(this.layout) };
  }

  /**
   * Sets the table to a stored one, column by column by name. A column that was not stored is as if nothing had been written
   * to it; one that the layout does not know, or knows with another type or width, throws LayoutError.
   */
  load(table: StoredTable): void {
    const known = new Map(headersOf(this.layout).map((header) => [header.name, header]));
    this.capacity = Math.max(Math.ceil(table.rows * (1 + 1 / FREE_PART)), 16);
    this.col = this.allocate(this.capacity);
    this.rows = table.rows;
    for (const { name, type, width, bytes } of table.columns) {
      const place = `column ${table.name}.${name}`;
      const header = known.get(name);
      if (header === undefined) throw new LayoutError(`${place}: this version does not know it`);
      if (header.type !== type || header.width !== width) {
        throw new LayoutError(`${place}: stored as ${type} × ${width}, known as ${header.type} × ${header.width}`);
      }
      new Uint8Array(this.col[name].buffer, 0, bytes.byteLength).set(bytes);
    }
  }

  /** Column by column, those first that are first in the layout; no further one after so many bytes. */
  private grow(capacity: number, bytesMax = Number.POSITIVE_INFINITY): void {
    const arrays: Record<string, ArrayOf[ColumnType]> = { ...this.col };
    let bytes = 0;
    let left = false;
    for (const [name, spec] of Object.entries(this.layout)) {
      const old = arrays[name];
      if (old.length >= capacity * widthOf(spec)) continue;
      left = bytes >= bytesMax;
      if (left) break;
      arrays[name] = newCells(spec, capacity, old);
      bytes += old.byteLength;
    }
    this.take(arrays);
    if (!left) this.capacity = capacity;
  }

  private allocate(capacity: number): ColumnsOf<L> {
    const entries = Object.entries(this.layout).map(([name, spec]) => [name, newCells(spec, capacity)] as const);
    return this.take(Object.fromEntries(entries));
  }

  private take(arrays: Record<string, ArrayOf[ColumnType]>): ColumnsOf<L> {
    this.list = Object.entries(this.layout).map(([name, spec]) => ({ array: arrays[name], width: widthOf(spec) }));
    this.col = arrays as ColumnsOf<L>;
    return this.col;
  }
}

/** Cells for so many rows, the first of them as they were. */
function newCells(spec: ColumnSpec, rows: number, before?: ArrayOf[ColumnType]): ArrayOf[ColumnType] {
  const cells = new CELL_ARRAYS[typeOf(spec)](rows * widthOf(spec));
  if (before !== undefined) cells.set(before);
  if (fillOf(spec) !== 0) cells.fill(fillOf(spec), before?.length ?? 0);
  return cells;
}

function headersOf(layout: Layout): ColumnHeader[] {
  return Object.entries(layout).map(([name, spec]) => ({ name, type: typeOf(spec), width: widthOf(spec) }));
}
