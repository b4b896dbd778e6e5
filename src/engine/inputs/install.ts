/**
 * Every point is installed anew: the program that judges has other rule kinds, or another engine version, than the one that
 * installed them. The configuration is the stored one; what a rule that is gone had confirmed is let go as `limit-changed`.
 */

import { applyChanges } from '../contribution.ts';
import { reviewObservers } from '../coverage.ts';
import { clearDeviceAlarm, pointSubject } from '../device-alarms.ts';
import type { Fold } from '../fold.ts';
import type { InstallInput } from '../input.ts';

export function foldInstall(fold: Fold, { installation }: InstallInput): void {
  const { state } = fold;
  for (let number = 0; number < state.registry.points.length; number++) installAnew(fold, number);
  const { observers } = state.registry;
  for (const key of [...observers.keys()].sort()) reviewObservers(fold, observers.get(key)!, 'limit-changed');
  state.installed = installation;
}

/** The rules of one known point as its configuration has them now, and what stands judged again at once. */
export function installAnew(fold: Fold, number: number): void {
  const { registry, rules } = fold.state;
  rules.install(registry.points[number], number);
  // Installed anew, a rule that threw is asked again.
  clearDeviceAlarm(fold, pointSubject(fold, number), 'rule-fault');
  rules.rejudge(number, fold.at, fold.sink);
  applyChanges(fold, 'limit-changed');
}
