// Readings of the store between two records of the log: in order behind the one, before the other, however many they are.
import { expect, it } from 'vitest';
import { fillHole } from '../../src/app/backtest/holes.ts';
import { Judging } from '../../src/app/backtest/judging.ts';
import { Share } from '../../src/app/backtest/share.ts';
import { Stretches } from '../../src/app/backtest/stretches.ts';
import { decodeState, encodeState } from '../../src/engine/snapshot.ts';
import { FirstRows } from '../../src/store/readings/first-rows.ts';
import type { PointsOutcome, PointsQuery } from '../../src/store/readings/port.ts';
import { plant } from '../support/drafted-plant.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;

it.each([
  ['in a young log', 40, 41],
  ['after records of many years', 2 ** 34, 2 ** 34 + 1],
  ['where a million records are gone', 5_000, 1_005_000],
])('%s', async (_, newest, before) => {
  const desk = await plant();
  const { header, columns } = encodeState(desk.state);
  const judging = () => {
    const state = decodeState(
      header,
      columns.map((bytes) => bytes.slice()),
    );
    state.n = newest;
    return new Judging(state, { from: state.at, to: state.at + HOUR, enterprises: undefined });
  };
  const both = { was: judging(), draft: judging() };
  const from = desk.state.at;
  const number = desk.state.registry.pointNumbers.get('yt/GD-1');
  const queryPoints = async (asked: PointsQuery): Promise<PointsOutcome> => {
    const first = new FirstRows(asked);
    for (let at = Math.ceil(asked.from / SECOND) * SECOND; at < asked.to; at += SECOND) first.add(number!, at, 3, 0);
    return { ok: true, rows: first.rows(), upTo: first.upTo, gaps: [] };
  };
  const pace = { now: () => 0, pause: async () => undefined };
  const filling = {
    store: { queryPoints },
    enterprises: new Set(['yt']),
    stretches: new Stretches(from, from + HOUR),
    share: new Share({ pace, progress: () => undefined, isCancelled: () => false }),
    shareAt: () => 0,
    missing: () => undefined,
  };
  const readings = await fillHole(both, { to: from + HOUR, countFrom: from, before }, filling);
  expect(readings).toBeGreaterThanOrEqual(3_599);
  expect(both.was.state.n).toBeGreaterThan(newest);
  // There is room for many times as many.
  expect(both.was.state.n - newest).toBeLessThan((before - newest) / 30);
});
