// Cases of packs: a story that comes out otherwise is told with its place, the instant, what was expected and what was seen; a
// case that cannot be played says why. Whoever writes packs finds his way by these words alone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plantOf } from '../../src/app/cases/plant.ts';
import { Play } from '../../src/app/cases/play.ts';
import { failedCases, loadPacks, shippedPacks } from '../../src/app/seeds.ts';
import { openAlerts } from '../../src/engine/describe.ts';
import { newOut } from '../../src/engine/effect.ts';
import { tickBefore } from '../../src/engine/grid.ts';
import { step } from '../../src/engine/step.ts';
import { durationOf } from '../../src/rules/packs/cases-definition.ts';
import { NOWHERE } from '../../src/rules/packs/told.ts';
import { temporaryDirectory } from '../support/servers.ts';

const HEAD = `id: small
name: 小包
version: 1.0.0
sourceKinds:
  - { kind: tank_farm, name: 罐区, nameEn: tank farm, industry: chemical, alarmClass: normal }
pointTypes:
  - type: gas
    name: 可燃气体
    nameEn: gas
    unit: '%{LEL}'
    hazard: flammable-gas
    value: number
    intervalMs: 10000
    limits: { H: 25, HH: 50 }
    deadband: 1
    onDelayMs: 0
    offDelayMs: 60000
    response: process
    persistenceMs: 600000
    responseMs: 900000
    basis: { source: GB/T 50493, mark: V }
    consequence: 爆炸
    action: 核实
  - type: pump
    name: 泵
    nameEn: pump
    unit: ''
    hazard: equipment
    value: boolean
    intervalMs: null
    response: process
    persistenceMs: 600000
    responseMs: 900000
    basis: { source: 现场, mark: OURS }
  - type: gas_share
    name: 比值
    nameEn: share
    unit: '%{LEL}'
    hazard: flammable-gas
    value: number
    intervalMs: null
    derive: { inputs: { head: { value: number, unit: '%{LEL}' } }, expression: head * 2.0 }
    response: process
    persistenceMs: 600000
    responseMs: 900000
    basis: { source: 现场, mark: OURS }
cases:
`;
const HEAD_LINES = HEAD.split('\n').length - 1;

/** What is told of a pack with these cases; `@n` instead of the line, counted from `cases:`. */
function told(cases: string): string[] {
  const folder = temporaryDirectory('packs');
  writeFileSync(join(folder, 'small.yaml'), HEAD + cases);
  const loaded = loadPacks(folder);
  const errors = loaded.errors.length > 0 ? loaded.errors : failedCases(loaded);
  return errors.map((error) =>
    error.replace(/^small.yaml: line (\d+), column \d+: /, (_all, line) => `@${Number(line) - HEAD_LINES} `),
  );
}

const ONE = `  - name: one
    source: { kind: tank_farm, level: 3 }
    points:
      GD-1: { type: gas, series: 5x6 26x6 55x6 }
      PUMP: { type: pump, series: true@10s }
      X: { type: gas_share, inputs: { head: GD-1 } }
    expect:
`;

describe('a case that holds', () => {
  it('says nothing, whatever of it is looked at', () => {
    const expected = [
      'at: 50s, grade: none, coverage: none, device: [], alerts: 0, quality: { GD-1: good, PUMP: good }',
      'at: 5s, quality: { PUMP: never-seen }, value: { GD-1: 5, X: 10 }',
      'at: 1m, grade: yellow, points: [GD-1], level: { GD-1: H }, rules: { GD-1: [limits-high] }, state: unacknowledged',
      'at: 2m, grade: orange, hazard: flammable-gas, level: { GD-1: HH }, value: { GD-1: [54, 56], PUMP: true }',
      // Three intervals after the last reading it is stale, after ten offline; the alarm stands.
      'at: 3m30s, quality: { GD-1: stale }, grade: orange',
      'at: 10m, quality: { GD-1: offline }, grade: orange, device: [~gw1 silent], coverage: orange',
    ];
    expect(told(`${ONE}${expected.map((one) => `      - { ${one} }\n`).join('')}`)).toEqual([]);
  });

  it('is played with what people and gateways do', () => {
    const story = `  - name: away
    source: { kind: tank_farm, level: 3 }
    points:
      GD-1: { type: gas, series: 26x60 }
      GD-2: { type: gas, gateways: [gw2], series: 5x60 }
    offline: { gw2: [2m, 5m] }
    acts: [{ at: 1m, do: acknowledge }]
    expect:
      - { at: 50s, grade: yellow, state: unacknowledged }
      - { at: 1m, grade: yellow, state: acknowledged }
      - { at: 2m10s, device: [~gw2 offline] }
      - { at: 6m10s, device: [], quality: { GD-2: good } }
`;
    expect(told(story)).toEqual([]);
  });
});

describe('a case that comes out otherwise', () => {
  it('is told with the line, the instant, what was expected, what was seen and why', () => {
    const expected = [
      'at: 50s, grade: yellow',
      'at: 1m, grade: yellow, points: [PUMP], steps: [trend], floor: f, state: acknowledged',
      'at: 2m, level: { GD-1: H }, value: { X: 12 }, quality: { GD-1: bad }, rules: { GD-1: [] }, alerts: 2',
      'at: 2m, device: [GD-1 silent], coverage: red',
    ];
    const seen = 'yellow flammable-gas, unacknowledged: GD-1 limits-high H 26; base 2';
    const at2 = 'orange flammable-gas, unacknowledged: GD-1 limits-high HH 55; base 3';
    const now = 'value 55, good, HH by limits-high';
    expect(told(`${ONE}${expected.map((one) => `      - { ${one} }\n`).join('')}`)).toEqual([
      '@8 case one: at 50s: grade: yellow expected, none found: no alert',
      `@9 case one: at 1m: points: PUMP is not in it: ${seen}`,
      `@9 case one: at 1m: steps: trend does not count: ${seen}`,
      `@9 case one: at 1m: floor: f is not what gives the grade: ${seen}`,
      '@9 case one: at 1m: state: acknowledged expected, unacknowledged found',
      `@10 case one: at 2m: level: GD-1: H expected, HH found (${now})`,
      '@10 case one: at 2m: value: X: 12 expected, 110 found (value 110, good, none by none)',
      `@10 case one: at 2m: quality: GD-1: bad expected, good found (${now})`,
      `@10 case one: at 2m: rules: GD-1: none expected, limits-high found (${now})`,
      `@10 case one: at 2m: alerts: 2 expected, 1 found: ${at2}`,
      '@11 case one: at 2m: device: GD-1 silent does not stand: none',
      '@11 case one: at 2m: coverage: red expected, none found: no alert',
    ]);
  });
});

describe('a case that cannot be played', () => {
  it('tells everything that is wrong in its form, each with its line', () => {
    const story = `  - name: one
    source: { knd: tank_farm }
    points:
      GD-1: { type: gas, series: 5y6 26x3~fine 5@soon true+1 }
    expect:
      - { at: soon, grade: yellow }
      - { at: 1m }
      - { at: 1m, points: [GD-1] }
      - { at: 1m, grade: purple }
    extra: 1
`;
    expect(told(story)).toEqual([
      '@2 cases[0] one: source.kind: is missing',
      expect.stringMatching(
        /^@4 cases\[0\] one: points.GD-1.series: "5y6" is no piece of a series: value, value x count/,
      ),
      expect.stringMatching(/^@4 .*"26x3~fine": fine is no quality; there are good, uncertain, bad/),
      expect.stringMatching(/^@4 .*"5@soon" is no piece|^@4 .*"soon" is no time like 90s/),
      expect.stringMatching(/^@4 .*"true\+1": only a number rises or falls/),
      expect.stringMatching(/^@6 .*expect.0.at: "soon" is no time like 90s, 5m10s or 2d/),
      expect.stringMatching(/^@7 .*says when and not what/),
      expect.stringMatching(/^@8 .*points, floor, steps and state are of an alert/),
      expect.stringMatching(/^@9 .*expect.3.grade: Invalid option/),
      expect.stringMatching(/^@10 cases\[0\] one: Unrecognized key: "extra"/),
    ]);
  });

  it('tells what a registry could not state either, where it stands in the case', () => {
    const story = `  - name: one
    source: { kind: tank_fram }
    points:
      GD-1: { type: gsa, series: 5 }
      GD-2: { type: gas, series: 5, limits: { H: 30 } }
      GD-3: { type: gas, series: 5, colour: red }
      X: { type: gas_share, inputs: { head: GD-9 } }
    expect: [{ at: 1m, grade: none }]
`;
    expect(told(story).map((words) => words.slice(0, 70))).toEqual([
      '@2 source case/source: no pack has the kind tank_fram; near it: tank_f',
      '@4 point case/GD-1: no pack has the type gsa; near it: gas',
      '@5 point case/GD-2: limits.H 30 (pack 25): looser than the pack, which',
      '@6 points[2] case/GD-3: Unrecognized key: "colour"',
      '@7 point case/X: inputs.head: point case/GD-9 is not in this file; nea',
    ]);
  });

  it('names what is looser than the pack, points that are not there, series that nobody sends', () => {
    const bad = (points: string, expected: string): string => `  - name: one
    source: { kind: tank_farm }
    points: { ${points} }
    expect: [{ at: 1m, ${expected} }]
`;
    expect(told(bad('GD-1: { type: gas, limits: { H: 30 }, reason: 现场, series: 5 }', 'grade: none'))[0]).toBe(
      '@1 case one: case/GD-1: limits-high.H is looser than the pack: it would wait for a second person, and is not in force',
    );
    expect(told(bad('GD-1: { type: gas, series: 5 }', 'level: { GD-2: none }'))).toEqual([
      '@4 case one: there is no point GD-2; there are GD-1',
    ]);
    expect(
      told(
        bad('GD-1: { type: gas, series: 5 }, X: { type: gas_share, inputs: { head: GD-1 }, series: 5 }', 'grade: none'),
      ),
    ).toEqual(['@3 point X: series: gas_share is derived, nobody sends it']);
    expect(told(bad('P: { type: pump, series: true false }', 'grade: none'))).toEqual([]);
    expect(told(bad('P: { type: pump, series: true x3 }', 'grade: none'))[0]).toMatch(/"x3" is no piece of a series/);
    expect(told(bad('P: { type: pump, series: truex3 }', 'grade: none'))).toEqual([
      '@3 point P: series: of a point that speaks on change, say every',
    ]);
  });
});

describe('the time of a case', () => {
  it.each([
    ['0s', 0],
    ['90s', 90_000],
    ['5m10s', 310_000],
    ['1d2h3m4s', 93_784_000],
    ['', undefined],
    ['5', undefined],
    ['5s1m', undefined],
  ])('%s', (words, ms) => {
    expect(durationOf(words)).toBe(ms);
  });

  it('passes over ticks at which nothing is due, and it is as if each had been folded', () => {
    const { packs } = loadPacks(shippedPacks());
    class EveryTick extends Play {
      override passTo(at: number): void {
        const until = this.state.at === 0 ? 0 : this.beginsAt + at;
        for (let tick = tickBefore(this.state, until); tick !== undefined; tick = tickBefore(this.state, until))
          step(this.state, this.state.n + 1, tick, newOut());
      }
      beginsAt = 0;
    }
    for (const story of packs.flatMap(({ cases }) => cases)) {
      const built = plantOf(story, packs, NOWHERE, []);
      if (!built.ok) throw new Error(built.errors.join());
      const seen = [Play, EveryTick].map((Kind) => {
        const play = new Kind(1_000_000_000_000);
        if (play instanceof EveryTick) play.beginsAt = 1_000_000_000_000;
        play.register(built.plant.change);
        for (const reading of built.plant.sent.filter(({ at }) => at < 3 * 3_600_000))
          play.readings(0, [reading], reading.at);
        play.passTo(4 * 3_600_000);
        return openAlerts(play.state).map(({ id: _id, seq: _seq, worsenedSeq: _worse, ...alert }) => alert);
      });
      expect(seen[0]).toEqual(seen[1]);
    }
  });
});
