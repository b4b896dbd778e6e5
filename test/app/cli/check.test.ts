/** `fenghuo check`: what is wrong in configuration, packs and a registry, all of it at once and before anything is in force. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registryFile } from '../../support/build/registry-file.ts';
import { fenghuo } from '../../support/service.ts';
import { temporaryDirectory } from '../../support/temporary.ts';

describe('fenghuo check', () => {
  it('finds the shipped configuration, packs and registry good', async () => {
    const { code, stdout } = await fenghuo(['check']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/configuration: good\npacks: \d+ packs with \d+ point types, \d+ cases hold\n/);
    expect(stdout).toMatch(/^\S+registry.yaml: \d+ points$/m);
    expect(stdout).not.toContain('tank_level_pct: LL 10');
    // The cases of all packs are played.
  });

  it('looks at packs of one’s own alone, such as the one that the documents show', async () => {
    const packs = temporaryDirectory();
    const [, shown] =
      /^```yaml\n(# packs\/my-mine\.yaml.*?)# in the registry/ms.exec(readFileSync('docs/interface.md', 'utf8')) ?? [];
    writeFileSync(join(packs, 'my-mine.yaml'), shown);
    const { code, stdout, stderr } = await fenghuo(['check', '--packs', packs]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('packs: 1 packs with 1 point types');
    expect(stdout).toContain('registry: none is named');
    expect(stdout).not.toContain('registry.yaml');
  });

  it('finds what points of one file have to do with each other, also in one that adds to a service', async () => {
    const file = join(temporaryDirectory(), 'more.yaml');
    const own = 'source: yt/farm, gateways: [gw1], name: x';
    const points = [
      `{ id: yt/LT-1, ${own}, type: tank_level_pct }`,
      '{ id: yt/V-1, source: yt/farm, name: x, type: gas_lel_2oo3, inputs: { heads: [LT-1, LT-2, V-1] } }',
      '{ id: yt/X-1, source: yt/farm, name: x, type: full_with_inflow, inputs: { level: LT-1, inflow: F }, parameters: { ful: 9 } }',
      '{ id: yt/X-2, source: yt/farm, name: x, type: full_with_inflow, inputs: { level: LT-1, inflow: F }, parameters: { full: 9, idle: 7 } }',
      `{ id: yt/T-1, ${own}, type: tank_temp, limits: { high: { blue: { value: 35, while: LT-1 } } }, basis: x }`,
    ];
    writeFileSync(file, `points:\n${points.map((point) => `  - ${point}\n`).join('')}`);
    const { code, stderr } = await fenghuo(['check', '--no-cases', '--registry', file, '--partial']);
    expect(code).toBe(1);
    for (const words of [
      'must be in %{LEL}, yt/LT-1 is in %',
      'is derived from itself',
      'yt/LT-1 is no boolean point',
      'parameters.ful: the type has no such figure; it has full, idle',
      'point yt/X-2: parameters.idle 7 (pack 1): looser than the pack, which needs a reason',
    ])
      expect(stderr).toContain(words);
    expect(stderr).not.toContain('LT-2');
  });

  it('lists every error of every pack at once, and of the configuration too', async () => {
    const packs = temporaryDirectory();
    writeFileSync(join(packs, 'one.yaml'), 'pack: one\npointTypes: [{ type: a }, { type: b, unit: 3 }]\nextra: 1\n');
    writeFileSync(join(packs, 'two.yaml'), 'pack: [\n');
    const { code, stderr } = await fenghuo(['check', '--packs', packs], '', { FENGHUO_HTTP_PORT: '-1' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/configuration: 1 error\n {2}http\.port: /);
    expect(stderr).toMatch(/one\.yaml: /);
    expect(stderr).toMatch(/two\.yaml: /);
    expect(stderr.split('\n').filter((line) => line.includes('one.yaml')).length).toBeGreaterThan(2);
    const missing = await fenghuo(['check', '--packs', join(packs, 'none')]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('none: no such folder') });
    const registry = await fenghuo(['check', '--no-cases', '--registry', join(packs, 'none.yaml')]);
    expect(registry).toMatchObject({ code: 1, stderr: expect.stringContaining('no such file') });
  });
});

describe('fenghuo check of a registry', () => {
  const folder = temporaryDirectory();
  const written = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('tells all that is wrong in one round, with places, and what a registry may name elsewhere', async () => {
    const more = written(
      'more.yaml',
      'points:\n  - { id: e/P, source: e/s, gateways: [gw1], type: gas_lel, name: P }\n',
    );
    const alone = await fenghuo(['check', '--no-cases', '--registry', more]);
    expect(alone.code).toBe(1);
    expect(alone.stderr).toContain(`${more}: 2 errors\n  line 2, column `);
    expect(alone.stderr).toMatch(/source e\/s is not in this file\n.*gateway e\/gw1 is not in this file/);
    expect(await fenghuo(['check', '--no-cases', '--registry', more, '--partial'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${more}: 1 points`),
    });
  });

  it('names a band whose reference stretch is past: it would watch nothing', async () => {
    const band = { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' };
    const late = written('late.json', JSON.stringify(registryFile([{ id: 'yt/GD-1', band }])));
    const { code, stdout } = await fenghuo(['check', '--no-cases', '--registry', late]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/point yt\/GD-1: band\.to: is past: .* watches nothing/);
  });

  it('tells what would wait for a second person', async () => {
    const looser = written('looser.json', JSON.stringify(registryFile([{ id: 'yt/GD-1', offDelayMs: 0 }])));
    const { code, stdout } = await fenghuo(['check', '--no-cases', '--registry', looser]);
    expect(code).toBe(0);
    expect(stdout).toContain("  waits for a second person, the pack's value in force: yt/GD-1 offDelayMs: 60000 → 0\n");
  });
});
