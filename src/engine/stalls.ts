/**
 * Time in which the service itself stood still: it read nothing, or withheld every answer because its disk hung, and whoever
 * waits for an answer sends nothing. It is no evidence against a sensor, so deadlines of silence move by it.
 */
import type { DurationMs, EpochMs } from '../model/time.ts';
import type { Stall } from './input.ts';
import type { EngineState } from './state.ts';

/** So many are remembered: what is older moves only deadlines that are far longer than any stall. */
const STALLS_REMEMBERED = 16;

/** Joins it to the one before where they touch: a stall that goes on is told every second. */
export function addStall(state: EngineState, { from, to }: Stall): void {
  const { stalls } = state;
  const last = stalls[stalls.length - 1];
  if (last !== undefined && from <= last.to)
    stalls[stalls.length - 1] = { from: Math.min(from, last.from), to: Math.max(to, last.to) };
  else stalls.push({ from, to });
  if (stalls.length > STALLS_REMEMBERED) stalls.shift();
}

/** How much of the time since then the service stood still. */
export function stalledSince({ stalls }: EngineState, since: EpochMs): DurationMs {
  let sum = 0;
  for (const { from, to } of stalls) sum += Math.max(0, to - Math.max(from, since));
  return sum;
}
