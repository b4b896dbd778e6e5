// Why an alert has its grade, beside the points that make it: whoever is named in the one is shown as contributing in the other.
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/model/alert.ts';
import { buildGauge } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const STEP = 10 * SECOND;

/** Points and rules that the grade of an active alert rests on and that do not contribute to it. */
function strangers({ active, reasons, points }: Alert): string[] {
  if (!active) return [];
  return reasons.flatMap(({ step, detail: { point, rule: named } }) => {
    if (point === undefined) return [];
    const rule = step === 'trend' ? 'forecast' : named;
    const isThere = points.some((p) => p.active && p.id === point && (rule === undefined || p.rule === rule));
    return isThere ? [] : [`${step} ${point} ${rule ?? ''}`];
  });
}

const base = ({ reasons }: Alert) => reasons.find(({ step }) => step === 'base')?.detail;
const held = ({ reasons }: Alert) => reasons.find(({ step }) => step === 'easing');
const tank = (tag: string) =>
  buildGauge(`yt/${tag}`, {
    hazardLow: 'low-level',
    onDelayMs: 0,
    offDelayMs: 2 * MINUTE,
    rateOfChange: { windowMs: 2 * MINUTE, perMinute: 2, direction: 'up' },
  });

function fill(desk: Desk, tag: string, from: number, to: number, level: (minute: number) => number): void {
  for (let at = from; at < to; at += STEP) desk.reading(tag, at, level((at - from) / MINUTE));
}

describe('the reasons of a tank that is filled too fast, and then emptied', () => {
  const desk = new Desk({ points: [tank('LT-1')] });
  fill(desk, 'LT-1', 0, 12 * MINUTE, (minute) => 60 + 2.6 * minute);
  fill(desk, 'LT-1', 12 * MINUTE, 22 * MINUTE, (minute) => 91 - 3 * minute);

  it('name nobody who does not contribute, at any moment of it', () => {
    expect(desk.hazards[0].activations).toBeGreaterThan(0);
    expect(desk.transitions.flatMap(({ alert }) => strangers(alert))).toEqual([]);
  });

  it('show no low limit in an alert of overfill', () => {
    const overfill = desk.transitions.filter(({ alert }) => alert.hazard === 'overfill' && alert.active);
    expect(overfill.some(({ alert }) => alert.points.some(({ rule }) => rule === 'rate-of-change'))).toBe(true);
    for (const { alert } of overfill) {
      for (const { active, limit } of alert.points) if (active) expect(['H', 'HH', undefined]).toContain(limit);
    }
  });
});

describe('of two tanks, the worse of which is over first', () => {
  const limits = { onDelayMs: 0, offDelayMs: 0, forecast: undefined };
  const desk = new Desk({ points: [buildGauge('yt/LT-1', limits), buildGauge('yt/LT-2', limits)] });
  desk.reading('LT-1', 0, 50);
  desk.reading('LT-2', SECOND, 50);
  desk.reading('LT-1', STEP, 92);
  desk.reading('LT-2', STEP + SECOND, 86);
  desk.reading('LT-1', 2 * STEP, 50);
  const cleared = desk.transitions.at(-1);

  it('they name the one that is left, and that the grade is held', () => {
    expect(cleared?.change).toBe('point-cleared');
    const { alert } = cleared!;
    expect(base(alert)).toMatchObject({ point: 'yt/LT-2', rule: 'limits-high', level: 'H' });
    expect([alert.grade, held(alert)]).toEqual(['orange', { step: 'easing', value: 3, detail: { computed: 2 } }]);
  });

  it('and once nothing stands, what stood last, and that nothing does', () => {
    desk.reading('LT-2', 3 * STEP, 50);
    const [alert] = desk.hazards;
    expect(base(alert)).toMatchObject({ point: 'yt/LT-2' });
    expect(held(alert)).toEqual({ step: 'easing', value: 3, detail: { computed: 0 } });
  });
});

it('of a device alarm that is over are those that it had: its grade is not held, it is what it is', () => {
  const desk = new Desk({ points: [tank('LT-1'), tank('LT-2')] });
  fill(desk, 'LT-2', 0, MINUTE, () => 50);
  for (let at = 0; at < 4 * MINUTE; at += STEP) desk.reading('LT-1', at, 50, at < MINUTE ? 'bad' : 'good');
  const [alert] = desk.transitions.filter(({ alert: { hazard, active } }) => hazard === 'bad-quality' && !active);
  expect(alert.alert.reasons.map(({ step }) => step)).toEqual(['device']);
});
