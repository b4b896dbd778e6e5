// Every detector by what it is for: of a recording with its fault exactly it speaks, of a healthy one nobody does. And a user's own
// trial: the registry of detectors under the scenarios made for it.
import { describe, expect, it } from 'vitest';
import type { RegistryFile } from '../../simulators/registry-file.ts';
import { GRADE_NAMES } from '../../src/model/grade.ts';
import type { Pack } from '../../src/rules/packs/definition.ts';
import { detectorsRegistry, loaded } from '../seeds/seed-files.ts';
import type { Seen } from '../support/judged-site.ts';
import { judgeReadings, judgeSite, lastOf } from '../support/judged-site.ts';
import type { Trial } from '../support/trials.ts';
import { TRIALS } from '../support/trials.ts';

const SEEDS = ['a', 'b', 'c', 'd', 'e'];
const POINT = 'trial/P-1';
const SECOND = 1_000;
const DAY = 86_400 * SECOND;

/** A gauge of a type of its own, so that nothing it states is looser than what a pack says. */
function plantOf({ everyMs, stated }: Trial): { registry: RegistryFile; packs: Pack[] } {
  const [slopes] = loaded.packs.filter(({ id }) => id === 'slope-dump');
  const [displacement] = slopes.pointTypes.filter(({ type }) => type === 'slope_disp');
  const { inverseVelocity: _, forecast: __, ...alarms } = displacement;
  const type = {
    ...alarms,
    type: 'trial',
    intervalMs: everyMs,
    onDelayMs: 2 * everyMs,
    offDelayMs: 0,
    persistenceMs: DAY,
    ...stated,
  };
  const registry: RegistryFile = {
    divisions: [{ code: '32', name: '江苏省' }],
    enterprises: [{ id: 'trial', name: '试验', division: '32' }],
    sources: [{ id: 'trial/s', name: '试验', kind: 'process_unit' }],
    gateways: [{ id: 'gw1', enterprise: 'trial', secret: 'of-no-gateway' }],
    points: [{ id: POINT, source: 'trial/s', gateways: ['gw1'], type: 'trial', name: '试验' }],
  };
  return {
    registry,
    packs: [...loaded.packs, { ...slopes, id: 'trial', sourceKinds: [], pointTypes: [type], cases: [] }],
  };
}

function judge(trial: Trial, values: readonly number[]): Seen[] {
  const everySeconds = trial.everyMs / SECOND;
  const engine = { ...plantOf(trial), seconds: everySeconds * (values.length - 1), everySeconds };
  return judgeReadings(engine, (second) => [{ point: POINT, value: values[second / everySeconds] }]);
}

/** Rules that stood in a hazard or faults of the instrument, and the worst grade of them; not that sight was lost. */
function spoke(seen: readonly Seen[]): { rules: string[]; grade: string } {
  const told = seen
    .map(({ transition }) => transition.alert)
    .filter(({ hazard, points }) => hazard !== 'silent' && points.every(({ rule }) => rule !== 'coverage'));
  const rules = told.flatMap(({ kind, hazard, points }) =>
    kind === 'device' ? [hazard] : points.map(({ rule }) => rule),
  );
  const worst = Math.max(0, ...told.map(({ peakGrade }) => GRADE_NAMES.indexOf(peakGrade)));
  return { rules: [...new Set<string>(rules)].sort(), grade: GRADE_NAMES[worst] };
}

describe.each(Object.entries(TRIALS))('%s', (_, trial) => {
  it.each(SEEDS)('speaks of its fault, and nobody else does (seed %s)', (seed) => {
    expect(spoke(judge(trial, trial.wrong(seed)))).toEqual({ rules: trial.speaks, grade: trial.grade });
  });

  it.each(SEEDS)('says nothing of what is in order, and nobody else does (seed %s)', (seed) => {
    expect(spoke(judge(trial, trial.healthy(seed)))).toEqual({ rules: [], grade: 'none' });
  });
});

describe('seeds/demo/detectors.yaml, as a user plays it', () => {
  const all = detectorsRegistry();
  const { packs } = loaded;
  const of = (enterprise: string) => ({ ...all, points: all.points.filter(({ id }) => id.startsWith(enterprise)) });
  const keys = (seen: readonly Seen[]) =>
    lastOf(seen)
      .map(({ key, peakGrade }) => `${key} ${peakGrade}`)
      .sort();

  it.each(SEEDS)(
    'instrument-faults: every gauge is found by its own fault, and none of them is a hazard (seed %s)',
    (seed) => {
      const seen = judgeSite({ registry: of('sy-fine'), packs, scenario: 'instrument-faults', seconds: 1_500, seed });
      expect(keys(seen)).toEqual([
        'sy-fine/TT-1|stuck|device blue',
        'sy-fine/TT-2|drift|device blue',
        'sy-fine/TT-3|spike|device blue',
        'sy-fine/TT-5|silent|device blue',
        'sy-fine/TT-6|silent|device blue',
        // A gauge that scatters is told from a plant that does by nobody.
        'sy-fine/reactor-1||temperature|hazard blue',
      ]);
      const [restless] = lastOf(seen).filter(({ kind }) => kind === 'hazard');
      expect(restless.points.map(({ id, rule }) => `${id} ${rule}`)).toEqual(['sy-fine/TT-4 band']);
      expect(lastOf(seen).filter(({ active }) => active)).toEqual([]);
    },
  );

  it.each(SEEDS)(
    'slope-failure, a day a minute: cracks say so one after the other, and before it fails (seed %s)',
    (seed) => {
      const seen = judgeSite({
        ...{ registry: of('sy-stone'), packs, scenario: 'slope-failure', speed: 1_440, seconds: 770, seed },
      });
      const first = new Map<string, number>();
      for (const { second, transition } of seen) {
        for (const { id, rule } of transition.alert.points) {
          const name = `${id.slice('sy-stone/'.length)} ${rule}`;
          if (!first.has(name)) first.set(name, second);
        }
      }
      // It begins to move on the third day and fails on the thirteenth.
      for (const name of [
        'CRACK-1 tangent-angle',
        'CRACK-2 inverse-velocity-red',
        'CRACK-3 run-away-red',
        'ANGLE-1 limit-high-red',
        'TTF-1 limit-low-red',
      ]) {
        expect([name, (first.get(name) ?? 0) > 180, (first.get(name) ?? 9_999) < 770]).toEqual([name, true, true]);
      }
      expect(spoke(seen).grade).toBe('red');
    },
  );

  it.each(SEEDS)('normal raises nothing (seed %s)', (seed) => {
    const judged = (enterprise: string, speed: number) =>
      keys(judgeSite({ registry: of(enterprise), packs, scenario: 'normal', seconds: 1_500, speed, seed }));
    expect([...judged('sy-fine', 1), ...judged('sy-stone', 1_440)]).toEqual([]);
  });
});
