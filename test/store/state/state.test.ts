import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvidenceCapsule } from '../../../src/engine/effect.ts';
import type { Transition } from '../../../src/model/alert.ts';
import type { Pace } from '../../../src/store/pace.ts';
import type { AlertFilter, Effects, StateStore } from '../../../src/store/state/port.ts';
import { openState } from '../../../src/store/state/sqlite/open-state.ts';
import { temporaryDirectory } from '../../support/temporary.ts';
import { alertOf, transitionOf } from '../state-fixtures.ts';

const effects = (transitions: Transition[], over: Partial<Effects> = {}): Effects => ({
  transitions,
  capsules: [],
  outcomes: [],
  ...over,
});

async function ids(store: StateStore, filter: Partial<AlertFilter>): Promise<string[]> {
  const page = await store.findAlerts({ limit: 100, ...filter });
  if (page === 'bad-cursor') throw new Error('bad cursor');
  return page.items.map((alert) => alert.id);
}

describe('projection', () => {
  it('keeps transitions, newest alert, capsules, outcomes and position over a restart', async () => {
    const file = join(temporaryDirectory(), 'sub', 'state.db');
    const raised = transitionOf(1);
    const acked = transitionOf(2, { state: 'acknowledged', acked: true }, { change: 'acknowledged', by: '李娜' });
    const capsule: EvidenceCapsule = {
      alert: 'a1-0',
      seq: 1,
      at: 5,
      input: 7,
      engineVersion: '1',
      evidence: { rule: 'limits', held: false, values: [1.5, -0.25] },
    };
    const outcome = { commandId: 'c1', code: 'applied', at: 9, seq: 2 } as const;
    const store = openState({ file });
    const divergences = await store.project(
      12,
      effects([raised, acked], { capsules: [capsule], outcomes: [outcome, { ...outcome, commandId: 'c2', by: '王' }] }),
    );
    expect(divergences).toEqual([]);
    await store.close();
    await store.close();

    const again = openState({ file });
    expect(again.cursor()).toEqual({ position: 12, seq: 2 });
    expect(await again.alertTimeline('a1-0')).toEqual([raised, acked]);
    expect(await again.alert('a1-0')).toEqual(acked.alert);
    expect(await again.alert('a9-0')).toBeUndefined();
    expect(await again.capsule('a1-0')).toEqual(capsule);
    expect(await again.capsule('a1-0', 2)).toBeUndefined();
    expect(await again.outcome('c1')).toEqual(outcome);
    expect(await again.outcome('c2')).toEqual({ ...outcome, commandId: 'c2', by: '王' });
    await again.close();
  });

  it('takes the same effects again without a trace, whatever the order of keys', async () => {
    const store = openState({ file: ':memory:' });
    const first = effects([transitionOf(1), transitionOf(2, { grade: 'orange' }, { change: 'worse-grade' })]);
    await store.project(5, first);
    const reordered = first.transitions.map(
      (t) => Object.fromEntries(Object.entries(t).reverse()) as unknown as Transition,
    );
    expect(await store.project(5, effects(reordered))).toEqual([]);
    expect(await store.project(3, effects([first.transitions[0]]))).toEqual([]);
    expect(store.cursor()).toEqual({ position: 5, seq: 2 });
    expect((await store.alert('a1-0'))?.grade).toBe('orange');
    await store.close();
  });

  it('lets what was recorded stand and names the difference', async () => {
    const store = openState({ file: ':memory:' });
    const recorded = transitionOf(1, { grade: 'red' });
    await store.project(5, effects([recorded]));
    const derived = transitionOf(1, { grade: 'blue' });
    expect(await store.project(6, effects([derived, transitionOf(2)]))).toEqual([{ seq: 1, recorded, derived }]);
    expect(await store.alertTimeline('a1-0')).toEqual([recorded, transitionOf(2)]);
    await store.close();
  });

  it('cuts a flood into slices, lets the loop go on, and shows nothing of it before its end', async () => {
    let pauses = 0;
    let now = 0;
    const seen: number[] = [];
    const pace: Pace = {
      now: () => (now += 1),
      async pause() {
        pauses += 1;
        seen.push((await store.transitionsAfter(0, 10)).items.length, store.cursor().position);
      },
    };
    const store = openState({ file: ':memory:', pace });
    const flood = Array.from({ length: 100 }, (_, i) => transitionOf(i + 1, { id: `a${i}-0` }));
    const [, second] = await Promise.all([
      store.project(50, effects(flood)),
      store.project(51, effects([transitionOf(101)])),
    ]);
    expect(second).toEqual([]);
    expect(pauses).toBeGreaterThan(5);
    expect(new Set(seen)).toEqual(new Set([0]));
    expect(store.cursor()).toEqual({ position: 51, seq: 101 });
    expect((await store.transitionsAfter(0, 2_000)).items.length).toBe(101);
    await store.close();
  });

  it('does not turn an alert back when an older transition comes later', async () => {
    const store = openState({ file: ':memory:' });
    await store.project(5, effects([transitionOf(2, { grade: 'red' })]));
    await store.project(6, effects([transitionOf(1, { grade: 'blue' })]));
    expect((await store.alert('a1-0'))?.grade).toBe('red');
    expect((await store.alertTimeline('a1-0')).map((t) => t.seq)).toEqual([1, 2]);
    await store.close();
  });

  it('writes nothing of a slice that fails', async () => {
    const store = openState({ file: ':memory:', pace: { now: () => 0, pause: async () => undefined } });
    const bad = transitionOf(2, { id: true as unknown as string });
    await expect(store.project(5, effects([transitionOf(1), bad]))).rejects.toThrow(/boolean cannot be stored/);
    expect(await store.alertTimeline('a1-0')).toEqual([]);
    expect(await store.project(5, effects([transitionOf(1)]))).toEqual([]);
    await store.close();
  });
});

describe('lists', () => {
  async function filled(): Promise<StateStore> {
    const store = openState({ file: ':memory:' });
    const rows: Transition[] = [
      transitionOf(1, { id: 'park', division: '320921-p01', raisedAt: 100 }),
      transitionOf(2, { id: 'county', division: '320921', raisedAt: 200, grade: 'red' }),
      transitionOf(3, { id: 'otherpark', division: '320921-p010', raisedAt: 300, enterprise: 'hx' }),
      transitionOf(4, { id: 'city', division: '3209', raisedAt: 400, state: 'acknowledged' }),
      transitionOf(5, { id: 'far', division: '360102', raisedAt: 500, closedAt: 900, state: 'normal' }),
      transitionOf(6, { id: 'svc', division: '', enterprise: '', source: 'service', kind: 'device', raisedAt: 600 }),
    ];
    await store.project(6, effects(rows));
    return store;
  }

  it('compares scope by whole segments', async () => {
    const store = await filled();
    expect(await ids(store, { scope: '32/3209/320921/p01' })).toEqual(['park']);
    expect(await ids(store, { scope: '32/3209/320921' })).toEqual(['otherpark', 'county', 'park']);
    expect(await ids(store, { scope: '32/320' })).toEqual([]);
    expect(await ids(store, { scope: '32/3209', withService: true })).toEqual([
      'svc',
      'city',
      'otherpark',
      'county',
      'park',
    ]);
    expect(await ids(store, { scope: '' })).toHaveLength(6);
    await store.close();
  });

  it('filters by state, grade, kind, enterprise, source, openness and time of raising', async () => {
    const store = await filled();
    expect(await ids(store, { states: ['acknowledged', 'normal'] })).toEqual(['far', 'city']);
    expect(await ids(store, { grades: ['red'] })).toEqual(['county']);
    expect(await ids(store, { kind: 'device' })).toEqual(['svc']);
    expect(await ids(store, { enterprise: 'hx' })).toEqual(['otherpark']);
    expect(await ids(store, { source: 'service' })).toEqual(['svc']);
    expect(await ids(store, { open: true, from: 400 })).toEqual(['svc', 'city']);
    expect(await ids(store, { from: 200, to: 400 })).toEqual(['otherpark', 'county']);
    await store.close();
  });

  it('pages newest first without a hole or a repeat, also among equal times', async () => {
    const store = openState({ file: ':memory:' });
    const rows = Array.from({ length: 25 }, (_, i) =>
      transitionOf(i + 1, { id: `a${i}`, raisedAt: Math.floor(i / 10) }),
    );
    await store.project(1, effects(rows));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.findAlerts({ limit: 7, ...(cursor === undefined ? {} : { cursor }) });
      if (page === 'bad-cursor') throw new Error('bad cursor');
      seen.push(...page.items.map((alert) => alert.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    expect(await store.findAlerts({ limit: 7, cursor: "x' OR 1" })).toBe('bad-cursor');
    await store.close();
  });

  it('numbers what comes after, and says up to where nothing is missing', async () => {
    const store = await filled();
    expect((await store.transitionsAfter(2, 10)).items.map((t) => t.seq)).toEqual([3, 4, 5, 6]);
    const cut = await store.transitionsAfter(0, 2, { scope: '32/3209' });
    expect([cut.items.map((t) => t.seq), cut.to]).toEqual([[1, 2], 2]);
    const rest = await store.transitionsAfter(2, 10, { scope: '32/3209', kind: 'hazard' });
    expect([rest.items.map((t) => t.seq), rest.to]).toEqual([[3, 4], 6]);
    expect(await store.transitionsAfter(6, 10)).toEqual({ items: [], to: 6 });
    await store.close();
  });

  it('gives back the whole alert, key by key', async () => {
    const store = openState({ file: ':memory:' });
    const alert = alertOf({
      seq: 1,
      closedAt: 1_763_775_999_999,
      acknowledgements: [{ level: 'county', by: '值班员', at: 3, note: '已核实', seq: 1 }],
      reasons: [{ step: 'base', value: 2, detail: { point: 'yt-chem/GD-101', level: 'H' } }],
    });
    await store.project(1, effects([{ ...transitionOf(1), alert }]));
    expect(await store.alert(alert.id)).toEqual(alert);
    await store.close();
  });
});
