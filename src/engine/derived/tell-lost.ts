/** What a step of the grading rests on and is lost meanwhile, or there again, is told with its alert; it takes nothing back. */
import { NONE } from '../../model/level.ts';
import { levelOf } from '../../rules/slots.ts';
import type { Fold } from '../fold.ts';
import { comingTogether } from './together.ts';

/** Says again what stands, where something that it looks at was lost or is there again since it was told. */
export function tellLost(fold: Fold, number: number, isBlind: boolean): void {
  const { book, registry, rules } = fold.state;
  if (registry.points[number].step === undefined) return;
  const now = comingTogether(fold.state, number);
  for (const slot of rules.slotsOf(number)) {
    const level = levelOf(rules.slots, slot);
    const told = book.contributor(slot);
    if (level === NONE || told === undefined || told.detail?.missing === now.detail?.missing) continue;
    // Where it is blind itself, that is told by itself.
    fold.restated(slot, level, isBlind ? told.lacks : now.lacks);
  }
}
