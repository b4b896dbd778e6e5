/**
 * The device alarm of a sensor that stands out from the others of one thing: raised and ended as the derived points that compare
 * them say. What the sensor measures is judged as before: nothing is masked by it.
 */
import { clearDeviceAlarm, raiseDeviceAlarm } from '../device-alarms.ts';
import type { Fold } from '../fold.ts';
import { pointSubject } from '../subjects.ts';
import { standsOut } from './stands-out.ts';

/** Another input of the derived point stands out, or none does any more (−1). */
export function nameOdd(fold: Fold, number: number, odd: number): void {
  const { derived, registry } = fold.state;
  const inputs = registry.graph.inputsOf(number);
  const before = derived.oddOf(number);
  derived.setOdd(number, odd);
  // Another derived point may go on naming it.
  if (before >= 0 && standsOut(fold.state, inputs[before]) === undefined)
    clearDeviceAlarm(fold, pointSubject(fold, inputs[before]), 'odd-one-out');
  if (odd >= 0) raiseDeviceAlarm(fold, pointSubject(fold, inputs[odd]), 'odd-one-out', 'blue');
}
