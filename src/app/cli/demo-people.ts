/** The people of the demo. Everyone knows their password: it works in the demo and is refused anywhere else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { UserRecord } from '../../api/ports.ts';
import { hashPassword } from '../../api/sign-in/passwords.ts';
import type { StateStore } from '../../store/state/port.ts';
import { wallNow } from '../clock.ts';
import { storedUser } from '../ports/accounts.ts';
import { demoFolder } from '../seeds.ts';

export const DEMO_PASSWORD = 'fenghuo-demo';

/** Adds them, and gives their names. */
export async function addDemoPeople(store: StateStore): Promise<readonly string[]> {
  const { users } = parse(readFileSync(join(demoFolder(), 'users.yaml'), 'utf8')) as {
    users: (Omit<UserRecord, 'passwordHash' | 'disabled'> & { password: string })[];
  };
  for (const { password, ...user } of users) {
    const record = { ...user, passwordHash: await hashPassword(password) };
    await store.people.putUser(storedUser(record, wallNow()), { actor: 'demo', at: wallNow() });
  }
  return users.map(({ name }) => name);
}
