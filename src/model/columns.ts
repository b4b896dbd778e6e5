/**
 * A growable table of typed-array columns (struct of arrays): the one shape of everything the engine keeps per point or per
 * rule. It owns the memory and its snapshot; it gives the rows no meaning. Readers must take a column from `col` anew
 * after anything that may have added rows: growing replaces the arrays.
 */

export type ColumnType = 'f64' | 'f32' | 'u32' | 'i32' | 'u16' | 'u8';
/** Column name → type, or [type, width] for `width` consecutive cells a row. */
export type Layout = Readonly<Record<string, ColumnType | readonly [ColumnType, number]>>;

interface ArrayOf {
  f64: Float64Array;
  f32: Float32Array;
  u32: Uint32Array;
  i32: Int32Array;
  u16: Uint16Array;
  u8: Uint8Array;
}
type TypeOf<C> = C extends ColumnType ? C : C extends readonly [infer T extends ColumnType, number] ? T : never;
export type ColumnsOf<L extends Layout> = { [K in keyof L]: ArrayOf[TypeOf<L[K]>] };

const CONSTRUCTORS = {
  f64: Float64Array,
  f32: Float32Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;

const typeOf = (spec: Layout[string]): ColumnType => (typeof spec === 'string' ? spec : spec[0]);
const widthOf = (spec: Layout[string]): number => (typeof spec === 'string' ? 1 : spec[1]);

export class Columns<L extends Layout> {
  readonly layout: L;
  /** The live arrays; longer than `rows` (capacity). */
  col: ColumnsOf<L>;
  rows = 0;
  private capacity: number;
  /** The columns with their widths, in layout order. */
  private list: { readonly array: ArrayOf[ColumnType]; readonly width: number }[] = [];

  constructor(layout: L, capacity = 16) {
    this.layout = layout;
    this.capacity = capacity;
    this.col = this.allocate(capacity);
  }

  /** Adds one zeroed row and returns its index. */
  add(): number {
    if (this.rows === this.capacity) this.grow(this.capacity * 2);
    return this.rows++;
  }

  /** Makes sure rows 0 … count-1 exist. */
  ensure(count: number): void {
    if (count > this.capacity) this.grow(Math.max(count, this.capacity * 2));
    if (count > this.rows) this.rows = count;
  }

  /** Zeroes one row, every column of it. */
  clearRow(row: number): void {
    for (const name of Object.keys(this.layout)) {
      const width = widthOf(this.layout[name]);
      this.col[name].fill(0, row * width, (row + 1) * width);
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

  /** Sets the table to what `bytes()` gave at `rows` rows. Throws a RangeError when the lengths do not fit the layout. */
  load(rows: number, parts: readonly Uint8Array[]): void {
    const names = Object.keys(this.layout);
    if (parts.length !== names.length) throw new RangeError(`expected ${names.length} columns, got ${parts.length}`);
    this.capacity = Math.max(rows, 16);
    this.col = this.allocate(this.capacity);
    this.rows = rows;
    names.forEach((name, i) => {
      const column = this.col[name];
      const length = rows * widthOf(this.layout[name]) * column.BYTES_PER_ELEMENT;
      if (parts[i].byteLength !== length) {
        throw new RangeError(`column ${name}: expected ${length} bytes, got ${parts[i].byteLength}`);
      }
      new Uint8Array(column.buffer, 0, length).set(parts[i]);
    });
  }

  private grow(capacity: number): void {
    const old = this.col;
    this.capacity = capacity;
    this.col = this.allocate(capacity);
    for (const name of Object.keys(this.layout)) {
      const target: { set(source: ArrayLike<number>): void } = this.col[name];
      target.set(old[name]);
    }
  }

  private allocate(capacity: number): ColumnsOf<L> {
    const arrays: Record<string, ArrayOf[ColumnType]> = {};
    for (const [name, spec] of Object.entries(this.layout)) {
      arrays[name] = new CONSTRUCTORS[typeOf(spec)](capacity * widthOf(spec));
    }
    this.list = Object.entries(this.layout).map(([name, spec]) => ({ array: arrays[name], width: widthOf(spec) }));
    return arrays as ColumnsOf<L>;
  }
}
