// A backlog that begins where an alarm stands already: what it did meanwhile, and that it is over, is that alarm's own story.
import { expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

it('an alarm that rose and ended while its gateway was away ends with the backlog, and is told as worse', () => {
  const desk = new Desk({ points: [point('GD-1', { intervalMs: 60 * MINUTE })] });
  desk.reading('GD-1', 0, 30);
  const values = [60, 40, 1];
  desk.send(
    values.map((value, i) => ({ tag: 'GD-1', at: (i + 1) * MINUTE, value })),
    20 * MINUTE,
  );
  expect(desk.hazards).toHaveLength(1);
  expect(desk.hazards[0]).toMatchObject({ active: false, peakGrade: 'orange', retrospective: false });
  expect(desk.story.at(-1)).toMatch(/^cleared/);
});
