// A slow clock that is set half right: newer than all it said before, and as late as nothing before. Whether it is live, or was
// taken then by a right clock and comes only now, one message does not show.
import { expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

it('the first message of another lateness ends no alarm, the second as late as it does', () => {
  const desk = new Desk({ points: [point('GD-1', { intervalMs: HOUR })] });
  for (let at = 0; at <= 60 * SECOND; at += 10 * SECOND) desk.send([{ tag: 'GD-1', at: at - 8 * HOUR, value: 60 }], at);
  expect(desk.hazards[0].active).toBe(true);
  desk.send([{ tag: 'GD-1', at: 70 * SECOND - 4 * HOUR, value: 1 }], 70 * SECOND);
  expect(desk.hazards[0].active).toBe(true);
  desk.send([{ tag: 'GD-1', at: 80 * SECOND - 4 * HOUR, value: 1 }], 80 * SECOND);
  expect(desk.hazards[0].active).toBe(false);
});
