// What every adapter of the state store holds of lists that are long, or whose items are large: they are read without holding
// up the loop, and a page of them is no larger than can be sent.
import { expect, it } from 'vitest';
import type { Pace } from '../../src/store/pace.ts';
import { alertPoint, buildTransition } from '../support/build/alert.ts';
import type { OpenPlace } from './state-fixtures.ts';
import { effects, entriesOf } from './state-fixtures.ts';

export function longListsHold(place: OpenPlace): void {
  const points = Array.from({ length: 200 }, (_, number) =>
    alertPoint(`yt/GD-${number}`, number, {
      value: 27.5,
      quality: 'good',
      sampledAt: 1_763_775_600_000,
      limit: 'H',
      limitValue: 25,
      peak: 31.2,
    }),
  );
  it('a timeline is read from its newest end, page by page', async () => {
    const store = place()();
    const { history } = store;
    const all = Array.from({ length: 50 }, (_, i) => buildTransition(i + 1, {}, { change: 're-raised' }));
    await history.project(1, effects(all));
    const newest = await history.alertTimeline('a1-0', { limit: 20 });
    expect(newest).toEqual({ items: entriesOf(all.slice(30)), more: true });
    const before = await history.alertTimeline('a1-0', { before: 31, limit: 20 });
    expect(before).toEqual({ items: entriesOf(all.slice(10, 30)), more: true });
    const first = await history.alertTimeline('a1-0', { before: 11, limit: 20 });
    expect(first).toEqual({ items: entriesOf(all.slice(0, 10)), more: false });
    await store.close();
  });

  it('a page of large alerts is a short one, is read in slices, and nothing is left out between two', async () => {
    let now = 0;
    let pauses = 0;
    const pace: Pace = { now: () => (now += 1), pause: async () => void pauses++ };
    const store = place()(pace);
    const { history } = store;
    const all = Array.from({ length: 80 }, (_, i) => buildTransition(i + 1, { id: `a${i}`, raisedAt: i, points }));
    await history.project(1, effects(all));
    pauses = 0;
    const changes: number[] = [];
    for (let seq = 0; seq < 80; ) {
      const { items, to } = await history.transitionsAfter(seq, 2_000);
      expect(items.length).toBeGreaterThan(0);
      expect(items.length).toBeLessThan(60);
      changes.push(...items.map((transition) => transition.seq));
      seq = to;
    }
    expect(changes).toEqual(all.map(({ seq }) => seq));
    expect(pauses).toBeGreaterThan(10);
    pauses = 0;
    const alerts: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await history.findAlerts({ limit: 2_000, cursor });
      if (page === 'bad-cursor') throw new Error('bad cursor');
      expect(page.items.length).toBeLessThan(60);
      alerts.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(alerts).toEqual(all.map(({ alert }) => alert.id).reverse());
    expect(pauses).toBeGreaterThan(10);
    await store.close();
  });
}
