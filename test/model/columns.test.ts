import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Columns } from '../../src/model/columns.ts';
import { storedTables } from '../../src/model/stored-table.ts';

const LAYOUT = { wide: ['f64', 3], small: 'u8', count: 'u32', signed: 'i32', short: 'f32', flags: ['u16', 2] } as const;
const filled = (rows: number) => {
  const table = new Columns(LAYOUT, 1);
  for (let row = 0; row < rows; row++) {
    expect(table.add()).toBe(row);
    const { wide, small, count, signed, short, flags } = table.col;
    wide.set([row + 0.1, -row, Number.POSITIVE_INFINITY], row * 3);
    small[row] = row;
    count[row] = 4_000_000_000 + row;
    signed[row] = -row;
    short[row] = row / 4;
    flags.set([row, 65_535 - row], row * 2);
  }
  return table;
};
const stored = (table: Columns<typeof LAYOUT>) =>
  storedTables(
    [table.header('some')],
    table.bytes().map((bytes) => bytes.slice()),
  ).get('some')!;
const contents = (table: Columns<typeof LAYOUT>) => table.bytes().map((bytes) => [...bytes]);

describe('a table of columns', () => {
  it('keeps every cell while it grows', () => {
    const table = filled(100);
    expect(table.rows).toBe(100);
    expect([...table.col.wide.subarray(297, 300)]).toEqual([99.1, -99, Number.POSITIVE_INFINITY]);
    expect(table.col.count[99]).toBe(4_000_000_099);
    expect([...table.col.flags.subarray(0, 2)]).toEqual([0, 65_535]);
    expect(table.cells).toBe(9);
  });

  it('is grown ahead of need where it is large, once, and keeps every cell', () => {
    const small = filled(100);
    expect(small.growAhead()).toBe(false);
    const large = filled(16_384);
    const before = large.col;
    expect(large.growAhead()).toBe(true);
    expect(large.rows).toBe(16_384);
    expect([...large.col.count.subarray(0, 16_384)]).toEqual([...before.count.subarray(0, 16_384)]);
    expect(large.growAhead()).toBe(false);
    const grown = large.col;
    for (let row = 16_384; row < 32_768; row++) large.add();
    expect(large.col).toBe(grown);
  });

  it('is grown ahead a few columns at a time where that is much to copy, while rows are added', () => {
    const layout = {
      first: ['f64', 64],
      count: 'u32',
      marked: ['f64', 64, -1],
      last: ['f64', 64],
    } as const;
    const table = new Columns(layout, 16_384);
    const names = ['first', 'count', 'marked', 'last'] as const;
    table.ensure(16_000);
    for (let row = 0; row < 16_000; row++) table.col.count[row] = row;
    const copied: string[][] = [];
    for (;;) {
      const before = names.map((name) => table.col[name]);
      if (!table.growAhead()) break;
      copied.push(names.filter((name, i) => table.col[name] !== before[i]));
      const row = table.add();
      const { first, count, marked, last } = table.col;
      expect(marked[row * 64 + 63]).toBe(-1);
      count[row] = row;
      for (const column of [first, marked, last]) column[row * 64 + 63] = row;
    }
    expect(copied.length).toBeGreaterThan(1);
    for (const columns of copied) expect(columns.filter((name) => name !== 'count')).toHaveLength(1);
    expect(copied.flat().sort()).toEqual([...names].sort());
    expect([...table.col.count.subarray(0, table.rows)]).toEqual(Array.from({ length: table.rows }, (_, row) => row));
    for (let row = 16_000; row < table.rows; row++) {
      for (const name of ['first', 'marked', 'last'] as const) expect(table.col[name][row * 64 + 63]).toBe(row);
    }
  });

  it('has room for some rows more when it comes back, so that the first new one copies nothing', () => {
    const table = new Columns(LAYOUT);
    table.load(stored(filled(160)));
    const loaded = table.col;
    for (let more = 0; more < 10; more++) table.add();
    expect(table.col).toBe(loaded);
  });

  it('comes back from its bytes as it was, at any size', () => {
    fc.assert(
      fc.property(fc.nat(40), (rows) => {
        const table = filled(rows);
        const copy = new Columns(LAYOUT);
        copy.load(stored(table));
        expect(contents(copy)).toEqual(contents(table));
        copy.add();
        expect(copy.rows).toBe(rows + 1);
        expect([...copy.col.wide.subarray(rows * 3, rows * 3 + 3)]).toEqual([0, 0, 0]);
      }),
    );
  });

  it('reads its columns by name, whatever their order, and begins the ones that were not stored', () => {
    const { rows, columns } = stored(filled(3));
    const later = new Columns({ added: 'u8', marked: ['f64', 2, -1], count: 'u32', wide: ['f64', 3] } as const);
    const known = columns.filter(({ name }) => name === 'wide' || name === 'count');
    later.load({ name: 'some', rows, columns: known.reverse() });
    expect([...later.col.wide.subarray(3, 6)]).toEqual([1.1, -1, Number.POSITIVE_INFINITY]);
    expect(later.col.count[2]).toBe(4_000_000_002);
    expect([...later.col.added.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect([...later.col.marked.subarray(0, 6)]).toEqual([-1, -1, -1, -1, -1, -1]);
  });

  it('refuses by name a column that it does not know, or knows otherwise, and bytes that are too few', () => {
    const table = filled(4);
    const earlier = new Columns({ wide: ['f64', 3], small: 'u8' } as const);
    expect(() => earlier.load(stored(table))).toThrow('column some.count: this version does not know it');
    const narrower = new Columns({ ...LAYOUT, wide: ['f64', 2] } as const);
    expect(() => narrower.load(stored(table))).toThrow('column some.wide: stored as f64 × 3, known as f64 × 2');
    const header = { ...table.header('some'), rows: 5 };
    expect(() => storedTables([header], table.bytes())).toThrow('column some.wide: expected 120 bytes, got 96');
    expect(() => storedTables([table.header('some')], table.bytes().slice(1))).toThrow('column some.wide');
    const more = [...table.bytes(), new Uint8Array(1)];
    expect(() => storedTables([table.header('some')], more)).toThrow('7 columns are stored, 6 are described');
  });

  it('gives a cell that nothing was written to its declared value', () => {
    const table = new Columns({ since: ['f64', 1, -1] } as const, 1);
    for (let row = 0; row < 40; row++) table.add();
    expect(table.col.since[39]).toBe(-1);
    table.col.since[7] = 5;
    table.clearRow(7);
    expect(table.col.since[7]).toBe(-1);
  });

  it('copies one row out and back, and clears one row only', () => {
    const table = filled(3);
    const row = new Float64Array(table.cells);
    expect(table.readRow(1, row, 0)).toBe(9);
    table.clearRow(1);
    expect([...table.col.wide.subarray(3, 6)]).toEqual([0, 0, 0]);
    expect(table.col.small[2]).toBe(2);
    expect(table.writeRow(1, row, 0)).toBe(9);
    expect(contents(table)).toEqual(contents(filled(3)));
  });

  it('makes rows up to a count, zeroed, and never fewer', () => {
    const table = filled(2);
    table.ensure(40);
    expect(table.rows).toBe(40);
    expect(table.col.count[39]).toBe(0);
    table.ensure(5);
    expect(table.rows).toBe(40);
  });
});
