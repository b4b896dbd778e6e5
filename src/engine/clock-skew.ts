/**
 * Whose clock is wrong, as the readings judged with it tell: one device alarm a gateway, for as long as any of its points was
 * last judged so. Which clock is believed is decided in lateness.ts.
 */
import { clearDeviceAlarm, raiseDeviceAlarm } from './device-alarms.ts';
import type { Fold } from './fold.ts';
import { forgetClock } from './lateness.ts';
import { gatewaySubject } from './subjects.ts';

/** A reading was judged with a wrong clock, or with a right one: the gateway answers for as long as any of its points does. */
export function clockSeen(fold: Fold, number: number, gateway: number, isSkewed: boolean): void {
  const { points, gateways } = fold.state;
  const { skewedBy } = points.col;
  const by = isSkewed ? gateway + 1 : 0;
  const before = skewedBy[number];
  if (before === by) return;
  skewedBy[number] = by;
  if (by === 0) forgetClock(fold.state, before - 1);
  if (before !== 0 && --gateways.col.skewedPoints[before - 1] === 0)
    clearDeviceAlarm(fold, gatewaySubject(fold, before - 1), 'clock-skewed');
  if (by !== 0 && ++gateways.col.skewedPoints[gateway] === 1)
    raiseDeviceAlarm(fold, gatewaySubject(fold, gateway), 'clock-skewed', 'blue');
}
