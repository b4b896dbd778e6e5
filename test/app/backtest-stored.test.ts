// The store of readings is asked for a plant bit by bit, however much it has after however long a pause.
import { expect, it } from 'vitest';
import type { PastReadings, StoredPoint } from '../../src/app/backtest/stored.ts';
import { batchOf, readStored } from '../../src/app/backtest/stored.ts';
import { GOOD } from '../../src/model/quality.ts';
import { FirstRows } from '../../src/store/readings/first-rows.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const PAUSE = 30 * HOUR;
const UNTIL = PAUSE + HOUR;
/** A plant at a value a second, after a day and more of nothing. */
const points = Array.from(
  { length: 200 },
  (_, number): StoredPoint => ({
    number,
    gateway: 1,
    config: { valueKind: 'number' },
  }),
);

it('a plant that sends by the second is read in small parts, whole, and in order', async () => {
  let questions = 0;
  let most = 0;
  const store: PastReadings = {
    queryPoints: async (asked) => {
      const first = new FirstRows(asked);
      for (const point of asked.points)
        for (let at = Math.max(PAUSE, Math.ceil(asked.from / SECOND) * SECOND); at < first.upTo; at += SECOND)
          first.add(point, at, point, GOOD);
      const rows = first.rows();
      questions++;
      most = Math.max(most, rows.count);
      return { ok: true, rows, upTo: first.upTo, gaps: [] };
    },
  };
  let [messages, rows, last] = [0, 0, 0];
  const asking = { from: 0, to: UNTIL, points, rest: async () => true, missing: () => undefined };
  for await (const message of readStored(store, asking)) {
    expect(message.at).toBeGreaterThan(last);
    last = message.at;
    messages++;
    rows += message.rows.length;
  }
  expect([messages, rows]).toEqual([HOUR / SECOND, points.length * (HOUR / SECOND)]);
  // 720 000 rows of 200 points, and neither all at once nor a question for each point.
  expect(most).toBeLessThanOrEqual(40_000);
  expect(questions).toBeLessThan(80);
});

it('a reading has the quality that its device gave it', async () => {
  const store: PastReadings = {
    queryPoints: async (asked) => {
      const first = new FirstRows(asked);
      first.add(0, HOUR, 120, GOOD);
      return { ok: true, rows: first.rows(), upTo: asked.to, gaps: [] };
    },
  };
  const asking = {
    from: HOUR,
    to: HOUR + SECOND,
    points: points.slice(0, 1),
    rest: async () => true,
    missing: () => undefined,
  };
  const batches = [];
  for await (const message of readStored(store, asking)) batches.push(batchOf(message, message.at));
  expect(batches.map(({ value, quality }) => [value, quality])).toEqual([[[120], [GOOD]]]);
});
