/**
 * What every adapter of the state store holds, whatever it is made of. An adapter's own test calls it with a way to open one
 * place again and again.
 */
import { describe, expect, it } from 'vitest';
import type { ItemChange } from '../../src/engine/changes.ts';
import type { EvidenceCapsule } from '../../src/engine/effect.ts';
import type { Transition } from '../../src/model/alert.ts';
import type { Pace } from '../../src/store/pace.ts';
import type { AlertFilter, StateStore } from '../../src/store/state/port.ts';
import { buildAlert, buildTransition } from '../support/build/alert.ts';
import type { OpenPlace } from './state-fixtures.ts';
import { effects, entriesOf, timelineOf } from './state-fixtures.ts';
import { longListsHold } from './state-long-lists-contract.ts';
import { peopleHold } from './state-people-contract.ts';
import { retentionHolds } from './state-retention-contract.ts';

const NOTHING = { divergences: [], refused: [] };
async function ids(store: StateStore, filter: Partial<AlertFilter>): Promise<string[]> {
  const page = await store.history.findAlerts({ limit: 100, ...filter });
  if (page === 'bad-cursor') throw new Error('bad cursor');
  return page.items.map((alert) => alert.id);
}

export function stateStoreContract(name: string, place: OpenPlace): void {
  describe(`state store contract: ${name}`, () => {
    describe('projection', () => projectionHolds(place));
    describe('lists', () => listsHold(place));
    describe('long lists', () => longListsHold(place));
    describe('configurations', () => configurationsHold(place));
    describe('retention', () => retentionHolds(place));
    describe('people', () => peopleHold(place));
  });
}

function projectionHolds(place: OpenPlace): void {
  it('keeps transitions, newest alert, capsules, outcomes and position over a restart', async () => {
    const open = place();
    const raised = buildTransition(1);
    const acked = buildTransition(2, { state: 'acknowledged', acked: true }, { change: 'acknowledged', by: '李娜' });
    const capsule: EvidenceCapsule = {
      alert: 'a1-0',
      seq: 1,
      at: 5,
      input: 7,
      engineVersion: '1',
      evidence: { rule: 'limits', held: false, values: [1.5, -0.25] },
    };
    const outcome = { commandId: 'c1', code: 'applied', at: 9, seq: 2 } as const;
    const outcomes = [outcome, { ...outcome, commandId: 'c2', by: '王' }];
    const store = open();
    const answer = await store.history.project(12, effects([raised, acked], { capsules: [capsule], outcomes }));
    expect(answer).toEqual(NOTHING);
    await store.close();
    await store.close();

    const again = open();
    const { history } = again;
    expect(await history.cursor()).toEqual({ position: 12, seq: 2, refused: 0 });
    expect(await timelineOf(history, 'a1-0')).toEqual(entriesOf([raised, acked]));
    expect((await history.transitionsAfter(0, 10)).items).toEqual([raised, acked]);
    expect(await history.alert('a1-0')).toEqual(acked.alert);
    expect(await history.alert('a9-0')).toBeUndefined();
    expect(await history.capsule('a1-0')).toEqual(capsule);
    expect(await history.capsule('a1-0', 2)).toBeUndefined();
    expect(await history.outcome('c1')).toEqual(outcome);
    expect(await history.outcome('c2')).toEqual({ ...outcome, commandId: 'c2', by: '王' });
    await again.close();
  });

  it('takes the same effects again without a trace, whatever the order of keys', async () => {
    const store = place()();
    const { history } = store;
    const first = effects([buildTransition(1), buildTransition(2, { grade: 'orange' }, { change: 'worse-grade' })]);
    await history.project(5, first);
    const reordered = first.transitions.map(
      (t) => Object.fromEntries(Object.entries(t).reverse()) as unknown as Transition,
    );
    expect(await history.project(5, effects(reordered))).toEqual(NOTHING);
    expect(await history.project(3, effects([first.transitions[0]]))).toEqual(NOTHING);
    expect(await history.cursor()).toEqual({ position: 5, seq: 2, refused: 0 });
    expect((await history.alert('a1-0'))?.grade).toBe('orange');
    await store.close();
  });

  it('lets what was recorded stand and names the difference', async () => {
    const store = place()();
    const { history } = store;
    const recorded = buildTransition(1, { grade: 'red' });
    await history.project(5, effects([recorded]));
    const derived = buildTransition(1, { grade: 'blue' });
    const answer = await history.project(6, effects([derived, buildTransition(2)]));
    expect(answer).toEqual({ divergences: [{ seq: 1, recorded, derived }], refused: [] });
    expect((await history.transitionsAfter(0, 10)).items).toEqual([recorded, buildTransition(2)]);
    await store.close();
  });

  it('cuts a flood into slices, lets the loop go on, and shows nothing of it before its end', async () => {
    let pauses = 0;
    let now = 0;
    let isLooking = false;
    const seen: number[] = [];
    const pace: Pace = {
      now: () => (now += 1),
      async pause() {
        pauses += 1;
        // What is asked while something is written gives the loop back too.
        if (isLooking) return;
        isLooking = true;
        const { items } = await store.history.transitionsAfter(0, 10);
        seen.push(items.length, (await store.history.cursor()).position);
        isLooking = false;
      },
    };
    const store = place()(pace);
    const { history } = store;
    const flood = Array.from({ length: 100 }, (_, i) => buildTransition(i + 1, { id: `a${i}-0` }));
    const [, second] = await Promise.all([
      history.project(50, effects(flood)),
      history.project(51, effects([buildTransition(101)])),
    ]);
    expect(second).toEqual(NOTHING);
    isLooking = true;
    expect(pauses).toBeGreaterThan(5);
    expect(new Set(seen)).toEqual(new Set([0]));
    expect(await history.cursor()).toEqual({ position: 51, seq: 101, refused: 0 });
    expect((await history.transitionsAfter(0, 2_000)).items.length).toBe(101);
    await store.close();
  });

  it('has the alert of every transition, also where the process ended between the two', async () => {
    const open = place();
    const raised = buildTransition(1);
    let now = 0;
    // Every slice is one row, and behind the first nothing goes on.
    const killed: Pace = { now: () => (now += 100), pause: () => Promise.reject(new Error('killed here')) };
    const dying = open(killed);
    await expect(dying.history.project(5, effects([raised]))).rejects.toThrow('killed here');
    await dying.close();
    const again = open();
    expect(await again.history.project(5, effects([raised]))).toEqual(NOTHING);
    expect(await again.history.alert('a1-0')).toEqual(raised.alert);
    await again.close();
  });

  it('does not turn an alert back when an older transition comes later', async () => {
    const store = place()();
    await store.history.project(5, effects([buildTransition(2, { grade: 'red' })]));
    await store.history.project(6, effects([buildTransition(1, { grade: 'blue' })]));
    expect((await store.history.alert('a1-0'))?.grade).toBe('red');
    expect((await timelineOf(store.history, 'a1-0')).map((t) => t.seq)).toEqual([1, 2]);
    await store.close();
  });

  it('counts by partition: the same number of another one is another transition', async () => {
    const store = place()();
    const { history } = store;
    await history.project(5, effects([buildTransition(1, { id: 'a0.5-0' })]));
    await history.project(9, effects([buildTransition(1, { id: 'a7.9-0' })], { partition: 7 }));
    expect(await history.cursor()).toEqual({ position: 5, seq: 1, refused: 0 });
    expect(await history.cursor(7)).toEqual({ position: 9, seq: 1, refused: 0 });
    expect((await history.transitionsAfter(0, 10, 7)).items.map(({ alert }) => alert.id)).toEqual(['a7.9-0']);
    expect(await timelineOf(history, 'a7.9-0')).toHaveLength(1);
    expect((await history.alert('a0.5-0'))?.id).toBe('a0.5-0');
    await store.close();
  });

  it('sets aside by name what it can never hold, and takes what comes with it and behind it', async () => {
    const open = place();
    const store = open();
    const bad = buildTransition(2, { id: 'a2-0' }, { change: true as never });
    const circle: { evidence?: unknown } = {};
    circle.evidence = circle;
    const capsule = { alert: 'a1-0', seq: 1, at: 5, input: 7, engineVersion: '1', evidence: circle };
    const good = [buildTransition(1), buildTransition(3, { id: 'a3-0' })];
    const answer = await store.history.project(
      5,
      effects([good[0], bad, good[1]], { capsules: [capsule as EvidenceCapsule] }),
    );
    expect(answer.refused).toEqual([
      { what: 'transition', key: '2', reason: expect.any(String), position: 5 },
      { what: 'capsule', key: 'a1-0 1', reason: expect.any(String), position: 5 },
    ]);
    expect((await store.history.transitionsAfter(0, 10)).items).toEqual(good);
    await store.close();
    const again = open();
    expect(await again.history.cursor()).toEqual({ position: 5, seq: 3, refused: 2 });
    expect(await again.history.refusedRows(10)).toEqual([...answer.refused].reverse());
    // A start derives it again, with what came behind it: it was told already.
    expect(await again.history.project(6, effects([good[0], bad, good[1]]))).toEqual(NOTHING);
    expect(await again.history.cursor()).toEqual({ position: 6, seq: 3, refused: 2 });
    expect(await again.history.refusedRows(10)).toEqual([...answer.refused].reverse());
    await again.close();
  });
}

function listsHold(place: OpenPlace): void {
  async function filled(): Promise<StateStore> {
    const store = place()();
    const rows: Transition[] = [
      buildTransition(1, { id: 'park', division: '320921-p01', raisedAt: 100 }),
      buildTransition(2, { id: 'county', division: '320921', raisedAt: 200, grade: 'red' }),
      buildTransition(3, { id: 'otherpark', division: '320921-p010', raisedAt: 300, enterprise: 'hx' }),
      buildTransition(4, { id: 'city', division: '3209', raisedAt: 400, state: 'acknowledged' }),
      buildTransition(5, { id: 'far', division: '360102', raisedAt: 500, closedAt: 900, state: 'normal' }),
      buildTransition(6, { id: 'svc', division: '', enterprise: '', source: 'service', kind: 'device', raisedAt: 600 }),
    ];
    await store.history.project(6, effects(rows));
    return store;
  }

  it('compare scope by whole segments', async () => {
    const store = await filled();
    expect(await ids(store, { scope: '32/3209/320921/p01' })).toEqual(['park']);
    expect(await ids(store, { scope: '32/3209/320921' })).toEqual(['otherpark', 'county', 'park']);
    expect(await ids(store, { scope: '32/320' })).toEqual([]);
    const below = ['svc', 'city', 'otherpark', 'county', 'park'];
    expect(await ids(store, { scope: '32/3209', withService: true })).toEqual(below);
    expect(await ids(store, { scope: '' })).toHaveLength(6);
    await store.close();
  });

  it('find an alert that moved where it stands now, and nowhere else', async () => {
    const store = await filled();
    const moved = buildTransition(7, { id: 'county', division: '320922', raisedAt: 200 }, { change: 'moved' });
    await store.history.project(7, effects([moved]));
    expect(await ids(store, { scope: '32/3209/320921' })).toEqual(['otherpark', 'park']);
    expect(await ids(store, { scope: '32/3209/320922' })).toEqual(['county']);
    await store.close();
  });

  it('filter by state, grade, kind, enterprise, source, openness and time of raising', async () => {
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

  it('page newest first without a hole or a repeat, also among equal times', async () => {
    const store = place()();
    const rows = Array.from({ length: 25 }, (_, i) =>
      buildTransition(i + 1, { id: `a${i}`, raisedAt: Math.floor(i / 10) }),
    );
    await store.history.project(1, effects(rows));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.history.findAlerts({ limit: 7, cursor });
      if (page === 'bad-cursor') throw new Error('bad cursor');
      seen.push(...page.items.map((alert) => alert.id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
    expect(await store.history.findAlerts({ limit: 7, cursor: "x' OR 1" })).toBe('bad-cursor');
    await store.close();
  });

  it('number what comes after, and say up to where nothing is missing', async () => {
    const store = await filled();
    expect((await store.history.transitionsAfter(2, 10)).items.map((t) => t.seq)).toEqual([3, 4, 5, 6]);
    const cut = await store.history.transitionsAfter(0, 2);
    expect([cut.items.map((t) => t.seq), cut.to]).toEqual([[1, 2], 2]);
    expect(await store.history.transitionsAfter(6, 10)).toEqual({ items: [], to: 6 });
    await store.close();
  });

  it('show an alert as it stood where its changes are missing, until it changes again', async () => {
    const store = place()();
    const { alert } = buildTransition(5, { state: 'acknowledged' });
    const missing = [{ from: 1, to: 9, reason: 'nobody has it' }];
    await store.history.project(9, effects([], { standing: [alert], missing }));
    expect(await store.history.alert(alert.id)).toEqual(alert);
    expect(await timelineOf(store.history, alert.id)).toEqual([]);
    await store.history.project(12, effects([buildTransition(8, { id: alert.id, state: 'normal' })]));
    await store.history.project(12, effects([], { standing: [alert] }));
    expect(await store.history.alert(alert.id)).toMatchObject({ state: 'normal', seq: 8 });
    expect(await store.history.cursor()).toEqual({ position: 12, seq: 8, refused: 1 });
    await store.close();
  });

  it('give back the whole alert, key by key', async () => {
    const store = place()();
    const alert = buildAlert({
      seq: 1,
      closedAt: 1_763_775_999_999,
      acknowledgements: [{ level: 'county', by: '值班员', at: 3, note: '已核实', seq: 1 }],
      reasons: [{ step: 'base', value: 2, detail: { point: 'yt-chem/GD-101', level: 'H' } }],
    });
    await store.history.project(1, effects([{ ...buildTransition(1), alert }]));
    expect(await store.history.alert(alert.id)).toEqual(alert);
    await store.close();
  });
}

function configurationsHold(place: OpenPlace): void {
  const limit = (from: number | undefined, to: number): ItemChange => ({
    item: 'point',
    id: 'yt-chem/GD-101',
    fields: { limits: { from: from === undefined ? undefined : { H: from }, to: { H: to } } },
  });

  it('say years later which limit was in force, since when, and by whom', async () => {
    const open = place();
    const store = open();
    const answer = { commandId: 'c', applied: true, errors: [], pending: [] };
    const configurations = [
      { ...answer, number: 4, at: 1_000, actor: '张', changes: [limit(undefined, 25)] },
      { ...answer, number: 9, at: 2_000, actor: '李', changes: [limit(25, 20)], pending: [] },
    ];
    const refused = { ...answer, number: 12, at: 3_000, actor: '王', applied: false, errors: ['no such source'] };
    await store.history.project(12, effects([], { configurations: [...configurations, { ...refused, changes: [] }] }));
    // What a restart derives again is there already.
    await store.history.project(12, effects([], { configurations }));
    await store.close();
    const again = open();
    const { history } = again;
    const versions = await history.itemHistory('point', 'yt-chem/GD-101', 10);
    expect(versions.find(({ at }) => at <= 1_500)).toMatchObject({
      number: 4,
      actor: '张',
      fields: { limits: { to: { H: 25 } } },
    });
    expect(versions.map(({ number, fields }) => [number, fields.limits.from, fields.limits.to])).toEqual([
      [9, { H: 25 }, { H: 20 }],
      [4, undefined, { H: 25 }],
    ]);
    expect(await history.itemHistory('point', 'yt-chem/GD-102', 10)).toEqual([]);
    expect((await history.configurations({ limit: 10 })).map(({ number, items }) => [number, items])).toEqual([
      [12, 0],
      [9, 1],
      [4, 1],
    ]);
    expect(await history.configurations({ limit: 1, before: 13 })).toEqual([{ ...refused, commandId: 'c', items: 0 }]);
    await again.close();
  });
}
