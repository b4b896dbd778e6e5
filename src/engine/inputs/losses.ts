/**
 * Who falls silent in one second is one loss of sight, whatever else falls due between two of them: what a silence led to waits
 * here, alert by alert, until the second is over or something else of the same alert falls due. It tells nothing itself.
 */
import { keyOf } from '../../alerts/key.ts';
import { meaningOf } from '../engine-slots.ts';
import type { Change, Fold } from '../fold.ts';
import type { TimerKind } from '../timers.ts';
import { TIMER } from '../timers.ts';

export class Losses {
  private readonly waiting = new Map<string, Change[]>();

  /** Takes what concerns alerts of hazards out of the fold's list. */
  gather(fold: Fold): void {
    if (fold.changes.length === 0) return;
    for (const change of fold.changes.splice(0)) {
      if (change.kind !== 'sight' && change.kind !== 'level') {
        fold.changes.push(change);
        continue;
      }
      const key = keyOf(change.kind === 'level' ? change.group : fold.groupOf(change.slot));
      const known = this.waiting.get(key);
      if (known === undefined) this.waiting.set(key, [change]);
      else known.push(change);
    }
  }

  /** The second is over: everything is put into the list again. */
  end(fold: Fold): void {
    if (this.waiting.size === 0) return;
    this.gather(fold);
    this.giveBack(fold, 'all');
  }

  /** Puts into it again what is of an alert with this key, or all that waits. */
  giveBack(fold: Fold, of: string | 'all' | undefined): void {
    if (this.waiting.size === 0 || of === undefined) return;
    for (const key of of === 'all' ? [...this.waiting.keys()] : [of]) {
      for (const change of this.waiting.get(key) ?? []) fold.changes.push(change);
      this.waiting.delete(key);
    }
  }
}

/** The key of the alert that a timer may have something to say of; undefined where it is none of a hazard. */
export function alertOfTimer(fold: Fold, kind: TimerKind, ref: number): string | 'all' | undefined {
  const { alertHandles, book, engineSlots, groups, registry } = fold.state;
  if (kind === TIMER.RULE) return keyOf(fold.groupOf(ref));
  // A derived value, and a season, may change what others stand for.
  if (kind === TIMER.DERIVED || kind === TIMER.SEASON) return 'all';
  if (kind === TIMER.ALERT) {
    const group = book.find(alertHandles.get(ref) ?? '')?.group;
    return group && keyOf(group);
  }
  if (kind !== TIMER.FAULT) return undefined;
  const meaning = meaningOf(engineSlots.names[ref]);
  const observed = meaning.kind === 'hazard' ? registry.observers.get(meaning.group) : undefined;
  return observed && keyOf(groups.coverageRef(observed));
}
