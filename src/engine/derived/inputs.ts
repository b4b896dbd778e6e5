/**
 * What happens to a point that others are computed from: a value of it, its loss or return. It tells their memory, and marks
 * them to be computed at the end of the input; it computes nothing.
 */
import type { Fold } from '../fold.ts';
import { SEEN } from '../observers.ts';
import { inputNow, inputsNow } from './input-now.ts';

/** The point has a new newest value. Called for those that are looked at, in the order of the readings. */
export function inputRead(fold: Fold, number: number): void {
  const { derived, registry } = fold.state;
  const input = inputNow(fold.state, number, fold.handed);
  for (const dependent of registry.graph.dependentsOf(number)) {
    if (!input.lost) derived.feed(dependent, input);
    if (derived.notes(dependent)) derived.note(dependent, inputsNow(fold.state, dependent, fold.noted));
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
