/**
 * The one mechanism between a raw level and a confirmed one, the same for every rule kind: on-delay, off-delay, hold,
 * latch, peak and excursions. It reads no table of any kind and knows no point but its slot.
 *
 * Three rules carry it. A delay that raises ends at whichever comes first, a reading past it or a tick past it. What lowers
 * is completed by good readings only (event-driven points: also by a tick while their gateway is online). What is not good
 * may raise and never lowers.
 */

import type { Level } from '../model/level.ts';
import { HIGH, NONE } from '../model/level.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import type { Sample } from './sample.ts';
import type { RuleSink } from './sink.ts';
import type { Slots } from './slots.ts';
import {
  AT,
  CLOCK_WIDTH,
  CONFIRMED,
  DELAY_WIDTH,
  FLAG_BLIND,
  FLAG_EVENT,
  FLAG_LOW,
  FLAGS,
  LATCH,
  levelOf,
  NOW,
  OFF,
  ON,
  OVER,
  RAW,
  SINCE,
  STATE_WIDTH,
  sideOf,
  UNSET,
} from './slots.ts';

/** Highest level there is: the clocks run for 1 … this. */
const TOP = 3;

/**
 * The level that counts of what a rule says now. Of a slot in alarm the side stands still: a rule that has turned to the other
 * side (a rate that changed its sign) has left this one, and begins there when it has ended here.
 */
export function facing(slots: Slots, slot: number, seen: Level, side: 1 | -1): Level {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  if (state[base + RAW] > 0 || levelOf(slots, slot) > 0) return side === sideOf(slots, slot) ? seen : NONE;
  if (side > 0) state[base + FLAGS] &= ~FLAG_LOW;
  else state[base + FLAGS] |= FLAG_LOW;
  return seen;
}

/** Takes what a rule says of one usable reading. One that is not good may raise only. */
export function settle(slots: Slots, slot: number, seen: Level, sample: Sample, sink: RuleSink): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  const before = state[base + RAW] as Level;
  // Nothing was and nothing is: the way of nearly every reading.
  if (seen === 0 && before === 0 && state[base + CONFIRMED] === 0) return;

  const { at, good, certain } = sample;
  passDeadline(slots, slot, at, sink);
  const raw = good || seen > before ? seen : before;
  state[base + RAW] = raw;
  // Over-range latches the side it is on, and no other.
  if (sample.latching && sample.over === sideOf(slots, slot)) state[base + OVER] = seen;
  else if (good) state[base + OVER] = 0;
  runClocks(slots, slot, before, sample, sink);
  if (raw > 0) note(slots, slot, before, sample.value);
  if (certain && seen > slots.col.support[slot]) slots.col.support[slot] = seen;
  confirmByReading(slots, slot, at, sink);
  if (good) lowerByReading(slots, slot, at, sink);
  if (raw === 0 && state[base + CONFIRMED] === 0) slots.col.support[slot] = 0;
}

/**
 * A reading came whose value says nothing to this rule (bad, test, stale; for some kinds uncertain). A running on-delay is
 * left as it is, and completed when the reading lies past it; a running off-delay starts again with the next good one.
 */
export function passBy(slots: Slots, slot: number, at: EpochMs, sink: RuleSink): void {
  const base = slot * STATE_WIDTH;
  if (slots.col.state[base + RAW] === 0 && slots.col.state[base + CONFIRMED] === 0) return;
  passDeadline(slots, slot, at, sink);
  restartOffDelay(slots, slot);
}

/** The point fell silent. What raises goes on by ticks; what lowers starts again. */
export function fallSilent(slots: Slots, slot: number, now: EpochMs, sink: RuleSink): void {
  if (slots.col.state[slot * STATE_WIDTH + FLAGS] & FLAG_EVENT) delayOffDelay(slots, slot, now, sink);
  else restartOffDelay(slots, slot);
}

/**
 * Time from `downFrom` to `now` in which nobody looked: no evidence. Running on-delays keep the part that had elapsed; they
 * need a reading to finish, or, where a point speaks only of changes, a tick after the rest. Running off-delays start again.
 */
export function resumeSlot(slots: Slots, slot: number, downFrom: EpochMs, now: EpochMs, sink: RuleSink): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  const byTick = (state[base + FLAGS] & FLAG_EVENT) !== 0;
  for (let level = state[base + CONFIRMED] + 1; level <= state[base + RAW]; level++) {
    if (byTick) postpone(slots, slot, level, now - downFrom, sink);
    else suspend(slots, slot, level, downFrom);
  }
  fallSilent(slots, slot, now, sink);
}

/** The on-delay goes on as if the time had not been. */
function postpone(slots: Slots, slot: number, level: number, byMs: DurationMs, sink: RuleSink): void {
  const clock = slots.col.clock;
  const cells = slot * CLOCK_WIDTH;
  clock[cells + AT + level] += byMs;
  clock[cells + NOW + level] += byMs;
  sink.arm(slot, clock[cells + NOW + level] + slots.col.delay[slot * DELAY_WIDTH + ON]);
}

/** The on-delay stands still until a reading in alarm shows that the state has lasted. */
function suspend(slots: Slots, slot: number, level: number, downFrom: EpochMs): void {
  const clock = slots.col.clock;
  const cell = slot * CLOCK_WIDTH + NOW + level;
  // −0 would read as running: an entry in the very last moment keeps the smallest part there is.
  if (clock[cell] >= 0) clock[cell] = Math.min(clock[cell] - downFrom, -Number.MIN_VALUE);
}

/** A tick past a due time: completes what engine time completes. Harmless when early, late or repeated. */
export function tickSlot(slots: Slots, slot: number, now: EpochMs, gatewayOnline: boolean, sink: RuleSink): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  const clock = slots.col.clock;
  const cells = slot * CLOCK_WIDTH;
  const onDelay = slots.col.delay[slot * DELAY_WIDTH + ON];
  const offDelay = slots.col.delay[slot * DELAY_WIDTH + OFF];
  for (let level = state[base + RAW]; level > state[base + CONFIRMED]; level--) {
    const entered = clock[cells + NOW + level];
    if (entered >= 0 && now - entered >= onDelay) {
      setConfirmed(slots, slot, level as Level, now, sink);
      return;
    }
  }
  if ((state[base + FLAGS] & FLAG_EVENT) === 0) return;
  let lowest = state[base + CONFIRMED];
  while (lowest > state[base + RAW] && clock[cells + AT + lowest] !== UNSET) {
    if (now - clock[cells + NOW + lowest] < offDelay) break;
    lowest--;
  }
  if (lowest === state[base + CONFIRMED]) return;
  if (gatewayOnline) setConfirmed(slots, slot, lowest as Level, now, sink);
  else delayOffDelay(slots, slot, now, sink);
}

/**
 * Sets raw and confirmed level at once, without off-delay: only for a change of limits judged from a good value, and for a
 * rule that was taken away. The latch stays: that needs a person.
 */
export function lowerAtOnce(slots: Slots, slot: number, level: Level, at: EpochMs, sink: RuleSink): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  state[base + RAW] = level;
  state[base + OVER] = 0;
  if (level < state[base + CONFIRMED]) setConfirmed(slots, slot, level, at, sink);
}

/** Asks again for the ticks of running delays, after the delays themselves were changed. */
export function rearm(slots: Slots, slot: number, sink: RuleSink): void {
  const { state, clock } = slots.col;
  const base = slot * STATE_WIDTH;
  const cells = slot * CLOCK_WIDTH;
  for (let level = state[base + CONFIRMED] + 1; level <= state[base + RAW]; level++) {
    const entered = clock[cells + NOW + level];
    if (entered >= 0) sink.arm(slot, entered + slots.col.delay[slot * DELAY_WIDTH + ON]);
  }
  for (let level = state[base + RAW] + 1; level <= state[base + CONFIRMED]; level++) {
    if (clock[cells + AT + level] !== UNSET) armOff(slots, slot, clock[cells + NOW + level], sink);
  }
}

/** A named person reset the latch: the level falls to what the readings have confirmed. */
export function unlatch(slots: Slots, slot: number, now: EpochMs, sink: RuleSink): void {
  const from = levelOf(slots, slot);
  slots.col.state[slot * STATE_WIDTH + LATCH] = 0;
  // Only a further over-range reading latches again.
  slots.col.state[slot * STATE_WIDTH + OVER] = 0;
  announce(slots, slot, from, now, sink);
}

/** A slot in alarm can no longer see. */
export function lose(slots: Slots, slot: number, at: EpochMs, sink: RuleSink): void {
  const flags = slot * STATE_WIDTH + FLAGS;
  if (slots.col.state[flags] & FLAG_BLIND || levelOf(slots, slot) === 0) return;
  slots.col.state[flags] |= FLAG_BLIND;
  slots.col.blindSince[slot] = at;
  sink.held(slot, true, at);
}

/** It sees again. */
export function regain(slots: Slots, slot: number, at: EpochMs, sink: RuleSink): void {
  const flags = slot * STATE_WIDTH + FLAGS;
  if ((slots.col.state[flags] & FLAG_BLIND) === 0) return;
  slots.col.state[flags] &= ~FLAG_BLIND;
  sink.held(slot, false, at);
}

/** On-delays that ended before this reading was sampled are over, whatever the reading says: the state lasted until it. */
function passDeadline(slots: Slots, slot: number, at: EpochMs, sink: RuleSink): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  const clock = slots.col.clock;
  const cells = slot * CLOCK_WIDTH;
  const onDelay = slots.col.delay[slot * DELAY_WIDTH + ON];
  for (let level = state[base + RAW]; level > state[base + CONFIRMED]; level--) {
    // Not after an outage: there the reading must itself be in alarm to show that the state lasted.
    if (clock[cells + NOW + level] < 0) continue;
    if (at - clock[cells + AT + level] >= onDelay) {
      setConfirmed(slots, slot, level as Level, at, sink);
      return;
    }
  }
}

function runClocks(slots: Slots, slot: number, before: Level, sample: Sample, sink: RuleSink): void {
  const { at, now, good } = sample;
  const clock = slots.col.clock;
  const cells = slot * CLOCK_WIDTH;
  const raw = slots.col.state[slot * STATE_WIDTH + RAW];
  const confirmed = slots.col.state[slot * STATE_WIDTH + CONFIRMED];
  for (let level = 1; level <= TOP; level++) {
    const pending = raw >= level && level > confirmed;
    const leaving = raw < level && level <= confirmed;
    if (raw >= level !== before >= level || (leaving && good && clock[cells + AT + level] === UNSET)) {
      clock[cells + AT + level] = at;
      clock[cells + NOW + level] = now;
      if (pending) armOn(slots, slot, now, sink);
      else if (leaving) armOff(slots, slot, now, sink);
    } else if (leaving && !good) {
      clock[cells + AT + level] = UNSET;
    } else if (pending && clock[cells + NOW + level] < 0) {
      clock[cells + NOW + level] += now;
      armOn(slots, slot, clock[cells + NOW + level], sink);
    }
  }
}

function armOn(slots: Slots, slot: number, from: EpochMs, sink: RuleSink): void {
  const onDelay = slots.col.delay[slot * DELAY_WIDTH + ON];
  if (onDelay > 0) sink.arm(slot, from + onDelay);
}

function armOff(slots: Slots, slot: number, from: EpochMs, sink: RuleSink): void {
  const offDelay = slots.col.delay[slot * DELAY_WIDTH + OFF];
  const byTick = slots.col.state[slot * STATE_WIDTH + FLAGS] & FLAG_EVENT;
  if (offDelay > 0 && byTick) sink.arm(slot, from + offDelay);
}

/** Keeps the peak, and counts how often the raw level entered the alarm while it stands. */
function note(slots: Slots, slot: number, before: Level, value: number): void {
  const raw = slots.col.state[slot * STATE_WIDTH + RAW];
  const level = levelOf(slots, slot);
  const peak = slots.col.peak;
  if (level === 0 && before === 0) peak[slot] = value;
  else if (sideOf(slots, slot) > 0 ? value > peak[slot] : value < peak[slot]) peak[slot] = value;
  // A dip from HH to H is no new excursion; one from H to normal and back is. Where only PRE stands, its edge counts.
  const edge = Math.min(level, HIGH);
  if (level > 0 && before < edge && raw >= edge) slots.col.excursions[slot]++;
}

function confirmByReading(slots: Slots, slot: number, at: EpochMs, sink: RuleSink): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  const onDelay = slots.col.delay[slot * DELAY_WIDTH + ON];
  for (let level = state[base + RAW]; level > state[base + CONFIRMED]; level--) {
    if (at - slots.col.clock[slot * CLOCK_WIDTH + AT + level] >= onDelay) {
      setConfirmed(slots, slot, level as Level, at, sink);
      break;
    }
  }
  // An over-range reading that was confirmed earlier, or in silence, latches as soon as it is seen to stand.
  if (state[base + OVER] > state[base + LATCH]) latch(slots, slot, at, sink);
}

function lowerByReading(slots: Slots, slot: number, at: EpochMs, sink: RuleSink): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  const clock = slots.col.clock;
  const cells = slot * CLOCK_WIDTH;
  const offDelay = slots.col.delay[slot * DELAY_WIDTH + OFF];
  let lowest = state[base + CONFIRMED];
  while (lowest > state[base + RAW]) {
    const below = clock[cells + AT + lowest];
    if (below === UNSET || at - below < offDelay) break;
    lowest--;
  }
  if (lowest < state[base + CONFIRMED]) setConfirmed(slots, slot, lowest as Level, at, sink);
}

function restartOffDelay(slots: Slots, slot: number): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  for (let level = state[base + RAW] + 1; level <= state[base + CONFIRMED]; level++) {
    slots.col.clock[slot * CLOCK_WIDTH + AT + level] = UNSET;
  }
}

/** Event-driven points may never send again while all is well: their off-delay starts again from now, not from a reading. */
function delayOffDelay(slots: Slots, slot: number, now: EpochMs, sink: RuleSink): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  const clock = slots.col.clock;
  const cells = slot * CLOCK_WIDTH;
  let running = false;
  for (let level = state[base + RAW] + 1; level <= state[base + CONFIRMED]; level++) {
    if (clock[cells + AT + level] === UNSET) continue;
    clock[cells + NOW + level] = now;
    running = true;
  }
  if (running) sink.arm(slot, now + slots.col.delay[slot * DELAY_WIDTH + OFF]);
}

function setConfirmed(slots: Slots, slot: number, level: Level, at: EpochMs, sink: RuleSink): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  const from = levelOf(slots, slot);
  state[base + CONFIRMED] = level;
  // Confirmed in one go with what is latched, so that one rise is one change.
  if (state[base + OVER] > state[base + LATCH]) latchLevel(slots, slot);
  announce(slots, slot, from, at, sink);
}

function latch(slots: Slots, slot: number, at: EpochMs, sink: RuleSink): void {
  const from = levelOf(slots, slot);
  latchLevel(slots, slot);
  announce(slots, slot, from, at, sink);
}

function latchLevel(slots: Slots, slot: number): void {
  const state = slots.col.state;
  const base = slot * STATE_WIDTH;
  if (state[base + CONFIRMED] >= state[base + OVER]) state[base + LATCH] = state[base + OVER];
}

function announce(slots: Slots, slot: number, from: Level, at: EpochMs, sink: RuleSink): void {
  const to = levelOf(slots, slot);
  if (to === from) return;
  const clock = slots.col.clock;
  const cells = slot * CLOCK_WIDTH;
  if (from === 0) clock[cells + SINCE] = at;
  if (from === 0 || (from < HIGH && to >= HIGH)) slots.col.excursions[slot] = 1;
  slots.col.judgedVersion[slot] = slots.col.version[slot];
  if (to === 0) slots.col.state[slot * STATE_WIDTH + FLAGS] &= ~FLAG_BLIND;
  sink.changed(slot, from, to, at);
}
