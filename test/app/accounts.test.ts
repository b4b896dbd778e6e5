/** People sign in while the disk takes nothing. */
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
