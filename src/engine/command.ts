/**
 * An operator's command inside the fold: answered once, remembered for a day, and applied by the alert book. Policy was
 * decided before the log; it is not asked again here.
 */
import type { Command } from '../model/command.ts';
import { releaseLatch } from '../rules/evaluate.ts';
import type { Fold } from './fold.ts';
import { settle } from './settle.ts';

export function foldCommand(fold: Fold, command: Command): void {
  const { state, out } = fold;
  const answered = state.outcomes.get(command.commandId);
  if (answered !== undefined) {
    out.outcomes.push(answered);
    return;
  }
  const latched = command.kind === 'reset' ? state.book.latchedSlots(command.alertId) : [];
  const outcome = state.book.command(command, fold);
  if (outcome.code === 'applied') {
    for (const slot of latched) {
      if (slot >= 0) releaseLatch(state.rules, slot, fold.at, fold.sink);
    }
    settle(fold);
  }
  state.outcomes.set(command.commandId, outcome);
  out.outcomes.push(outcome);
}
