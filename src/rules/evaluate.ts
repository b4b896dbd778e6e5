/**
 * Judging: one admitted reading, one due time, one silence. It walks the slots of one point and leaves every delay and hold
 * to hold.ts. It decides nothing about alerts, and admits nothing: readings arrive live and in sampling order.
 */
import type { Level } from '../model/level.ts';
import { NONE } from '../model/level.ts';
import type { PointConfig } from '../model/point.ts';
import type { Quality } from '../model/quality.ts';
import { GOOD, UNCERTAIN } from '../model/quality.ts';
import type { EpochMs } from '../model/time.ts';
import {
  facing,
  fallSilent,
  lose,
  lowerAtOnce,
  passBy,
  regain,
  resumeSlot,
  settle,
  tickSlot,
  unlatch,
} from './hold.ts';
import type { Observation } from './kind.ts';
import { UNKNOWN } from './kind.ts';
import { leaveOut, mayLearn } from './learning.ts';
import type { RuleMemory } from './memory.ts';
import {
  GOOD_AT,
  GOOD_VALUE,
  LAST_AT,
  LAST_VALUE,
  POINT_FLAGS,
  POINT_LATCHING,
  POINT_LOST,
  POINT_SEEN,
  POINT_SEEN_GOOD,
  POINT_WATCHED,
  POINT_WIDTH,
  QUALITY_SHIFT,
  QUIET_ABOVE,
  QUIET_BELOW,
} from './memory.ts';
import { classify, OVER_HIGH_BIT, OVER_LOW_BIT, QUALITY_MASK, RANGE_WIDTH } from './range.ts';
import type { OverRange, Sample } from './sample.ts';
import type { RuleSink } from './sink.ts';
import {
  CLOCK_WIDTH,
  CONFIRMED,
  FLAG_FAULTED,
  FLAG_OFF,
  FLAGS,
  KIND,
  levelOf,
  RAW,
  SINCE,
  STATE_WIDTH,
} from './slots.ts';
import { watchInstrument } from './watch.ts';

const FLAG_BITS = (1 << QUALITY_SHIFT) - 1;

/**
 * Judges one live reading of an installed point. `sample.quality` is the sender's before, and what span and plausibility made
 * of it afterwards; whether it was over-range stands in `sample.over`.
 */
export function judge(memory: RuleMemory, point: number, sample: Sample, sink: RuleSink): void {
  const cells = memory.points.col.cells;
  const base = point * POINT_WIDTH;
  const { value } = sample;
  const quiet = value > cells[base + QUIET_ABOVE] && value < cells[base + QUIET_BELOW];
  if (!quiet) place(memory, point, sample);
  if (sample.quality > UNCERTAIN) {
    leaveOut(memory, point, sample.quality);
    loseSight(memory, point, sample.at, sink);
    return;
  }
  if (memory.flagsOf(point) & POINT_WATCHED) {
    watchInstrument(memory, point, sample, sink);
    if (sample.mute) {
      leaveOut(memory, point, sample.quality);
      loseSight(memory, point, sample.at, sink);
      return;
    }
  }
  const { good } = sample;
  if (!good) leaveOut(memory, point, sample.quality);
  const lost = remember(memory, point, sample);
  if (lost && good) regainSight(memory, point, sample.at, sink);
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
    let seen = good || !kind.goodOnly ? observed(memory, slot, sample) : UNKNOWN;
    if (atRest && (seen === NONE || seen === UNKNOWN)) continue;
    if (seen === UNKNOWN && good && disproved(memory, slot)) seen = NONE;
    const side = seen === UNKNOWN ? undefined : memory.sideSaid(slot);
    if (seen === UNKNOWN || side === undefined) passBy(slots, slot, sample.at, sink);
    else settle(slots, slot, facing(slots, slot, seen, side), sample, sink);
    // Raised by an uncertain reading after bad ones: in alarm, and still without good sight.
    if (lost && !good) lose(slots, slot, sample.at, sink);
    if (good && kind.hasNews !== undefined && hasNews(memory, slot, sample.at)) sink.news?.(slot, sample.at);
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
    memory.guard(slot, undefined, (kind, row) => kind.silence(row));
    fallSilent(memory.slots, slot, now, sink);
    lose(memory.slots, slot, now, sink);
  }
}

/** Somebody answers again for a point that speaks on change only, and had fallen silent with him: it sees what it saw. */
export function judgeSight(memory: RuleMemory, point: number, now: EpochMs, sink: RuleSink): void {
  if (memory.flagsOf(point) & POINT_LOST) regainSight(memory, point, now, sink);
}

/**
 * The service looks again after nobody looked from `downFrom` to `now`. Running on-delays keep their elapsed part and need a
 * reading to finish; running off-delays start again. Call once per start, before the first reading.
 */
export function resume(memory: RuleMemory, downFrom: EpochMs, now: EpochMs, sink: RuleSink): void {
  for (let slot = 0; slot < memory.slots.rows; slot++) resumeSlot(memory.slots, slot, downFrom, now, sink);
}

/** A rule whose limit in force a value breaches by itself, without delay and memory. */
export interface Breach {
  readonly slot: number;
  readonly level: Level;
}

const NO_BREACH: readonly Breach[] = [];

/** Every rule of the point that a reading breaches by its value alone: what a late one puts on record. */
export function breachesOf(
  memory: RuleMemory,
  point: number,
  value: number,
  quality: Quality = GOOD,
): readonly Breach[] {
  const packed = rangeOf(memory, point, value, quality);
  if ((packed & QUALITY_MASK) > UNCERTAIN) return NO_BREACH;
  const over = overOf(packed);
  let found: Breach[] | undefined;
  for (let next = memory.first(point); next !== 0; next = memory.next(next - 1)) {
    const slot = next - 1;
    const base = slot * STATE_WIDTH;
    if (memory.slots.col.state[base + FLAGS] & (FLAG_OFF | FLAG_FAULTED)) continue;
    const level = memory.guard<Level>(slot, NONE, (kind, row) => kind.breach(row, value, over));
    if (level === NONE) continue;
    found ??= [];
    found.push({ slot, level });
  }
  return found ?? NO_BREACH;
}

/** A named person reset the latch of an over-range alarm. */
export function releaseLatch(memory: RuleMemory, slot: number, now: EpochMs, sink: RuleSink): void {
  unlatch(memory.slots, slot, now, sink);
}

/**
 * A named person lets go of a slot that is held without sight: it stands at nothing, remembers nothing, and begins anew with
 * the next reading that says so.
 */
export function releaseHeld(memory: RuleMemory, slot: number, point: PointConfig, now: EpochMs, sink: RuleSink): void {
  unlatch(memory.slots, slot, now, sink);
  lowerAtOnce(memory.slots, slot, NONE, now, sink);
  memory.forget(slot, point);
}

function rangeOf(memory: RuleMemory, point: number, value: number, quality: Quality): number {
  return classify(memory.points.col.range, point * RANGE_WIDTH, memory.flagsOf(point), value, quality);
}

const overOf = (packed: number): OverRange => (packed & OVER_HIGH_BIT ? 1 : packed & OVER_LOW_BIT ? -1 : 0);

/** Where the value lies: its quality after span and plausibility, and the side it is beyond. */
function place(memory: RuleMemory, point: number, sample: Sample): void {
  const packed = rangeOf(memory, point, sample.value, sample.quality);
  sample.quality = (packed & QUALITY_MASK) as Quality;
  sample.good = sample.quality === GOOD;
  sample.over = overOf(packed);
  sample.certain &&= sample.good || rangeOf(memory, point, sample.value, GOOD) === GOOD;
  sample.latching = sample.over !== 0 && (memory.flagsOf(point) & POINT_LATCHING) !== 0;
}

/** As `memory.guard`, without a function a reading. */
function observed(memory: RuleMemory, slot: number, sample: Sample): Observation {
  const { state } = memory.slots.col;
  try {
    const kind = memory.kinds[state[slot * STATE_WIDTH + KIND]];
    // What watches the instrument has been asked before (watch.ts).
    if (kind.learner !== undefined && kind.watch === undefined)
      sample.learns = mayLearn(memory, memory.pointOf(slot), slot, kind.learner);
    return kind.observe(memory.row(slot), sample);
  } catch (error) {
    memory.fault(slot, error);
    return UNKNOWN;
  }
}

function hasNews(memory: RuleMemory, slot: number, at: EpochMs): boolean {
  if (levelOf(memory.slots, slot) === NONE) return false;
  const since = memory.slots.col.clock[slot * CLOCK_WIDTH + SINCE];
  return memory.guard(slot, false, (kind, row) => kind.hasNews?.(row, since, at) === true);
}

function disproved(memory: RuleMemory, slot: number): boolean {
  return memory.guard(slot, false, (kind, row) => kind.disproves?.(row) === true);
}

/** Keeps a usable reading; true where the point had lost good sight before it. */
function remember(memory: RuleMemory, point: number, { at, value, quality }: Sample): boolean {
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
