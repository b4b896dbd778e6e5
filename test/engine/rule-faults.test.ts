// A bug in a rule is a bug in that rule on that point: whatever of it throws, the limits are judged on, and it is told.
import { describe, expect, it } from 'vitest';
import { FLAG } from '../../src/model/reading.ts';
import type { RuleKind } from '../../src/rules/kind.ts';
import { point } from '../support/build/point.ts';
import { pointsChange } from '../support/build/registry.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const both = { intervalMs: 3_600_000, rateOfChange: { windowMs: MINUTE, perMinute: 5, direction: 'both' } } as const;
const breaking = (desk: Desk, name: string, method: keyof RuleKind) => {
  const kind = desk.state.rules.kinds.find((one) => one.name === name)!;
  Object.assign(kind, {
    [method]: () => {
      throw new Error('a bug');
    },
  });
};
/** A ramp that stands at PRE by its rate. */
function ramp(desk: Desk, from = 0) {
  for (let i = 0; i < 20; i++) desk.reading('GD-1', from + i * 10 * SECOND, i * 1.1);
}

describe('a rule whose code throws', () => {
  it.each(['observe', 'side', 'explain', 'breach', 'silence', 'install', 'again'] as const)(
    'in %s ends no input, and the limits are still judged',
    (method) => {
      const desk = new Desk({ points: [point('GD-1', both)] });
      breaking(desk, 'rate-of-change', method);
      expect(() => {
        ramp(desk);
        desk.reading('GD-1', 300 * SECOND, 60);
        desk.send([{ tag: 'GD-1', at: 5 * SECOND, value: 60, flags: FLAG.HISTORICAL }], 310 * SECOND);
        desk.configure(pointsChange(...desk.state.registry.points), 320 * SECOND);
        desk.tickTo(4 * 3_600_000);
      }).not.toThrow();
      expect(desk.story.some((line) => line.startsWith('raised') || line.startsWith('worse'))).toBe(true);
      expect(desk.devices.some(({ hazard }) => hazard === 'rule-fault')).toBe(true);
    },
  );
});

/** In alarm, threw once, and the point was imported again: it sees and judges as before. */
function mended(): Desk {
  const gd = point('GD-1');
  const desk = new Desk({ points: [gd, point('GD-2')] });
  desk.gateway(true, 0);
  desk.reading('GD-1', SECOND, 30);
  const kind = desk.state.rules.kinds[0];
  const whole = kind.observe;
  kind.observe = () => {
    throw new Error('a bug');
  };
  desk.reading('GD-1', 11 * SECOND, 31);
  kind.observe = whole;
  expect(desk.hazards[0].blindSince).toBeDefined();
  desk.configure(pointsChange(gd), 15 * SECOND);
  desk.reading('GD-1', 21 * SECOND, 31);
  return desk;
}

describe('a rule that threw and was installed anew', () => {
  it('sees again', () => {
    const desk = mended();
    desk.reading('GD-1', 31 * SECOND, 32);
    const [alert] = desk.state.book.open;
    expect(alert.points.map(({ blindSince }) => blindSince)).toEqual([null]);
  });
  it('tells a later loss of sight', () => {
    const desk = mended();
    const told = desk.transitions.length;
    for (let at = 30 * SECOND; at < 2 * MINUTE; at += 10 * SECOND) desk.reading('GD-2', at, 1);
    expect(desk.transitions.slice(told).some(({ change }) => change === 'went-blind')).toBe(true);
  });
});
