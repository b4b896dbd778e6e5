// Fire detectors say nothing while nothing changes. With a gateway that would tell, that is how a grade comes down.
import { describe, expect, it } from 'vitest';
import { FLAG } from '../../src/model/reading.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const WEEK = 7 * DAY;
const fire = (tag: string) =>
  point(tag, {
    valueKind: 'boolean',
    unit: '',
    hazard: 'fire',
    limits: {},
    criticalWhen: true,
    intervalMs: null,
    persistenceMs: WEEK,
  });

/** Two detectors see a fire, which is red; somebody has verified it. */
function verified(): Desk {
  const desk = new Desk({ points: [fire('FD-1'), fire('FD-2')] });
  desk.gateway(true, 0);
  desk.reading('FD-1', SECOND, 1);
  desk.reading('FD-2', 2 * SECOND, 1);
  expect(desk.hazards[0].grade).toBe('red');
  desk.command('verify', desk.hazards[0], 3 * SECOND);
  return desk;
}
const grade = (desk: Desk) => desk.hazards.find(({ hazard }) => hazard === 'fire')?.grade;

describe('the grade of a fire that one of two detectors sees no more', () => {
  it('comes down after a hold in which their gateway was there, and not before', () => {
    const desk = verified();
    desk.reading('FD-2', 10 * SECOND, 0);
    // Its off-delay of a minute and a half, then ten minutes.
    desk.tickTo(10 * MINUTE);
    expect(grade(desk)).toBe('red');
    desk.tickTo(15 * MINUTE);
    expect(grade(desk)).toBe('orange');
    desk.tickTo(60 * MINUTE);
    expect(desk.hazards[0]).toMatchObject({ grade: 'orange', active: true });
    expect(desk.story.at(-1)).toBe('eased orange');
  });

  it('stays while their gateway is away, and needs a whole hold when it is back', () => {
    const desk = verified();
    desk.reading('FD-2', 10 * SECOND, 0);
    desk.tickTo(5 * MINUTE);
    desk.gateway(false, 5 * MINUTE);
    desk.tickTo(60 * MINUTE);
    expect(grade(desk)).toBe('red');
    desk.gateway(true, 60 * MINUTE);
    desk.tickTo(61 * MINUTE);
    expect(grade(desk)).toBe('red');
    desk.tickTo(90 * MINUTE);
    expect(grade(desk)).toBe('orange');
  });

  it('counts no time in which the service was down', () => {
    const desk = verified();
    desk.reading('FD-2', 10 * SECOND, 0);
    desk.tickTo(5 * MINUTE);
    desk.fold({
      kind: 'resumed',
      at: desk.state.at + 60 * MINUTE,
      downFrom: desk.state.at,
      seqFloor: 0,
      restarted: true,
    });
    desk.tickTo(66 * MINUTE);
    expect(grade(desk)).toBe('red');
  });
});

describe('a fire that comes again', () => {
  const again = (quietMs: number, between: (desk: Desk) => void = () => {}) => {
    const desk = verified();
    for (const tag of ['FD-1', 'FD-2']) desk.reading(tag, 10 * SECOND, 0);
    between(desk);
    desk.reading('FD-1', quietMs, 1);
    return desk.story.filter((line) => line.startsWith('re-raised'));
  };

  it('after a quiet day is graded by itself', () => {
    expect(again(DAY)).toEqual(['re-raised orange']);
  });

  it('after a quiet day is graded by itself, also where the one before came to light too late', () => {
    const desk = new Desk({ points: [point('LV-1', { intervalMs: null, persistenceMs: WEEK })] });
    desk.gateway(true, 0);
    desk.reading('LV-1', SECOND, 1);
    desk.reading('LV-1', 10 * MINUTE, 2);
    desk.send([{ tag: 'LV-1', at: 5 * MINUTE, value: 60, flags: FLAG.HISTORICAL }], 11 * MINUTE);
    expect(desk.story).toEqual(['raised orange']);
    desk.reading('LV-1', DAY, 30);
    expect(desk.story.at(-1)).toBe('re-raised yellow');
  });

  it('within minutes is as red as it was', () => {
    expect(again(5 * MINUTE)).toEqual(['re-raised red']);
  });

  it('after a day in which nobody would have told is as red as it was', () => {
    expect(again(DAY, (desk) => desk.gateway(false, 2 * MINUTE))).toEqual(['re-raised red']);
  });
});
