/**
 * Who waits for word of a log: the listeners of durable records and of its health, and those who wait for one record.
 * Every adapter tells them the same way; it decides nothing and keeps no record.
 */
import type { LogHealth, RecordNumber } from './port.ts';

interface Waiter {
  readonly number: RecordNumber;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class LogAudience {
  readonly durableListeners: ((durable: RecordNumber) => void)[] = [];
  readonly healthListeners: ((health: LogHealth) => void)[] = [];
  /** In the order of their numbers: nobody waits for less than the newest record. */
  readonly #waiters: Waiter[] = [];

  /** Rejects with what is given to `giveUp`. */
  waitFor(number: RecordNumber): Promise<void> {
    return new Promise((resolve, reject) => this.#waiters.push({ number, resolve, reject }));
  }

  durable(upTo: RecordNumber): void {
    for (const listener of this.durableListeners) listener(upTo);
    while (this.#waiters.length > 0 && this.#waiters[0].number <= upTo) this.#waiters.shift()?.resolve();
  }

  health(health: LogHealth): void {
    for (const listener of this.healthListeners) listener(health);
  }

  giveUp(reason: Error): void {
    for (const waiter of this.#waiters.splice(0)) waiter.reject(reason);
  }
}
