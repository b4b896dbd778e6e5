/** What is thinned and let go of in time: part of the contract of every adapter of the state store. */
import { expect, it } from 'vitest';
import type { EvidenceCapsule } from '../../src/engine/effect.ts';
import type { Transition } from '../../src/model/alert.ts';
import { buildTransition } from '../support/build/alert.ts';
import type { OpenPlace } from './state-fixtures.ts';
import { effects, entriesOf, timelineOf } from './state-fixtures.ts';

const NOTHING = { divergences: [], refused: [] };
const DAY = 86_400_000;

export function retentionHolds(place: OpenPlace): void {
  /** An alert that comes and goes once a second, until it is closed. */
  const chatter = (id: string, from: number, at: number, count: number): Transition[] =>
    Array.from({ length: count }, (_, i) => {
      const seq = from + i;
      const change = i === 0 ? 'raised' : i === count - 1 ? 'closed' : i % 2 === 1 ? 'cleared' : 're-raised';
      const closedAt = change === 'closed' ? at + i * 1_000 : undefined;
      return buildTransition(seq, { id, activations: i, raisedAt: at, closedAt }, { change, at: at + i * 1_000 });
    });
  const capsules = (transitions: readonly Transition[]): EvidenceCapsule[] =>
    transitions
      .filter(({ change }) => change === 're-raised' || change === 'raised')
      .map(({ seq, at, alert }) => ({
        alert: alert.id,
        seq,
        at,
        input: seq,
        engineVersion: '1',
        evidence: { values: [1, 2, 3] },
      }));

  it('thins what only came and went, keeps what happened, and drops an alert that was closed long ago', async () => {
    const store = place()();
    const { history } = store;
    const old = chatter('old', 1, 0, 100);
    const young = chatter('young', 101, 40 * DAY, 100);
    const fresh = chatter('fresh', 201, 99 * DAY, 11).slice(0, 10);
    await history.project(1, effects([...old, ...young, ...fresh], { capsules: capsules([...old, ...young]) }));
    const deleted = await history.forget({ closedBefore: 10 * DAY, fleetingBefore: 50 * DAY });
    expect(deleted).toBeGreaterThan(200);
    expect(await history.alert('old')).toBeUndefined();
    expect(await timelineOf(history, 'old')).toEqual([]);
    expect(await history.capsule('old')).toBeUndefined();
    expect(await history.alert('young')).toEqual(young[99].alert);
    const left = (await history.transitionsAfter(100, 100)).items.filter(({ alert }) => alert.id === 'young');
    expect(left.length).toBeLessThan(10);
    expect(left[0]).toEqual(young[0]);
    expect(left.at(-1)).toEqual(young[99]);
    for (const transition of left) expect(transition).toEqual(young[transition.seq - 101]);
    expect(await history.capsule('young', 101)).toBeDefined();
    expect(await timelineOf(history, 'fresh')).toEqual(entriesOf(fresh));
    expect(await history.forget({ closedBefore: 10 * DAY, fleetingBefore: 50 * DAY })).toBe(0);
    await store.close();
  });

  it('may run while the projection does', async () => {
    const store = place()();
    const { history } = store;
    await history.project(1, effects(chatter('old', 1, 0, 1_000)));
    const retention = { closedBefore: DAY, fleetingBefore: DAY };
    const [deleted, answer] = await Promise.all([
      history.forget(retention),
      history.project(2, effects(chatter('new', 1_001, 50 * DAY, 1_000))),
    ]);
    expect(deleted).toBeGreaterThan(1_000);
    expect(answer).toEqual(NOTHING);
    expect(await timelineOf(history, 'new')).toHaveLength(1_000);
    await store.close();
  });
}
