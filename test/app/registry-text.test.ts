// A registry file as a newcomer writes it, with the slips of a first evening: every one of them is told in one round, where it
// stands and what to write instead.
import { describe, expect, it } from 'vitest';
import type { Registered } from '../../src/app/seeds.ts';
import { loadPacks, NOTHING_REGISTERED, resolveRegistryText, shippedPacks } from '../../src/app/seeds.ts';

const { packs } = loadPacks(shippedPacks());

async function errorsOf(text: string, registered: Registered = NOTHING_REGISTERED): Promise<readonly string[]> {
  const resolved = await resolveRegistryText(text, packs, registered);
  return resolved.ok ? [] : resolved.errors;
}

const RIGHT = `
divisions:
  - { code: "320921", name: 响水县 }
enterprises:
  - { id: my-chem, name: 示例化工, division: "320921" }
sources:
  - { id: my-chem/farm-1, name: 一号罐区, kind: tank_farm, level: 2 }
gateways:
  - { id: gw1, enterprise: my-chem, secret: gateway-secret-1 }
points:
  - { id: my-chem/GD-1, source: my-chem/farm-1, gateways: [gw1], type: gas_lel, name: GD-1 }
`;

it('is told, by name, which band learns nothing because its stretch is past, and not of one that has learned it', async () => {
  const band = 'band: { from: 2026-01-01T00:00:00Z, to: 2026-02-01T00:00:00Z }';
  const text = RIGHT.replace('name: GD-1 }', `name: GD-1, ${band} }`);
  const warned = async (now: string | undefined, learned: readonly string[] = []) => {
    const at = now === undefined ? undefined : Date.parse(now);
    const registered = { ...NOTHING_REGISTERED, now: at, learned: new Set(learned) };
    const resolved = await resolveRegistryText(text, packs, registered);
    return resolved.ok ? resolved.warnings : resolved.errors;
  };
  expect(await warned('2026-01-15T00:00:00Z')).toEqual([]);
  expect(await warned('2026-03-01T00:00:00Z')).toEqual([
    expect.stringMatching(/^point my-chem\/GD-1: band\.to: is past/),
  ]);
  expect(await warned('2026-03-01T00:00:00Z', ['my-chem/GD-1 band'])).toEqual([]);
  // A recording that is replayed is past as a whole.
  expect(await warned(undefined)).toEqual([]);
});

describe('a registry file', () => {
  it('that is right has no errors', async () => {
    expect(await errorsOf(RIGHT)).toEqual([]);
  });

  it('tells every error in one round, each with its place and what is near the name nobody knows', async () => {
    const text = `
divisions:
  - { code: "320921", name: 响水县 }
enterprises:
  - { id: my-chem, name: 示例化工, division: "320912" }
sources:
  - { id: my-chem/farm-1, name: 一号罐区, kind: tank_frm, level: 5 }
gateways:
  - { id: gw1, enterprise: my-chem, secret: short }
points:
  - { id: my-chem/GD-1, source: my-chem/farm-l, gateways: [gw1, gw2], type: gas_lell, name: GD-1 }
  - { id: my-chem/GD-2, source: my-chem/farm-1, gateways: [gw1], type: gas_lel, name: GD-2, limts: {}, limits: { H: 90 } }
  - { id: my-chem/GD-3, source: my-chem/farm-1, gateways: [gw1], type: gas_lel, onDelayMs: "5" }
links:
  - { from: my-chem/farm-2, to: "320922", kind: downstream }
`;
    const errors = await errorsOf(text);
    for (const part of [
      'line 5, column 42: enterprise my-chem: division 320912 is not in this file; near it: 320921',
      'line 7, column 45: source my-chem/farm-1: no pack has the kind tank_frm; near it: tank_farm',
      'sources[0] my-chem/farm-1: level: must be 1, 2, 3 or 4',
      'gateways[0] gw1: secret: ',
      'line 11, column 33: point my-chem/GD-1: source my-chem/farm-l is not in this file; near it: my-chem/farm-1',
      'line 11, column 65: point my-chem/GD-1: gateway my-chem/gw2 is not in this file',
      'point my-chem/GD-1: no pack has the type gas_lell; near it: gas_lel',
      'points[1] my-chem/GD-2: Unrecognized key: "limts"; near it: limits',
      'point my-chem/GD-2: limits: H 90 must be below HH 50',
      'points[2] my-chem/GD-3: name: is missing',
      'points[2] my-chem/GD-3: onDelayMs: "5" is a text, a number is expected: write 5, without quotes',
      'line 15, column 13: link my-chem/farm-2 downstream 320922: source my-chem/farm-2 is not in this file',
      'division 320922 is not in this file',
    ])
      expect(errors.join('\n')).toContain(part);
    // The gateway has an error of its own: it is not also missing.
    expect(errors.join('\n')).not.toContain('gw1 is not in this file');
    expect(errors.map((error) => Number(/\d+/.exec(error)?.[0]))).toEqual([
      5, 7, 7, 9, 11, 11, 11, 12, 12, 12, 13, 13, 15, 15,
    ]);
    for (const error of errors) expect(error).toMatch(/^line \d+, column \d+: /);
  });

  it('may name what is registered already', async () => {
    const more = 'points:\n  - { id: e/P-2, source: e/s, gateways: [gw1], type: gas_lel, name: P-2 }\n';
    const names = { divisions: ['32'], enterprises: ['e'], sources: ['e/s'], gateways: ['e/gw1'] };
    expect(await errorsOf(more, { secrets: new Map(), names })).toEqual([]);
    expect(await errorsOf(more.replace('e/s,', 'e/z,'), { secrets: new Map(), names })).toEqual([
      'line 2, column 26: point e/P-2: source e/z is neither in this file nor registered; near it: e/s',
    ]);
  });

  it('JSON has places too', async () => {
    const json = '{\n  "points": [\n    {"id": "e/P-2", "type": 7}\n  ]\n}';
    expect((await errorsOf(json)).join('\n')).toContain(
      'line 3, column 29: points[0] e/P-2: type: 7 without quotes is read as a number, a text is expected: write "7"',
    );
  });

  it('that is wrong throughout is told to its thousandth error', async () => {
    const errors = await errorsOf(`points:\n${'  - { type: none }\n'.repeat(2_000)}`);
    expect(errors).toHaveLength(1_001);
    expect(errors.at(-1)).toMatch(/^and \d+ errors more$/);
  });
});

describe('a slip in the writing', () => {
  it.each([
    [
      'a division code without quotes',
      RIGHT.replace('code: "320921"', 'code: 320921'),
      'line 3, column 13: divisions[0]: code: 320921 without quotes is read as a number, a text is expected: write "320921"',
    ],
    [
      'a code whose zeros would be lost',
      RIGHT.replace('code: "320921"', 'code: 032'),
      'code: 032 without quotes is read as a number, a text is expected: write "032"',
    ],
    [
      'a name that is read as a truth',
      RIGHT.replace('name: GD-1', 'name: true'),
      'line 11, column 87: points[0] my-chem/GD-1: name: true without quotes is read as a boolean, a text is expected: write "true"',
    ],
    ['a tab', 'points:\n\t- { id: a/b }\n', 'line 2, column 1: a tab stands where the line is indented: write spaces'],
    ['an empty file', '', 'the file is empty: begin with a section such as `points:`, and its items below it'],
    ['a file of comments', '# nothing yet\n', 'the file is empty: '],
    [
      'a list of points alone',
      '- { id: a/b }\n',
      'line 1, column 1: a list stands where keys are expected: begin with',
    ],
    ['a text alone', 'points\n', 'line 1, column 1: a single value stands where keys are expected: begin with'],
    [
      'keys where a list is expected',
      'points:\n  id: a/b\n',
      'line 2, column 3: points: a list is expected: each item on a line of its own that begins with "- "',
    ],
    [
      'a list where keys are expected',
      'points:\n  - - { id: a/b }\n',
      'line 2, column 5: points[0]: a list stands where keys are expected: write "key: value", without "- " before it',
    ],
    [
      'limits as a list',
      RIGHT.replace('name: GD-1', 'name: GD-1, limits: [20, 40]'),
      'points[0] my-chem/GD-1: limits: a list stands where keys are expected',
    ],
    ['a section twice', 'points: []\npoints: []\n', 'line 2, column 1: this key stands here a second time'],
    ['a section that is left empty', 'points:\n', 'points: a list is expected'],
  ])('%s', async (_, text, words) => {
    expect((await errorsOf(text)).join('\n')).toContain(words);
  });
});

describe('the packs in force', () => {
  it('are those of the folder that are named, and nothing is registered of another', async () => {
    const { packs: chosen, errors } = loadPacks({ folder: shippedPacks(), only: ['coal-mine'] });
    expect([chosen.map(({ id }) => id), errors]).toEqual([['coal-mine'], []]);
    const point = { id: 'yt/GD-1', source: 'yt/farm', gateways: ['gw1'], type: 'gas_lel', name: 'GD-1' };
    const refused = await resolveRegistryText(JSON.stringify({ points: [point] }), chosen);
    expect(refused).toMatchObject({
      ok: false,
      errors: expect.arrayContaining([expect.stringContaining('no pack has the type gas_lel')]),
    });
  });

  it('that are not there are named, with what is near', () => {
    const folder = shippedPacks();
    expect(loadPacks({ folder, only: ['coal-mines', 'coal-mine'] }).errors).toEqual([
      `packs: ${folder} has no pack coal-mines; near it: coal-mine`,
    ]);
  });
});
