/**
 * The one function that everything goes through: folds an input into the state and appends effects. No clock, no I/O, no
 * randomness; live, restart, replay, backtest, drill and tests all call it.
 */
import type { EpochMs } from '../model/time.ts';
import { DAY_MS } from '../model/time.ts';
import { judgeDue, resume } from '../rules/evaluate.ts';
import type { Subject } from './device-alarms.ts';
import { clearDeviceAlarm, gatewaySubject, raiseDeviceAlarm, SERVICE } from './device-alarms.ts';
import type { Out } from './effect.ts';
import { sealCapsule } from './evidence.ts';
import { Fold } from './fold.ts';
import type { DeviceEvent, Input } from './input.ts';
import { foldCommand } from './inputs/command.ts';
import { foldConfiguration } from './inputs/configuration.ts';
import { foldInstall } from './inputs/install.ts';
import { foldReadings } from './inputs/readings.ts';
import { settle } from './settle.ts';
import { gatewayAway, gatewayBack, gatewayDue, listenAfresh, silenceDue } from './sight.ts';
import type { EngineState } from './state.ts';
import { TIMER } from './timers.ts';

/** Answers to commands are remembered this long: a repeated command is answered the same, and acts once. */
export const OUTCOME_KEPT_MS = DAY_MS;

/** A wall-clock step smaller than this is ordinary drift and shown by nobody. */
const CLOCK_STEP_MS = 1_000;

/** One scratch a state; it keeps nothing from one step to the next. */
const folds = new WeakMap<EngineState, Fold>();

/**
 * Folds one input. `state` is changed in place, effects are appended to `out`. Throws only for a bug: the caller ends the
 * process, and an input that ends it twice is set aside by number.
 */
export function step(state: EngineState, input: Input, out: Out): void {
  if (input.at < state.at)
    throw new RangeError(`engine time went back: ${state.at} → ${input.at} at input ${state.n + 1}`);
  state.n++;
  state.at = input.at;
  const fold = foldOf(state, out);
  fold.begin(input.at, out);
  switch (input.kind) {
    case 'readings':
      foldReadings(fold, input.batch);
      break;
    case 'tick':
      foldTick(fold);
      break;
    case 'device':
      foldDevice(fold, input.event);
      break;
    case 'command':
      foldCommand(fold, input.command);
      break;
    case 'configuration':
      foldConfiguration(fold, input);
      break;
    case 'resumed':
      state.seq = Math.max(state.seq, input.seqFloor);
      if (input.restarted) forgetOwnFaults(fold);
      foldResumed(fold, input.downFrom);
      break;
    case 'install':
      foldInstall(fold, input);
      break;
    case 'clock':
      foldClock(fold, input.offsetMs);
      break;
  }
}

function foldOf(state: EngineState, out: Out): Fold {
  const known = folds.get(state);
  if (known !== undefined) return known;
  const fold = new Fold(state, out, sealCapsule);
  folds.set(state, fold);
  return fold;
}

/** Time has passed: whatever falls due does so now. Cost is that of the due timers alone. */
function foldTick(fold: Fold): void {
  const { state } = fold;
  for (let due = state.timers.pop(fold.at); due !== undefined; due = state.timers.pop(fold.at)) {
    const { kind, ref } = due;
    const dueAt = due.due;
    if (kind === TIMER.RULE) ruleDue(fold, ref);
    else if (kind === TIMER.SILENCE) silenceDue(fold, ref, dueAt);
    else if (kind === TIMER.GATEWAY) gatewayDue(fold, ref);
    else alertDue(fold, ref);
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
  settle(fold);
}

function alertDue(fold: Fold, handle: number): void {
  const { alertHandles, book } = fold.state;
  const id = alertHandles.get(handle);
  alertHandles.delete(handle);
  if (id !== undefined) book.due(id, fold);
}

function foldDevice(fold: Fold, event: DeviceEvent): void {
  if (event.type === 'gateway') {
    if (event.gateway >= fold.state.registry.gateways.length) return;
    if (event.online) gatewayBack(fold, event.gateway);
    else gatewayAway(fold, event.gateway);
    return;
  }
  const subject = event.subject === SERVICE.id ? SERVICE : subjectOf(fold, event.subject);
  // Unsaved mode is part of what is folded: what was judged in it and logged behind its snapshot is replayed the same.
  if (subject === SERVICE && event.fault === 'storage') fold.state.unsaved = event.active;
  if (event.active) raiseDeviceAlarm(fold, subject, event.fault, 'yellow', { detail: event.detail });
  else clearDeviceAlarm(fold, subject, event.fault);
}

function subjectOf(fold: Fold, id: string): Subject {
  const gateway = fold.state.registry.gatewayNumbers.get(id.replace('/~', '/'));
  return gateway === undefined ? { ...SERVICE, id } : gatewaySubject(fold, gateway);
}

/** What the service said of itself died with the process; a fault that is still there is noticed anew. */
function forgetOwnFaults(fold: Fold): void {
  fold.state.unsaved = false;
  clearDeviceAlarm(fold, SERVICE, 'storage');
  clearDeviceAlarm(fold, SERVICE, 'behind');
}

/** Time in which nobody looked is no evidence: every silence deadline starts afresh. Delays keep their elapsed part. */
function foldResumed(fold: Fold, downFrom: EpochMs): void {
  const { state } = fold;
  for (let gateway = 0; gateway < state.registry.gateways.length; gateway++) {
    if (state.gateways.col.offline[gateway] === 0) state.gateways.col.heardAt[gateway] = fold.at;
  }
  for (let number = 0; number < state.registry.points.length; number++) {
    if (state.points.col.silent[number] === 0) listenAfresh(fold, number);
  }
  state.book.resumed(downFrom, fold);
  resume(state.rules, downFrom, fold.at, fold.sink);
  settle(fold);
}

function foldClock(fold: Fold, offsetMs: number): void {
  const stepped = Math.abs(offsetMs - fold.state.clockOffsetMs) >= CLOCK_STEP_MS;
  fold.state.clockOffsetMs = offsetMs;
  if (stepped && offsetMs !== 0) raiseDeviceAlarm(fold, SERVICE, 'server-clock', 'yellow', { offsetMs });
  else if (Math.abs(offsetMs) < CLOCK_STEP_MS) clearDeviceAlarm(fold, SERVICE, 'server-clock');
}
