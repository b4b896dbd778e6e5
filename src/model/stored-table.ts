/**
 * Tables as they stand in a snapshot: every column under its name, with its type and width, so that a later program finds
 * what it knows and says what it does not. Bytes only; what a column means stands with its layout.
 */

export type ColumnType = 'f64' | 'f32' | 'u32' | 'i32' | 'u16' | 'u8';

/** Bytes of one cell. */
const CELL_BYTES: Readonly<Record<ColumnType, number>> = { f64: 8, f32: 4, u32: 4, i32: 4, u16: 2, u8: 1 };

export interface ColumnHeader {
  readonly name: string;
  readonly type: ColumnType;
  /** Consecutive cells a row. */
  readonly width: number;
}

export interface TableHeader {
  readonly name: string;
  readonly rows: number;
  /** In the order of their bytes. */
  readonly columns: readonly ColumnHeader[];
}

export interface StoredColumn extends ColumnHeader {
  readonly bytes: Uint8Array;
}

export interface StoredTable {
  readonly name: string;
  readonly rows: number;
  readonly columns: readonly StoredColumn[];
}

/** By name. */
export type StoredTables = ReadonlyMap<string, StoredTable>;

/** The live form of a column of each type. */
export const CELL_ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;

/** Columns in words, one each: name, type and, above one, width. What `columnsFrom` reads. */
export function columnWords(columns: readonly ColumnHeader[]): string {
  return columns.map(({ name, type, width }) => `${name}:${type}${width === 1 ? '' : `:${width}`}`).join(' ');
}

export function columnsFrom(words: string): ColumnHeader[] {
  return words.split(' ').map((word) => {
    const [name, type, width = '1'] = word.split(':');
    return { name, type: type as ColumnType, width: Number(width) };
  });
}

/** Numbers of one row. */
export function cellsOf(columns: readonly ColumnHeader[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

/** The table of rows whose numbers lie in the order of the columns. */
export function tableOf(name: string, columns: readonly ColumnHeader[], rows: readonly number[][]): StoredTable {
  let offset = 0;
  const stored = columns.map((column) => {
    const { type, width } = column;
    const cells = new CELL_ARRAYS[type](rows.length * width);
    for (const [row, numbers] of rows.entries()) cells.set(numbers.slice(offset, offset + width), row * width);
    offset += width;
    return { ...column, bytes: new Uint8Array(cells.buffer) };
  });
  return { name, rows: rows.length, columns: stored };
}

/** A stored table and the layout it is to be read with do not go together: another version wrote it. */
export class LayoutError extends Error {
  override readonly name = 'LayoutError';
}

/** Headers and the bytes of all their columns, one behind the other, put together. Throws LayoutError where they do not fit. */
export function storedTables(headers: readonly TableHeader[], bytes: readonly Uint8Array[]): Map<string, StoredTable> {
  let next = 0;
  const tables = new Map<string, StoredTable>();
  for (const { name, rows, columns } of headers) {
    const stored = columns.map((column) => ({ ...column, bytes: checked(name, rows, column, bytes[next++]) }));
    tables.set(name, { name, rows, columns: stored });
  }
  if (next !== bytes.length) throw new LayoutError(`${bytes.length} columns are stored, ${next} are described`);
  return tables;
}

function checked(table: string, rows: number, column: ColumnHeader, bytes: Uint8Array | undefined): Uint8Array {
  const wanted = rows * column.width * CELL_BYTES[column.type];
  if (bytes?.byteLength === wanted) return bytes;
  throw new LayoutError(`column ${table}.${column.name}: expected ${wanted} bytes, got ${bytes?.byteLength ?? 0}`);
}
