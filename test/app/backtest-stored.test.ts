// The store of readings is asked for a plant bit by bit, however much it has after however long a pause.
import { expect, it } from 'vitest';
import type { PastReadings, StoredPoint } from '../../src/app/backtest/stored.ts';
import { batchOf, readStored } from '../../src/app/backtest/stored.ts';
import { GOOD, UNCERTAIN } from '../../src/model/quality.ts';

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
  let held = 0;
  let most = 0;
  let asked = '';
  const store: PastReadings = {
    query: async ({ point, from, to, max }) => {
      if (asked !== `${from} ${to}`) held = 0;
      asked = `${from} ${to}`;
      const items = [];
      for (let at = Math.max(PAUSE, Math.ceil(from / SECOND) * SECOND); at < to; at += SECOND)
        items.push({ at, value: point, quality: 0, sentQuality: 0 });
      held += items.length;
      most = Math.max(most, held);
      return { ok: true, answer: { items, gaps: [], downsampled: items.length > max } } as never;
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
  // 720 000 rows, and never much more than 80 000 of them at once.
  expect(most).toBeLessThan(200_000);
});

it('a reading has the quality that its device gave it: what the span of then made of it is judged again, by another span', async () => {
  const item = { at: HOUR, value: 120, quality: UNCERTAIN, sentQuality: GOOD };
  const store: PastReadings = {
    query: async () => ({ ok: true, answer: { items: [item], gaps: [], downsampled: false } }) as never,
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
