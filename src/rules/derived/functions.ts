/**
 * The table of named functions of derived points. A new one is one file in functions/ and one line here; snapshots know
 * their tables by name.
 */
import type { DerivedFunction } from './fn.ts';
import { CoveredShare } from './functions/covered-share.ts';
import { FirstOut } from './functions/first-out.ts';
import { ForMs } from './functions/for-ms.ts';
import { InOrder } from './functions/in-order.ts';
import { KOfN } from './functions/k-of-n.ts';
import { Median } from './functions/median.ts';
import { OnlineShare } from './functions/online-share.ts';
import { Rate } from './functions/rate.ts';
import { RunTime } from './functions/run-time.ts';
import { Stale } from './functions/stale.ts';
import { Total } from './functions/total.ts';
import { TimeWeightedAverage } from './functions/twa.ts';
import { WindowCount, WindowSum } from './functions/window-sum.ts';

const CREATE: readonly (() => DerivedFunction)[] = [
  () => new TimeWeightedAverage(),
  () => new WindowSum(),
  () => new WindowCount(),
  () => new RunTime(),
  () => new Rate(),
  () => new Median(),
  () => new KOfN(),
  () => new OnlineShare(),
  () => new FirstOut(),
  () => new Stale(),
  () => new ForMs(),
  () => new InOrder(),
  () => new Total(),
  () => new CoveredShare(),
  // The next function goes here.
];

/** Fresh ones, each with an empty memory. */
export function newFunctions(): readonly DerivedFunction[] {
  return CREATE.map((create) => create());
}

/** What there is, for imports and documents. */
export const FUNCTION_DEFINITIONS = newFunctions().map(({ definition }) => definition);
