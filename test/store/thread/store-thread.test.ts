// A store in a thread: the same store, whatever crosses; a disk that hangs is named and keeps nobody waiting; a thread that ends
// is begun anew.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NewerVersionError } from '../../../src/model/version.ts';
import { chunkCalls } from '../../../src/store/readings/chunks/calls.ts';
import { openChunks } from '../../../src/store/readings/chunks/open-chunks.ts';
import { chunksOver } from '../../../src/store/readings/chunks/over-thread.ts';
import { memoryLedger } from '../../../src/store/readings/export/ledger.ts';
import { stateStoreOver } from '../../../src/store/state/over-thread.ts';
import { openState } from '../../../src/store/state/sqlite/open-state.ts';
import type { StoreThread } from '../../../src/store/thread/store-thread.ts';
import { buildTransition } from '../../support/build/alert.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { readingsContract } from '../readings-contract.ts';
import { stateStoreContract } from '../state-contract.ts';
import { effects, timelineOf } from '../state-fixtures.ts';
import type { InChannel } from './in-channel.ts';
import { inChannel } from './in-channel.ts';

stateStoreContract('sqlite in a thread', () => {
  const file = join(temporaryDirectory(), 'state.db');
  return (pace) => stateStoreOver(inChannel(() => openedState(file, pace)).thread);
});

let point = 0;
readingsContract(() => ({
  async open() {
    let thread: StoreThread | undefined;
    const { store, welcomed } = chunksOver({ thread: () => thread as StoreThread, ledger: memoryLedger(), found: 0 });
    ({ thread } = inChannel(() => openedChunks(':memory:'), { welcomed }));
    await thread.opened();
    return store;
  },
  firstPoint: () => (point += 1_000),
  numRuns: 20,
}));

function openedState(file: string, pace?: Parameters<typeof openState>[0]['pace']) {
  const { history, people, audit, close } = openState({ file, pace });
  return { parts: { history, people, audit }, close };
}

function openedChunks(file: string) {
  const store = openChunks({ file });
  return { parts: { chunks: chunkCalls(store) }, welcome: store.position(), close: () => store.close() };
}

describe('a disk that hangs', () => {
  const hanging = async (): Promise<InChannel & { store: ReturnType<typeof stateStoreOver> }> => {
    const file = join(temporaryDirectory(), 'state.db');
    const channel = inChannel(() => openedState(file));
    await channel.thread.opened();
    return { ...channel, store: stateStoreOver(channel.thread) };
  };

  it('is named, answers who asks that it does not answer, and takes what must not be lost when it is back', async () => {
    const { thread, notices, store, hold, letGo, pass } = await hanging();
    hold();
    const written = store.history.project(1, effects([buildTransition(1)]));
    const asked = expect(store.people.user('li')).rejects.toMatchObject({ name: 'StoreAwayError' });
    await pass(3_000);
    await asked;
    expect(thread.complaint).toMatch(/^the disk has not answered for \d s$/);
    // Who asks now is told at once.
    await expect(store.history.alert('a1-0')).rejects.toThrow('the store: the disk does not answer');
    await pass(60_000);
    letGo();
    await pass(500);
    expect(await written).toEqual({ divergences: [], refused: [] });
    expect(thread.complaint).toBeUndefined();
    expect(await timelineOf(store.history, 'a1-0')).toHaveLength(1);
    expect(notices.map(({ what }) => what)).toEqual(['silent', 'answers']);
    await store.close();
  });

  it('is not blamed when it was this side that stood still', async () => {
    const { thread, store, pass } = await hanging();
    const asked = store.people.users();
    await pass(250);
    expect(thread.complaint).toBeUndefined();
    expect(await asked).toEqual([]);
    await store.close();
  });
});

describe('a thread that ends', () => {
  it('is named, what it owed is refused, and another one goes on with the file', async () => {
    const file = join(temporaryDirectory(), 'state.db');
    const { thread, notices, hold, letGo, cut, pass } = inChannel(() => openedState(file));
    await thread.opened();
    const store = stateStoreOver(thread);
    await store.history.project(1, effects([buildTransition(1)]));
    hold();
    const owed = expect(store.audit.write(anEntry)).rejects.toThrow('its thread has ended: out of memory');
    cut('out of memory');
    await owed;
    letGo();
    expect(thread.complaint).toMatch('out of memory');
    await pass(1_500);
    expect(thread.complaint).toBeUndefined();
    expect(await timelineOf(store.history, 'a1-0')).toHaveLength(1);
    expect(notices.map(({ what }) => what)).toEqual(['ended', 'opened']);
    await store.close();
  });

  it('with rows that were not sealed asks for them again', async () => {
    let thread: StoreThread | undefined;
    const file = join(temporaryDirectory(), 'readings.db');
    const { store, welcomed } = chunksOver({ thread: () => thread as StoreThread, ledger: memoryLedger(), found: 0 });
    const channel = inChannel(() => openedChunks(file), { welcomed });
    ({ thread } = channel);
    await thread.opened();
    const rows = {
      count: 1,
      point: [0],
      at: [10],
      value: [-0],
      quality: [0],
      receivedAt: [10],
      flags: [0],
      deviceAt: [10],
    };
    expect(await store.append(rows, 5)).toEqual({ ok: true });
    expect(store.position()).toBe(0);
    channel.cut('out of memory');
    await channel.pass(1_500);
    expect(await store.append(rows, 6)).toMatchObject({ ok: false, resumeFrom: 0 });
    expect(await store.append(rows, 6)).toEqual({ ok: true });
    expect(await store.flush()).toEqual({ ok: true });
    expect(store.position()).toBe(6);
    const found = await store.query({ point: 0, from: 0, to: 20, max: 10 });
    expect(found.ok && found.answer.items).toEqual([{ at: 10, value: -0, quality: 0, sentQuality: 0 }]);
    await store.close();
  });
});

describe('a store that cannot be opened', () => {
  it('says why, is tried again, and is there when it can be', async () => {
    let isFull = true;
    const file = join(temporaryDirectory(), 'state.db');
    const { thread, pass } = inChannel(() => {
      if (isFull) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
      return openedState(file);
    });
    expect(await thread.opened()).toMatchObject({ message: 'database or disk is full', code: 'SQLITE_FULL' });
    const store = stateStoreOver(thread);
    await expect(store.people.users()).rejects.toThrow('the store: database or disk is full');
    isFull = false;
    await pass(1_500);
    expect(await store.people.users()).toEqual([]);
    await store.close();
  });

  it('because a newer program wrote it is told as that', async () => {
    const { thread } = inChannel(() => {
      throw new NewerVersionError('state.db: its schema', 9, 2);
    });
    expect(await thread.opened()).toBeInstanceOf(NewerVersionError);
    await thread.close();
  });
});

const anEntry = { at: 1, actor: 'li', action: 'sign-in', subject: '', detail: {} };
