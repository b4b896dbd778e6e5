/**
 * The table of the engine's own alarms, one row an engine slot: whether a fault is there, for how long it has been so, and
 * whether its alarm stands. Layout only; the delays are faults.ts.
 */
import { Columns } from '../model/columns.ts';

/** Values of `stands`. */
export const SILENT = 0;
export const OWN_ROW = 1;
/** The alarm is due, and told by another that says more of the same cause. */
export const IN_PARENT = 2;

const LAYOUT = {
  present: 'u8',
  /** Whether its alarm stands: SILENT, OWN_ROW or IN_PARENT. */
  stands: 'u8',
  /** Grade asked for. */
  grade: 'u8',
  /** Engine time at which it last came or went. */
  since: 'f64',
  /** For how long it was there within the episode, up to `since`. */
  lastedMs: 'f64',
  /** When its timer falls due; 0 when none is pending. */
  lookAt: 'f64',
  /** How often it came while its alarm stood. */
  times: 'u32',
  /** Of the row of an observed hazard: who is told to have taken its sight (coverage.ts). */
  cause: 'u32',
} as const;
export type FaultTable = Columns<typeof LAYOUT>;
export const newFaultTable = (): FaultTable => new Columns(LAYOUT, 16);
