// What an alarm of a detector was judged by stands in its evidence: the reference stretch, its numbers, and which one it is; and
// the tree of why gives it, from the evidence alone.
import { describe, expect, it } from 'vitest';
import { failingCurve } from '../../simulators/creep.ts';
import { processReadings } from '../../simulators/process-faults.ts';
import { evidenceOf, judgeAgain } from '../../src/engine/evidence.ts';
import type { ProofNode } from '../../src/engine/proof.ts';
import { proofOf } from '../../src/engine/proof.ts';
import type { StatedPoint } from '../support/build/point.ts';
import { point } from '../support/build/point.ts';
import { Desk, T0 } from '../support/desk.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BARE = { limits: {}, span: undefined, plausible: undefined, onDelayMs: 0, hazard: 'slope' } as const;

/** A plant in order, and then far off. */
function* faulty(healthy: number, off: number): Generator<number> {
  let i = 0;
  for (const value of processReadings('well', { mean: 50, sd: 2, phi: 0.4 }, healthy))
    yield value + (i++ < healthy ? 0 : off);
}

/** A desk at which these were read, in even steps. */
function read(stated: Partial<StatedPoint>, everyMs: number, values: Iterable<number>, count: number): Desk {
  const desk = new Desk({ points: [point('P-1', { ...BARE, intervalMs: everyMs, ...stated })] });
  let i = 0;
  for (const value of values) {
    if (i++ === count) break;
    if (!Number.isNaN(value)) desk.reading('P-1', i * everyMs, value);
  }
  return desk;
}

/** The numbers of a rule in the tree of the newest grade of an alert of hazards that rests on it. */
function numbersIn(desk: Desk, rule: string): ProofNode['detail'] | undefined {
  const found: ProofNode['detail'][] = [];
  const visit = ({ what, name, detail, because }: ProofNode): void => {
    if (what === 'numbers' && name === rule) found.push(detail);
    for (const node of because) visit(node);
  };
  for (const capsule of desk.capsules) visit(proofOf(evidenceOf(JSON.parse(JSON.stringify(capsule)))));
  return found[0];
}

describe('evidence of a detector', () => {
  it('of a band has the stretch, mean, deviation, autocorrelation, limits, and which reference it is', () => {
    const desk = read({ band: {} }, MINUTE, faulty(320, 12), 340);
    expect(numbersIn(desk, 'band')).toMatchObject({
      referenceFrom: T0 + MINUTE,
      referenceTo: T0 + 300 * MINUTE,
      referenceVersion: 1,
      referenceMean: expect.any(Number),
      referenceSd: expect.any(Number),
      autocorrelation: expect.any(Number),
      levelLimit: expect.any(Number),
    });
    expect(desk.capsules.flatMap(judgeAgain)).toEqual([]);
  });

  it('of novelty has where and how wide it is usually, and when that was learned: not from what is new', () => {
    const desk = read({ novelty: {} }, MINUTE, faulty(1_000, 40), 1_010);
    const told = numbersIn(desk, 'novelty')!;
    expect(told).toMatchObject({ referenceFrom: T0 + MINUTE, referenceVersion: 1, location: expect.any(Number) });
    expect(told.referenceTo).toBeLessThanOrEqual(T0 + 1_001 * MINUTE);
  });

  it('of run-away and inverse velocity has noise and background, and the time before the creep that they were learned in', () => {
    const { mm, onsetHour = 0, failureHour = 0 } = failingCurve('evidence');
    // An hour of the curve is ten minutes here.
    const stated = { runAway: { everyMs: HOUR / 2 }, inverseVelocity: { everyMs: HOUR, noisePerDay: 3 } };
    const desk = read(stated, 10 * MINUTE, mm, mm.length);
    const shapes = numbersIn(desk, 'run-away')!;
    const inverse = numbersIn(desk, 'inverse-velocity')!;
    // Its noise is begun anew where the first window held an alarm of the other.
    expect(shapes).toMatchObject({ noise: expect.any(Number), referenceVersion: expect.any(Number) });
    expect(inverse).toMatchObject({ backgroundPerDay: expect.any(Number), referenceVersion: 1 });
    for (const { referenceFrom, referenceTo } of [shapes, inverse]) {
      expect(referenceFrom).toBeGreaterThanOrEqual(T0);
      expect(referenceTo).toBeGreaterThan(Number(referenceFrom));
      expect(referenceTo).toBeLessThan(T0 + failureHour * 10 * MINUTE);
    }
    // The velocities of the onset are none of the background.
    expect(inverse.referenceTo).toBeLessThan(T0 + (onsetHour + (failureHour - onsetHour) / 2) * 10 * MINUTE);
    expect(desk.capsules.flatMap(judgeAgain)).toEqual([]);
  });

  it('of a tangent angle has the figure of the expert and its version, which is all that it is judged by', () => {
    const tangentAngle = { constantPerDay: 2, version: '2026-06', everyMs: 2 * HOUR };
    const perHour = (2 * Math.tan((70 * Math.PI) / 180)) / 24;
    const values = Array.from({ length: 12 }, (_, hour) => perHour * hour);
    const desk = read({ tangentAngle }, HOUR, values, 12);
    expect(numbersIn(desk, 'tangent-angle')).toMatchObject({ constantPerDay: 2, windows: 3 });
    expect(evidenceOf(desk.capsules[0]).limits[0].rules).toContainEqual(
      expect.objectContaining({ version: '2026-06' }),
    );
  });

  it('of a drifting instrument has the means it is compared with, in the reason of its device alarm', () => {
    const hours = Array.from({ length: 60 * 6 }, (_, i) => 50 + 0.1 * (i % 3) + (i > 30 * 6 ? 0.3 * (i / 6 - 30) : 0));
    const desk = read({ drift: { everyMs: HOUR, sdAtLeast: 0.1 } }, 10 * MINUTE, hours, hours.length);
    const alarm = desk.transitions.find(({ alert }) => alert.hazard === 'drift')!.alert;
    expect(alarm.reasons.map(({ detail }) => detail)).toContainEqual(
      expect.objectContaining({ referenceVersion: 1, referenceMean: expect.any(Number), referenceFrom: T0 }),
    );
  });
});
