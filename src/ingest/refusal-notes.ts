/**
 * Tells the service's own log why a gateway's messages are refused: the first time at once, then at most one line a gateway
 * and minute with everything since. It keeps counts, not messages; what was refused is listed by the quarantine.
 */
import type { RefusalReason } from '../model/reading.ts';
import type { DurationMs, EpochMs } from '../model/time.ts';
import { MINUTE_MS } from '../model/time.ts';
import type { Refusal } from './quarantine.ts';

/** One line. `detail` and `topic` are those of the newest refusal in it. */
export interface RefusalNote {
  /** `{enterprise}/{gateway}`; empty where the topic names none. */
  readonly gateway: string;
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
  readonly topic: string;
  readonly point?: string | undefined;
  readonly detail: string;
}

const APART_MS: DurationMs = MINUTE_MS;
/** Gateways told apart at once; names that nobody registered could be made up without end. */
const GATEWAYS_MAX = 1_000;

interface Account {
  readonly counts: Map<RefusalReason, number>;
  newest: Refusal;
  toldAt: EpochMs;
}

export class RefusalNotes {
  private readonly tell: (note: RefusalNote) => void;
  private readonly accounts = new Map<string, Account>();

  constructor(tell: (note: RefusalNote) => void) {
    this.tell = tell;
  }

  note(refusal: Refusal, alike: number): void {
    const account = this.accountOf(refusal);
    account.counts.set(refusal.reason, (account.counts.get(refusal.reason) ?? 0) + 1 + alike);
    account.newest = refusal;
    if (refusal.at - account.toldAt >= APART_MS) this.tellOf(account, refusal.at);
  }

  /** To be called about once a minute: tells what came since the last line, and forgets who sends nothing wrong any more. */
  flush(now: EpochMs): void {
    for (const [key, account] of this.accounts) {
      if (now - account.toldAt < APART_MS) continue;
      if (account.counts.size > 0) this.tellOf(account, now);
      else this.accounts.delete(key);
    }
  }

  private accountOf(refusal: Refusal): Account {
    const gateway = nameOf(refusal);
    const key = this.accounts.has(gateway) || this.accounts.size < GATEWAYS_MAX ? gateway : '';
    let account = this.accounts.get(key);
    if (account === undefined) {
      account = { counts: new Map(), newest: refusal, toldAt: Number.NEGATIVE_INFINITY };
      this.accounts.set(key, account);
    }
    return account;
  }

  private tellOf(account: Account, now: EpochMs): void {
    const { topic, tag, detail } = account.newest;
    const refused = Object.fromEntries(account.counts);
    account.counts.clear();
    account.toldAt = now;
    this.tell({ gateway: nameOf(account.newest), refused, topic, point: tag, detail });
  }
}

const nameOf = ({ enterprise, gateway }: Refusal): string => (enterprise === '' ? '' : `${enterprise}/${gateway}`);
