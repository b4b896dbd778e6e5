import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChunkColumns } from '../../../../src/store/readings/chunks/codec.ts';
import { decodeChunk, encodeChunk, newColumns } from '../../../../src/store/readings/chunks/codec.ts';

interface Row {
  gap: number;
  value: number;
  delay: number;
  skew: number;
  quality: number;
  flags: number;
}

function columnsOf(start: number, rows: readonly Row[]): ChunkColumns {
  // Longer than its rows, as the store's own columns are.
  const columns = newColumns(rows.length + 3);
  let at = start;
  rows.forEach((row, i) => {
    at += i === 0 ? 0 : row.gap;
    columns.at[i] = at;
    columns.value[i] = row.value;
    columns.receivedAt[i] = at + row.delay;
    columns.deviceAt[i] = at + row.skew;
    columns.quality[i] = row.quality;
    columns.flags[i] = row.flags;
  });
  columns.count = rows.length;
  return columns;
}

function expectSame(got: ChunkColumns, wanted: ChunkColumns): void {
  expect(got.count).toBe(wanted.count);
  for (const name of ['at', 'value', 'receivedAt', 'deviceAt', 'quality', 'flags'] as const) {
    for (let row = 0; row < wanted.count; row += 1) {
      if (!Object.is(got[name][row], wanted[name][row])) {
        throw new Error(`${name}[${row}]: ${got[name][row]} instead of ${wanted[name][row]}`);
      }
    }
  }
}

const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });
const decimal = fc
  .integer({ min: -1e9, max: 1e9 })
  .chain((n) => fc.constantFrom(1, 10, 100, 1e4, 1e5).map((s) => n / s));
const value = fc.oneof(anyDouble, decimal, fc.constantFrom(-0, 0, 5e-324, -5e-324, 2 ** -1022, Number.MAX_VALUE, 0.1));
const gap = fc.oneof(fc.constant(1_000), fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 86_400_000 }));
const offset = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -5_000, max: 90_000 }),
  fc.integer({ min: -1e12, max: 1e12 }),
);
const rowWith = (values: fc.Arbitrary<number>): fc.Arbitrary<Row> =>
  fc.record({
    gap,
    value: values,
    delay: offset,
    skew: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: offset }),
    quality: fc.integer({ min: 0, max: 4 }),
    flags: fc.integer({ min: 0, max: 65_535 }),
  });

describe('chunk codec', () => {
  it.each([
    ['any doubles', value],
    ['decimals', decimal],
    ['small decimals', fc.integer({ min: -5_000, max: 5_000 }).map((n) => n / 10)],
  ])('gives back exactly what it took: %s', (_name, values) => {
    void fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.array(rowWith(values), { minLength: 1, maxLength: 700 }),
        (start, rows) => {
          const columns = columnsOf(start, rows);
          expectSame(decodeChunk(encodeChunk(columns)), columns);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives bytes of its own, untouched by the next chunk', () => {
    const row = { gap: 1_000, value: 1.5, delay: 7, skew: 0, quality: 0, flags: 0 };
    const first = columnsOf(1e12, [row, { ...row, value: -0 }]);
    const bytes = encodeChunk(first);
    encodeChunk(columnsOf(5, [{ ...row, value: 99 }]));
    expectSame(decodeChunk(bytes), first);
  });

  it('packs 600 samples of a two-decimal sensor into less than 6 bytes each, arrival included', () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
      return seed / 0x7fff_ffff;
    };
    let level = 2_000;
    const rows = Array.from({ length: 600 }, () => {
      level += Math.round((random() - 0.5) * 40);
      const delay = Math.floor(random() * 50);
      return { gap: 998 + Math.floor(random() * 5), value: level / 100, delay, skew: 0, quality: 0, flags: 0 };
    });
    expect(encodeChunk(columnsOf(1_763_775_600_000, rows)).length / 600).toBeLessThan(6);
  });

  it('refuses bytes that are not a chunk', () => {
    const bytes = encodeChunk(
      columnsOf(1, [
        { gap: 1, value: 1, delay: 0, skew: 0, quality: 0, flags: 0 },
        { gap: 1, value: Math.PI, delay: 0, skew: 0, quality: 0, flags: 0 },
      ]),
    );
    expect(() => decodeChunk(bytes.subarray(0, bytes.length - 6))).toThrow();
    expect(() => decodeChunk(new Uint8Array([9, 0, 1]))).toThrow(/version 9/);
    expect(() => encodeChunk(newColumns(4))).toThrow(/at least one row/);
  });
});
