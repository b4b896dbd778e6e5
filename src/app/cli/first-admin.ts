/**
 * The user `admin` of the first start. A password that was made up is shown when the service has really started, once; where
 * that never came about (a port that is taken, a crash), the next start makes another one.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashPassword } from '../../api/sign-in/passwords.ts';
import type { StateStore } from '../../store/state/port.ts';
import { wallNow } from '../clock.ts';
import type { Config } from '../config.ts';
import { storedUser } from '../ports/accounts.ts';
import { say } from './command.ts';

/** Empty; there from before the password is stored until it was shown. */
const NOT_SHOWN = 'admin-password-not-shown';

export class FirstAdmin {
  private readonly config: Config;
  private readonly marker: string;
  private password: string | undefined;

  constructor(config: Config) {
    this.config = config;
    this.marker = join(config.dataDir, NOT_SHOWN);
  }

  /** Before a door is open: whoever finds the service ready finds somebody in it who may sign in. */
  async prepare(store: StateStore): Promise<void> {
    if ((await store.people.users()).length > 0 && !existsSync(this.marker)) return;
    const { adminPassword } = this.config;
    const password = adminPassword ?? randomBytes(10).toString('hex');
    if (adminPassword === undefined) writeFileSync(this.marker, '');
    const record = {
      name: 'admin',
      displayName: 'admin',
      role: 'admin' as const,
      level: 'province' as const,
      scope: {},
      passwordHash: await hashPassword(password),
    };
    await store.people.putUser(storedUser(record, wallNow()), { actor: 'first start', at: wallNow() });
    if (adminPassword === undefined) this.password = password;
    else this.shown();
  }

  /** The service has started. */
  show(): void {
    if (this.password === undefined) return;
    say(`首次启动：管理员 admin 的密码是 ${this.password}，只显示这一次。`);
    say(`First start: the password of user admin is ${this.password}; it is shown only once.`);
    this.shown();
  }

  private shown(): void {
    rmSync(this.marker, { force: true });
  }
}
