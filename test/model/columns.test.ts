import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Columns } from '../../src/model/columns.ts';

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

  it('comes back from its bytes as it was, at any size', () => {
    fc.assert(
      fc.property(fc.nat(40), (rows) => {
        const table = filled(rows);
        const copy = new Columns(LAYOUT);
        copy.load(
          rows,
          table.bytes().map((bytes) => bytes.slice()),
        );
        expect(contents(copy)).toEqual(contents(table));
        copy.add();
        expect(copy.rows).toBe(rows + 1);
        expect([...copy.col.wide.subarray(rows * 3, rows * 3 + 3)]).toEqual([0, 0, 0]);
      }),
    );
  });

  it('refuses bytes of another shape by name', () => {
    const table = filled(4);
    expect(() => new Columns(LAYOUT).load(4, table.bytes().slice(1))).toThrow('expected 6 columns, got 5');
    expect(() => new Columns(LAYOUT).load(5, table.bytes())).toThrow('column wide: expected 120 bytes, got 96');
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
