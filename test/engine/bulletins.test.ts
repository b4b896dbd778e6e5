// A forecast that stands is told in numbered bulletins, each a transition without sound, and cancelled by its number; where
// nothing can be foretold of a trend, the alert that is open says so.
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../simulators/random.ts';
import { judgeAgain } from '../../src/engine/evidence.ts';
import { buildGauge } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const MINUTE = 60_000;
const STEP = 10_000;
const tank = buildGauge('yt/LT-1', {
  onDelayMs: 0,
  offDelayMs: 2 * MINUTE,
  intervalMs: STEP,
  limits: { H: 85, HH: 95 },
});

/** The tank's level over the minutes from … to. */
function fill(desk: Desk, from: number, to: number, level: (minute: number) => number): void {
  for (let at = from * MINUTE; at < to * MINUTE; at += STEP) desk.reading('LT-1', at, level(at / MINUTE));
}

describe('a tank that fills at 1 % a minute; then the feed is doubled; then it is shut', () => {
  const desk = new Desk({ points: [tank] });
  fill(desk, 0, 15, (minute) => 55 + minute);
  fill(desk, 15, 21, (minute) => 70 + 2 * (minute - 15));
  fill(desk, 21, 45, () => 82);
  const told = desk.transitions.map(({ change, rule, bulletin, annunciate }) => ({
    change,
    rule,
    bulletin,
    annunciate,
  }));
  const bulletins = desk.transitions.filter(({ change }) => change === 'bulletin');

  it('is foretold in bulletin 1 with the alarm, and in the next ones as the guess moves, without sound', () => {
    const raised = desk.transitions[0];
    expect([raised.change, raised.rule, raised.alert.points[0].bulletin]).toEqual(['raised', 'forecast', 1]);
    expect(bulletins.length).toBeGreaterThan(0);
    expect(bulletins.map(({ bulletin }) => bulletin)).toEqual(bulletins.map((_, i) => i + 2));
    expect(bulletins.every(({ annunciate, rule }) => !annunciate && rule === 'forecast')).toBe(true);
    const said = bulletins[0].alert.points[0];
    expect(said).toMatchObject({ bulletin: 2, limit: 'H', limitValue: 85 });
    expect(said.numbers?.timeToLimitMs).toBeLessThan(raised.alert.points[0].numbers!.timeToLimitMs);
  });

  it('is no bulletin a bucket: nobody reads what says the same', () => {
    expect(bulletins.length).toBeLessThan(8);
  });

  it('is cancelled by its number', () => {
    const last = desk.transitions.at(-1);
    expect(told.at(-1)).toMatchObject({ change: 'cleared', rule: 'forecast', annunciate: false });
    expect(last?.bulletin).toBe(bulletins.at(-1)?.bulletin);
  });

  it('is not above yellow while nothing was measured at a limit, and its evidence gives the same again', () => {
    expect(desk.transitions.every(({ alert: { grade } }) => grade === 'blue' || grade === 'yellow')).toBe(true);
    expect(desk.capsules.length).toBeGreaterThan(0);
    expect(desk.capsules.flatMap(judgeAgain)).toEqual([]);
  });
});

it('a second alarm begins with bulletin 1 again', () => {
  const desk = new Desk({ points: [tank] });
  fill(desk, 0, 20, (minute) => 60 + minute);
  fill(desk, 20, 60, () => 60);
  fill(desk, 60, 80, (minute) => minute);
  const begun = desk.transitions.filter(({ change }) => change === 'raised' || change === 're-raised');
  expect(begun.map(({ alert }) => alert.points.find(({ rule }) => rule === 'forecast')?.bulletin)).toEqual([1, 1]);
});

it('a level that stands at H and shakes on towards HH is said to have a trend that is unclear, by when at the earliest', () => {
  const random = createRandom('shaken');
  const desk = new Desk({ points: [tank] });
  fill(desk, 0, 30, (minute) => 84 + minute / 4 + 1.5 * random.normal());
  const [alert] = desk.hazards;
  const stands = alert.points.find(({ rule, active }) => rule === 'limits-high' && active);
  expect(stands?.unclear).toMatchObject({ limit: 'HH', limitValue: 95 });
  expect(['poor-fit', 'wide-bounds']).toContain(stands?.unclear?.reason);
  expect(stands?.unclear?.numbers.timeToLimitEarliestMs).toBeGreaterThan(0);
  // It counts for nothing.
  expect(alert.reasons.find(({ step }) => step === 'trend')?.value).toBe(0);
});
