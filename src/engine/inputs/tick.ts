/**
 * Time has passed: whatever falls due does so now. It knows when things fall due, not what they then do.
 */
import { DAY_MS } from '../../model/time.ts';
import { judgeDue } from '../../rules/evaluate.ts';
import { applyChanges } from '../contribution.ts';
import type { Fold } from '../fold.ts';
import { gatewayDue, silenceDue } from '../sight.ts';
import { TIMER } from '../timers.ts';

/** Answers to commands are remembered this long: a repeated command is answered the same, and acts once. */
export const OUTCOME_KEPT_MS = DAY_MS;

/** Costs what the due timers cost, nothing else. */
export function foldTick(fold: Fold): void {
  const { state } = fold;
  for (let due = state.timers.pop(fold.at); due !== undefined; due = state.timers.pop(fold.at)) {
    const { kind, ref } = due;
    const dueAt = due.due;
    if (kind === TIMER.RULE) ruleDue(fold, ref);
    else if (kind === TIMER.SILENCE) silenceDue(fold, ref, dueAt);
    else if (kind === TIMER.GATEWAY) gatewayDue(fold, ref);
    else alertDue(fold, ref);
    applyChanges(fold);
  }
  for (const [id, outcome] of state.outcomes) {
    if (outcome.at > fold.at - OUTCOME_KEPT_MS) break;
    state.outcomes.delete(id);
  }
  state.book.prune(fold.at);
}

function ruleDue(fold: Fold, slot: number): void {
  const { state } = fold;
  const number = state.rules.pointOf(slot);
  const gatewayOnline = state.registry.publishers[number].some((gateway) => state.gateways.col.offline[gateway] === 0);
  fold.aboutToJudge(number);
  judgeDue(state.rules, slot, fold.at, fold.sink, gatewayOnline);
}

function alertDue(fold: Fold, handle: number): void {
  const { alertHandles, book } = fold.state;
  const id = alertHandles.get(handle);
  alertHandles.delete(handle);
  if (id !== undefined) book.due(id, fold);
}
