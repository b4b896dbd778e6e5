/**
 * Signing in and out, and who a token stands for. Tokens are random and opaque; only their hash is stored. It never locks
 * an account, and an expired session goes on reading: a duty desk is not blanked by a clock.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { DurationMs, EpochMs } from '../../model/time.ts';
import { DAY_MS, HOUR_MS } from '../../model/time.ts';
import type { Principal } from '../policy/policy.ts';
import type { Accounts, AuditEntry, Scheduler, UserRecord } from '../ports.ts';
import { passwordsBusy, verifyNobody, verifyPassword } from './passwords.ts';
import { Throttle } from './throttle.ts';

export const SESSION_COOKIE = 'fenghuo_session';
/** A shift and its handover. */
export const SESSION_MS: DurationMs = 13 * HOUR_MS;
/** How long an expired session may still be read with: over a weekend and a bit. */
export const READ_ON_MS: DurationMs = 7 * DAY_MS;

export interface SignedIn {
  readonly principal: Principal;
  readonly tokenHash: string;
  readonly expiresAt: EpochMs;
}

export type SignIn =
  | { readonly ok: true; readonly token: string; readonly session: SignedIn }
  | { readonly ok: false; readonly reason: 'wrong-credentials' }
  | { readonly ok: false; readonly reason: 'too-many-attempts' | 'sign-in-busy'; readonly waitMs: DurationMs };

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function principalOf(user: UserRecord, readOnly: boolean): Principal {
  const { name, role, level, scope } = user;
  return { name, displayName: user.displayName ?? name, role, level, scope, readOnly };
}

export class Authenticator {
  private readonly accounts: Accounts;
  private readonly time: Scheduler;
  private readonly report: (error: unknown, where: string) => void;
  private readonly throttle = new Throttle();

  constructor(accounts: Accounts, time: Scheduler, report: (error: unknown, where: string) => void) {
    this.accounts = accounts;
    this.time = time;
    this.report = report;
  }

  async signIn(name: string, password: string, address: string): Promise<SignIn> {
    const waitMs = this.throttle.waitMs(address, this.time.now());
    if (waitMs > 0) return { ok: false, reason: 'too-many-attempts', waitMs };
    if (passwordsBusy() || this.throttle.isBusy(address)) return { ok: false, reason: 'sign-in-busy', waitMs: 1_000 };
    const user = await this.throttle.check(address, this.time, () => this.userWith(name, password));
    if (user === undefined) {
      this.audit({ actor: name, action: 'sign-in', object: '', address, outcome: 'refused', detail: '' });
      return { ok: false, reason: 'wrong-credentials' };
    }
    const token = randomBytes(32).toString('base64url');
    const createdAt = this.time.wall();
    const session = { tokenHash: hashToken(token), user: user.name, createdAt, expiresAt: createdAt + SESSION_MS };
    await this.accounts.addSession(session);
    this.audit({ actor: user.name, action: 'sign-in', object: '', address, outcome: 'done', detail: user.role });
    const { tokenHash, expiresAt } = session;
    return { ok: true, token, session: { principal: principalOf(user, false), tokenHash, expiresAt } };
  }

  private async userWith(name: string, password: string): Promise<UserRecord | undefined> {
    const user = await this.accounts.user(name);
    const known = user !== undefined && user.disabled !== true;
    const right = known ? await verifyPassword(password, user.passwordHash) : await verifyNobody(password);
    return known && right ? user : undefined;
  }

  async signOut(session: SignedIn, address: string): Promise<void> {
    await this.accounts.endSession(session.tokenHash);
    const actor = session.principal.name;
    this.audit({ actor, action: 'sign-out', object: '', address, outcome: 'done', detail: '' });
  }

  /** Who the token stands for; undefined when it stands for nobody (any more). */
  authenticate(token: string): Promise<SignedIn | undefined> {
    return this.bySession(hashToken(token));
  }

  /** The same by the stored hash, for a connection that lives longer than its request. */
  async bySession(tokenHash: string): Promise<SignedIn | undefined> {
    const session = await this.accounts.session(tokenHash);
    if (session === undefined) return undefined;
    const now = this.time.wall();
    if (now >= session.expiresAt + READ_ON_MS) return undefined;
    const user = await this.accounts.user(session.user);
    if (user === undefined || user.disabled === true) return undefined;
    const { expiresAt } = session;
    return { principal: principalOf(user, now >= expiresAt), tokenHash, expiresAt };
  }

  /** Writes down what somebody did. A failing audit is ours to repair and never stops an operator. */
  audit(entry: Omit<AuditEntry, 'at'>): void {
    this.accounts.audit({ at: this.time.wall(), ...entry }).catch((error) => this.report(error, 'audit'));
  }
}
