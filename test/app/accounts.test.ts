/** People sign in while the disk takes nothing, or while somebody else has the file. */
import { describe, expect, it } from 'vitest';
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
