/**
 * A gateway came or went, or the service noticed a fault of its own. It names subjects; what follows from a gateway that is
 * away is a matter of sight.
 */
import { clearDeviceAlarm, raiseDeviceAlarm } from '../device-alarms.ts';
import type { Fold } from '../fold.ts';
import type { DeviceEvent } from '../input.ts';
import { gatewayAway, gatewayBack } from '../sight.ts';
import { serviceSubject, subjectOf } from '../subjects.ts';

export function foldDevice(fold: Fold, event: DeviceEvent): void {
  if (event.type === 'gateway') {
    if (event.gateway >= fold.state.registry.gateways.length) return;
    if (event.online) gatewayBack(fold, event.gateway);
    else gatewayAway(fold, event.gateway);
    return;
  }
  const subject = subjectOf(fold, event.subject);
  // Unsaved mode is part of what is folded: what was judged in it and logged behind its snapshot is replayed the same.
  if (subject.id === serviceSubject(fold.state).id && event.fault === 'storage') fold.state.unsaved = event.active;
  if (event.active) raiseDeviceAlarm(fold, subject, event.fault, 'yellow', { detail: event.detail });
  else clearDeviceAlarm(fold, subject, event.fault);
}
