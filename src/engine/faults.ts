/**
 * The delays between a fault and its alarm, one mechanism for every fault of a point, a gateway or the service and for lost
 * coverage: a row says whether the fault is there, for how long it has been so, and whether its alarm stands. It knows no
 * fault by name and tells nobody; what is lost counts as lost at once, only the alarm is delayed.
 *
 * An episode begins when the fault first comes and ends when it has been away for the whole off-delay. The alarm is raised
 * once the fault was there for the on-delay within the episode, taken together: what comes and goes every second is one
 * alarm, and a single short trouble is none.
 */
import { CHATTER_MS } from '../alerts/condition/chatter.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { MINUTE_MS } from '../model/time.ts';
import { meaningOf, slotOf } from './engine-slots.ts';
import type { IN_PARENT } from './fault-table.ts';
import { OWN_ROW, SILENT } from './fault-table.ts';
import type { Fold } from './fold.ts';
import { BY_ITSELF, SEEN } from './observers.ts';
import type { EngineState } from './state.ts';
import { TIMER } from './timers.ts';

export interface Delays {
  readonly onMs: DurationMs;
  readonly offMs: DurationMs;
  /** Coming again within this time of its alarm's end it is chatter; undefined: each time is news. */
  readonly chatterMs?: DurationMs;
}

/** Of whatever a line, a battery or a clock may do many times a minute. */
export const DELAYED: Delays = { onMs: 10_000, offMs: MINUTE_MS, chatterMs: CHATTER_MS };
/** Of what is noticed by somebody who has waited already, or cannot come and go. */
export const AT_ONCE: Delays = { onMs: 0, offMs: 0 };

/** The fault is there. True when its alarm is to be raised now. */
export function came(fold: Fold, row: number, { onMs, offMs }: Delays): boolean {
  const { col } = fold.state.faults;
  if (col.present[row] !== 0) return false;
  if (col.stands[row] === SILENT && fold.at - col.since[row] >= offMs) col.lastedMs[row] = 0;
  col.present[row] = 1;
  col.since[row] = fold.at;
  if (col.stands[row] !== SILENT) {
    col.times[row]++;
    return false;
  }
  const leftMs = onMs - col.lastedMs[row];
  if (leftMs <= 0) return true;
  lookAt(fold, row, fold.at + leftMs);
  return false;
}

/** The fault is gone. True when its alarm is to end now. */
export function went(fold: Fold, row: number, { offMs }: Delays): boolean {
  const { col } = fold.state.faults;
  if (col.present[row] === 0) return false;
  col.present[row] = 0;
  col.lastedMs[row] += fold.at - col.since[row];
  col.since[row] = fold.at;
  if (col.stands[row] === SILENT) return false;
  if (offMs === 0) return true;
  lookAt(fold, row, fold.at + offMs);
  return false;
}

/** Its timer fell due at `due`: what is to be done with its alarm, if anything. Early and repeated calls do no harm. */
export function looked(fold: Fold, row: number, due: EpochMs, { onMs, offMs }: Delays): 'raise' | 'end' | undefined {
  const { col } = fold.state.faults;
  // An earlier look was asked for since: that one counts.
  if (due !== col.lookAt[row]) return undefined;
  col.lookAt[row] = 0;
  const elapsedMs = fold.at - col.since[row];
  if (col.present[row] !== 0 && col.stands[row] === SILENT) {
    if (col.lastedMs[row] + elapsedMs >= onMs) return 'raise';
    lookAt(fold, row, col.since[row] + onMs - col.lastedMs[row]);
  } else if (col.present[row] === 0 && col.stands[row] !== SILENT) {
    if (elapsedMs >= offMs) return 'end';
    lookAt(fold, row, col.since[row] + offMs);
  }
  return undefined;
}

/** Nothing could be said now: it is asked again after that time. */
export function lookAgain(fold: Fold, row: number, afterMs: DurationMs): void {
  lookAt(fold, row, fold.at + afterMs);
}

export function stand(fold: Fold, row: number, stands: typeof OWN_ROW | typeof IN_PARENT): void {
  const { col } = fold.state.faults;
  if (col.stands[row] === SILENT) col.times[row] = 1;
  col.stands[row] = stands;
}

export function end(fold: Fold, row: number): void {
  const { col } = fold.state.faults;
  col.stands[row] = SILENT;
  col.lastedMs[row] = 0;
  col.times[row] = 0;
}

/** Time in which nobody looked is no evidence: it completes no delay, in either direction. */
export function faultsResumed(fold: Fold, downFrom: EpochMs): void {
  const { col, rows } = fold.state.faults;
  for (let row = 0; row < rows; row++) {
    const { present, stands, since, lastedMs } = col;
    if (present[row] === 0 && stands[row] === SILENT) continue;
    if (present[row] !== 0) lastedMs[row] += Math.max(0, downFrom - since[row]);
    since[row] = fold.at;
  }
}

/**
 * A state stored before there was this table has alarms that stand and no row for them: they go on, as there now, told by
 * themselves. A clock is asked anew.
 */
export function adoptStanding(state: EngineState): void {
  const { faults, engineSlots, book, timers, at } = state;
  const from = faults.rows;
  faults.ensure(engineSlots.names.length);
  const { col } = faults;
  for (const [row, name] of engineSlots.names.entries()) {
    if (row < from || !book.contributes(slotOf(row))) continue;
    const meaning = meaningOf(name);
    const isAsked = meaning.kind === 'fault' && meaning.fault === 'clock-skewed';
    col.present[row] = isAsked ? 0 : 1;
    col.stands[row] = OWN_ROW;
    col.grade[row] = meaning.kind === 'fault' ? 1 : 2;
    col.cause[row] = meaning.kind === 'fault' ? SEEN : BY_ITSELF;
    col.since[row] = at;
    col.times[row] = 1;
    if (!isAsked) continue;
    col.lookAt[row] = at + DELAYED.offMs;
    timers.arm(TIMER.FAULT, row, at + DELAYED.offMs);
  }
}

/** One pending timer a row, the earliest asked for: whatever comes later is asked for again when it falls due. */
function lookAt(fold: Fold, row: number, due: EpochMs): void {
  const { col } = fold.state.faults;
  if (col.lookAt[row] !== 0 && col.lookAt[row] <= due) return;
  col.lookAt[row] = due;
  fold.state.timers.arm(TIMER.FAULT, row, due);
}
