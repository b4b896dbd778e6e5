/**
 * Derived points inside the fold: once an input of the engine is folded, whatever looks at what it changed is computed, each
 * behind its own inputs, at most once, and then is a reading like any other. A value that cannot be known makes the point
 * blind, for the reason for which its inputs are.
 */
import { BAD, GOOD, UNCERTAIN } from '../../model/quality.ts';
import { FLAG } from '../../model/reading.ts';
import type { EpochMs } from '../../model/time.ts';
import { attempt } from '../attempt.ts';
import { setSight } from '../coverage.ts';
import type { Fold } from '../fold.ts';
import { DERIVED_ROW } from '../fold.ts';
import { foldGood, foldHeard } from '../judged.ts';
import { AWAITED, BY_ITSELF, SEEN } from '../observers.ts';
import { heard, inputsLost } from '../sight.ts';
import { TIMER } from '../timers.ts';
import { inputsNow } from './input-now.ts';
import { inputRead } from './inputs.ts';
import { nameOdd } from './odd-one-out.ts';
import { tellLost } from './tell-lost.ts';

/** Computes whatever is marked, and what looks at it in turn. */
export function derive(fold: Fold): void {
  const { toDerive } = fold;
  if (toDerive.size === 0) return;
  const { graph, points } = fold.state.registry;
  fold.row = DERIVED_ROW;
  while (toDerive.size > 0) {
    let rank = Number.POSITIVE_INFINITY;
    for (const number of toDerive) rank = Math.min(rank, graph.rankOf(number));
    const due = [...toDerive].filter((number) => graph.rankOf(number) === rank).sort((a, b) => a - b);
    for (const number of due) {
      toDerive.delete(number);
      attempt(
        fold,
        () => `derived point ${points[number].id}`,
        () => deriveOne(fold, number),
      );
    }
  }
}

/** Time alone may have made it another value. */
export function derivedDue(fold: Fold, number: number, dueAt: EpochMs): void {
  if (fold.state.derived.takeDue(number, dueAt)) fold.toDerive.add(number);
}

function deriveOne(fold: Fold, number: number): void {
  const { state, given } = fold;
  const now = inputsNow(state, number, fold.inputs);
  // Whoever was there before it was asked is noted now.
  if (state.derived.notes(number)) state.derived.note(number, now);
  state.derived.give(number, now, fold.at, given);
  if (state.derived.isDueBefore(number, given.changesAt)) state.timers.arm(TIMER.DERIVED, number, given.changesAt);
  if (given.odd !== state.derived.oddOf(number)) nameOdd(fold, number, given.odd);
  const isValue = Number.isFinite(given.value);
  if (isValue || given.quality === BAD) judgeDerived(fold, number, isValue);
  tellLost(fold, number, given.blind);
  if (given.blind) loseDerived(fold, number);
  // Not enough is known any more; before there was enough nothing was promised.
  else if (!isValue && state.points.col.lostBy[number] === SEEN) inputsLost(fold, number, BY_ITSELF);
}

/** A value that could not be computed from what is known keeps the one before, as unusable. */
function judgeDerived(fold: Fold, number: number, isValue: boolean): void {
  const { state, given, value } = fold;
  const { col } = state.points;
  value.at = Math.max(newestOf(fold), col.judgedAt[number]);
  value.value = isValue ? given.value : col.value[number];
  value.quality = given.blind ? UNCERTAIN : given.quality;
  value.certain = isValue && isCertain(fold, number);
  value.flags = flagsOf(fold);
  // "At least so much" of a time that nobody sees any more: it raises like any value, and is no word of who is there.
  value.doubtful = given.blind;
  if (!given.blind) heard(fold, number);
  col.liveAt[number] = fold.at;
  const quality = foldHeard(fold, number, value);
  const at = value.at + state.clockOffsetMs;
  fold.out.derived.push({ point: number, at, value: value.value, quality, flags: value.flags });
  if (quality === GOOD) foldGood(fold, number, value);
  if (state.registry.graph.isLookedAt(number)) inputRead(fold, number);
}

function flagsOf({ state, given, inputs }: Fold): number {
  const isUntimed = inputs.some(({ lost, untimed }) => untimed && !lost);
  const own = (isUntimed ? FLAG.NO_AT : 0) | (given.atLeast ? FLAG.AT_LEAST : 0);
  return state.unsaved ? own | FLAG.UNSAVED : own;
}

/** Whether it is good but for what watches doubt of its inputs, as they stand; their doubt in a window that is over stays. */
function isCertain({ state, at, inputs, given, undoubted }: Fold, number: number): boolean {
  if (given.blind || given.quality === GOOD) return !given.blind;
  let isDoubted = false;
  for (const input of inputs) {
    if (input.lost || !input.certain || input.quality === GOOD) continue;
    input.quality = GOOD;
    isDoubted = true;
  }
  if (!isDoubted) return false;
  state.derived.give(number, inputs, at, undoubted);
  return undoubted.quality === GOOD && undoubted.value === given.value;
}

/** It is as new as the newest of what it was computed from; by time alone, as now. */
function newestOf({ at, isTick, inputs }: Fold): EpochMs {
  if (isTick) return at;
  let newest = Number.NEGATIVE_INFINITY;
  for (const input of inputs) if (!input.lost) newest = Math.max(newest, input.at);
  return Math.min(at, Number.isFinite(newest) ? newest : at);
}

/**
 * Blind for the reason of the first of its inputs of which nothing is known; who is awaited is no reason yet, and gives nothing
 * back that was lost before. Where all are known and make no value it is blind by itself.
 */
function loseDerived(fold: Fold, number: number): void {
  const { points, registry } = fold.state;
  const { lostBy } = points.col;
  const lost = registry.graph.inputsOf(number).filter((_, i) => fold.inputs[i].lost);
  const reasons = lost.map((input) => lostBy[input]);
  const reason = reasons.find((by) => by !== SEEN && by !== AWAITED);
  if (reason !== undefined) inputsLost(fold, number, reason);
  else if (reasons.includes(AWAITED)) {
    if (lostBy[number] === SEEN) setSight(fold, number, AWAITED);
  } else inputsLost(fold, number, BY_ITSELF);
}
