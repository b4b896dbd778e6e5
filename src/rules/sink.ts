/**
 * What judging tells its caller, reading by reading. The engine implements it; the rules never keep it.
 */
import type { Level } from '../model/level.ts';
import type { EpochMs } from '../model/time.ts';

export interface RuleSink {
  /**
   * The confirmed level of a slot changed, after on- or off-delay. `at` is the sampling time of the reading that caused it,
   * or engine time for a tick, a limit change or a reset.
   */
  changed(slot: number, from: Level, to: Level, at: EpochMs): void;
  /** Please call `judgeDue(slot)` once engine time ≥ `dueAt`. May be late or repeated: `judgeDue` looks again. */
  arm(slot: number, dueAt: EpochMs): void;
  /** A slot in alarm lost (`blind`) or regained good sight. Not called when the slot leaves the alarm. */
  held(slot: number, blind: boolean, at: EpochMs): void;
  /** A slot in alarm has a further bulletin. */
  news?(slot: number, at: EpochMs): void;
  /** The fault that a rule watches its instrument for is there, or is not (any more). May be repeated. */
  faulty(slot: number, isThere: boolean): void;
}
