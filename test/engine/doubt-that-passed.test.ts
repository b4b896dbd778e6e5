// A doubtful reading at HH, and a good one that is calm just when the on-delay is over: the alarm stood, and nobody good has seen it.
import { expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;

it('the good reading that is calm bears nothing out: the alarm is graded as a doubtful one', () => {
  const desk = new Desk({ points: [point('GD-1', { onDelayMs: 40 * SECOND })] });
  for (let at = 500; at < 40 * SECOND; at += 10 * SECOND) desk.reading('GD-1', at, 60, 'uncertain');
  desk.reading('GD-1', 40 * SECOND + 500, 1);
  expect(desk.story).toEqual(['raised yellow', 'cleared yellow']);
});
