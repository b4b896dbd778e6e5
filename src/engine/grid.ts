/**
 * The tick grid: one tick a second of engine time, before the first input at or after that second. It follows from the time
 * of the newest input alone, so live judging, replay of a file, drills and tests tick alike. It folds nothing itself.
 */
import type { EpochMs } from '../model/time.ts';
import { SECOND_MS } from '../model/time.ts';
import type { TickInput } from './input.ts';
import type { EngineState } from './state.ts';

/**
 * The tick that must be folded before an input at `at`, or undefined when none is due: ask again after folding it. A state
 * without a time yet has no grid, and the time that a `resumed` stands for is ticked by nobody.
 */
export function tickBefore(state: EngineState, at: EpochMs): TickInput | undefined {
  if (state.at === 0) return undefined;
  const next = (Math.floor(state.at / SECOND_MS) + 1) * SECOND_MS;
  return next <= at ? { kind: 'tick', at: next } : undefined;
}

/**
 * The same, but only the next tick at which something falls due. A tick of which nothing is due changes nothing, so days in
 * which nothing happens cost nothing: for whoever plays time that was, or never is.
 */
export function dueTickBefore(state: EngineState, at: EpochMs): TickInput | undefined {
  const { rows, col } = state.timers.heap;
  if (state.at === 0 || rows === 0) return undefined;
  const due = Math.ceil(col.due[0] / SECOND_MS);
  const next = Math.max(Math.floor(state.at / SECOND_MS) + 1, due) * SECOND_MS;
  return next <= at ? { kind: 'tick', at: next } : undefined;
}
