/**
 * Hands to the alert book what happened in an input, as one list in the order in which it happened: the one place where a
 * confirmed level, a loss of sight, a device fault and lost coverage become facts of alarms. It decides none of them.
 */
import type { EndCause, Fact } from '../alerts/condition/fact.ts';
import { viewSlot } from '../rules/view.ts';
import { clearDeviceAlarm, raiseDeviceAlarm } from './device-alarms.ts';
import type { Fold } from './fold.ts';
import { pointSubject } from './subjects.ts';

/** `cause`: what it is that ends an alarm, where one ends. */
export function applyChanges(fold: Fold, cause: EndCause = 'cleared'): void {
  // The way of nearly every reading.
  if (fold.changes.length === 0) return;
  fold.state.book.apply(factsOf(fold, cause), fold);
  fold.changes.length = 0;
}

/** The list may grow while it is read: a rule that threw becomes a device alarm. */
function* factsOf(fold: Fold, cause: EndCause): Generator<Fact> {
  const { changes, state } = fold;
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i];
    switch (change.kind) {
      case 'level': {
        const { group, slot, at, contribution, numbers, hasNews } = change;
        yield { kind: 'level', group, slot, at, contribution, cause, numbers, hasNews };
        break;
      }
      case 'alarm': {
        const { group, slot, contribution, toldIn } = change;
        yield { kind: 'level', group, slot, at: fold.at, contribution, cause: change.cause, toldIn };
        break;
      }
      case 'faulted': {
        const { slot, message } = change;
        const { rule } = viewSlot(state.rules, slot);
        raiseDeviceAlarm(fold, pointSubject(fold, state.rules.pointOf(slot)), 'rule-fault', 'yellow', {
          rule,
          message,
        });
        break;
      }
      case 'instrument':
        tellInstrument(fold, change.slot, change.isThere);
        break;
      default:
        yield change;
    }
  }
}

/** A fault of an instrument is its point's device alarm, and nothing of the hazard. */
function tellInstrument(fold: Fold, slot: number, isThere: boolean): void {
  const { rules } = fold.state;
  const fault = rules.kindOf(slot).watch?.fault;
  if (fault === undefined) return;
  const subject = pointSubject(fold, rules.pointOf(slot));
  if (isThere) raiseDeviceAlarm(fold, subject, fault, 'blue');
  else clearDeviceAlarm(fold, subject, fault);
}
