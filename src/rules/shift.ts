/**
 * The clock of a point turned out to be slow: what its rules have counted by that clock moves to the time at which it really
 * was, so that no delay seems to have lasted as long as the clock was wrong. What a window has taken in under the
 * wrong time stays in it until it leaves at the other end.
 */
import { HIGH_HIGH } from '../model/level.ts';
import type { DurationMs } from '../model/time.ts';
import type { RuleMemory } from './memory.ts';
import { GOOD_AT, LAST_AT, POINT_WIDTH } from './memory.ts';
import { AT, CLOCK_WIDTH, SINCE, UNSET } from './slots.ts';

export function shiftPoint(memory: RuleMemory, point: number, byMs: DurationMs): void {
  const { cells } = memory.points.col;
  cells[point * POINT_WIDTH + LAST_AT] += byMs;
  cells[point * POINT_WIDTH + GOOD_AT] += byMs;
  const { clock } = memory.slots.col;
  for (const slot of memory.slotsOf(point)) {
    const base = slot * CLOCK_WIDTH;
    for (let level = 1; level <= HIGH_HIGH; level++) {
      if (clock[base + AT + level] !== UNSET) clock[base + AT + level] += byMs;
    }
    clock[base + SINCE] += byMs;
  }
}
