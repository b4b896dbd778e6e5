/**
 * An operator's command inside the fold: answered once, remembered for a day, and applied by the alert book. Policy was
 * decided before the log; it is not asked again here.
 */
import type { Command } from '../../model/command.ts';
import { releaseLatch } from '../../rules/evaluate.ts';
import { applyChanges } from '../contribution.ts';
import type { Fold } from '../fold.ts';

export function foldCommand(fold: Fold, command: Command): void {
  const { state, out } = fold;
  const answered = state.outcomes.get(command.commandId);
  if (answered !== undefined) {
    out.outcomes.push(answered);
    return;
  }
  const latched = command.body.kind === 'reset' ? state.book.latchedSlots(command.alertId) : [];
  const told = out.transitions.length;
  const outcome = foresees(fold, command)
    ? { commandId: command.commandId, code: 'alert-changed' as const, at: fold.at, seq: state.seq }
    : state.book.command(command, fold);
  if (outcome.code === 'applied') {
    for (const slot of latched) {
      if (slot >= 0) releaseLatch(state.rules, slot, fold.at, fold.sink);
    }
    applyChanges(fold);
    if (latched.length > 0) showReleased(fold, command.alertId, told);
  }
  state.outcomes.set(command.commandId, outcome);
  out.outcomes.push(outcome);
}

/** Nobody has seen a change that has not happened: such a number would cover whatever comes next. */
function foresees(fold: Fold, command: Command): boolean {
  return command.seenSeq > fold.state.seq;
}

/** The reset was told before the rules let go: unless more was told since, it shows the points as they are now. */
function showReleased(fold: Fold, alertId: string, told: number): void {
  const { transitions } = fold.out;
  const alert = fold.state.book.view(alertId, (slot) => fold.describe(slot), fold.partition);
  if (alert !== undefined && transitions.length === told + 1) transitions[told] = { ...transitions[told], alert };
}
