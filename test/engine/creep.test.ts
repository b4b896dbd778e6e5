// What creep detectors say reaches the grade: red by a floor of its own, on one point alone, and judged again from its capsule.
import { describe, expect, it } from 'vitest';
import { judgeAgain } from '../../src/engine/evidence.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const HOUR = 3_600_000;

describe('a slope', () => {
  it('that slides at 86° for three windows is red, as the convention has it, whatever the ladder comes to', () => {
    const tangentAngle = { constantPerDay: 2, version: '2026-06', everyMs: 2 * HOUR };
    const slope = point('DS-1', {
      hazard: 'slope',
      intervalMs: HOUR,
      limits: {},
      span: undefined,
      plausible: undefined,
      persistenceMs: 100 * HOUR,
      tangentAngle,
    });
    const desk = new Desk({ points: [slope], class: 'C' });
    const perHour = (2 * Math.tan((86 * Math.PI) / 180)) / 24;
    for (let hour = 1; hour <= 12; hour++) desk.reading('DS-1', hour * HOUR, perHour * hour);
    expect(desk.hazards).toHaveLength(1);
    const [alert] = desk.hazards;
    expect(alert.grade).toBe('red');
    expect(alert.reasons.find(({ step }) => step === 'floor')?.detail).toMatchObject({ floor: 'tangent-angle-red' });
    expect(alert.points.map(({ rule }) => rule)).toEqual(['tangent-angle', 'tangent-angle-red']);
    expect(alert.points[0].numbers?.angleDeg).toBeCloseTo(86, 6);
    expect(desk.capsules.length).toBeGreaterThan(0);
    expect(desk.capsules.flatMap(judgeAgain)).toEqual([]);
  });
});
