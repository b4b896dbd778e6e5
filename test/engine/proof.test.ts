// Why a grade is what it is, with every number, from the sealed evidence alone.
import { describe, expect, it } from 'vitest';
import { gradeLadder } from '../../src/alerts/grade/ladder.ts';
import { evidenceOf } from '../../src/engine/evidence.ts';
import type { ProofNode } from '../../src/engine/proof.ts';
import { proofOf } from '../../src/engine/proof.ts';
import { derivedPoint } from '../support/build/derived.ts';
import { point } from '../support/build/point.ts';
import { Desk, T0 } from '../support/desk.ts';

const MINUTE = 60_000;

/** The tree of what raised the newest grade, as data that went through text: nothing in it may be a reference. */
function proofOfNewest(desk: Desk): ProofNode {
  const capsule = JSON.parse(JSON.stringify(desk.capsules.at(-1)!));
  return proofOf(evidenceOf(capsule));
}

const step = (proof: ProofNode, what: string): ProofNode => proof.because.find((node) => node.what === what)!;

describe('the tree of a grade', () => {
  const desk = new Desk({ points: [point('GD-1'), point('GD-2')] });
  desk.reading('GD-1', 0, 5);
  desk.reading('GD-2', 0, 5);
  desk.reading('GD-1', MINUTE, 55);
  const alone = proofOfNewest(desk);
  desk.reading('GD-2', 2 * MINUTE, 56);
  const both = proofOfNewest(desk);

  it('has the grade at its root, and the sum that its steps make', () => {
    expect(alone).toMatchObject({ what: 'grade', name: 'orange', detail: { sum: 3 } });
    expect(both).toMatchObject({ what: 'grade', name: 'red' });
  });

  it('goes from a step to the points, to the limit with its basis, and to the readings that were judged', () => {
    const [head] = step(alone, 'base').because;
    expect(head).toMatchObject({ what: 'point', name: 'yt/GD-1', detail: { level: 'HH', rule: 'limits-high' } });
    expect(head.because.find(({ what }) => what === 'limit')?.detail).toMatchObject({ HH: 50 });
    expect(head.because.find(({ what }) => what === 'reading')).toMatchObject({
      value: 55,
      detail: { quality: 'good' },
    });
  });

  it('names everybody behind a step that rests on several', () => {
    const names = step(both, 'breadth').because.map(({ name }) => name);
    expect(names).toEqual(['yt/GD-1', 'yt/GD-2']);
  });

  it('gives of a point of which nothing came now, and nothing came for long, what it said last', () => {
    const [before, now] = step(both, 'breadth').because.map((node) =>
      node.because.find(({ what }) => what === 'reading'),
    );
    expect(before).toMatchObject({ value: 55, detail: { quality: 'stale', at: T0 + MINUTE } });
    expect(now).toMatchObject({ value: 56 });
  });

  it('says of a step that adds nothing that nobody is behind it', () => {
    expect(step(alone, 'breadth')).toMatchObject({ value: 0, because: [] });
    expect(step(alone, 'class').because).toEqual([]);
  });
});

it('goes from the step of what comes together to its point, and from there to what it was computed from', () => {
  const [one, two] = [point('GD-1'), point('GD-2')];
  const all = derivedPoint('ALL', { of: { one, two }, expression: 'one >= 20.0 && two >= 20.0', step: 'coupling' });
  const desk = new Desk({ points: [one, two, all] });
  desk.reading('GD-2', 0, 22);
  desk.reading('GD-1', 10_000, 30);
  const proof = proofOfNewest(desk);
  expect(proof).toMatchObject({ name: 'orange', detail: { sum: 3 } });
  // The base rests on what stands by itself.
  expect(step(proof, 'base').because.map(({ name }) => name)).toEqual(['yt/GD-1']);
  const coupling = step(proof, 'coupling');
  expect(coupling).toMatchObject({ value: 1, detail: { point: 'yt/ALL', 'yt/GD-1': 30, 'yt/GD-2': 22 } });
  expect(coupling.because).toMatchObject([{ what: 'point', name: 'yt/ALL' }]);
  const inputs = coupling.because[0].because.filter(({ what }) => what === 'input');
  expect(inputs.map(({ name, value }) => [name, value])).toEqual([
    ['yt/GD-1', 30],
    ['yt/GD-2', 22],
  ]);
  // The evidence is judged again to the same, step and all.
  const { grading, result } = evidenceOf(desk.capsules.at(-1)!);
  expect(gradeLadder(grading)).toMatchObject(result);
});

it('of what comes together and stands alone, has nothing else to rest on', () => {
  const [one, two] = [point('GD-1'), point('GD-2')];
  const all = derivedPoint('ALL', { of: { one, two }, expression: 'one >= 20.0 && two >= 20.0', step: 'coupling' });
  const desk = new Desk({ points: [one, two, all] });
  desk.reading('GD-2', 0, 21);
  desk.reading('GD-1', 10_000, 21);
  const proof = proofOfNewest(desk);
  expect(proof.name).toBe('blue');
  expect(step(proof, 'base').because.map(({ name }) => name)).toEqual(['yt/ALL']);
});
