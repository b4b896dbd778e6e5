/**
 * Judging: one admitted reading, one due time, one silence. It walks the slots of one point and leaves every delay and hold
 * to hold.ts. It decides nothing about alerts, and admits nothing: readings arrive live and in sampling order.
 */
import type { Level } from '../model/level.ts';
import type { Quality } from '../model/quality.ts';
import { GOOD, UNCERTAIN } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';
import { fallSilent, lose, passBy, regain, resumeSlot, settle, tickSlot, unlatch } from './hold.ts';
import type { Observation, OverRange, RuleKind } from './kind.ts';
import { UNKNOWN } from './kind.ts';
import type { RuleMemory } from './memory.ts';
import {
  GOOD_AT,
  GOOD_VALUE,
  LAST_AT,
  LAST_VALUE,
  POINT_DANGEROUS_HIGH,
  POINT_DANGEROUS_LOW,
  POINT_FLAGS,
  POINT_LATCHING,
  POINT_LOST,
  POINT_SEEN,
  POINT_SEEN_GOOD,
  POINT_WIDTH,
  QUALITY_SHIFT,
  QUIET_ABOVE,
  QUIET_BELOW,
} from './memory.ts';
import { classify, OVER_HIGH_BIT, OVER_LOW_BIT, QUALITY_MASK, RANGE_WIDTH } from './range.ts';
import type { RuleSink } from './sink.ts';
import { CONFIRMED, FLAG_FAULTED, FLAG_OFF, FLAGS, KIND, RAW, STATE_WIDTH } from './slots.ts';

export type { RuleSink } from './sink.ts';

const FLAG_BITS = (1 << QUALITY_SHIFT) - 1;

/**
 * Judges one live reading of an installed point. `quality` is the sender's; what span and plausibility make of it stands in
 * `memory.lastQuality` and `memory.lastOverRange` afterwards. `now` is engine time.
 */
export function judge(
  memory: RuleMemory,
  point: number,
  at: EpochMs,
  value: number,
  quality: Quality,
  now: EpochMs,
  sink: RuleSink,
): void {
  const cells = memory.points.col.cells;
  const base = point * POINT_WIDTH;
  const quiet = value > cells[base + QUIET_ABOVE] && value < cells[base + QUIET_BELOW];
  const packed = quiet ? quality : rangeOf(memory, point, value, quality);
  const judged = (packed & QUALITY_MASK) as Quality;
  memory.lastQuality = judged;
  memory.lastOverRange = packed > QUALITY_MASK;
  if (judged > UNCERTAIN) {
    loseSight(memory, point, at, sink);
    return;
  }
  const good = judged === GOOD;
  const lost = remember(memory, point, at, value, judged);
  if (lost && good) regainSight(memory, point, at, sink);
  const over: OverRange = packed & OVER_HIGH_BIT ? 1 : packed & OVER_LOW_BIT ? -1 : 0;
  const latching = over !== 0 && (memory.flagsOf(point) & POINT_LATCHING) !== 0;
  const slots = memory.slots;
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const slot = next - 1;
    const state = slots.col.state;
    const cell = slot * STATE_WIDTH;
    if (state[cell + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) continue;
    const kind = memory.kinds[state[cell + KIND]];
    // The way of nearly every reading: nothing was, nothing is, and a memoryless rule's own row is not even touched.
    const atRest = state[cell + RAW] === 0 && state[cell + CONFIRMED] === 0;
    if (atRest && quiet && kind.memoryless) continue;
    const row = memory.row(slot);
    const seen = good || !kind.goodOnly ? ask(memory, kind, slot, row, at, value, good, over, sink) : UNKNOWN;
    if (atRest && seen === 0) continue;
    if (seen === UNKNOWN) passBy(slots, slot, at, sink);
    else {
      const side = kind.side(row);
      // Over-range latches the side it is on, and no other.
      settle(slots, slot, seen, value, at, now, good, side, latching && side === over, sink);
    }
    // Raised by an uncertain reading after bad ones: in alarm, and still without good sight.
    if (lost && !good) lose(slots, slot, at, sink);
  }
}

/**
 * Engine time has come to a `dueAt` that was asked for. Completes an on-delay; of event-driven points also an off-delay,
 * while their gateway is online. Repeated or early calls do nothing.
 */
export function judgeDue(memory: RuleMemory, slot: number, now: EpochMs, sink: RuleSink, gatewayOnline = false): void {
  if (memory.slots.col.state[slot * STATE_WIDTH + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) return;
  tickSlot(memory.slots, slot, now, gatewayOnline, sink);
  if (memory.flagsOf(memory.pointOf(slot)) & POINT_LOST) lose(memory.slots, slot, now, sink);
}

/** The point became stale or went offline: what is in alarm is held blind, what was about to clear starts again. */
export function judgeSilence(memory: RuleMemory, point: number, now: EpochMs, sink: RuleSink): void {
  markLost(memory, point, now);
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const slot = next - 1;
    memory.kinds[memory.slots.col.state[slot * STATE_WIDTH + KIND]].silence(memory.row(slot));
    fallSilent(memory.slots, slot, now, sink);
    lose(memory.slots, slot, now, sink);
  }
}

/**
 * The service looks again after nobody looked from `downFrom` to `now`. Running on-delays keep their elapsed part and need a
 * reading to finish; running off-delays start again. Call once per start, before the first reading.
 */
export function resume(memory: RuleMemory, downFrom: EpochMs, now: EpochMs, sink: RuleSink): void {
  for (let slot = 0; slot < memory.slots.rows; slot++) resumeSlot(memory.slots, slot, downFrom, now, sink);
}

/** Level of the limits in force that a late reading breaches by its value alone; 0 when it breaches none. */
export function breaches(memory: RuleMemory, point: number, value: number, quality: Quality = GOOD): Level {
  const packed = rangeOf(memory, point, value, quality);
  if ((packed & QUALITY_MASK) > UNCERTAIN) return 0;
  const over: OverRange = packed & OVER_HIGH_BIT ? 1 : packed & OVER_LOW_BIT ? -1 : 0;
  let worst: Level = 0;
  for (const slot of memory.slotsOf(point)) {
    const base = slot * STATE_WIDTH;
    if (memory.slots.col.state[base + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) continue;
    const level = memory.kinds[memory.slots.col.state[base + KIND]].breach(memory.row(slot), value, over);
    if (level > worst) worst = level;
  }
  return worst;
}

/** A named person reset the latch of an over-range alarm. */
export function releaseLatch(memory: RuleMemory, slot: number, now: EpochMs, sink: RuleSink): void {
  unlatch(memory.slots, slot, now, sink);
}

function rangeOf(memory: RuleMemory, point: number, value: number, quality: Quality): number {
  const flags = memory.flagsOf(point);
  const low = (flags & POINT_DANGEROUS_LOW) !== 0;
  const high = (flags & POINT_DANGEROUS_HIGH) !== 0;
  return classify(memory.points.col.range, point * RANGE_WIDTH, low, high, value, quality);
}

/** The one place where a rule may throw: it stops being asked for this point, everything else goes on. */
function ask(
  memory: RuleMemory,
  kind: RuleKind,
  slot: number,
  row: number,
  at: EpochMs,
  value: number,
  good: boolean,
  over: OverRange,
  sink: RuleSink,
): Observation {
  try {
    return kind.observe(row, at, value, good, over);
  } catch (error) {
    memory.slots.col.state[slot * STATE_WIDTH + FLAGS] |= FLAG_FAULTED;
    sink.faulted(slot, error instanceof Error ? error.message : String(error));
    lose(memory.slots, slot, at, sink);
    return UNKNOWN;
  }
}

/** Keeps a usable reading; true where the point had lost good sight before it. */
function remember(memory: RuleMemory, point: number, at: EpochMs, value: number, quality: Quality): boolean {
  const cells = memory.points.col.cells;
  const base = point * POINT_WIDTH;
  const flags = memory.flagsOf(point);
  const seen = quality === GOOD ? POINT_SEEN | POINT_SEEN_GOOD : POINT_SEEN;
  cells[base + POINT_FLAGS] = (flags & FLAG_BITS) | seen | (quality << QUALITY_SHIFT);
  cells[base + LAST_VALUE] = value;
  cells[base + LAST_AT] = at;
  if (quality === GOOD) {
    cells[base + GOOD_VALUE] = value;
    cells[base + GOOD_AT] = at;
  }
  return (flags & POINT_LOST) !== 0;
}

function markLost(memory: RuleMemory, point: number, at: EpochMs): void {
  const flags = memory.flagsOf(point);
  if (flags & POINT_LOST) return;
  memory.points.col.cells[point * POINT_WIDTH + POINT_FLAGS] = flags | POINT_LOST;
  memory.points.col.lostAt[point] = at;
}

/** A reading came that says nothing: what is in alarm is held at its last good value. */
function loseSight(memory: RuleMemory, point: number, at: EpochMs, sink: RuleSink): void {
  markLost(memory, point, at);
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const slot = next - 1;
    if (memory.slots.col.state[slot * STATE_WIDTH + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) continue;
    passBy(memory.slots, slot, at, sink);
    lose(memory.slots, slot, at, sink);
  }
}

function regainSight(memory: RuleMemory, point: number, at: EpochMs, sink: RuleSink): void {
  memory.points.col.cells[point * POINT_WIDTH + POINT_FLAGS] = memory.flagsOf(point) & ~POINT_LOST;
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const slot = next - 1;
    if ((memory.slots.col.state[slot * STATE_WIDTH + FLAGS] & FLAG_FAULTED) === 0) regain(memory.slots, slot, at, sink);
  }
}
