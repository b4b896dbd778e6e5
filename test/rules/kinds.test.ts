// Every detector has what it is held to: cases in a pack in which it speaks and is silent, a property test that finds the same
// from all readings at once, and a trial of seeded recordings (support/trials.ts, played in simulators/detectors.test.ts).
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KINDS } from '../../src/rules/kinds.ts';
import type { Expectation, PackCase } from '../../src/rules/packs/cases-definition.ts';
import { loaded } from '../seeds/seed-files.ts';
import { TRIALS } from '../support/trials.ts';

/** Where its oracle is. */
const DETECTORS: Readonly<Record<string, string>> = {
  stuck: 'instruments.property.test.ts',
  spike: 'instruments.property.test.ts',
  drift: 'instruments.property.test.ts',
  band: 'band.test.ts',
  'tangent-angle': 'creep.test.ts',
  'inverse-velocity': 'inverse-velocity.property.test.ts',
  'run-away': 'run-away.test.ts',
  novelty: 'novelty.test.ts',
};
/** No detectors: limits and switches (test/oracle, graded-limits.property), trends (forecast-bounds, window), what is only kept (event). */
const OTHERS = [
  ...['limits-high', 'limits-low', 'limit-high', 'limit-low', 'boolean'],
  ...['rate-of-change', 'forecast', 'periodic-forecast', 'event'],
];

const detectors = KINDS.map(({ definition }) => definition).filter(({ kind }) => !OTHERS.includes(kind));

it('a kind is a detector, or one of those that are none', () => {
  expect(Object.keys(DETECTORS).sort()).toEqual(detectors.map(({ kind }) => kind).sort());
  expect(OTHERS.filter((other) => !KINDS.some(({ definition }) => definition.kind === other))).toEqual([]);
});

it.each(detectors.map(({ kind, pack }) => [kind, Object.keys(pack)[0]] as const))(
  '%s: cases, oracle and trial',
  (kind, field) => {
    const cases = loaded.packs.flatMap((pack) => pack.cases).filter((story) => shows(story, kind));
    const oracle = new URL(DETECTORS[kind] ?? 'none', import.meta.url);
    const text = existsSync(oracle) ? readFileSync(oracle, 'utf8') : '';
    expect({
      cases: cases.length > 0,
      oracle: text.includes(`${field}:`) && text.includes('fc.property('),
      trial: TRIALS[kind] !== undefined,
    }).toEqual({ cases: true, oracle: true, trial: true });
  },
);

it('no trial is of a kind that there is not', () => {
  expect(Object.keys(TRIALS).filter((kind) => DETECTORS[kind] === undefined)).toEqual([]);
});

/** Whether it is seen to speak in the case, and seen silent at another instant of it. */
function shows({ expect: instants }: PackCase, kind: string): boolean {
  const speaks = instants.filter((one) => speakers(one).includes(kind));
  const silent = instants.filter((one) => isSilent(one, kind));
  return speaks.length > 0 && silent.length > 0;
}

function speakers({ rules = {}, device = [] }: Expectation): string[] {
  return [...Object.values(rules).flat(), ...device.map((words) => words.split(' ')[1])];
}

/** What is exact says so: rules of a point, device alarms, or that nothing stands at all. */
function isSilent(one: Expectation, kind: string): boolean {
  return (
    (one.rules ?? one.device ?? (one.grade === 'none' || undefined)) !== undefined && !speakers(one).includes(kind)
  );
}
