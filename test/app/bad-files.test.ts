// A pack or a registry that is wrong is told whole: every error at once, each with its file and line, and nothing is changed by it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failedCases, loadPacks, resolveRegistryText, shippedPacks } from '../../src/app/seeds.ts';
import { temporaryDirectory } from '../support/servers.ts';

const RIGHT = `id: own
name: 自有
version: 1.0.0
sourceKinds:
  - { kind: tank_farm, name: 罐区, nameEn: tank farm, industry: chemical, alarmClass: normal }
pointTypes:
`;

/** A type with everything it needs, and what a test states otherwise; `-` leaves a line out. */
function type(name: string, over: Readonly<Record<string, string>> = {}): string {
  const lines: Record<string, string> = {
    name: '名',
    nameEn: name,
    unit: 'm',
    hazard: 'slope',
    value: 'number',
    intervalMs: '60000',
    response: 'process',
    persistenceMs: '600000',
    responseMs: '900000',
    basis: '{ source: 现场, mark: OURS }',
    consequence: '后果',
    action: '处置',
    ...over,
  };
  const stated = Object.entries(lines).filter(([, value]) => value !== '-');
  return `  - type: ${name}\n${stated.map(([key, value]) => `    ${key}: ${value}\n`).join('')}`;
}

/** Where what a test marks with `#!` stands. */
const marked = (text: string): number[] => text.split('\n').flatMap((line, i) => (line.includes('#!') ? [i + 1] : []));

function toldOf(text: string): string[] {
  const folder = temporaryDirectory('packs');
  writeFileSync(join(folder, 'own.yaml'), text);
  const loaded = loadPacks(folder);
  return loaded.errors.length > 0 ? [...loaded.errors] : failedCases(loaded);
}

describe('a pack that is wrong', () => {
  it('tells all that is wrong in it in one round, each with its line', () => {
    const text =
      RIGHT +
      type('unknown_key', { colour: 'red #!' }) +
      type('no_basis #!', { basis: '-' }).replace('nameEn: no_basis #!', 'nameEn: n') +
      type('wrong_order', { limits: '{ H: 6, HH: 5 } #!' }) +
      type('wrong_unit', { hazard: 'toxic-gas', limits: '{ H: { oel: 71-43-2 } } #!' }) +
      type('boolean_with_limits', { value: 'boolean', unit: "''", intervalMs: 'null', limits: '{ H: 1 } #!' }) +
      type('cel_types', {
        intervalMs: 'null',
        derive: '{ inputs: { a: { value: boolean }, b: { value: number, unit: m } }, expression: a + b } #!',
      }) +
      type('cel_units', {
        intervalMs: 'null',
        derive: '{ inputs: { a: { value: number, unit: m }, b: { value: number, unit: s } }, expression: a + b } #!',
      }) +
      type('no_action', { limits: '{ H: 5 }', action: '- ' })
        .replace('    action: - \n', '')
        .replace('- type: no_action', '- type: no_action #!') +
      'cases:\n  - name: 一\n    source: { kind: tank_farm }\n    points: { P: { type: wrong_order, series: 5y3 #!\n      } }\n    expect: [{ at: 1m, grade: none }]\n';
    const told = toldOf(text);
    const lines = told.map((words) => Number(/^own.yaml: line (\d+), column \d+: /.exec(words)?.[1]));
    expect([...new Set(lines)]).toEqual(marked(text));
    const all = told.join('\n');
    expect(all).toContain('Unrecognized key: "colour"');
    expect(all).toMatch(/no_basis: basis: is missing/);
    expect(all).toMatch(/wrong_order: .*must be below/);
    expect(all).toMatch(/wrong_unit: limits.H: an exposure limit is a concentration: .* the unit is m$/m);
    expect(all).toMatch(/boolean_with_limits: limits: a boolean point has none/);
    expect(all).toMatch(/cel_types: derive.expression: /);
    expect(all).toMatch(/cel_units: derive.expression: /);
    expect(all).toMatch(/no_action: action: an alarm must say what the operator does/);
    expect(all).toMatch(/一: points.P.series: "5y3" is no piece of a series/);
  });

  it('tells a case that comes out otherwise like any other error', () => {
    const story =
      '  - name: 一\n    source: { kind: tank_farm }\n    points: { P: { type: height, series: 5x3 } }\n    expect:\n      - { at: 1m, grade: red } #!\n';
    const text = `${RIGHT}${type('height', { limits: '{ H: 5 }' })}cases:\n${story}`;
    expect(toldOf(text)).toEqual([
      expect.stringMatching(
        new RegExp(`^own.yaml: line ${marked(text)[0]}, .*case 一: at 1m: grade: red expected, yellow found`),
      ),
    ]);
  });
});

describe('a registry that is wrong', () => {
  it('tells all that is wrong in it in one round, each with its line', async () => {
    const text = `divisions: [{ code: "320921", name: 响水县 }]
enterprises: [{ id: my, name: 示例, division: "320921" }]
sources:
  - { id: my/face, name: 面, kind: coal_face }
  - { id: my/else, name: 面, kind: coal_fase } #!
gateways: [{ id: gw1, enterprise: my, secret: gateway-secret-1 }]
points:
  - { id: my/T-1, source: my/face, gateways: [gw1], type: ch4_t1, name: T, colour: red } #!
  - { id: my/T-2, source: my/face, gateways: [gw1], type: ch4_t1, name: T, limits: { H: 2, HH: 1.5 } } #!
  - { id: my/T-3, source: my/face, gateways: [gw1], type: ch4_tt, name: T } #!
  - { id: my/T-4, source: my/face, gateways: [gw9], type: ch4_t1, name: T } #!
  - { id: my/T-5, source: my/face, gateways: [gw1], type: ch4_t1, name: T, limits: { H: 1.2 } } #!
  - { id: my/S-1, source: my/face, type: ch4_median, name: 中值, inputs: { heads: [S-2] } } #!
  - { id: my/S-2, source: my/face, type: ch4_median, name: 中值, inputs: { heads: [S-1] } } #!
  - { id: my/U-1, source: my/face, gateways: [gw1], type: temp_face, name: 温度 }
  - { id: my/S-3, source: my/face, type: ch4_median, name: 中值, inputs: { heads: [U-1] } } #!
`;
    const { packs } = loadPacks(shippedPacks());
    const resolved = await resolveRegistryText(text, packs);
    const errors = resolved.ok ? [] : resolved.errors;
    const lines = errors.map((words) => Number(/^line (\d+), column \d+: /.exec(words)?.[1]));
    expect([...new Set(lines)]).toEqual(marked(text));
    const all = errors.join('\n');
    expect(all).toContain('no pack has the kind coal_fase; near it: coal_face');
    expect(all).toContain('Unrecognized key: "colour"');
    expect(all).toMatch(/T-2: .*must be below/);
    expect(all).toContain('no pack has the type ch4_tt');
    expect(all).toContain('gateway my/gw9 is not in this file');
    expect(all).toMatch(/T-5: .*looser than the pack, which needs a reason/);
    expect(all).toMatch(/S-1.*(circle|itself)/);
    expect(all).toMatch(/S-3: inputs.heads: .*Cel/);
  });
});
