// Time that stands still until a test moves it: timers fire in order of their due time, so nothing waits for luck.
import type { Scheduler, Stop } from '../../../src/api/ports.ts';
import type { DurationMs, EpochMs } from '../../../src/model/time.ts';

interface Timer {
  due: EpochMs;
  readonly everyMs: DurationMs | undefined;
  readonly run: () => void;
}

export class VirtualTime implements Scheduler {
  private at: EpochMs;
  private readonly timers = new Set<Timer>();
  /** Wall time minus engine time. */
  offsetMs = 0;

  constructor(at: EpochMs = 1_760_000_000_000) {
    this.at = at;
  }

  now(): EpochMs {
    return this.at;
  }

  wall(): EpochMs {
    return this.at + this.offsetMs;
  }

  every(ms: DurationMs, run: () => void): Stop {
    return this.add({ due: this.at + ms, everyMs: ms, run });
  }

  after(ms: DurationMs, run: () => void): Stop {
    return this.add({ due: this.at + ms, everyMs: undefined, run });
  }

  advance(ms: DurationMs): void {
    const end = this.at + ms;
    for (let next = this.nextDue(end); next !== undefined; next = this.nextDue(end)) {
      this.at = next.due;
      if (next.everyMs === undefined) this.timers.delete(next);
      else next.due += next.everyMs;
      next.run();
    }
    this.at = end;
  }

  get pending(): number {
    return this.timers.size;
  }

  private add(timer: Timer): Stop {
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  private nextDue(end: EpochMs): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) if (timer.due <= end && (next === undefined || timer.due < next.due)) next = timer;
    return next;
  }
}
