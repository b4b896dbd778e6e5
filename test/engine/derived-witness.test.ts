// What is computed is no second witness beside the head that speaks through it, wherever that stands in its list.
import { describe, expect, it } from 'vitest';
import { evidenceOf, judgeAgain } from '../../src/engine/evidence.ts';
import { derivedPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { Desk } from '../support/desk.ts';

const SECOND = 1_000;

/** Two ammonia heads in a machine room, and a recipe that holds where either of them is high and the fan is off. */
function room(order: readonly [string, string], onDelayMs = 0): Desk {
  const limits = { H: 25, HH: 50 };
  const heads = new Map(['A', 'B'].map((tag) => [tag, point(tag, { limits, onDelayMs, hazard: 'toxic-gas' })]));
  const either = derivedPoint('EITHER', {
    of: { heads: order.map((tag) => heads.get(tag)!) },
    expression: 'heads.exists(head, head >= 50.0)',
    hazard: 'toxic-gas',
    onDelayMs: 0,
  });
  return new Desk({ points: [...heads.values(), either] });
}

const gradeOf = (desk: Desk) => desk.hazards.find(({ hazard }) => hazard === 'toxic-gas');
const reason = (desk: Desk, step: string) => gradeOf(desk)?.reasons.find((one) => one.step === step);

describe('a head that makes a recipe hold', () => {
  const orders = [
    ['A', 'B'],
    ['B', 'A'],
  ] as const;
  it.each(orders)('is one witness with the heads in the order %s, %s', (...order) => {
    const desk = room(order);
    desk.reading('A', 0, 3);
    desk.reading('B', SECOND, 3);
    desk.reading('B', 2 * SECOND, 60);
    const alone = new Desk({ points: [point('B', { limits: { H: 25, HH: 50 }, onDelayMs: 0, hazard: 'toxic-gas' })] });
    alone.reading('B', 2 * SECOND, 60);
    expect(
      gradeOf(desk)
        ?.points.map(({ id }) => id)
        .sort(),
    ).toEqual(['yt/B', 'yt/EITHER']);
    expect(gradeOf(desk)?.grade).toBe(gradeOf(alone)?.grade);
    expect(reason(desk, 'breadth')?.value ?? 0).toBe(0);
    for (const capsule of desk.capsules) expect(judgeAgain(capsule)).toEqual([]);
    expect(evidenceOf(desk.capsules.at(-1)!).points.length).toBeGreaterThan(0);
    // A second head is a second witness.
    desk.reading('A', 3 * SECOND, 60);
    expect(reason(desk, 'breadth')).toMatchObject({ value: 1, detail: { points: 2 } });
  });

  it.each(orders)('is one witness also while its own on-delay runs, in the order %s, %s', (...order) => {
    const desk = room(order, 10 * SECOND);
    desk.reading('A', 0, 3);
    for (let second = 1; second < 20; second++) desk.reading('B', second * SECOND, 60);
    expect(gradeOf(desk)).toMatchObject({ grade: 'orange', points: [{ id: 'yt/EITHER' }, { id: 'yt/B' }] });
  });
});
