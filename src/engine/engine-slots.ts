/**
 * The engine's own slots: what it contributes itself (device faults, lost observers, lost causes), each by a number −1, −2 …
 * that the book knows it by, and under a name that snapshots hold. The one place where a meaning becomes a name and a name a
 * meaning. How each of them stands is the fault table's.
 */
import type { DeviceFault } from '../model/hazard.ts';

/** What a slot stands for. */
export type SlotMeaning =
  /** A fault of a subject: its device alarm. */
  | { readonly kind: 'fault'; readonly subject: string; readonly fault: DeviceFault }
  /** A hazard at a source that has fewer observers than declared, by the key of its observers. */
  | { readonly kind: 'hazard'; readonly group: string }
  /** Whoever took the sight of hazards, real ones or those of a drill: the alert they are told in. */
  | { readonly kind: 'cause'; readonly subject: string; readonly exercise: boolean };

const HAZARD = 'coverage|';
/** No source begins with it. */
const CAUSE = `${HAZARD}~|`;
const EXERCISE = '|exercise';

export const faultName = (subject: string, fault: DeviceFault): string => `${subject}|${fault}`;
export const hazardName = (group: string): string => `${HAZARD}${group}`;
export const causeName = (subject: string, exercise: boolean): string =>
  `${CAUSE}${subject}${exercise ? EXERCISE : ''}`;

/** What a slot of this name stands for: the inverse of the three above. */
export function meaningOf(name: string): SlotMeaning {
  if (name.startsWith(CAUSE)) {
    const exercise = name.endsWith(EXERCISE);
    return { kind: 'cause', subject: name.slice(CAUSE.length, exercise ? -EXERCISE.length : undefined), exercise };
  }
  if (name.startsWith(HAZARD)) return { kind: 'hazard', group: name.slice(HAZARD.length) };
  const at = name.lastIndexOf('|');
  return { kind: 'fault', subject: name.slice(0, at), fault: name.slice(at + 1) as DeviceFault };
}

/** The row of the fault table that is a slot's (−1, −2 …), and back. */
export const rowOf = (slot: number): number => -1 - slot;
export const slotOf = (row: number): number => -1 - row;

/** Slots are only added: a number once given stays its name's. */
export class EngineSlots {
  /** By row. */
  readonly names: string[] = [];
  private readonly rows = new Map<string, number>();

  constructor(names: readonly string[] = []) {
    for (const name of names) this.add(name);
  }

  find(name: string): number | undefined {
    const row = this.rows.get(name);
    return row === undefined ? undefined : slotOf(row);
  }

  /** The name must be new. */
  add(name: string): number {
    const row = this.names.push(name) - 1;
    this.rows.set(name, row);
    return slotOf(row);
  }
}
