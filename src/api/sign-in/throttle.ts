/**
 * Delays sign-in attempts by address: never by account, because whoever knows a name could then lock its owner out. Pure:
 * the time is handed in.
 */
import type { DurationMs, EpochMs } from '../../model/time.ts';

export interface ThrottleLimits {
  /** Failures before the first delay: a control room of many desks has one address. */
  readonly freeAttempts: number;
  readonly firstDelayMs: DurationMs;
  readonly longestDelayMs: DurationMs;
  /** Failures are forgotten after this time without another. */
  readonly forgetMs: DurationMs;
  /** Addresses remembered; the one that has been quiet longest goes first. */
  readonly maxAddresses: number;
}

export const THROTTLE_LIMITS: ThrottleLimits = {
  freeAttempts: 10,
  firstDelayMs: 1_000,
  longestDelayMs: 60_000,
  forgetMs: 15 * 60_000,
  maxAddresses: 10_000,
};

export class Throttle {
  private readonly limits: ThrottleLimits;
  /** In order of the last attempt: a Map keeps the order in which keys were set. */
  private readonly addresses = new Map<string, { attempts: number; lastAt: EpochMs; openAt: EpochMs }>();

  constructor(limits: ThrottleLimits = THROTTLE_LIMITS) {
    this.limits = limits;
  }

  /**
   * Counts an attempt as failed until `succeeded` is called, so that many at once are not free. Gives how long the
   * address still has to wait; an attempt that has to wait is not counted.
   */
  attempt(address: string, now: EpochMs): DurationMs {
    let entry = this.addresses.get(address);
    if (entry === undefined || now - entry.lastAt >= this.limits.forgetMs) {
      entry = { attempts: 0, lastAt: now, openAt: now };
    }
    if (now < entry.openAt) return entry.openAt - now;
    entry.attempts++;
    entry.lastAt = now;
    const over = entry.attempts - this.limits.freeAttempts;
    if (over >= 0) entry.openAt = now + Math.min(this.limits.firstDelayMs * 2 ** over, this.limits.longestDelayMs);
    this.addresses.delete(address);
    this.addresses.set(address, entry);
    if (this.addresses.size > this.limits.maxAddresses) {
      for (const oldest of this.addresses.keys()) {
        this.addresses.delete(oldest);
        break;
      }
    }
    return 0;
  }

  succeeded(address: string): void {
    this.addresses.delete(address);
  }
}
