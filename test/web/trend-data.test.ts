// A trend draws what there is: gaps stay gaps, doubtful values are marked, unusable ones leave a hole.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bridgeMs,
  forecastCone,
  historyRows,
  lastValue,
  limitsInView,
  mergeRows,
  stacked,
  TREND_WINDOW_MS,
  trendColumns,
  trendEnd,
  valueBounds,
  withLive,
} from '../../web/parts/trend/trend-data.ts';

const MINUTE_MS = 60_000;
const NOW = 10 * TREND_WINDOW_MS;
const raw = (at: number, value: number, quality: 'good' | 'uncertain' | 'bad' | 'test' | 'stale' = 'good') => ({
  at,
  value,
  quality,
});

describe('trend data', () => {
  it('breaks the line where the point was silent, and only there', () => {
    const rows = historyRows({ items: [raw(0, 1), raw(10_000, 2), raw(100_000, 3), raw(110_000, 4)] });
    const columns = trendColumns(rows, bridgeMs(rows, 10_000), 500);
    expect(columns.at).toEqual([0.5, 10.5, 55.5, 100.5, 110.5]);
    expect(columns.value).toEqual([1, 2, null, 3, 4]);
  });

  it('holds the value of a point that only speaks on change', () => {
    const rows = historyRows({ items: [raw(0, 0), raw(40 * MINUTE_MS, 1)] });
    expect(trendColumns(rows, bridgeMs(rows, null), 0).value).toEqual([0, 1]);
  });

  it('leaves a hole for unusable values and marks doubtful ones', () => {
    const rows = historyRows({ items: [raw(0, 1), raw(1, 99, 'bad'), raw(2, 3, 'uncertain'), raw(3, 98, 'stale')] });
    const columns = trendColumns(rows, 1_000, 0);
    expect(columns.value).toEqual([1, null, 3, null]);
    expect(columns.doubtful).toEqual([null, null, 3, null]);
    expect(lastValue(rows)).toEqual({ at: 2, value: 3 });
    expect(lastValue([])).toBeUndefined();
  });

  it('shows the spread of sampled history and does not take its own coarseness for a gap', () => {
    const items = [0, 1, 2].map((n) => ({ at: n * 36_000, min: n, mean: n + 1, max: n + 4, count: 9 }));
    const rows = historyRows({ items });
    const columns = trendColumns(rows, bridgeMs(rows, 1_000), 0);
    expect(columns.value).toEqual([1, 2, 3]);
    expect([columns.min, columns.max]).toEqual([
      [0, 1, 2],
      [4, 5, 6],
    ]);
  });

  it('keeps live values in order and within the window, each instant once, in whatever order they come', () => {
    const instants = fc.array(fc.integer({ min: NOW - 2 * TREND_WINDOW_MS, max: NOW }), { maxLength: 60 });
    fc.assert(
      fc.property(instants, (all) => {
        const rows = all.reduce((kept, at) => withLive(kept, [0, 3, at, at, 'good'], NOW), historyRows({ items: [] }));
        const times = rows.map(({ at }) => at);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        const wanted = new Set(all.filter((at) => at >= NOW - TREND_WINDOW_MS));
        for (const at of wanted) expect(times).toContain(at);
      }),
    );
  });

  it('takes no value of before the start for a new one', () => {
    const rows = historyRows({ items: [raw(NOW, 1)] });
    expect(withLive(rows, [0, 3, NOW, 1, 'no-data-since-start'], NOW)).toEqual(rows);
  });

  it('joins history with what came live while it was read', () => {
    const history = historyRows({ items: [raw(1, 1), raw(2, 2)] });
    const live = historyRows({ items: [raw(2, 9), raw(3, 3)] });
    expect(mergeRows(history, live).map(({ at, value }) => [at, value])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(mergeRows([], live)).toHaveLength(2);
  });

  it('shows values and limits with air around them, also where all is one number or nothing', () => {
    const rows = historyRows({ items: [raw(0, 10), raw(1, 20)] });
    const [low, high] = valueBounds(rows, [50]);
    expect(low).toBeLessThan(10);
    expect(high).toBeGreaterThan(50);
    const [same, above] = valueBounds(historyRows({ items: [raw(0, 5)] }), []);
    expect(above).toBeGreaterThan(same);
    expect(valueBounds([], [])).toEqual([0, 1]);
  });

  it('is about the limits of the side that alarms: the far side does not press the curve into a line', () => {
    const limits = { LL: 10, L: 15, H: 85, HH: 90 };
    expect(limitsInView(limits, 'H')).toEqual([85, 90]);
    expect(limitsInView(limits, 'LL')).toEqual([15, 10]);
    expect(limitsInView({ H: 25 }, 'H')).toEqual([25]);
    expect(limitsInView(limits, undefined)).toHaveLength(4);
  });

  it('puts the names of near limits below each other, each by its line as long as there is room', () => {
    expect(stacked([20, 100], 15, 0, 200)).toEqual([20, 100]);
    // 25 and 50 in a picture that reaches to 27 500: four lines on one.
    expect(stacked([190, 191, 192, 193], 15, 0, 195)).toEqual([150, 165, 180, 195]);
    const places = fc.array(fc.integer({ min: -50, max: 250 }), { maxLength: 5 });
    fc.assert(
      fc.property(places, (wanted) => {
        const put = stacked(wanted, 15, 0, 200);
        expect(put).toHaveLength(wanted.length);
        for (const [i, place] of put.entries()) {
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(200);
          if (i > 0) expect(place - put[i - 1]!).toBeGreaterThanOrEqual(15);
        }
      }),
    );
  });

  it('shows of a closed alert the hour in which it came, no longer than to its closing', () => {
    expect(trendEnd({ raisedAt: NOW })).toBeUndefined();
    expect(trendEnd({ raisedAt: NOW, closedAt: NOW + 5 * MINUTE_MS })).toBe(NOW + 5 * MINUTE_MS);
    expect(trendEnd({ raisedAt: NOW, closedAt: NOW + 600 * MINUTE_MS })).toBe(NOW + 50 * MINUTE_MS);
  });

  it('draws a forecast as a cone between its bounds, open where the limit may never be met, and none without bounds', () => {
    const rows = historyRows({ items: [raw(0, 10), raw(1_000, 40)] });
    const cone = (numbers: Record<string, number>) =>
      forecastCone({ rows, now: 2_000, forecast: { limit: 'H', limitValue: 80, numbers } }, 9_000).map(
        ({ at, value }) => [at, value],
      );
    const earliest = { timeToLimitMs: 3_000, timeToLimitEarliestMs: 2_000 };
    expect(cone({ ...earliest, timeToLimitLatestMs: 5_000 })).toEqual([
      [1_000, 40],
      [4_000, 80],
      [7_000, 80],
    ]);
    expect(cone(earliest)).toEqual([
      [1_000, 40],
      [4_000, 80],
      [9_000, 80],
      [9_000, 40],
    ]);
    expect(cone({ timeToLimitMs: 3_000 })).toEqual([]);
    expect(forecastCone({ rows, now: 2_000, forecast: undefined }, 9_000)).toEqual([]);
  });
});
