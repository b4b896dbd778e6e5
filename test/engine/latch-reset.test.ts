// A latch that a person has reset is gone: only a further reading over range latches again.
import { expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;

it('an uncertain reading within the span, after the reset, does not latch what the one before it had latched', () => {
  const desk = new Desk({ points: [point('GD-1', { latching: true })] });
  desk.reading('GD-1', 0, 1);
  desk.reading('GD-1', 10 * SECOND, 130);
  expect(desk.hazards[0].points[0].latched).toBe(true);
  expect(desk.command('reset', desk.hazards[0], 11 * SECOND).code).toBe('applied');
  desk.reading('GD-1', 20 * SECOND, 60, 'uncertain');
  expect(desk.hazards[0].points[0]).toMatchObject({ active: true, latched: false });
  desk.reading('GD-1', 30 * SECOND, 1);
  expect(desk.hazards[0].active).toBe(false);
});
