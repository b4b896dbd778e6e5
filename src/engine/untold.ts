/**
 * What stands and was not told because telling it met a bug, or was told and stands no more: for every slot alike what the
 * rules, or the fault table, have of it is compared with what the book has. Where the two agree nothing happens.
 */
import { reviewUntold } from './coverage.ts';
import { retellFault } from './device-alarms.ts';
import { meaningOf, rowOf } from './engine-slots.ts';
import type { Fold } from './fold.ts';
import { subjectOf } from './subjects.ts';

/** To be called when a slot's timer is followed, after what that led to was told. */
export function tellUntold(fold: Fold, slot: number): void {
  if (slot >= 0) {
    fold.tellUntold(slot);
    return;
  }
  const meaning = meaningOf(fold.state.engineSlots.names[rowOf(slot)]);
  if (meaning.kind === 'fault') retellFault(fold, subjectOf(fold, meaning.subject), meaning.fault);
  else if (meaning.kind === 'hazard') reviewUntold(fold, meaning.group, slot);
  // Looked at again as a whole, at the end of the input.
  else fold.causes.add(subjectOf(fold, meaning.subject).cause);
}
