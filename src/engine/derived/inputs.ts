/**
 * What happens to a point that others are computed from: a value of it, its loss or return. It tells their memory, and marks
 * them to be computed at the end of the input; it computes nothing.
 */
import { intervalsOf } from '../../model/point.ts';
import type { Quality } from '../../model/quality.ts';
import { UNCERTAIN } from '../../model/quality.ts';
import type { InputNow } from '../../rules/derived/fn.ts';
import { newInput } from '../../rules/derived/fn.ts';
import type { Fold } from '../fold.ts';
import { AWAITED, SEEN } from '../observers.ts';
import { STALE_INTERVALS } from '../registry.ts';
import type { EngineState } from '../state.ts';

/** The point has a new newest value. Called for those that are looked at, in the order of the readings. */
export function inputRead(fold: Fold, number: number): void {
  const { derived, registry } = fold.state;
  const input = inputNow(fold.state, number, fold.handed);
  for (const dependent of registry.graph.dependentsOf(number)) {
    if (!input.lost) derived.feed(dependent, input);
    fold.toDerive.add(dependent);
  }
  for (const limited of registry.graph.limitedBy(number)) fold.toLimit.add(limited);
}

/** Its sight was lost, or is there again. */
export function inputSight(fold: Fold, number: number, by: number): void {
  const { derived, registry } = fold.state;
  for (const dependent of registry.graph.dependentsOf(number)) {
    if (by !== SEEN) derived.lose(dependent, fold.at);
    fold.toDerive.add(dependent);
  }
  for (const limited of registry.graph.limitedBy(number)) fold.toLimit.add(limited);
}

/** It speaks on change only, and somebody answers for it again: its last word holds from now on. */
export function inputAnsweredFor(fold: Fold, number: number): void {
  const { derived, registry } = fold.state;
  const input = inputNow(fold.state, number, fold.handed);
  input.at = fold.at;
  if (!input.lost) for (const dependent of registry.graph.dependentsOf(number)) derived.resume(dependent, input);
}

/** Every input of a derived point as it stands, in the order of its derivation. The objects are re-used. */
export function inputsNow(state: EngineState, number: number, into: InputNow[]): readonly InputNow[] {
  const numbers = state.registry.graph.inputsOf(number);
  while (into.length < numbers.length) into.push(newInput());
  into.length = numbers.length;
  for (let i = 0; i < numbers.length; i++) inputNow(state, numbers[i], into[i]);
  return into;
}

function inputNow({ points, registry }: EngineState, number: number, input: InputNow): InputNow {
  const { col } = points;
  input.value = col.seen[number] === 0 ? Number.NaN : col.value[number];
  input.quality = col.quality[number] as Quality;
  input.at = col.judgedAt[number];
  input.lost = col.lostBy[number] !== SEEN || col.seen[number] === 0 || input.quality > UNCERTAIN;
  input.awaited = col.lostBy[number] === AWAITED;
  input.isSwitch = registry.points[number].valueKind === 'boolean';
  input.holdMs = intervalsOf(registry.points[number], STALE_INTERVALS, Number.POSITIVE_INFINITY);
  return input;
}
