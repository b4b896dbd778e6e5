/**
 * Hands to the alert book what the rules have said: level changes in the order they happened, and rules that threw. The one
 * place where a confirmed level becomes a contribution.
 */
import { NONE } from '../model/level.ts';
import { viewSlot } from '../rules/view.ts';
import { pointSubject, raiseDeviceAlarm } from './device-alarms.ts';
import type { Fold } from './fold.ts';

export function settle(fold: Fold, cause: 'cleared' | 'limit-changed' = 'cleared'): void {
  // The way of nearly every reading.
  if (fold.changes.length === 0 && fold.faults.length === 0) return;
  const { book, rules, points } = fold.state;
  for (let i = 0; i < fold.changes.length; i++) {
    const { slot, to, at } = fold.changes[i];
    const number = rules.pointOf(slot);
    const group = fold.groupOf(slot);
    if (to === NONE) {
      book.withdraw(group, slot, at, fold, cause);
      continue;
    }
    const contribution = fold.contribution(slot, to, at);
    if (contribution.uncertain) points.col.doubtful[number] = 1;
    book.contribute(group, contribution, fold);
  }
  fold.changes.length = 0;
  for (const { slot, message } of fold.faults) {
    const { rule } = viewSlot(rules, slot);
    raiseDeviceAlarm(fold, pointSubject(fold, rules.pointOf(slot)), 'rule-fault', 'yellow', { rule, message });
  }
  fold.faults.length = 0;
}
