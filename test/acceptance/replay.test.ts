// `fenghuo replay` as a shell sees it: the same file gives the same bytes, CSV gives what NDJSON gives, and what is wrong
// is named with file and line and told by the exit code.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { registryFile } from '../support/build/registry-file.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { fenghuo } from '../support/service.ts';

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

  beforeAll(() => {
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
  });

  it('prints the same bytes twice, and the same for CSV', async () => {
    const recorded = file('day.ndjson', ndjson(rows()));
    const first = await replay(recorded, '--registry', registry, '--json');
    const second = await replay(recorded, '--registry', registry, '--json');
    const fromCsv = await replay(file('day.csv', csv(rows())), '--registry', registry, '--json');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toBe(first.stdout);
    expect(fromCsv).toEqual(first);

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
    const plain = await replay(recorded, '--registry', registry);
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

  it('tells wrong usage from what is refused', async () => {
    const recorded = file('day.ndjson', ndjson(rows()));
    expect(await replay(recorded)).toMatchObject({ code: 2, stdout: '' });
    expect(await replay(join(folder, 'day.txt'), '--registry', registry)).toMatchObject({ code: 2, stdout: '' });
    expect(await replay(recorded, '--registry', registry, '--unknown')).toMatchObject({ code: 2, stdout: '' });
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
