/**
 * An operator's command inside the fold: answered once, remembered for a day, and applied by the alert book. Policy was
 * decided before the log; it is not asked again here.
 */
import type { Command, Outcome } from '../../model/command.ts';
import { releaseHeld, releaseLatch } from '../../rules/evaluate.ts';
import { applyChanges } from '../contribution.ts';
import type { Fold } from '../fold.ts';
import { inForce } from '../in-force.ts';
import { release } from '../sight.ts';

export function foldCommand(fold: Fold, command: Command): void {
  const { state, out } = fold;
  const answered = state.outcomes.get(command.commandId);
  if (answered !== undefined) {
    out.outcomes.push(answered);
    return;
  }
  const outcome = foresees(fold, command)
    ? { commandId: command.commandId, code: 'alert-changed' as const, at: fold.at, seq: state.seq }
    : (state.book.refusal(command, fold) ?? perform(fold, command));
  state.outcomes.set(command.commandId, outcome);
  out.outcomes.push(outcome);
}

/** Nobody has seen a change that has not happened: such a number would cover whatever comes next. */
function foresees(fold: Fold, command: Command): boolean {
  return command.seenSeq > fold.state.seq;
}

/**
 * The rules let go first, and what stands lower by it is taken in, so that the command is told with what then is; what ends by
 * it is told after it.
 */
function perform(fold: Fold, command: Command): Outcome {
  const { book, rules } = fold.state;
  const letGo = book.letGoOf(command);
  for (const slot of letGo?.slots ?? []) {
    if (letGo?.of === 'sight') letGoOfSight(fold, slot);
    else releaseLatch(rules, slot, fold.at, fold.sink);
  }
  const standing = fold.changes.filter((change) => change.kind === 'level' && change.contribution !== undefined);
  const others = fold.changes.filter((change) => !standing.includes(change));
  fold.changes.splice(0, fold.changes.length, ...standing);
  applyChanges(fold);
  const outcome = book.perform(command, fold);
  fold.changes.push(...others);
  applyChanges(fold);
  return outcome;
}

/** Nobody observes there until the point is seen again. */
function letGoOfSight(fold: Fold, slot: number): void {
  const { rules } = fold.state;
  const number = rules.pointOf(slot);
  releaseHeld(rules, slot, inForce(fold.state, number), fold.at, fold.sink);
  release(fold, number);
}
