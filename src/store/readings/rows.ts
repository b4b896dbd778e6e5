/**
 * Makes the rows that are stored out of the batches that the log keeps: admitted readings only, each at the time it was
 * judged at. Deterministic, so that a replay of the log gives the same rows.
 */
import type { DerivedRow } from '../../engine/effect.ts';
import type { ReadingBatch } from '../../model/reading.ts';
import { FLAG, VERDICT, withSentQuality } from '../../model/reading.ts';
import type { ReadingRows } from './port.ts';

export function newRows(): ReadingRows {
  return { count: 0, point: [], at: [], value: [], quality: [], receivedAt: [], flags: [], deviceAt: [] };
}

/** Empties the rows for re-use. */
export function clearRows(rows: ReadingRows): void {
  rows.count = 0;
  for (const column of columnsOf(rows)) column.length = 0;
}

function columnsOf(rows: ReadingRows): number[][] {
  return [rows.point, rows.at, rows.value, rows.quality, rows.receivedAt, rows.flags, rows.deviceAt];
}

export function addRow(
  rows: ReadingRows,
  row: {
    point: number;
    at: number;
    value: number;
    quality: number;
    receivedAt: number;
    flags: number;
    deviceAt?: number;
  },
): void {
  rows.count += 1;
  rows.point.push(row.point);
  rows.at.push(row.at);
  rows.value.push(row.value);
  rows.quality.push(row.quality);
  rows.receivedAt.push(row.receivedAt);
  rows.flags.push(row.flags);
  rows.deviceAt.push(row.deviceAt ?? row.at);
}

/** Adds the values of derived points that one input led to. */
export function addDerived(rows: ReadingRows, derived: readonly DerivedRow[]): void {
  for (const { point, at, value, quality, flags } of derived) {
    const whole = Math.trunc(at);
    addRow(rows, { point, at: whole, value, quality, receivedAt: whole, flags });
  }
}

/** Adds the admitted readings of one judged batch. Conflicting ones are left out: the first value of an instant stays. */
export function addBatch(rows: ReadingRows, batch: ReadingBatch): void {
  const receivedAt = Math.trunc(batch.receivedAt);
  for (let row = 0; row < batch.count; row += 1) {
    const verdict = batch.verdict[row];
    const flags = batch.flags[row];
    if (verdict !== VERDICT.LIVE && verdict !== VERDICT.HISTORY) continue;
    if ((flags & FLAG.CONFLICT) !== 0) continue;
    const deviceAt = Math.trunc(batch.sampledAt[row]);
    const at = (flags & FLAG.CLOCK_SKEWED) === 0 ? deviceAt : Math.trunc(batch.judgedAt[row]);
    const { point, value, sentQuality } = batch;
    const quality = batch.quality[row];
    const kept = withSentQuality(flags, sentQuality.length === 0 ? quality : sentQuality[row], quality);
    addRow(rows, { point: point[row], at, value: value[row], quality, receivedAt, flags: kept, deviceAt });
  }
}
