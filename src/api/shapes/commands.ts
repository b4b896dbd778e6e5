/** The words that commands may carry, for server and screen alike. */

/** Causes a closing names; the screen words them. */
export const CAUSES = [
  'real',
  'false-alarm',
  'calibration',
  'maintenance',
  'sensor-fault',
  'interference',
  'drill',
] as const;
