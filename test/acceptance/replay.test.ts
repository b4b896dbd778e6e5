// `fenghuo replay` as a shell sees it: the same file gives the same bytes, CSV gives what NDJSON gives, and what is wrong
// is named with file and line and told by the exit code.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { registryFile } from '../support/build/registry-file.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { fenghuo } from '../support/service.ts';
import { shippedMain } from '../support/shipped.ts';

const START = 1_763_510_400_000;

interface Row {
  readonly point: string;
  readonly at: number;
  readonly value: number;
  readonly quality?: string;
}

/** Twenty minutes of a leak at one head, a slow level, and a second head that falls silent while in alarm. */
function rows(): Row[] {
  const all: Row[] = [];
  for (let i = 0; i < 120; i++) {
    const at = START + i * 10_000;
    all.push({ point: 'yt-chem/GD-101', at, value: 5 + 40 * Math.max(0, Math.sin(i / 12)) });
    if (i < 40) all.push({ point: 'yt-chem/GD-102', at: at + 1, value: i < 20 ? 3 : 28 });
    all.push({ point: 'yt-chem/LT-101', at: at + 2, value: 60 + i / 3, quality: i % 17 === 3 ? 'bad' : undefined });
  }
  return all;
}

const ndjson = (some: readonly Row[]) => some.map((row) => `${JSON.stringify(row)}\n`).join('');
const csv = (some: readonly Row[]) =>
  `point,at,value,quality\n${some.map((row) => `${row.point},${row.at},${row.value},${row.quality ?? 'good'}\n`).join('')}`;

describe('fenghuo replay', () => {
  const folder = temporaryDirectory('replay');
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const replay = (...args: string[]) => fenghuo(['replay', ...args]);
  let registry: string;

  beforeAll(async () => {
    // A build, where one is due, is nobody's story.
    await shippedMain();
    registry = file(
      'registry.json',
      JSON.stringify(
        registryFile([
          { id: 'yt-chem/GD-101' },
          { id: 'yt-chem/GD-102' },
          { id: 'yt-chem/LT-101', type: 'tank_level_pct' },
        ]),
      ),
    );
  }, 180_000);

  it('answered after a while, and a draft tried against it, in words or as one object', async () => {
    const day = file('answered.ndjson', ndjson(rows()));
    const answered = await replay(day, '--registry', registry, '--answered-after', '2m', '--json');
    expect(answered.code).toBe(0);
    expect(answered.stdout).toMatch(/"reason":"acknowledged"/);
    const draft = file('draft.yaml', 'points:\n  - { id: yt-chem/GD-102, limits: { H: 29, HH: 60 } }\n');
    const told = await replay(day, '--registry', registry, '--draft', draft);
    expect(told).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^新增 \d+.* · gained \d+.*, lost \d+.*, graded otherwise \d+/),
    });
    const asObject = JSON.parse((await replay(day, '--registry', registry, '--draft', draft, '--json')).stdout);
    expect(asObject).toMatchObject({ load: { was: expect.anything(), drafted: expect.anything() } });
    const wrong = file('wrong.yaml', 'points:\n  - { id: yt-chem/GD-109, limits: { H: 29 } }\n');
    const refused = await replay(day, '--registry', registry, '--draft', wrong);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('yt-chem/GD-109: is not registered') });
    expect((await replay(day, '--registry', registry, '--answered-after', 'soon')).code).toBe(2);
  });

  it('a registry that cannot be put in force is refused once, with file and line, also beside a draft', async () => {
    const day = file('refused.ndjson', ndjson(rows().slice(0, 3)));
    const high = {
      red: {
        value: {
          attribute: 'damHeightM',
          curve: [
            [30, 20],
            [60, 40],
          ],
        },
        action: 'go and look',
      },
    };
    const points = [{ id: 'yt-chem/GD-101' }, { id: 'yt-chem/GD-102', limits: { high } }];
    const without = file('without.json', JSON.stringify(registryFile(points), undefined, 1));
    const line = readFileSync(without, 'utf8').split('"points"')[0].split('\n').length;
    const draft = file('beside.yaml', 'points:\n  - { id: yt-chem/GD-101, limits: { H: 20 } }\n');
    const told = await replay(day, '--registry', without, '--draft', draft);
    expect(told).toMatchObject({ code: 1, stdout: '' });
    const [head, error, ...more] = told.stderr.trim().split('\n');
    expect(head).toBe(`${without}: 1 error`);
    const words = 'point yt-chem/GD-102: limits.high.red follows damHeightM, which its source does not state';
    expect(error.trim()).toMatch(/^line \d+, column \d+: /);
    expect(error).toContain(words);
    expect(Number(/line (\d+)/.exec(error)?.[1])).toBeGreaterThan(line + 1);
    expect(more).toEqual([]);
    // What only the draft makes wrong is the draft's.
    const fine = file('fine.json', JSON.stringify(registryFile([{ id: 'yt-chem/GD-101' }])));
    const follows = file(
      'follows.yaml',
      `points:\n  - ${JSON.stringify({ id: 'yt-chem/GD-101', limits: { high } })}\n`,
    );
    const refused = await replay(day, '--registry', fine, '--draft', follows);
    expect(refused.code).toBe(1);
    expect(refused.stderr.split('\n')).toEqual([
      `${follows}: 1 error`,
      expect.stringMatching(/^ {2}line 2, column 5: point yt-chem\/GD-101: limits.high.red follows damHeightM/),
      '',
    ]);
  });

  it('judges what is looser than its pack by the pack, says so, and by the registry where that is asked for', async () => {
    const day = file('looser.ndjson', ndjson(rows().filter(({ point }) => point === 'yt-chem/GD-102')));
    const stated = { id: 'yt-chem/GD-102', limits: { H: 29, HH: 60 }, reason: 'a draughty place' };
    const looser = file('looser.json', JSON.stringify(registryFile([{ ...stated, type: 'gas_lel' }])));
    const strict = await replay(day, '--registry', looser);
    expect(strict.stderr).toMatch(/waits for a second person, .*: yt-chem\/GD-102 limits-high.H: 25 → 29\n/);
    expect(strict.stdout).toMatch(/ raised .* limits-high /);
    const approved = await replay(day, '--registry', looser, '--approved');
    expect([approved.code, approved.stdout]).toEqual([0, expect.not.stringMatching('limits-high')]);
    expect(approved.stderr).not.toContain('waits');
    // A draft changes what it names: what waits goes on waiting.
    const draft = file('delay.yaml', 'points:\n  - { id: yt-chem/GD-102, limits: { HH: 45 } }\n');
    const told = await replay(day, '--registry', looser, '--draft', draft);
    expect(told.stdout).toMatch(/ · gained 0, lost 0, graded otherwise 0, /);
  });

  it('takes what people did among the readings, and names what was not taken', async () => {
    const [first, ...others] = rows().map((row) => JSON.stringify(row));
    const act = (stated: object) => JSON.stringify({ at: START + 600_000, ...stated });
    const acts = [
      act({ command: 'acknowledge', alert: 'yt-chem/farm||flammable-gas|hazard', by: 'li', level: 'county' }),
      act({ command: 'acknowledge', alert: 'nothing' }),
      act({ command: 'forget', alert: 'nothing' }),
    ];
    const day = file('acts.ndjson', [first, ...others.slice(0, 160), ...acts, ''].join('\n'));
    const told = await replay(day, '--registry', registry, '--json');
    expect(told.stdout).toMatch(/"reason":"acknowledged"/);
    expect(told.stderr).toMatch(/acts.ndjson:163: acknowledge nothing: no-such-alert/);
    expect(told.stderr).toMatch(/acts.ndjson:164: command is none of acknowledge, comment/);
    expect(told.code).toBe(1);
  });

  it('names times in seconds at once, judges none of them, and goes on with the rest', async () => {
    const seconds = START / 1_000;
    const mixed = `yt-chem/GD-101,${seconds},3\nyt-chem/GD-101,${START},3\nyt-chem/GD-101,${seconds + 10},3\n`;
    const { code, stderr } = await replay(file('seconds.csv', mixed), '--registry', registry);
    expect(code).toBe(1);
    const [first, judged, count] = stderr.split('\n');
    expect(first).toContain(`seconds.csv:1: yt-chem/GD-101: wrong clock: \`at\` is ${seconds}, seconds since 1970`);
    expect(judged).toContain('judged 1 readings of 1 points');
    expect(count).toBe('2 lines were not judged');
  });

  it('prints the same bytes twice, and the same for CSV', async () => {
    const recorded = file('day.ndjson', ndjson(rows()));
    const [first, second, fromCsv] = await Promise.all([
      replay(recorded, '--registry', registry, '--json'),
      replay(recorded, '--registry', registry, '--json'),
      replay(file('day.csv', csv(rows())), '--registry', registry, '--json'),
    ]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toBe(first.stdout);
    expect(fromCsv).toEqual(first);
  });

  it('prints a line for each transition, and beside them what it looked at', async () => {
    const recorded = file('lines.ndjson', ndjson(rows()));
    const [first, plain] = await Promise.all([
      replay(recorded, '--registry', registry, '--json'),
      replay(recorded, '--registry', registry),
    ]);
    const lines = first.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      expect(Object.keys(line)).toEqual(['at', 'alert', 'key', 'point', 'rule', 'from', 'to', 'grade', 'reason']);
    }
    expect(lines.find(({ reason, rule }) => reason === 'raised' && rule === 'limits-high')).toMatchObject({
      key: expect.stringContaining('yt-chem/farm'),
      from: 'normal',
      to: 'unacknowledged',
    });
    // The head that fell silent in alarm took the sight of its hazard with it.
    expect(lines.map(({ reason }) => reason)).toContain('went-blind');
    // What was looked at, beside the lines: none of them may mean calm, or nothing looked at.
    expect(plain.stderr).toMatch(
      /^judged \d+ readings of 3 points over [\d.]+ s, .*registry\.json: \d+ transitions\n$/,
    );
    expect(plain.stdout.trimEnd().split('\n')).toHaveLength(lines.length);
  });

  it('names file and line of what is wrong, judges the rest, and fails', async () => {
    const good = rows();
    const broken = ndjson(good).split('\n');
    broken[4] = '{"point":"yt-chem/GD-101","at":';
    broken[7] = '{"point":"yt-chem/GD-101","at":1,"value":"much"}';
    // A point that nobody registered, twice: told once, and counted both times.
    const last = good[good.length - 1];
    for (const value of [1, 2]) broken.push(JSON.stringify({ ...last, point: 'yt-chem/GD-999', value }));
    const bad = file('broken.ndjson', broken.join('\n'));
    const result = await replay(bad, '--registry', registry, '--json');
    expect(result.code).toBe(1);
    const complaints = result.stderr.trimEnd().split('\n');
    expect(complaints).toHaveLength(4);
    expect(complaints[0]).toContain(`${bad}:5: `);
    expect(complaints[1]).toContain(`${bad}:8: `);
    expect(complaints[2]).toContain('yt-chem/GD-999: unknown-point');
    expect(complaints[3]).toBe('4 lines were not judged');
    expect(result.stdout).toContain('"reason":"raised"');
  });

  it.each([
    ['no registry', 'day.ndjson', []],
    ['another kind of file', 'day.txt', ['--registry', 'r.json']],
    ['an option that there is not', 'day.ndjson', ['--registry', 'r.json', '--unknown']],
  ])('%s is wrong usage', async (_what, recorded, options) => {
    expect(await replay(join(folder, recorded), ...options)).toMatchObject({ code: 2, stdout: '' });
  });

  it('a file that is not there, and a registry that is wrong, are named', async () => {
    const recorded = file('refused.ndjson', ndjson(rows()));
    const noFile = await replay(join(folder, 'none.ndjson'), '--registry', registry);
    expect(noFile).toMatchObject({ code: 1, stdout: '' });
    expect(noFile.stderr).toContain('none.ndjson');
    const typo = file('typo.json', JSON.stringify({ points: [{ id: 'yt-chem/GD-101', limts: {} }] }));
    const refused = await replay(recorded, '--registry', typo);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('points[0] yt-chem/GD-101: Unrecognized key: "limts"');
    expect(refused.stderr).not.toContain('    at ');
  });
});
