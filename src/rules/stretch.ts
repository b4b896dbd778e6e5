/**
 * The stretch that a baseline rests on, of the kinds that go on learning theirs: when it was begun, the newest thing that was
 * learned, and which one it is. A column of the kind; its numbers stand beside those of the kind, so that evidence tells what an
 * alarm was judged by.
 */
import type { Columns } from '../model/columns.ts';
import type { EpochMs } from '../model/time.ts';

const STRETCH_WIDTH = 3;
const FROM = 0;
const TO = 1;
const VERSION = 2;

export const STRETCH_LAYOUT = { stretch: ['f64', STRETCH_WIDTH] } as const;
type Stretched = Pick<Columns<typeof STRETCH_LAYOUT>, 'col'>;

/** Another baseline begins. */
export function beginStretch(table: Stretched, row: number, from: EpochMs): void {
  const { stretch } = table.col;
  const base = row * STRETCH_WIDTH;
  stretch[base + FROM] = from;
  stretch[base + TO] = from;
  stretch[base + VERSION]++;
}

/** It was learned from what came up to `to`; the first such thing begins it. */
export function extendStretch(table: Stretched, row: number, to: EpochMs): void {
  const { stretch } = table.col;
  const base = row * STRETCH_WIDTH;
  if (stretch[base + VERSION] === 0) beginStretch(table, row, to);
  else stretch[base + TO] = to;
}

/** It rests on the last so many only: what is older is no part of it any more. */
export function moveStretch(table: Stretched, row: number, from: EpochMs, to: EpochMs): void {
  extendStretch(table, row, to);
  table.col.stretch[row * STRETCH_WIDTH + FROM] = from;
}

/** `referenceFrom`, `referenceTo` (engine time) and `referenceVersion`, from 1 on; nothing where nothing was learned. */
export function stretchNumbers(table: Stretched, row: number): Readonly<Record<string, number>> {
  const [referenceFrom, referenceTo, referenceVersion] = table.col.stretch.subarray(row * STRETCH_WIDTH);
  return referenceVersion === 0 ? {} : { referenceFrom, referenceTo, referenceVersion };
}
