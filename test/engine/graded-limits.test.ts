// Limits by grade as a duty officer meets them: from readings to alert, grade, reason and evidence.
import { describe, expect, it } from 'vitest';
import { judgeAgain } from '../../src/engine/evidence.ts';
import { FLAG } from '../../src/model/reading.ts';
import { buildPoint } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;

/** Water on the road, in cm: yellow 15, orange 27, red 40 closes the road. */
const ponding = (red: object = {}, over: object = {}) =>
  buildPoint('yt/WL-1', {
    hazard: 'flooding',
    unit: 'cm',
    intervalMs: MINUTE,
    offDelayMs: 5 * MINUTE,
    persistenceMs: 60 * MINUTE,
    limits: {
      high: {
        blue: { value: 10 },
        yellow: { value: 15 },
        orange: { value: 27, clear: 20 },
        red: { value: 40, basis: { source: '城市内涝预警', mark: 'OURS' }, ...red },
      },
    } as never,
    ...over,
  });
const road = (red?: object): Desk => new Desk({ points: [ponding(red)], class: 'C' });
/** One value a minute, and what the hazard is graded after each. */
function graded(desk: Desk, values: readonly number[]): string[] {
  return values.map((value, i) => {
    desk.reading('WL-1', i * MINUTE, value);
    const [alert] = desk.hazards;
    return alert === undefined ? '-' : alert.active ? alert.grade : `(${alert.grade})`;
  });
}

describe('water on the road', () => {
  it.each<[string, readonly number[], readonly string[]]>([
    ['rises', [5, 10, 15, 27, 40], ['-', 'blue', 'yellow', 'orange', 'red']],
    ['is red at once where it comes at once', [5, 45], ['-', 'red']],
    ['falls short of each limit', [9.9, 14.9, 26.9, 39.9], ['-', 'blue', 'yellow', 'orange']],
    // Clear at 20, and five good minutes below: only then does the orange limit let go.
    [
      'goes back and forth above its clear value',
      [27, 21, 26, 20, 26],
      ['orange', 'orange', 'orange', 'orange', 'orange'],
    ],
  ])('%s', (_, values, grades) => {
    expect(graded(road(), values)).toEqual(grades);
  });

  it('is red by a limit that the reason names, and the evidence gives it again', () => {
    const desk = road();
    graded(desk, [45]);
    const [{ reasons, points }] = desk.hazards;
    expect(reasons.at(-1)).toMatchObject({
      step: 'floor',
      value: 4,
      detail: { limit: 'high.red', basis: '城市内涝预警' },
    });
    expect(points.map(({ limit }) => limit)).toEqual(['high.blue', 'high.yellow', 'high.orange', 'high.red']);
    expect(desk.capsules.length).toBeGreaterThan(0);
    expect(desk.capsules.flatMap(judgeAgain)).toEqual([]);
  });

  it('is red only after three readings in a row where the limit says so, and orange meanwhile', () => {
    expect(graded(road({ inARow: 3 }), [41, 41, 39, 41, 41, 41])).toEqual([
      'orange',
      'orange',
      'orange',
      'orange',
      'orange',
      'red',
    ]);
  });

  it('is told where it came to light too late, for a blue limit as for any other', () => {
    const desk = road();
    graded(desk, [5, 5, 5]);
    const late = { tag: 'WL-1', at: MINUTE + 30 * SECOND, value: 12, flags: FLAG.HISTORICAL };
    desk.send([late], 2 * MINUTE + SECOND);
    expect(desk.hazards).toMatchObject([{ grade: 'blue', active: false, points: [{ rule: 'limit-high-blue' }] }]);
  });

  it('calms nothing when a limit is taken back by somebody: the red one waits for a second person', () => {
    const desk = road();
    graded(desk, [45]);
    desk.configure(pointsChange(ponding({ value: 60 })), 30 * SECOND);
    expect(desk.pending).toContain('yt/WL-1 limit-high-red.value: 40 → 60');
    expect(desk.hazards).toMatchObject([{ grade: 'red', active: true }]);
  });

  it('answered as orange is heard again as red', () => {
    const desk = road();
    graded(desk, [30]);
    desk.command('acknowledge', desk.hazards[0], 10 * SECOND);
    desk.reading('WL-1', MINUTE, 41);
    expect(desk.transitions.at(-1)).toMatchObject({ change: 'worse-grade', annunciate: true, alert: { grade: 'red' } });
  });
});
