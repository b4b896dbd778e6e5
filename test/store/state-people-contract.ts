/** People, their sessions and the audit: part of the contract of every adapter of the state store. */
import { expect, it } from 'vitest';
import type { User } from '../../src/store/state/port.ts';
import type { OpenPlace } from './state-fixtures.ts';

const by = { actor: 'admin', at: 1_000 };
const li: User = {
  name: '李娜',
  displayName: '李娜（县值班员）',
  role: 'duty-officer',
  level: 'county',
  scope: '32/3209/320921',
  passwordHash: 'aa:bb',
  createdAt: 900,
};
const site: User = { ...li, name: 'site', level: 'enterprise', scope: '32/3209/320921/p01', enterprise: 'yt-chem' };

export function peopleHold(place: OpenPlace): void {
  it('stay over a restart, and who changed them is written', async () => {
    const open = place();
    const store = open();
    await store.people.putUser(li, by);
    await store.people.putUser(site, by);
    await store.people.putUser({ ...li, role: 'chief', passwordHash: 'cc:dd' }, { actor: '李娜', at: 2_000 });
    await store.close();
    const again = open();
    expect(await again.people.users()).toEqual([site, { ...li, role: 'chief', passwordHash: 'cc:dd' }]);
    expect(await again.people.user('nobody')).toBeUndefined();
    const page = await again.audit.entries({ limit: 2 });
    if (page === 'bad-cursor') throw new Error('bad cursor');
    expect(page.items.map((e) => [e.at, e.actor, e.action, e.subject])).toEqual([
      [2_000, '李娜', 'user-changed', '李娜'],
      [1_000, 'admin', 'user-added', 'site'],
    ]);
    expect(page.items[0].detail).toMatchObject({ role: 'chief', passwordChanged: true });
    expect(JSON.stringify(page.items)).not.toContain('cc:dd');
    const rest = await again.audit.entries({ limit: 2, cursor: page.nextCursor });
    expect(rest !== 'bad-cursor' && [rest.items.length, rest.nextCursor]).toEqual([1, undefined]);
    expect(await again.audit.entries({ limit: 2, cursor: 'nonsense' })).toBe('bad-cursor');
    await again.close();
  });

  it('lose a session at its expiry and at sign-out', async () => {
    const store = place()();
    const { people } = store;
    await people.putUser(li, by);
    const session = { tokenHash: 'h1', user: '李娜', createdAt: 1_000, expiresAt: 2_000 };
    await people.openSession(session, by);
    expect(await people.session('h1', 1_999)).toEqual({ session, user: li });
    expect(await people.session('h1', 2_000)).toBeUndefined();
    await people.openSession({ ...session, tokenHash: 'h2' }, by);
    await people.openSession({ ...session, tokenHash: 'h4', expiresAt: 3_000 }, by);
    expect(await people.sweepSessions(2_000)).toBe(2);
    expect(await people.endSession('h2', by)).toBe(false);
    expect(await people.endSession('h4', by)).toBe(true);
    await store.close();
  });

  it('lose every session with another password, and none with another name to be called by', async () => {
    const store = place()();
    const { people } = store;
    await people.putUser(li, by);
    await people.openSession({ tokenHash: 'h7', user: '李娜', createdAt: 1_000, expiresAt: 9_000 }, by);
    await people.putUser({ ...li, displayName: '李娜（夜班）' }, by);
    expect(await people.session('h7', 2_000)).toBeDefined();
    await people.putUser({ ...li, passwordHash: 'another' }, by);
    expect(await people.session('h7', 2_000)).toBeUndefined();
    await store.close();
  });

  it('who are unknown open no session and leave no audit line of it', async () => {
    const store = place()();
    const session = { tokenHash: 'h1', user: 'ghost', createdAt: 1, expiresAt: 2 };
    await expect(store.people.openSession(session, by)).rejects.toThrow();
    expect(await store.audit.entries({ limit: 10 })).toEqual({ items: [] });
    await store.close();
  });
}
