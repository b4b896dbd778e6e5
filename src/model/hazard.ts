/**
 * The fixed lists that alert keys are built from: hazards of hazard alerts and faults of device alarms.
 */

export const HAZARDS = [
  'flammable-gas',
  'toxic-gas',
  'oxygen',
  'fire',
  'overfill',
  'low-level',
  'overpressure',
  'temperature',
  'dam-stability',
  'slope',
  'mine-gas',
  'flooding',
  'structure',
  'dust',
  'crowd',
  'equipment',
  'health',
] as const;
export type Hazard = (typeof HAZARDS)[number];

/** Faults a device alarm is keyed by, with the gateway, the point or the service itself. Graded blue or yellow only. */
const DEVICE_FAULTS = [
  'silent',
  'offline',
  'bad-quality',
  'odd-one-out',
  'stuck',
  'spike',
  'drift',
  'clock-skewed',
  'rule-fault',
  'server-clock',
  'storage',
  'behind',
  'link',
  'set-aside',
] as const;
export type DeviceFault = (typeof DEVICE_FAULTS)[number];

/** What an alert is about that stands for a lost cause: a gateway, or our own link, that took the sight of several hazards. */
export const LOST_SIGHT = 'coverage';

/** What an alert is about. */
export type AlertTopic = Hazard | DeviceFault | typeof LOST_SIGHT;
export const ALERT_TOPICS: readonly AlertTopic[] = [...HAZARDS, ...DEVICE_FAULTS, LOST_SIGHT];
