/** People sign in while the disk takes nothing, or while somebody else has the file. */
import { describe, expect, it, vi } from 'vitest';
import { accounts } from '../../src/app/ports/accounts.ts';
import { openState } from '../../src/store/state/sqlite/open-state.ts';

const SESSION = { tokenHash: 'ab', user: 'county', createdAt: 1, expiresAt: 2 };

describe('a session that cannot be written', () => {
  it('holds until it is signed out or the service ends', async () => {
    const store = openState({ file: ':memory:' });
    const people = accounts({
      ...store,
      people: { ...store.people, openSession: () => Promise.reject(new Error('database or disk is full')) },
    });
    await people.addSession(SESSION);
    expect(await people.session('ab')).toEqual(SESSION);
    await people.endSession('ab');
    expect(await people.session('ab')).toBeUndefined();
    await store.close();
  });
});

describe('while the store is away', () => {
  const LI = { name: 'li', displayName: '李', role: 'operator', level: 'enterprise', scope: '', createdAt: 1 } as const;

  /** A store that can be taken away; what it is asked then it does not do. */
  async function mooded() {
    const store = openState({ file: ':memory:' });
    await store.people.putUser({ ...LI, passwordHash: 'x' }, { actor: 'test', at: 1 });
    const mood = { away: false };
    const away = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      return (...args: A) => (mood.away ? Promise.reject(new Error('the disk does not answer')) : call(...args));
    };
    const { user, session, openSession, endSession } = store.people;
    const people = {
      ...store.people,
      user: away(user),
      session: away(session),
      openSession: away(openSession),
      endSession: away(endSession),
    };
    return { mood, store, users: await store.people.users(), moodedStore: { ...store, people } };
  }

  it('people are believed as they were seen, and who was never seen is told that nobody knows', async () => {
    const { mood, store, users, moodedStore } = await mooded();
    const known = { ...SESSION, user: 'li' };
    const before = accounts(moodedStore);
    await before.addSession(known);
    expect(await before.session('ab')).toEqual(known);
    // Another start, on a disk that gives nothing from its first second on.
    mood.away = true;
    const people = accounts(moodedStore, { users, sessions: [known] });
    expect(await before.session('ab')).toEqual(known);
    expect(await people.session('ab')).toEqual(known);
    expect(await people.user('li')).toMatchObject({ name: 'li', role: 'operator' });
    await expect(people.user('wang')).rejects.toThrow('does not answer');
    await expect(people.session('cd')).rejects.toThrow('does not answer');
    await store.close();
  });

  it('a session that is signed out is over at once, and over in the store when that is back', async () => {
    const { mood, store, moodedStore } = await mooded();
    const people = accounts(moodedStore);
    await people.addSession({ ...SESSION, user: 'li' });
    expect(await people.session('ab')).toBeDefined();
    mood.away = true;
    await people.endSession('ab');
    expect(await people.session('ab')).toBeUndefined();
    mood.away = false;
    expect(await people.session('ab')).toBeUndefined();
    await vi.waitFor(async () => {
      expect(await store.people.session('ab', 0)).toBeUndefined();
    }, 60_000);
    await store.close();
  });

  it('a session that the store took late, after it was kept in memory, ends with its signing out all the same', async () => {
    const { store, moodedStore } = await mooded();
    const people = accounts({
      ...moodedStore,
      people: {
        ...moodedStore.people,
        openSession: async (session, by) => {
          await store.people.openSession(session, by);
          throw new Error('the disk does not answer');
        },
      },
    });
    await people.addSession({ ...SESSION, user: 'li' });
    await people.endSession('ab');
    expect(await store.people.session('ab', 0)).toBeUndefined();
    await store.close();
  });
});

describe('an entry of the audit', () => {
  it('is written once the file is free again', async () => {
    const store = openState({ file: ':memory:' });
    let locked = 2;
    const people = accounts({
      ...store,
      audit: {
        ...store.audit,
        write: (entry) => (locked-- > 0 ? Promise.reject(new Error('database is locked')) : store.audit.write(entry)),
      },
    });
    const entry = { actor: 'county', object: '', address: '10.0.0.7', outcome: 'done', detail: 'duty' } as const;
    await people.audit({ at: 5, action: 'sign-in', ...entry });
    expect(await store.audit.entries({ limit: 10 })).toMatchObject({ items: [{ at: 5, action: 'sign-in' }] });
    await store.close();
  });
});
