/**
 * Hands to the alert book what happened in an input, in the order in which it happened: the one place where a confirmed
 * level, a loss of sight, a device fault and lost coverage become contributions. It decides none of them.
 */
import { viewSlot } from '../rules/view.ts';
import { pointSubject, raiseDeviceAlarm } from './device-alarms.ts';
import type { Change, Fold } from './fold.ts';

/** `cause`: what it is that ends an alarm, where one ends. */
export function applyChanges(fold: Fold, cause: 'cleared' | 'limit-changed' = 'cleared'): void {
  const { changes } = fold;
  // The way of nearly every reading.
  if (changes.length === 0) return;
  // The list may grow while it is applied: a rule that threw becomes a device alarm.
  for (let i = 0; i < changes.length; i++) apply(fold, changes[i], cause);
  fold.told = undefined;
  changes.length = 0;
}

function apply(fold: Fold, change: Change, cause: 'cleared' | 'limit-changed'): void {
  const { book, rules } = fold.state;
  fold.told = change.kind === 'level' || change.kind === 'sight' ? change : undefined;
  switch (change.kind) {
    case 'level': {
      const { group, slot, contribution } = change;
      if (contribution === undefined) book.withdraw(group, slot, fold.at, fold, cause);
      else book.contribute(group, contribution, fold);
      return;
    }
    case 'sight':
      book.blind(change.slot, change.blind, change.at, fold);
      return;
    case 'sampled':
      book.sampled(change.key, fold.at, fold);
      return;
    case 'missed':
      book.missed(change.group, change.contribution, fold);
      return;
    case 'faulted': {
      const { slot, message } = change;
      const { rule } = viewSlot(rules, slot);
      raiseDeviceAlarm(fold, pointSubject(fold, rules.pointOf(slot)), 'rule-fault', 'yellow', { rule, message });
      return;
    }
    case 'alarm':
      if (change.contribution === undefined) book.withdraw(change.group, change.slot, fold.at, fold, change.cause);
      else book.contribute(change.group, change.contribution, fold);
      return;
  }
}
