// Order, zones, filters and the held list: what an operator sees first and what can never be hidden from them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/api/schemas/alerts.ts';
import type { Duty } from '../../web/live/alert-list.ts';
import {
  countAlerts,
  FILTERS,
  holdOrder,
  leadPoint,
  listView,
  watchedPoints,
  worstOwed,
} from '../../web/live/alert-list.ts';
import { alertPoint, makeAlert } from '../support/build/alert.ts';

const COUNTY: Duty = { level: 'county', scope: { division: '320921' } };
const PROVINCE: Duty = { level: 'province', scope: {} };

const ids = (alerts: readonly Alert[]): string[] => alerts.map(({ id }) => id);

const someAlerts = fc
  .array(
    fc.record({
      kind: fc.constantFrom('hazard' as const, 'device' as const),
      grade: fc.constantFrom('red' as const, 'orange' as const, 'yellow' as const, 'blue' as const),
      acked: fc.boolean(),
      raisedAt: fc.nat(1_000),
    }),
    { maxLength: 30 },
  )
  .map((list) =>
    list.map(({ acked, ...more }, index) =>
      makeAlert({
        ...more,
        id: `a${index}`,
        acked,
        ackedLevel: acked ? 'province' : null,
        state: acked ? 'acknowledged' : 'unacknowledged',
      }),
    ),
  );

describe('alert list', () => {
  it('puts the unacknowledged above, hazards before devices, worse before newer, standing before over', () => {
    const alerts = [
      makeAlert({ id: 'device', kind: 'device', grade: 'yellow', raisedAt: 9 }),
      makeAlert({ id: 'blue', grade: 'blue', raisedAt: 8 }),
      makeAlert({ id: 'red-old', grade: 'red', raisedAt: 1 }),
      makeAlert({ id: 'red-new', grade: 'red', raisedAt: 5 }),
      makeAlert({ id: 'red-over', grade: 'red', raisedAt: 6, active: false, state: 'returned-unacknowledged' }),
      makeAlert({ id: 'acked', grade: 'red', raisedAt: 7, acked: true, ackedLevel: 'county', state: 'acknowledged' }),
    ];
    const view = listView(alerts, COUNTY, new Set());
    expect(ids(view.owed)).toEqual(['red-new', 'red-old', 'red-over', 'blue', 'device']);
    expect(ids(view.handled)).toEqual(['acked']);
    // A level above the one that acknowledged still owes its own.
    expect(ids(listView(alerts, PROVINCE, new Set()).owed)[0]).toBe('acked');
    expect(worstOwed(alerts, COUNTY)?.id).toBe('red-new');
  });

  it('asks nobody for an answer that he may not give: the alarms of the service are the whole service’s', () => {
    const own = makeAlert({ id: 'own', division: '', enterprise: '', kind: 'device', hazard: 'storage' });
    expect(ids(listView([own], COUNTY, new Set()).owed)).toEqual([]);
    expect(ids(listView([own], COUNTY, new Set()).handled)).toEqual(['own']);
    expect([worstOwed([own], COUNTY), countAlerts([own], COUNTY).owed.yellow]).toEqual([undefined, 0]);
    expect(ids(listView([own], PROVINCE, new Set()).owed)).toEqual(['own']);
  });

  it('speaks of a reading before it speaks of the watch over it, whatever came first', () => {
    const coverage = alertPoint('yt-chem/tank-farm-1', -1, { rule: 'coverage' });
    const gas = alertPoint('yt-chem/GD-101', 7, { since: 9 });
    expect(leadPoint({ points: [coverage, gas] })?.id).toBe('yt-chem/GD-101');
    expect(leadPoint({ points: [coverage, { ...gas, active: false }] })?.rule).toBe('coverage');
  });

  it('never hides an unacknowledged red, and counts what a filter hides', () => {
    fc.assert(
      fc.property(someAlerts, fc.subarray([...FILTERS]), (alerts, chosen) => {
        const view = listView(alerts, COUNTY, new Set(chosen));
        const shown = new Set(ids([...view.owed, ...view.handled]));
        for (const alert of alerts) {
          if (alert.grade === 'red' && alert.state === 'unacknowledged') expect(shown.has(alert.id)).toBe(true);
        }
        const hidden = alerts.length - shown.size;
        const named = [...view.hidden.values()];
        expect([...view.hidden.keys()]).toEqual(chosen);
        expect(Math.max(0, ...named)).toBeLessThanOrEqual(hidden);
        expect(named.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(hidden);
      }),
    );
  });

  it('holds the places of rows under a pointer and counts what waits', () => {
    const [a, b, c, fresh] = ['a', 'b', 'c', 'fresh'].map((id) => makeAlert({ id }));
    const { rows, waiting } = holdOrder(['c', 'gone', 'a', 'b'], [fresh, a, b, c]);
    expect(ids(rows)).toEqual(['c', 'a', 'b']);
    expect(waiting).toBe(1);
  });

  it('speaks of the contributor that is furthest gone and still there', () => {
    const points = [
      alertPoint('old', 1, { level: 'HH', active: false }),
      alertPoint('first', 1, { level: 'H', since: 1 }),
      alertPoint('worse', 1, { level: 'HH', since: 9 }),
      alertPoint('later', 1, { level: 'HH', since: 10 }),
    ];
    expect(leadPoint({ points })?.id).toBe('worse');
    expect(leadPoint({ points: [points[0]] })?.id).toBe('old');
    expect(leadPoint({ points: [] })).toBeUndefined();
  });

  it('asks for live values of what is opened first and of no gateway', () => {
    const opened = makeAlert({ id: 'o', points: [alertPoint('p/1', 1), alertPoint('p/2', 1)] });
    const other = makeAlert({ id: 'x', points: [alertPoint('p/3', 1)] });
    const device = makeAlert({ id: 'd', kind: 'device', points: [alertPoint('p/~gw', -1)] });
    const view = listView([other, opened, device], COUNTY, new Set());
    expect(watchedPoints(view, opened, 10).sort()).toEqual(['p/1', 'p/2', 'p/3']);
    expect(watchedPoints(view, opened, 2)).toEqual(['p/1', 'p/2']);
  });
});
