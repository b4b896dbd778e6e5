/**
 * Rows of readings as one block of numbers, column behind column: handing it to another thread copies nothing but itself. It
 * keeps every bit of a number.
 */
import type { ReadingRows } from '../port.ts';

export interface RowBlock {
  readonly count: number;
  readonly numbers: Float64Array<ArrayBuffer>;
}

const columnsOf = (rows: ReadingRows): number[][] => {
  const { point, at, value, quality, receivedAt, flags, deviceAt } = rows;
  return [point, at, value, quality, receivedAt, flags, deviceAt];
};

export function blockOf(rows: ReadingRows): RowBlock {
  const { count } = rows;
  const columns = columnsOf(rows);
  const numbers = new Float64Array(columns.length * count);
  columns.forEach((column, i) => {
    numbers.set(column, i * count);
  });
  return { count, numbers };
}

export function rowsOf({ count, numbers }: RowBlock): ReadingRows {
  const column = (i: number): number[] => Array.from(numbers.subarray(i * count, (i + 1) * count));
  return {
    count,
    point: column(0),
    at: column(1),
    value: column(2),
    quality: column(3),
    receivedAt: column(4),
    flags: column(5),
    deviceAt: column(6),
  };
}
