import { describe, expect, it } from 'vitest';
import type { ReadingBatch } from '../../../src/model/reading.ts';
import { FLAG, newBatch, sentQualityOf, VERDICT } from '../../../src/model/reading.ts';
import { addBatch, clearRows, newRows } from '../../../src/store/readings/rows.ts';
import { addRow } from '../../support/build/batch.ts';

const T = 1_763_775_600_000;

function batchOf(
  rows: { point?: number; at: number; judgedAt?: number; verdict?: number; flags?: number }[],
): ReadingBatch {
  const batch = newBatch(1, T + 100);
  for (const [value, { at, ...row }] of rows.entries()) addRow(batch, { point: 1, sampledAt: at, value, ...row });
  return batch;
}

describe('rows of a batch', () => {
  it('are the admitted readings, without conflicts', () => {
    const rows = newRows();
    addBatch(
      rows,
      batchOf([
        { at: T },
        { at: T, flags: FLAG.CONFLICT },
        { at: T + 1, verdict: VERDICT.HISTORY, flags: FLAG.HISTORICAL },
        { at: T + 2, verdict: VERDICT.DUPLICATE },
        { at: T + 3, verdict: VERDICT.REFUSED_UNKNOWN_POINT },
      ]),
    );
    expect([rows.count, rows.value, rows.flags]).toEqual([2, [0, 2], [0, FLAG.HISTORICAL]]);
    expect(rows.receivedAt).toEqual([T + 100, T + 100]);
    clearRows(rows);
    expect(rows).toEqual(newRows());
  });

  it('keep the quality that was sent with their flags, where another one was made of it', () => {
    const rows = newRows();
    const batch = batchOf([{ at: T }, { at: T + 1, flags: FLAG.QOS0 }, { at: T + 2 }]);
    batch.quality = [0, 2, 1];
    batch.sentQuality = [0, 0, 1];
    addBatch(rows, batch);
    expect(rows.flags.map((flags, row) => sentQualityOf(flags, rows.quality[row]))).toEqual([0, 0, 1]);
    expect(rows.flags.map((flags) => flags & 0x7ff)).toEqual([0, FLAG.QOS0, 0]);
    expect([rows.flags[0], rows.flags[2]]).toEqual([0, 0]);
  });

  it('stand where they were judged when the clock was unusable, with both times', () => {
    const rows = newRows();
    const flags = FLAG.CLOCK_SKEWED;
    addBatch(
      rows,
      batchOf([
        { at: T + 600_000, judgedAt: T - 2_400, flags },
        { at: T + 600_000, judgedAt: T + 100, point: 2, flags },
        { at: T + 601_000, judgedAt: T - 1_400, flags },
        { at: T + 602_500, judgedAt: T + 100, flags },
      ]),
    );
    expect(rows.at).toEqual([T - 2_400, T + 100, T - 1_400, T + 100]);
    expect(rows.deviceAt).toEqual([T + 600_000, T + 600_000, T + 601_000, T + 602_500]);
  });
});
