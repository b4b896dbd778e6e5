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
  /** Of one address, so that guesses made all at once are not free: more than the desks of a command centre. */
  readonly checkedAtOnce: number;
  /** Failures are forgotten after this time without another. */
  readonly forgetMs: DurationMs;
  /** Addresses remembered; the one that has been quiet longest goes first. */
  readonly maxAddresses: number;
}

export const THROTTLE_LIMITS: ThrottleLimits = {
  freeAttempts: 10,
  firstDelayMs: 1_000,
  longestDelayMs: 60_000,
  checkedAtOnce: 40,
  forgetMs: 15 * 60_000,
  maxAddresses: 10_000,
};

export class Throttle {
  private readonly limits: ThrottleLimits;
  /** In order of the last failure: a Map keeps the order in which keys were set. */
  private readonly addresses = new Map<string, { failures: number; lastAt: EpochMs; openAt: EpochMs }>();
  /** Attempts whose answer is not known yet. */
  private readonly checking = new Map<string, number>();

  constructor(limits: ThrottleLimits = THROTTLE_LIMITS) {
    this.limits = limits;
  }

  /** How long the address still has to wait after its failures; 0 when it may try. */
  waitMs(address: string, now: EpochMs): DurationMs {
    const entry = this.addresses.get(address);
    return entry === undefined ? 0 : Math.max(0, entry.openAt - now);
  }

  /** As many of the address are being checked as may be: one more of them is not wrong, only early. */
  isBusy(address: string): boolean {
    return (this.checking.get(address) ?? 0) >= this.limits.checkedAtOnce;
  }

  /** Checks an attempt. One that is wrong counts when that is known, one that is right never. */
  async check<T>(
    address: string,
    time: { now(): EpochMs },
    verify: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    this.checking.set(address, (this.checking.get(address) ?? 0) + 1);
    try {
      const found = await verify();
      if (found === undefined) this.failed(address, time.now());
      else this.addresses.delete(address);
      return found;
    } finally {
      const left = (this.checking.get(address) ?? 1) - 1;
      if (left > 0) this.checking.set(address, left);
      else this.checking.delete(address);
    }
  }

  private failed(address: string, now: EpochMs): void {
    let entry = this.addresses.get(address);
    if (entry === undefined || now - entry.lastAt >= this.limits.forgetMs) {
      entry = { failures: 0, lastAt: now, openAt: now };
    }
    entry.failures++;
    entry.lastAt = now;
    const over = entry.failures - this.limits.freeAttempts;
    if (over >= 0) entry.openAt = now + Math.min(this.limits.firstDelayMs * 2 ** over, this.limits.longestDelayMs);
    this.addresses.delete(address);
    this.addresses.set(address, entry);
    if (this.addresses.size > this.limits.maxAddresses) {
      for (const oldest of this.addresses.keys()) {
        this.addresses.delete(oldest);
        break;
      }
    }
  }
}
