// Messages as the codecs hand them over: a row states what it is about.
import { GOOD } from '../../../src/model/quality.ts';
import type { ReadingBatch } from '../../../src/model/reading.ts';
import { NO_SEQ, VERDICT } from '../../../src/model/reading.ts';

export interface Row {
  readonly point: number;
  readonly sampledAt: number;
  readonly value: number;
  readonly quality?: number;
  readonly seq?: number;
  readonly flags?: number;
  readonly verdict?: number;
  readonly judgedAt?: number;
}

/** One more reading: good, without a number, not yet admitted. */
export function addRow(batch: ReadingBatch, row: Row): void {
  const { point, sampledAt, value, quality = GOOD, seq = NO_SEQ, flags = 0, verdict = VERDICT.LIVE } = row;
  batch.count++;
  batch.point.push(point);
  batch.sampledAt.push(sampledAt);
  batch.value.push(value);
  batch.quality.push(quality);
  batch.seq.push(seq);
  batch.flags.push(flags);
  batch.verdict.push(verdict);
  batch.judgedAt.push(row.judgedAt ?? sampledAt);
}
