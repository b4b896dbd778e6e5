/**
 * What alarms together has one key, and each occurrence of it one id. Both are the same in replay; it looks nothing up.
 */
import type { GroupRef } from './record.ts';

/**
 * Alert key. Hazards: `source|unit|hazard|hazard`, with an empty unit where there is none, so that no unit can be taken for
 * a hazard. Device alarms: `subject|fault|device`. An exercise never meets the real thing: `|exercise` at the end.
 */
export function keyOf(group: GroupRef): string {
  const base =
    group.kind === 'hazard'
      ? `${group.source}|${group.unit ?? ''}|${group.hazard}|hazard`
      : `${group.subject ?? group.source}|${group.hazard}|device`;
  return group.exercise ? `${base}|exercise` : base;
}

/** Id of one occurrence: partition and input number in base 36, and which of the input's alerts it is. */
export function alertId(partition: number, input: number, index: number): string {
  return `a${partition.toString(36)}.${input.toString(36)}-${index}`;
}
