// Packs and registry files: what is refused, that all of it is told at once, and what a point becomes.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { placesIn } from '../../src/app/yaml-text.ts';
import type { Pack, PackType } from '../../src/rules/packs/definition.ts';
import { readPack, readRegistryFile } from '../../src/rules/packs/definition.ts';
import { duplicateTypes, resolvePoint, resolveRegistry } from '../../src/rules/packs/resolve.ts';
import { resolveSource, sourceClass } from '../../src/rules/packs/source.ts';

const level: PackType = {
  type: 'tank_level_pct',
  name: '储罐液位',
  nameEn: 'tank level',
  unit: '%',
  hazard: 'overfill',
  value: 'number',
  intervalMs: 10_000,
  limits: { LL: 10, L: 15, H: 85, HH: 90 },
  deadband: 1,
  onDelayMs: 5_000,
  offDelayMs: 60_000,
  response: 'process',
  persistenceMs: 600_000,
  responseMs: 900_000,
  floors: [{ id: 'two', level: 'HH', points: 2, grade: 'red', basis: { source: 's', mark: 'OURS' } }],
  basis: { source: 'AQ 3036-2010', mark: 'M' },
  consequence: 'spill',
  action: 'stop the inflow',
};
const button: PackType = {
  ...level,
  type: 'manual_call',
  unit: '',
  value: 'boolean',
  intervalMs: null,
  limits: undefined,
  deadband: undefined,
  criticalWhen: true,
};
const sourceKinds: Pack['sourceKinds'] = [
  { kind: 'tank_farm', name: '罐区', nameEn: 'farm', industry: 'chemical', alarmClass: 'normal' },
  { kind: 'tailings_pond', name: '尾矿库', nameEn: 'pond', industry: 'mine', alarmClass: 'raised' },
];
const head = { id: 'chemical', name: 'c', version: '1.0.0', sourceKinds, unsupported: [], cases: [] };
const pack: Pack = { ...head, pointTypes: [level, button] };
const AROUND = { packs: [pack], hashSecret: String };
const point = { id: 'yt-chem/LT-1', source: 'yt-chem/farm', gateways: ['gw1'], type: 'tank_level_pct', name: 'LT-1' };
const errorsOf = (changes: object): readonly string[] =>
  readPack({ ...pack, pointTypes: [{ ...level, ...changes }] }).errors;

describe('a pack', () => {
  it('is read as it is written', () => {
    expect(readPack(JSON.parse(JSON.stringify(pack)))).toMatchObject({
      value: JSON.parse(JSON.stringify(pack)),
      errors: [],
    });
  });

  it.each([
    [{ limts: {} }, 'Unrecognized key: "limts"'],
    [{ hazard: 'weather' }, 'hazard: Invalid option'],
    [{ limits: { L: 90, H: 85 } }, 'limits: L 90 must be below H 85'],
    [{ limits: { H: 85, HH: 85 } }, 'limits: H 85 must be below HH 85'],
    [{ deadband: 5 }, 'deadband: 5 reaches from one limit to the next (LL 10 and L 15)'],
    [{ preBand: 35 }, 'preBand: 35 leaves no normal range between L 15 and H 85'],
    [{ span: { min: 5, max: 5 } }, 'span: min 5 must be below max 5'],
    [{ criticalWhen: true }, 'criticalWhen: only a boolean point has it'],
    [{ action: undefined }, 'action: an alarm must say what the operator does'],
    [
      { rateOfChange: { windowMs: 20_000, perMinute: 1, direction: 'up' } },
      'rateOfChange.windowMs: must hold 3 samples',
    ],
    [{ forecast: { windowMs: 80_000, minR2: 0.7 } }, 'forecast.windowMs: must hold 9 samples'],
    [{ value: 'boolean' }, 'limits: a boolean point has none'],
    [{ onDelayMs: -1 }, 'onDelayMs: Too small'],
    [{ basis: { source: 's', mark: 'X' } }, 'basis.mark: Invalid option'],
  ])('is refused with %o', (changes, message) => {
    const errors = errorsOf(changes);
    expect(errors.join('\n')).toContain(`pointTypes[0] tank_level_pct: ${message}`);
  });

  it('tells every error at once, each with its item', () => {
    const { errors } = readPack({
      id: 'X',
      name: 'x',
      version: '1',
      extra: 1,
      pointTypes: [{}, { ...level, unit: 7 }],
    });
    expect(errors.length).toBeGreaterThan(12);
    expect(errors.some((error) => error.startsWith('pointTypes[1] tank_level_pct: unit'))).toBe(true);
    expect(errors).toContain('Unrecognized key: "extra"');
  });

  it('tells what does not fit together also where a field is missing or cannot be read', () => {
    const derive = { inputs: { head: { value: 'boolean', unit: '' } }, expression: 'head + 1.0 > 2.0' };
    const errors = errorsOf({
      basis: undefined,
      hazard: 'weather',
      limits: { H: 90, HH: 85 },
      action: undefined,
      derive,
    }).join('\n');
    for (const part of [
      'basis: is missing',
      'hazard: Invalid option',
      'limits: H 90 must be below HH 85',
      'action: an',
    ])
      expect(errors).toContain(`pointTypes[0] tank_level_pct: ${part}`);
    expect(errors).toContain('derive.expression: column 1 "head + 1.0"');
    // What cannot be read is not taken for what is not there.
    expect(errorsOf({ step: 'breadth', derive: 7 }).join('\n')).not.toContain('only what is derived');
  });

  it('shares no type and no kind with another pack', () => {
    expect(duplicateTypes([pack, { ...pack, id: 'other', pointTypes: [level] }])).toEqual([
      'pack other: type tank_level_pct is stated twice',
      'pack other: kind tank_farm is stated twice',
      'pack other: kind tailings_pond is stated twice',
    ]);
  });
});

describe('a registry point', () => {
  const resolved = (changes: object, type = level) => resolvePoint({ ...point, ...changes }, type);

  it('takes from its type what it does not state', () => {
    expect(resolved({ limits: { H: 80 }, transmitter: 'TX-1' })).toMatchObject({
      ok: true,
      point: {
        id: 'yt-chem/LT-1',
        enterprise: 'yt-chem',
        tag: 'LT-1',
        valueKind: 'number',
        onDelayMs: 5_000,
        latching: false,
        transmitter: 'TX-1',
        rules: [
          { id: 'limits-high', kind: 'limits-high', H: 80, HH: 90, deadband: 1 },
          { id: 'limits-low', kind: 'limits-low', L: 15, LL: 10, deadband: 1 },
        ],
        floors: [{ level: 3, grade: 4, points: 2 }],
        basis: { source: 'AQ 3036-2010', mark: 'M' },
      },
    });
    expect(resolved({}, button)).toMatchObject({
      ok: true,
      point: { rules: [{ kind: 'boolean', criticalWhen: 1 }], intervalMs: null, unit: '' },
    });
  });

  it.each<[object, string, object?]>([
    [{ limits: { H: 88 } }, 'limits.H 88 (pack 85)'],
    [{ limits: { L: 12 } }, 'limits.L 12 (pack 15)'],
    [{ limits: { HH: null } }, 'limits.HH off (pack 90)'],
    [{ onDelayMs: 6_000 }, 'onDelayMs 6000 (pack 5000)'],
    [{ offDelayMs: 0 }, 'offDelayMs 0 (pack 60000)'],
    [{ persistenceMs: 900_000 }, 'persistenceMs 900000 (pack 600000)'],
    [{ responseMs: 60_000 }, 'responseMs 60000 (pack 900000)'],
    [{ response: 'process' }, 'response process (pack geotechnical)', { response: 'geotechnical' as const }],
    [{ plausible: { min: 0, max: 20 } }, 'plausible {"min":0,"max":20} (pack off)'],
    [{ deadband: 0 }, 'deadband 0 (pack 1)'],
    [
      { rateOfChange: { windowMs: 120_000, perMinute: 300, direction: 'up' } },
      'rateOfChange.perMinute 300 (pack 3)',
      { rateOfChange: { windowMs: 120_000, perMinute: 3, direction: 'up' } },
    ],
    [
      { forecast: { windowMs: 600_000, minR2: 0.999 } },
      'forecast.minR2 0.999 (pack 0.7)',
      { forecast: { windowMs: 600_000, minR2: 0.7 } },
    ],
    [{ preBand: null }, 'preBand off (pack 2)', { preBand: 2 }],
    [
      { forecast: null },
      'forecast off (pack {"windowMs":600000,"minR2":0.7})',
      { forecast: { windowMs: 600_000, minR2: 0.7 } },
    ],
  ])('may be looser with a reason only: %o', (changes, words, more = {}) => {
    const type = { ...level, ...more };
    expect(resolved(changes, type)).toEqual({
      ok: false,
      errors: [`point yt-chem/LT-1: ${words}: looser than the pack, which needs a reason`],
    });
    expect(resolved({ ...changes, reason: 'designed for it' }, type)).toMatchObject({
      ok: true,
      point: { basis: { source: 'AQ 3036-2010; designed for it' } },
    });
  });

  it('states a basis of its own, not verified unless it says so', () => {
    expect(resolved({ basis: 'design file' })).toMatchObject({
      point: { basis: { source: 'design file', mark: 'M' } },
    });
    const verified = { source: 'design file', mark: 'V' };
    expect(resolved({ basis: verified })).toMatchObject({ point: { basis: verified } });
  });

  it('must make sense after merging', () => {
    expect(resolved({ limits: { H: 9 } })).toMatchObject({ ok: false });
    expect(resolved({ source: 'other/farm' })).toEqual({
      ok: false,
      errors: ['point yt-chem/LT-1: source: other/farm is of another enterprise'],
    });
  });
});

describe('a source class', () => {
  const source = { id: 'e/s', name: 's', kind: 'k', observers: {} };
  const pond = {
    kind: 'tailings_pond',
    name: '尾矿库',
    nameEn: 'pond',
    industry: 'mine',
    alarmClass: 'raised',
  } as const;
  const kinds = new Map([[pond.kind as string, pond]]);
  it.each([
    [{ level: 1 as const }, 'A'],
    [{ level: 2 as const }, 'B'],
    [{ level: 3 as const }, 'B'],
    [{ level: 4 as const }, 'C'],
    [{}, 'C'],
    [{ kind: 'tailings_pond' }, 'B'],
    [{ kind: 'tailings_pond', level: 4 as const }, 'C'],
    [{ overhead: true, level: 4 as const }, 'A'],
    [{ outburst: true }, 'A'],
    [{ highConsequence: true }, 'A'],
    [{ slopeHeightM: 201 }, 'A'],
    [{ slopeHeightM: 200 }, 'C'],
    [{ flags: ['slope-over-200m' as const] }, 'A'],
    [{ flags: ['ammonia-direct-evaporation' as const], level: 4 as const }, 'B'],
    [{ level: 1 as const, alarmClass: 'raised' as const }, 'B'],
    [{ level: 1 as const, class: 'B' as const }, 'B'],
    [{ level: 1 as const, class: 'D' as const }, 'C'],
  ])('of %o is %s', (attributes, expected) => {
    expect(sourceClass({ ...source, ...attributes }, kinds)).toBe(expected);
  });

  it('and industry come from the kind, where nothing else is stated', () => {
    const pond = { ...source, kind: 'tailings_pond' };
    expect(resolveSource(pond, kinds)).toMatchObject({ enterprise: 'e', class: 'B', industry: 'mine' });
    expect(resolveSource({ ...pond, industry: 'water' }, kinds)).toMatchObject({ industry: 'water' });
    expect(resolveSource(source, kinds).industry).toBeUndefined();
  });
});

describe('what a source is said to be', () => {
  const stated = {
    id: 'e/s',
    name: 's',
    kind: 'tailings_pond',
    flags: ['no-operator', 'idle-over-3-years'],
    downstreamPopulation: 0,
    filing: { state: 'filed', number: 'BA3209' },
    assessmentDue: '2027-06-30',
    pondSafety: 'unsafe',
  };
  const resolved = (source: object, more: object = {}) =>
    resolveRegistry({ sources: [{ ...stated, ...source }], ...more }, AROUND);

  it('is kept as it was stated; nobody downstream is another thing than not known', () => {
    expect(resolved({})).toMatchObject({ ok: true, warnings: [], change: { sources: [stated] } });
    const { downstreamPopulation: _left, ...unknown } = stated;
    const read = resolveRegistry({ sources: [unknown] }, AROUND);
    expect(read.ok && 'downstreamPopulation' in read.change.sources[0]).toBe(false);
  });

  it('in the letters of earlier files is read, with a word of what to write now', () => {
    expect(resolved({ class: 'A', overhead: true })).toMatchObject({
      ok: true,
      warnings: ['source e/s: class with a letter was read as alarmClass highest; write that'],
      change: { sources: [{ class: 'A', flags: ['no-operator', 'idle-over-3-years', 'overhead'] }] },
    });
  });

  it('in words that nobody knows is refused', () => {
    for (const wrong of [{ flags: ['leaking'] }, { pondSafety: '病' }, { industry: 'space' }, { alarmClass: 'A' }])
      expect(resolved(wrong)).toMatchObject({ ok: false });
    for (const wrong of [{ assessmentDue: 'soon' }, { downstreamPopulation: -1 }, { flags: ['outburst', 'outburst'] }])
      expect(resolved(wrong)).toMatchObject({ ok: false });
  });

  it('and whom else it concerns: divisions outside its own, and enterprises', () => {
    const links = [
      { from: 'e/s', to: '320922', kind: 'downstream' },
      { from: 'e/s', to: 'neighbour-chem', kind: 'neighbour' },
    ];
    expect(resolved({}, { links })).toMatchObject({ ok: true, change: { links } });
    const wrong = resolved({}, { links: [links[0], links[0], { ...links[1], kind: 'friend' }] });
    expect(wrong.ok ? [] : wrong.errors).toHaveLength(2);
  });
});

describe('a registry file', () => {
  const file = {
    divisions: [{ code: '320921-p01', name: '园区' }],
    enterprises: [{ id: 'yt-chem', name: '盐通化工', division: '320921-p01', siteSecret: 'a-long-site-secret' }],
    sources: [{ id: 'yt-chem/farm', name: '罐区', kind: 'tank_farm', level: 1, observers: { 'flammable-gas': 2 } }],
    gateways: [{ id: 'gw1', enterprise: 'yt-chem', secret: 'a-long-secret' }],
    points: [point],
  };

  it('becomes one change; secrets are hashed', () => {
    const resolved = resolveRegistry(file, { packs: [pack], hashSecret: (secret) => `hash of ${secret.length}` });
    expect(resolved).toMatchObject({
      ok: true,
      change: {
        enterprises: [{ contacts: [], siteSecretHash: 'hash of 18' }],
        sources: [{ enterprise: 'yt-chem', class: 'A', observers: { 'flammable-gas': 2 } }],
        gateways: [{ id: 'gw1', enterprise: 'yt-chem', secretHash: 'hash of 13' }],
        points: [{ id: 'yt-chem/LT-1' }],
      },
    });
    expect(JSON.stringify(resolved)).not.toMatch(/a-long-secret|a-long-site-secret/);
  });

  it('is all or nothing, with every error of shape, type and figures at once', () => {
    const bad = {
      ...file,
      gateways: [{ id: 'alerts', enterprise: 'yt-chem', secret: 'x' }],
      points: [
        point,
        point,
        { ...point, id: 'yt-chem/B', type: 'none' },
        { ...point, id: 'no-slash' },
        { ...point, x: 1 },
      ],
      rules: [{ id: 'yt-chem/r', kind: 'composite' }],
    };
    const resolved = resolveRegistry(bad, AROUND);
    const text = resolved.ok ? '' : resolved.errors.join('\n');
    for (const part of [
      'gateways[0] alerts: id: is reserved',
      'gateways[0] alerts: secret:',
      'point yt-chem/LT-1: stated twice',
      'point yt-chem/B: no pack has the type none',
      'points[3] no-slash: id: must be {enterprise}/{tag}',
      'points[4] yt-chem/LT-1: Unrecognized key: "x"',
      'rules: no rule kind',
    ]) {
      expect(text).toContain(part);
    }
  });

  it.each([null, 7, [], 'text'])('that is %o is refused', (data) => {
    expect(readRegistryFile(data).errors.length).toBeGreaterThan(0);
  });
});

it('a wrong expression of a pack is told with the line it stands in, and the column within it', () => {
  const text = [
    'id: dust',
    'name: 粉尘',
    'version: 1.0.0',
    'pointTypes:',
    '  - type: dust_risk',
    '    name: 除尘停运',
    '    nameEn: fan off while producing',
    "    unit: ''",
    '    hazard: dust',
    '    value: boolean',
    '    intervalMs: null',
    '    derive:',
    '      inputs: { fan: { value: boolean } }',
    '      expression: "!fann"',
    '    criticalWhen: true',
    '    onDelayMs: 0',
    '    offDelayMs: 0',
    '    response: process',
    '    persistenceMs: 600000',
    '    responseMs: 900000',
    '    basis: { source: 举例, mark: OURS }',
    '    consequence: 粉尘积聚',
    '    action: 停产',
  ].join('\n');
  expect(readPack(parse(text), placesIn(text)).errors).toEqual([
    expect.stringMatching(
      /^line 14, column \d+: .*derive.expression: column 2 "fann": there is no input fann.*没有名为 fann/,
    ),
  ]);
});
