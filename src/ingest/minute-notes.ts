/**
 * What is worth a line in the service's own log, told in good measure: the first of a gateway at once, then at most one line a
 * gateway and minute with everything since. It keeps counts and the newest of them, and knows nothing of what they are about.
 */
import type { DurationMs, EpochMs } from '../model/time.ts';
import { MINUTE_MS } from '../model/time.ts';

export interface MinuteNote<Kind extends string, Item> {
  /** `{enterprise}/{gateway}` of the newest; empty where there is none. */
  readonly gateway: string;
  readonly counts: Readonly<Partial<Record<Kind, number>>>;
  readonly newest: Item;
}

const APART_MS: DurationMs = MINUTE_MS;
/** Gateways told apart at once; names that nobody registered could be made up without end. */
const GATEWAYS_MAX = 1_000;

interface Account<Kind, Item> {
  readonly counts: Map<Kind, number>;
  gateway: string;
  newest: Item;
  toldAt: EpochMs;
}

export class MinuteNotes<Kind extends string, Item> {
  private readonly tell: (note: MinuteNote<Kind, Item>) => void;
  private readonly accounts = new Map<string, Account<Kind, Item>>();

  constructor(tell: (note: MinuteNote<Kind, Item>) => void) {
    this.tell = tell;
  }

  /** `times`: so many of that kind, `item` being the newest. */
  note(gateway: string, kind: Kind, times: number, item: Item, at: EpochMs): void {
    const account = this.accountOf(gateway, item);
    account.counts.set(kind, (account.counts.get(kind) ?? 0) + times);
    account.gateway = gateway;
    account.newest = item;
    if (at - account.toldAt >= APART_MS) this.tellOf(account, at);
  }

  /** To be called about once a minute: tells what came since the last line, and forgets whoever gives no cause any more. */
  flush(now: EpochMs): void {
    for (const [key, account] of this.accounts) {
      if (now - account.toldAt < APART_MS) continue;
      if (account.counts.size > 0) this.tellOf(account, now);
      else this.accounts.delete(key);
    }
  }

  private accountOf(gateway: string, newest: Item): Account<Kind, Item> {
    const key = this.accounts.has(gateway) || this.accounts.size < GATEWAYS_MAX ? gateway : '';
    let account = this.accounts.get(key);
    if (account === undefined) {
      account = { counts: new Map(), gateway, newest, toldAt: Number.NEGATIVE_INFINITY };
      this.accounts.set(key, account);
    }
    return account;
  }

  private tellOf(account: Account<Kind, Item>, now: EpochMs): void {
    const counts = Object.fromEntries(account.counts) as Partial<Record<Kind, number>>;
    account.counts.clear();
    account.toldAt = now;
    this.tell({ gateway: account.gateway, counts, newest: account.newest });
  }
}
