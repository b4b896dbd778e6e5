/**
 * Every point is installed anew: the program that judges has other rule kinds, or another engine version, than the one that
 * installed them. The configuration is the stored one; what a rule that is gone had confirmed is let go as `limit-changed`.
 */

import { applyChanges } from '../contribution.ts';
import { reviewCoverage } from '../coverage.ts';
import { clearDeviceAlarm } from '../device-alarms.ts';
import type { Fold } from '../fold.ts';
import { inForce } from '../in-force.ts';
import type { InstallInput } from '../input.ts';
import { SEEN } from '../observers.ts';
import { pointSubject } from '../subjects.ts';

export function foldInstall(fold: Fold, { installation }: InstallInput): void {
  const { state } = fold;
  for (let number = 0; number < state.registry.points.length; number++) installAnew(fold, number);
  for (const key of [...state.registry.observers.keys()].sort()) fold.unobserved.set(key, SEEN);
  reviewCoverage(fold, 'limit-changed');
  state.installed = installation;
}

/** The rules of one known point as its configuration has them now, and what stands judged again at once. */
export function installAnew(fold: Fold, number: number): void {
  const { rules } = fold.state;
  rules.install(inForce(fold.state, number), number);
  // Installed anew, a rule that threw is asked again.
  clearDeviceAlarm(fold, pointSubject(fold, number), 'rule-fault');
  rules.rejudge(number, fold.at, fold.sink);
  applyChanges(fold, 'limit-changed');
}
