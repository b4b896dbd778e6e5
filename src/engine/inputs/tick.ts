/**
 * Time has passed: whatever falls due does so now. It knows when things fall due, not what they then do.
 */
import type { EpochMs } from '../../model/time.ts';
import { DAY_MS } from '../../model/time.ts';
import { judgeDue } from '../../rules/evaluate.ts';
import { watchDue } from '../../rules/watch.ts';
import { AGAIN_MS, attempt, tellLater } from '../attempt.ts';
import { applyChanges } from '../contribution.ts';
import { causeDue, causesOf, coverageDue, reviewObservers, tellCause } from '../coverage.ts';
import { derivedDue } from '../derived/derive.ts';
import { deviceFaultDue } from '../device-alarms.ts';
import { causeName, hazardName, meaningOf, slotOf } from '../engine-slots.ts';
import type { Change, Fold } from '../fold.ts';
import { isKnownOnline } from '../gateways.ts';
import type { TickInput } from '../input.ts';
import { seasonDue } from '../limit-changes.ts';
import { othersStillSince } from '../siblings.ts';
import { gatewayDue, silenceDue } from '../sight.ts';
import { addStall } from '../stalls.ts';
import { causeSubject, subjectOf } from '../subjects.ts';
import type { DueTimer, TimerKind } from '../timers.ts';
import { TIMER } from '../timers.ts';
import { tellUntold } from '../untold.ts';

/** Answers to commands are remembered this long: a repeated command is answered the same, and acts once. */
const OUTCOME_KEPT_MS = DAY_MS;

/** Costs what the due timers cost, nothing else. A tick is never lost: what fails is one timer of it, by itself. */
export function foldTick(fold: Fold, { stalled }: TickInput): void {
  const { state } = fold;
  fold.isTick = true;
  if (stalled !== undefined) addStall(state, stalled);
  silencesFirst(fold);
  for (let due = state.timers.pop(fold.at); due !== undefined; due = state.timers.pop(fold.at)) {
    const { kind, ref } = due;
    if (kind !== TIMER.SILENCE) settle(fold, 'what fell silent');
    followDue(fold, kind, ref, due.due);
  }
  settle(fold, 'what fell silent');
  reviewEach(fold);
  attempt(
    fold,
    () => 'forgetting of what is old',
    () => forgetOld(fold),
  );
}

/**
 * Who falls silent in one second is one loss of sight, and it reaches the book as one list: before whatever else falls due in
 * that second, so that nothing of it can come between two of them, and nothing is judged as if they were still seen.
 */
function silencesFirst(fold: Fold): void {
  const { timers } = fold.state;
  const others: DueTimer[] = [];
  for (let due = timers.pop(fold.at); due !== undefined; due = timers.pop(fold.at)) {
    if (due.kind === TIMER.SILENCE) followDue(fold, due.kind, due.ref, due.due);
    else others.push({ ...due });
  }
  settle(fold, 'what fell silent');
  for (const { kind, ref, due } of others) timers.arm(kind, ref, due);
}

function followDue(fold: Fold, kind: TimerKind, ref: number, dueAt: EpochMs): void {
  const alert = kind === TIMER.ALERT ? fold.state.alertHandles.get(ref) : undefined;
  const name = () => (alert === undefined ? nameOf(fold, kind, ref) : `alert ${alert}`);
  const followed = attempt(fold, name, () => {
    if (kind === TIMER.RULE) ruleDue(fold, ref);
    else if (kind === TIMER.SILENCE) silenceDue(fold, ref, dueAt);
    else if (kind === TIMER.GATEWAY) gatewayDue(fold, ref);
    else if (kind === TIMER.FAULT) faultDue(fold, ref, dueAt);
    else if (kind === TIMER.DERIVED) derivedDue(fold, ref, dueAt);
    else if (kind === TIMER.SEASON) seasonDue(fold, ref);
    else alertDue(fold, ref);
    if (kind !== TIMER.SILENCE) applyChanges(fold);
  });
  if (!followed) lookAgain(fold, kind, ref, alert);
}

/**
 * Tells what was gathered. Where telling it together finds a bug, each is told by itself: what was told already is not told
 * twice.
 */
function settle(fold: Fold, what: string): void {
  if (fold.changes.length === 0) return;
  const gathered = fold.changes.splice(0);
  if (gathered.length > 1 && tellGathered(fold, what, gathered)) return;
  for (const change of gathered) tellGathered(fold, what, [change]);
}

/** As the end of every input does it, but one hazard and one cause after the other: a bug in one of them hides no other. */
function reviewEach(fold: Fold): void {
  for (const [key, by] of fold.unobserved) {
    const reviewed = attempt(
      fold,
      () => `observers of ${key}`,
      () => reviewObservers(fold, key, by),
    );
    if (!reviewed) tellLater(fold, fold.engineSlot(hazardName(key)));
  }
  fold.unobserved.clear();
  for (const cause of causesOf(fold)) {
    const { id, exercise } = causeSubject(fold, cause);
    const told = attempt(
      fold,
      () => `lost sight by ${id}`,
      () => tellCause(fold, cause),
    );
    if (!told) tellLater(fold, fold.engineSlot(causeName(id, exercise)));
  }
  fold.causes.clear();
  settle(fold, 'lost sight');
}

function tellGathered(fold: Fold, what: string, changes: readonly Change[]): boolean {
  return attempt(
    fold,
    () => what,
    () => {
      for (const change of changes) fold.changes.push(change);
      applyChanges(fold);
    },
  );
}

/** Whoever keeps the time of the one pending timer of a thing is told of the new one. */
function lookAgain(fold: Fold, kind: TimerKind, ref: number, alert: string | undefined): void {
  const { state } = fold;
  const due = fold.at + AGAIN_MS;
  if (kind === TIMER.SILENCE) state.points.col.lookAt[ref] = due;
  if (kind === TIMER.FAULT) state.faults.col.lookAt[ref] = due;
  if (alert !== undefined) state.alertHandles.set(ref, alert);
  state.timers.arm(kind, ref, due);
}

function nameOf(fold: Fold, kind: TimerKind, ref: number): string {
  const { registry, rules, alertHandles } = fold.state;
  if (kind === TIMER.RULE) return `rule ${rules.ruleOf(ref)} of ${registry.points[rules.pointOf(ref)]?.id}`;
  if (kind === TIMER.SILENCE) return `silence of ${registry.points[ref]?.id}`;
  if (kind === TIMER.GATEWAY) return `gateway ${registry.gateways[ref]?.id}`;
  if (kind === TIMER.DERIVED) return `derived point ${registry.points[ref]?.id}`;
  if (kind === TIMER.SEASON) return `season of ${registry.points[ref]?.id}`;
  if (kind === TIMER.FAULT) return `alarm ${fold.state.engineSlots.names[ref]}`;
  return `alert ${alertHandles.get(ref)}`;
}

function forgetOld({ state, at }: Fold): void {
  for (const [id, outcome] of state.outcomes) {
    if (outcome.at > at - OUTCOME_KEPT_MS) break;
    state.outcomes.delete(id);
  }
  state.book.prune(at);
}

function ruleDue(fold: Fold, slot: number): void {
  const { state } = fold;
  const number = state.rules.pointOf(slot);
  fold.aboutToJudge(number);
  judgeDue(state.rules, slot, fold.at, fold.sink, isKnownOnline(state, number));
  watchDue(state.rules, slot, fold.at, (point, fault) => othersStillSince(state, point, fault), fold.sink);
  applyChanges(fold);
  tellUntold(fold, slot);
}

/** A fault came or went for as long as its alarm waits: device alarms and coverage share one table. */
function faultDue(fold: Fold, row: number, dueAt: EpochMs): void {
  const meaning = meaningOf(fold.state.engineSlots.names[row]);
  if (meaning.kind === 'hazard') coverageDue(fold, meaning.group, row, dueAt);
  if (meaning.kind === 'cause') causeDue(fold, row, dueAt);
  if (meaning.kind === 'fault') deviceFaultDue(fold, subjectOf(fold, meaning.subject), meaning.fault, dueAt);
  applyChanges(fold);
  tellUntold(fold, slotOf(row));
}

function alertDue(fold: Fold, handle: number): void {
  const { alertHandles, book } = fold.state;
  const id = alertHandles.get(handle);
  alertHandles.delete(handle);
  if (id !== undefined) book.due(id, fold);
}
