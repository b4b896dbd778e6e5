// A reading of long ago that arrives now says nothing of the time since: it brings no grade down.
import { expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

it('what was less ten minutes ago, and comes now, eases nothing; what is less now does', () => {
  const desk = new Desk({ points: [point('GD-1', { intervalMs: 60 * MINUTE, persistenceMs: 60 * MINUTE })] });
  desk.reading('GD-1', 0, 60);
  desk.reading('GD-1', 10 * SECOND, 30);
  expect(desk.hazards[0]).toMatchObject({ active: true, grade: 'orange' });
  desk.send([{ tag: 'GD-1', at: 20 * SECOND, value: 30 }], 11 * MINUTE);
  expect(desk.hazards[0].grade).toBe('orange');
  desk.reading('GD-1', 11 * MINUTE + SECOND, 30);
  expect(desk.hazards[0].grade).toBe('yellow');
});
