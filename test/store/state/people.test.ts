import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { User } from '../../../src/store/state/port.ts';
import { openState } from '../../../src/store/state/sqlite/open-state.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

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

describe('users and sessions', () => {
  it('keeps users over a restart and writes who changed them', async () => {
    const file = join(temporaryDirectory(), 'state.db');
    const store = openState({ file });
    await store.putUser(li, by);
    await store.putUser(site, by);
    await store.putUser({ ...li, role: 'chief', passwordHash: 'cc:dd' }, { actor: '李娜', at: 2_000 });
    await store.close();
    const again = openState({ file });
    expect(await again.users()).toEqual([site, { ...li, role: 'chief', passwordHash: 'cc:dd' }]);
    expect(await again.user('nobody')).toBeUndefined();
    const page = await again.auditEntries({ limit: 2 });
    if (page === 'bad-cursor') throw new Error('bad cursor');
    expect(page.items.map((e) => [e.at, e.actor, e.action, e.subject])).toEqual([
      [2_000, '李娜', 'user-changed', '李娜'],
      [1_000, 'admin', 'user-added', 'site'],
    ]);
    expect(page.items[0].detail).toMatchObject({ role: 'chief', passwordChanged: true });
    expect(JSON.stringify(page.items)).not.toContain('cc:dd');
    const rest = await again.auditEntries({ limit: 2, cursor: page.nextCursor ?? '' });
    expect(rest !== 'bad-cursor' && [rest.items.length, rest.nextCursor]).toEqual([1, undefined]);
    expect(await again.auditEntries({ limit: 2, cursor: 'nonsense' })).toBe('bad-cursor');
    await again.close();
  });

  it('ends a session at its expiry, at sign-out, and with its user', async () => {
    const store = openState({ file: ':memory:' });
    await store.putUser(li, by);
    const session = { tokenHash: 'h1', user: '李娜', createdAt: 1_000, expiresAt: 2_000 };
    await store.openSession(session, by);
    expect(await store.session('h1', 1_999)).toEqual({ session, user: li });
    expect(await store.session('h1', 2_000)).toBeUndefined();
    await store.openSession({ ...session, tokenHash: 'h2' }, by);
    await store.openSession({ ...session, tokenHash: 'h4', expiresAt: 3_000 }, by);
    expect(await store.sweepSessions(2_000)).toBe(2);
    expect(await store.endSession('h2', by)).toBe(false);
    expect(await store.endSession('h4', by)).toBe(true);
    await store.openSession({ ...session, tokenHash: 'h3' }, by);
    expect(await store.removeUser('李娜', by)).toBe(true);
    expect(await store.removeUser('李娜', by)).toBe(false);
    expect(await store.session('h3', 1_500)).toBeUndefined();
    await store.close();
  });

  it('opens no session for an unknown user and leaves no audit line of it', async () => {
    const store = openState({ file: ':memory:' });
    const session = { tokenHash: 'h1', user: 'ghost', createdAt: 1, expiresAt: 2 };
    await expect(store.openSession(session, by)).rejects.toThrow(/FOREIGN KEY/);
    expect(await store.auditEntries({ limit: 10 })).toEqual({ items: [] });
    await store.close();
  });
});

describe('ledgers', () => {
  it('keeps configuration versions once each', async () => {
    const store = openState({ file: ':memory:' });
    const change = { divisions: [], enterprises: [], sources: [], gateways: [], points: [] };
    for (const number of [4, 9, 9]) {
      await store.addConfiguration({ number, at: number, actor: 'admin', commandId: `c${number}`, change });
    }
    expect((await store.configurations({ limit: 10 })).map((v) => v.number)).toEqual([9, 4]);
    expect(await store.configurations({ limit: 10, before: 9 })).toEqual([
      { number: 4, at: 4, actor: 'admin', commandId: 'c4', change },
    ]);
    await store.close();
  });

  it('counts crashes at a position and keeps the bytes of what was set aside', async () => {
    const file = join(temporaryDirectory(), 'state.db');
    const store = openState({ file });
    expect(store.markCrash(77, 'TypeError: x', 5)).toBe(1);
    expect(store.markCrash(77, 'TypeError: y', 6)).toBe(2);
    expect(store.markCrash(80, 'z', 7)).toBe(1);
    store.setAside({ position: 77, bytes: new Uint8Array([0, 255, 7]).subarray(1), reason: 'TypeError: y', at: 8 });
    await store.close();
    const again = openState({ file });
    expect(again.crashMarks()).toEqual([
      { position: 77, count: 2, reason: 'TypeError: y', at: 6 },
      { position: 80, count: 1, reason: 'z', at: 7 },
    ]);
    expect(again.setAsides()).toEqual([
      { position: 77, bytes: new Uint8Array([255, 7]), reason: 'TypeError: y', at: 8 },
    ]);
    await again.close();
  });
});
