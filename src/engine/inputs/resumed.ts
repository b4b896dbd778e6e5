/**
 * The service looks again after a time in which nobody looked: after a restart, or after it stood still.
 */
import { resume } from '../../rules/evaluate.ts';
import { clearDeviceAlarm, SERVICE } from '../device-alarms.ts';
import type { Fold } from '../fold.ts';
import type { ResumedInput } from '../input.ts';
import { listenAfresh } from '../sight.ts';
import { dropStaging } from './configuration.ts';

/** Time in which nobody looked is no evidence: every silence deadline starts afresh. Delays keep their elapsed part. */
export function foldResumed(fold: Fold, { downFrom, seqFloor, restarted }: ResumedInput): void {
  const { state } = fold;
  state.seq = Math.max(state.seq, seqFloor);
  // Whoever was handing in a change in parts went with the process.
  if (restarted) dropStaging(fold);
  if (restarted) forgetOwnFaults(fold);
  for (let gateway = 0; gateway < state.registry.gateways.length; gateway++) {
    if (state.gateways.col.offline[gateway] === 0) state.gateways.col.heardAt[gateway] = fold.at;
  }
  for (let number = 0; number < state.registry.points.length; number++) {
    if (state.points.col.silent[number] === 0) listenAfresh(fold, number);
  }
  state.book.resumed(downFrom, fold);
  resume(state.rules, downFrom, fold.at, fold.sink);
}

/** What the service said of itself died with the process; a fault that is still there is noticed anew. */
function forgetOwnFaults(fold: Fold): void {
  fold.state.unsaved = false;
  clearDeviceAlarm(fold, SERVICE, 'storage');
  clearDeviceAlarm(fold, SERVICE, 'behind');
  clearDeviceAlarm(fold, SERVICE, 'server-clock');
}
