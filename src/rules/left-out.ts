/**
 * What a reference has left out, counted by why: a column of the kinds that learn. When something is left out is learning.ts.
 */
import type { Baseline } from '../model/baseline.ts';
import type { Columns } from '../model/columns.ts';
import { qualityOf } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';
import type { Learner } from './kind.ts';

/** Cells of `leftOut`: readings while another rule of the point stood, as `test`, and otherwise not good. */
const LEFT_OUT_WIDTH = 3;
const IN_ALARM = 0;
const TEST = 1;
const NOT_GOOD = 2;
const NAMES = ['leftOutInAlarm', 'leftOutTest', 'leftOutNotGood'] as const;
const COUNT_MAX = 0xffff_ffff;
const AS_TEST = qualityOf('test');

const NOTHING: Readonly<Record<string, number>> = {};

/** The column of a kind that counts what its reference has left out. */
export const LEFT_OUT_LAYOUT = { leftOut: ['u32', LEFT_OUT_WIDTH] } as const;
type Counted = Pick<Columns<typeof LEFT_OUT_LAYOUT>, 'col'>;

/** Of a kind that counts in `table`; `isLearning`: of a row whose reference is not made yet, or never is; `baseline`: as a learner says. */
export function countedLearner(
  table: Counted,
  isLearning: (row: number) => boolean,
  baseline: (row: number, now: EpochMs) => Baseline,
): Learner {
  const count = (row: number, cause: number): void => {
    const cell = row * LEFT_OUT_WIDTH + cause;
    if (table.col.leftOut[cell] < COUNT_MAX && isLearning(row)) table.col.leftOut[cell]++;
  };
  return {
    baseline,
    inAlarm: (row) => count(row, IN_ALARM),
    notGood: (row, quality) => count(row, quality === AS_TEST ? TEST : NOT_GOOD),
    leftOut(row) {
      const found: Record<string, number> = {};
      for (const [cause, name] of NAMES.entries()) {
        const readings = table.col.leftOut[row * LEFT_OUT_WIDTH + cause];
        if (readings > 0) found[name] = readings;
      }
      return found;
    },
  };
}

/** Of a kind whose error of today is no reference that anybody looks up: it leaves out, and counts nothing. */
export const UNCOUNTED: Learner = { inAlarm() {}, notGood() {}, leftOut: () => NOTHING, baseline: () => undefined };

/** Begins a reference anew: nothing was left out of it yet. */
export function countAnew(table: Counted, row: number): void {
  table.col.leftOut.fill(0, row * LEFT_OUT_WIDTH, (row + 1) * LEFT_OUT_WIDTH);
}
