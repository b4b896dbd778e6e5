/** The SQLite adapter: the contract, and what is only true of a file. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openState } from '../../../src/store/state/sqlite/open-state.ts';
import { pack, unpack } from '../../../src/store/state/sqlite/packed.ts';
import { openSqlite } from '../../../src/store/state/sqlite/sqlite.ts';
import { buildTransition } from '../../support/build/alert.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { stateStoreContract } from '../state-contract.ts';
import { bytesOf, effects, timelineOf } from '../state-fixtures.ts';

stateStoreContract('sqlite', () => {
  const file = join(temporaryDirectory(), 'sub', 'state.db');
  return (pace) => openState({ file, pace });
});

describe('a packed text', () => {
  it('is the text again, to the byte, whatever it was packed against', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.nat(20_000), (text, base, times) => {
        const long = JSON.stringify([text.repeat(1 + (times % 40)), base]);
        const against = JSON.stringify([base, text.repeat(1 + (times % 30))]);
        const packed = pack(long, against);
        if (packed !== undefined) expect(unpack(packed, against)).toBe(long);
      }),
    );
  });
});

describe('the state file', () => {
  it('is not waited for while somebody else has it locked, and is written when it is free', async () => {
    const file = join(temporaryDirectory(), 'state.db');
    const store = openState({ file });
    const backup = openSqlite({ file });
    backup.exec('BEGIN IMMEDIATE');
    // The judging thread stands still in each of them: at five seconds an attempt this would last for minutes.
    for (let attempt = 0; attempt < 30; attempt++)
      await expect(store.history.project(1, effects([buildTransition(1)]))).rejects.toThrow('locked');
    backup.exec('ROLLBACK');
    backup.close();
    await store.history.project(1, effects([buildTransition(1)]));
    expect(await timelineOf(store.history, 'a1-0')).toHaveLength(1);
    await store.close();
  });

  it('gives deleted room back to the disk', async () => {
    const file = join(temporaryDirectory(), 'state.db');
    const store = openState({ file });
    const many = Array.from({ length: 1_000 }, (_, i) =>
      buildTransition(i + 1, { id: `a${i}-0`, raisedAt: i, closedAt: i }, { at: i }),
    );
    await store.history.project(1, effects(many));
    await store.close();
    const full = bytesOf(file);
    const again = openState({ file });
    expect(await again.history.forget({ closedBefore: 5_000, fleetingBefore: 0 })).toBe(2_000);
    await again.close();
    expect(bytesOf(file)).toBeLessThan(full / 10);
  });
});
