// After a start nobody is seen until he has said a word of now: who never does is told as blind, and an old message is no word.
import { expect, it } from 'vitest';
import { AWAITED, SEEN } from '../../src/engine/observers.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function restart(desk: Desk, downMs: number): void {
  const { at, seq } = desk.state;
  desk.fold({ kind: 'resumed', at: at + downMs, downFrom: at, seqFloor: seq, restarted: true });
}

it('a fire detector whose gateway never comes back is told as blind, though it speaks on change only', () => {
  const fire = { valueKind: 'boolean', hazard: 'fire', limits: {}, criticalWhen: true, intervalMs: null } as const;
  const desk = new Desk({ points: [point('FD-1', fire)] });
  desk.reading('FD-1', 0, 0);
  desk.tickTo(10 * MINUTE);
  expect(desk.hazards).toEqual([]);
  restart(desk, 10 * SECOND);
  desk.tickTo(desk.now + 6 * MINUTE);
  expect(desk.hazards.map(({ active, points }) => [active, points[0].rule])).toEqual([[true, 'coverage']]);
});

it('an old message that comes unmarked after the start, and is uncertain, gives nobody his sight', () => {
  const desk = new Desk({ points: [point('GD-1', { intervalMs: 60 * MINUTE })] });
  desk.reading('GD-1', 0, 1);
  restart(desk, 10 * SECOND);
  const { lostBy } = desk.state.points.col;
  expect(lostBy[0]).toBe(AWAITED);
  desk.send([{ tag: 'GD-1', at: -30 * MINUTE, value: 2, quality: 'uncertain' }], desk.now + SECOND);
  expect(lostBy[0]).toBe(AWAITED);
  desk.reading('GD-1', desk.now + SECOND, 1, 'uncertain');
  expect(lostBy[0]).toBe(SEEN);
});
