/**
 * The service looks again after a time in which nobody looked: after a restart, or after it stood still.
 */
import { resume } from '../../rules/evaluate.ts';
import { forgetOwnFaults } from '../device-alarms.ts';
import { faultsResumed } from '../faults.ts';
import type { Fold } from '../fold.ts';
import type { ResumedInput } from '../input.ts';
import { latenessResumed } from '../lateness.ts';
import { sightResumed } from '../sight.ts';
import { serviceSubject } from '../subjects.ts';
import { dropStaging } from './configuration.ts';

/** Time in which nobody looked is no evidence: every silence deadline starts afresh. Delays keep their elapsed part. */
export function foldResumed(fold: Fold, { downFrom, seqFloor, restarted }: ResumedInput): void {
  const { state } = fold;
  state.seq = Math.max(state.seq, seqFloor);
  if (restarted) {
    // Whoever was handing in a change in parts went with the process.
    dropStaging(fold);
    state.unsaved = false;
    forgetOwnFaults(fold, serviceSubject(state));
  }
  faultsResumed(fold, downFrom);
  latenessResumed(state, fold.at);
  state.derived.lookedAway(downFrom, fold.at, restarted === true);
  sightResumed(fold, restarted === true);
  state.book.resumed(downFrom, fold);
  resume(state.rules, downFrom, fold.at, fold.sink);
}
