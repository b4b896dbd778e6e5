/**
 * What an input led to, as it leaves once the input is durable (or was judged in unsaved mode), and what follows it: screens,
 * sites, stores. Shapes only.
 */
import type { Out } from '../../engine/effect.ts';
import type { RecordNumber } from '../../log/port.ts';
import type { ReadingBatch } from '../../model/reading.ts';
import type { EpochMs } from '../../model/time.ts';

/** Nothing in it changes any more; most inputs lead to nothing, and then share their empty lists. */
export interface Released extends Readonly<Out> {
  readonly n: RecordNumber;
  /** Engine time of the input. */
  readonly at: EpochMs;
  readonly batch: ReadingBatch | undefined;
  readonly unsaved: boolean;
}

/** One entry in the list of compose.ts. */
export interface Follower {
  readonly name: string;
  /** Called in order of the inputs. Must not throw and must not wait. */
  follow(released: Released): void;
  /** Ends when what it has taken is where it belongs, or cannot be brought there. */
  stop?(): Promise<void> | void;
}
