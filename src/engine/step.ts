/**
 * The one function that everything goes through: folds an input into the state and appends effects. No clock, no I/O, no
 * randomness; live, restart, replay, backtest, drill and tests all call it. What each input does stands in `inputs/`.
 */
import { applyChanges } from './contribution.ts';
import { reviewCounts, reviewCoverage } from './coverage.ts';
import { derive } from './derived/derive.ts';
import type { Out } from './effect.ts';
import { sealCapsule } from './evidence.ts';
import { Fold } from './fold.ts';
import type { Input } from './input.ts';
import { foldClock } from './inputs/clock.ts';
import { foldCommand } from './inputs/command.ts';
import { foldApply, foldConfiguration } from './inputs/configuration.ts';
import { foldDevice } from './inputs/device.ts';
import { foldInstall } from './inputs/install.ts';
import { foldLink } from './inputs/link.ts';
import { foldReadings } from './inputs/readings.ts';
import { foldReconciled } from './inputs/reconciled.ts';
import { foldResumed } from './inputs/resumed.ts';
import { foldTick } from './inputs/tick.ts';
import { reviewLimits } from './limit-changes.ts';
import type { EngineState } from './state.ts';

/**
 * Folds one input. `number` is its record number in the log, above that of every input before. `state` is changed in
 * place, effects are appended to `out`. Throws only for a bug: the caller ends the process, and an input that ends it
 * twice is set aside by number.
 */
export function step(state: EngineState, number: number, input: Input, out: Out): void {
  if (number <= state.n) throw new RangeError(`input ${number} comes after input ${state.n}: numbers only rise`);
  if (input.at < state.at) throw new RangeError(`engine time went back: ${state.at} → ${input.at} at input ${number}`);
  state.n = number;
  state.at = input.at;
  const fold = foldOf(state).begin(input.at, out);
  switch (input.kind) {
    case 'readings':
      foldReadings(fold, input.batch);
      break;
    case 'tick':
      foldTick(fold, input);
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
    case 'apply':
      foldApply(fold, input);
      break;
    case 'resumed':
      foldResumed(fold, input);
      break;
    case 'install':
      foldInstall(fold, input);
      break;
    case 'reconciled':
      foldReconciled(fold, input);
      break;
    case 'link':
      foldLink(fold, input.up);
      break;
    case 'clock':
      foldClock(fold, input.offsetMs);
      break;
  }
  derive(fold);
  applyChanges(fold);
  reviewLimits(fold);
  reviewCoverage(fold);
  applyChanges(fold);
  reviewCounts(fold);
}

function foldOf(state: EngineState): Fold {
  if (state.scratch instanceof Fold) return state.scratch;
  const fold = new Fold(state, sealCapsule);
  state.scratch = fold;
  return fold;
}
