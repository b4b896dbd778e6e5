// What one message tells reaches the alert book in the order of its rows: levels, sight, faults and what is missed.
import { describe, expect, it } from 'vitest';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
/** Reports once an hour: silence is not what these stories are about. */
const SLOW = { intervalMs: 3_600_000 };

describe('one message', () => {
  it('in which a head alarms and then fails, tells the alarm first and that it went blind second', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW), point('GD-2', SLOW)] });
    desk.reading('GD-2', 0, 1);
    desk.send([
      { tag: 'GD-1', at: SECOND, value: 30 },
      { tag: 'GD-1', at: 2 * SECOND, value: 30, quality: 'bad' },
    ]);
    expect(desk.story).toEqual(['raised yellow', 'went-blind yellow']);
    expect(desk.transitions.filter(({ change }) => change === 'went-blind')).toMatchObject([{ annunciate: true }]);
    expect(desk.hazards[0].blindSince).toBe(desk.hazards[0].detectedAt + SECOND);
  });

  it('in which a head in alarm fails and comes back, tells both', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW), point('GD-2', SLOW)] });
    desk.reading('GD-2', 0, 1);
    desk.reading('GD-1', 0, 30);
    desk.send([
      { tag: 'GD-1', at: SECOND, value: 60 },
      { tag: 'GD-1', at: 2 * SECOND, value: 0, quality: 'bad' },
      { tag: 'GD-1', at: 3 * SECOND, value: 30 },
    ]);
    expect(desk.story).toEqual(['raised yellow', 'worse-grade orange', 'went-blind orange', 'sight-restored orange']);
  });

  it('tells each excursion with the value it had then, not with the last of the message', () => {
    const desk = new Desk({ points: [point('GD-1', SLOW)] });
    desk.send([
      { tag: 'GD-1', at: 0, value: 30 },
      { tag: 'GD-1', at: SECOND, value: 1 },
      { tag: 'GD-1', at: 2 * SECOND, value: 40 },
      { tag: 'GD-1', at: 3 * SECOND, value: 2 },
    ]);
    const told = desk.transitions
      .filter(({ alert }) => alert.kind === 'hazard')
      .map(({ change, alert: { points } }) => [change, points[0].value, points[0].peak]);
    expect(told).toEqual([
      ['raised', 30, 30],
      ['cleared', 1, 30],
      ['re-raised', 40, 40],
      ['cleared', 2, 40],
    ]);
  });
});
