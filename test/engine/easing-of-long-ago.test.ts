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

it('minutes in which the point was silent are no part of the hold: it begins anew when the point sees again', () => {
  const desk = new Desk({ points: [point('GD-1', { persistenceMs: 60 * MINUTE })] });
  const report = (from: number, to: number) => {
    for (let at = from; at <= to; at += 10 * SECOND) desk.reading('GD-1', at, 30);
  };
  desk.reading('GD-1', 0, 60);
  report(10 * SECOND, MINUTE);
  report(10 * MINUTE, 19 * MINUTE + 50 * SECOND);
  expect(desk.hazards[0]).toMatchObject({ active: true, grade: 'orange' });
  desk.reading('GD-1', 20 * MINUTE, 30);
  expect(desk.hazards[0].grade).toBe('yellow');
});

it('a reading that shows more, in its on-delay still, is no evidence of less: the grade waits for one that is', () => {
  const desk = new Desk({ points: [point('GD-1', { onDelayMs: 30 * SECOND, persistenceMs: 60 * MINUTE })] });
  for (let at = 0; at <= MINUTE; at += 10 * SECOND) desk.reading('GD-1', at, 60);
  for (let at = MINUTE + 10 * SECOND; at < 11 * MINUTE + 10 * SECOND; at += 10 * SECOND) desk.reading('GD-1', at, 30);
  expect(desk.hazards[0].grade).toBe('orange');
  // The hold would be over with this one.
  desk.reading('GD-1', 11 * MINUTE + 10 * SECOND, 60);
  desk.reading('GD-1', 11 * MINUTE + 20 * SECOND, 60);
  expect(desk.hazards[0].grade).toBe('orange');
  desk.reading('GD-1', 11 * MINUTE + 30 * SECOND, 30);
  expect(desk.hazards[0].grade).toBe('yellow');
});

it('what another head shows, that was never in alarm, is no evidence of less where one was: also when that is over', () => {
  const desk = new Desk({
    points: [point('GD-1', { intervalMs: 60 * MINUTE, onDelayMs: 0, offDelayMs: 0 }), point('GD-2')],
  });
  desk.reading('GD-1', 0, 60);
  desk.reading('GD-1', MINUTE, 3);
  expect(desk.hazards[0]).toMatchObject({ active: false, grade: 'orange' });
  for (let at = MINUTE; at <= 30 * MINUTE; at += 10 * SECOND) desk.reading('GD-2', at, 4);
  expect(desk.hazards[0].grade).toBe('orange');
  desk.reading('GD-1', 31 * MINUTE, 3);
  expect(desk.hazards[0].grade).toBe('yellow');
});
