/**
 * An input integrated over a moving window: what it amounts to, for how much of the window it was known, and for how much of
 * it surely. The buckets and the value that still holds, together; what the amounts mean is its function's.
 */
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { BucketRing } from './bucket-ring.ts';
import type { InputNow } from './fn.ts';
import { HeldInput } from './held-input.ts';

/** Written anew by every look. */
interface InWindow {
  sum: number;
  knownMs: DurationMs;
  /** Of that, what came as good. */
  sureMs: DurationMs;
}

export class HeldWindow {
  readonly tables;
  private readonly ring = new BucketRing();
  private readonly held = new HeldInput();
  private readonly isIntegrated: boolean;
  private readonly found: InWindow = { sum: 0.5, knownMs: 0.5, sureMs: 0.5 };

  /** `isIntegrated`: its values are summed over time; else only what is added is, and time is known or not. */
  constructor(name: string, isIntegrated: boolean) {
    this.isIntegrated = isIntegrated;
    this.tables = [
      { name, columns: this.ring.table },
      { name: `${name}-held`, columns: this.held.table },
    ];
  }

  take(row: number, input: InputNow, windowMs: DurationMs): void {
    this.ring.ensure(row, windowMs);
    this.held.take(row, input, (from, to, value, isSure) =>
      this.ring.addOver(row, { from, to, perMs: this.isIntegrated ? value : 0, isSure }),
    );
  }

  add(row: number, at: EpochMs, amount: number): void {
    this.ring.add(row, at, amount);
  }

  lose(row: number, at: EpochMs): void {
    this.held.lose(row, at);
  }

  /** The window that ends now. */
  look(row: number, windowMs: DurationMs, now: EpochMs): Readonly<InWindow> {
    const { ring, found } = this;
    ring.ensure(row, windowMs);
    const start = ring.startOf(row, now);
    found.sum = ring.sum(row, now);
    found.knownMs = ring.knownMs(row, now);
    found.sureMs = ring.sureMs(row, now);
    this.held.look(row, now, (from, to, value, isSure) => {
      const forMs = Math.max(0, to - Math.max(from, start));
      if (this.isIntegrated) found.sum += value * forMs;
      found.knownMs += forMs;
      if (isSure) found.sureMs += forMs;
    });
    return found;
  }

  /** Where the window begins: up to a bucket more than its length ago. */
  startOf(row: number, now: EpochMs): EpochMs {
    return this.ring.startOf(row, now);
  }

  /** When it may come to something else by time alone. */
  movesAt(row: number, now: EpochMs): EpochMs {
    return this.ring.movesAt(row, now);
  }
}
