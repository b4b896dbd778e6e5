/** The inputs of derived points as they stand: read from what is known of their points, nothing is changed. */
import { intervalsOf, STALE_INTERVALS } from '../../model/point.ts';
import type { Quality } from '../../model/quality.ts';
import { UNCERTAIN } from '../../model/quality.ts';
import { FLAG } from '../../model/reading.ts';
import type { InputNow } from '../../rules/derived/fn.ts';
import { newInput } from '../../rules/derived/fn.ts';
import { AWAITED, saysOfNow } from '../observers.ts';
import type { EngineState } from '../state.ts';

/** Every input of a derived point as it stands, in the order of its derivation. The objects are re-used. */
export function inputsNow(state: EngineState, number: number, into: InputNow[]): readonly InputNow[] {
  const numbers = state.registry.graph.inputsOf(number);
  while (into.length < numbers.length) into.push(newInput());
  into.length = numbers.length;
  for (let i = 0; i < numbers.length; i++) inputNow(state, numbers[i], into[i]);
  return into;
}

export function inputNow({ points, registry }: EngineState, number: number, input: InputNow): InputNow {
  const { col } = points;
  input.value = col.seen[number] === 0 ? Number.NaN : col.value[number];
  input.quality = col.quality[number] as Quality;
  input.certain = col.certain[number] !== 0;
  input.at = col.judgedAt[number];
  input.lost = !saysOfNow(points, number) || col.seen[number] === 0 || input.quality > UNCERTAIN;
  input.awaited = input.lost && col.lostBy[number] === AWAITED;
  input.isSwitch = registry.points[number].valueKind === 'boolean';
  input.untimed = (col.flags[number] & FLAG.NO_AT) !== 0;
  input.atLeast = (col.flags[number] & FLAG.AT_LEAST) !== 0;
  input.holdMs = intervalsOf(registry.points[number], STALE_INTERVALS, Number.POSITIVE_INFINITY);
  return input;
}
