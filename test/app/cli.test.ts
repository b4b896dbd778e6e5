/** The shipped program: every command says in words what is wrong; 2 is wrong usage, 1 is refused or failed, 0 is done. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { readRegistry } from '../../simulators/registry-file.ts';
import { runSimulation } from '../../simulators/simulate.ts';
import { createProgram } from '../../src/app/cli/program.ts';
import { openLocalLog } from '../../src/log/local/local-log.ts';
import { segmentName } from '../../src/log/local/segment.ts';
import { registryFile } from '../support/build/registry-file.ts';
import { fenghuo } from '../support/service.ts';
import { shippedMain } from '../support/shipped.ts';
import { SimulatedClock } from '../support/simulated-disk.ts';
import { temporaryDirectory } from '../support/temporary.ts';

describe('fenghuo', () => {
  it('ends quietly when whoever reads it has enough, as head has', async () => {
    const main = await shippedMain();
    const piped = spawnSync('bash', ['-c', '"$0" "$1" types | head -1; echo "$PIPESTATUS"', process.execPath, main]);
    expect(piped.stdout.toString()).toMatch(/^\S.+\n0\n$/);
    expect(piped.stderr.toString()).toBe('');
  });

  it('says what it can do, and that nothing was asked', async () => {
    const help = await fenghuo(['--help']);
    expect(help.code).toBe(0);
    for (const name of ['start', 'demo', 'check', 'types', 'simulate', 'load', 'replay', 'import', 'user', 'log'])
      expect(help.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    const one = await fenghuo(['load', '--help']);
    expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('messages a second') });
    expect((await fenghuo([])).code).toBe(2);
    expect((await fenghuo(['--version'])).stdout.trim()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });

  it.each([
    [['fly']],
    [['start', '--prot', '1']],
    [['simulate', '--scenario', 'leak', '--speed', 'fast']],
    [['load', '--points', 'many', '--rate', '1', '--seconds', '1']],
    [['replay', 'readings.txt', '--registry', 'r.yaml']],
    [['import', 'registry']],
    [['user']],
    [['user', 'add', 'li']],
    [['user', 'add', 'li', '--role', 'king', '--level', 'county']],
    [['log', 'skip', 'seven']],
  ])('%j is wrong usage', async (args) => {
    const { code, stderr } = await fenghuo(args, '', { FENGHUO_DATA_DIR: temporaryDirectory() });
    expect({ args, code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/error:|Usage:/) });
    // One error and the way to the help, not the whole of it.
    expect(stderr.split('\n').length).toBeLessThan(15);
  });

  it.each([
    'start',
    'check',
    'types',
    'simulate',
    'load',
    'replay',
    'import registry',
    'user add',
    'user passwd',
    'log skip',
  ])('%s shows in its help how one would type it', (name) => {
    let help = '';
    let command: Command | undefined = createProgram();
    for (const word of name.split(' ')) command = command?.commands.find((one) => one.name() === word);
    const out = (text: string): void => {
      help += text;
    };
    command?.configureOutput({ writeOut: out }).outputHelp();
    expect(help).toMatch(new RegExp(`\\nExamples:\\n(.*\\n)*.*fenghuo ${name}`));
  });

  it('tells what belongs to a command that was only begun', async () => {
    expect(await fenghuo(['import'])).toMatchObject({ code: 2, stderr: expect.stringContaining('registry [options]') });
  });
});

it('fenghuo simulate names a scenario that there is not before it looks for a broker, and those that there are', async () => {
  const { code, stderr } = await fenghuo(['simulate', '--scenario', 'leck', '--url', 'mqtt://127.0.0.1:1']);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no scenario leck; near it: leak'),
  });
});

describe('fenghuo types', () => {
  it('finds methane, whoever knows it by its formula or not', async () => {
    const { stdout } = await fenghuo(['types', 'methane']);
    expect(stdout).toContain('ch4_t0');
  });

  it('says of what a derived one is computed, and which figures the site must state', async () => {
    const { stdout } = await fenghuo(['types', 'headcount_share']);
    expect(stdout).toContain('= people / approved * 100 of people: {person}; approved: stated by the site');
  });

  it('lists what a registry may write as a type, all of it or what holds a word', async () => {
    const all = await fenghuo(['types']);
    expect(all.stdout.split('\n').length).toBeGreaterThan(80);
    expect(all.stdout).toMatch(/^gas_lel {2,}%\{LEL\} +flammable-gas +可燃气体/m);
    const { stdout } = await fenghuo(['types', 'Mine-Gas', '--json']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).hazard),
    ).toContain('mine-gas');
    expect(await fenghuo(['types', 'unobtainium'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('none of'),
    });
  });
});

describe('what somebody must still look at', () => {
  const base = { name: '名', nameEn: 'n', unit: 'm', hazard: 'slope', value: 'number', intervalMs: 60_000 };
  const rest = { response: 'process', persistenceMs: 600_000, responseMs: 900_000 };
  const alarm = { ...base, ...rest, limits: { H: 5, HH: 6 }, consequence: '后果', action: '处置' };
  const whole = { ...alarm, respondMs: 60_000, owner: '班长', reviewBy: '2027-06-30' };
  const pack = {
    id: 'own',
    name: '自有',
    version: '1.0.0',
    pointTypes: [
      { ...whole, type: 'seen', basis: { source: 'GB', mark: 'V' } },
      { ...whole, type: 'remembered', basis: { source: 'GB', mark: 'M' } },
      { ...alarm, type: 'proposed', basis: { source: '经验', mark: 'OURS' } },
      { ...base, ...rest, type: 'shown', basis: { source: '经验', mark: 'OURS' } },
      {
        ...whole,
        type: 'graded',
        limits: { H: 5, high: { red: { value: 9, basis: { source: '经验', mark: 'OURS' }, reviewBy: '2026-01-01' } } },
        basis: { source: 'GB', mark: 'V' },
      },
    ],
    unsupported: [{ code: 'das_event', name: '光纤事件', reason: '需要位置' }],
  };

  it('is listed: not rationalized, not verified, not supported', async () => {
    const packs = temporaryDirectory();
    writeFileSync(join(packs, 'own.yaml'), JSON.stringify(pack));
    const { stdout } = await fenghuo(['types', '--packs', packs, '--review']);
    expect(stdout.trim().split('\n')).toEqual([
      'not rationalized: 1 of 5 with alarms',
      '  proposed: no respondMs, owner, reviewBy',
      'review due: 1 of 5 with alarms',
      '  graded limits.high.red: was to be reviewed by 2026-01-01',
      'in force and not verified 依据未核实, M (from memory): 1 of 5 with alarms',
      '  remembered: H 5, HH 6',
      'in force and not verified 依据未核实, OURS (our own proposal): 2 of 5 with alarms',
      '  proposed: H 5, HH 6',
      '  graded limits.high.red: high.red 9',
      'das_event  光纤事件 (own): not supported: 需要位置',
    ]);
  });

  it('and what is not supported is told with the types', async () => {
    const packs = temporaryDirectory();
    writeFileSync(join(packs, 'own.yaml'), JSON.stringify(pack));
    const { stdout } = await fenghuo(['types', '--packs', packs]);
    expect(stdout).toContain('das_event  光纤事件 (own): not supported: 需要位置');
    expect(stdout).toContain('not rationalized: 1 of 5');
  });

  it('is counted by check for packs and for what a registry states of its own, and named with --review', async () => {
    const { stdout } = await fenghuo(['check', '--no-cases', '--review']);
    expect(stdout).toMatch(/^ {2}in force and not verified 依据未核实, M \(from memory\): \d+ of \d+ with alarms$/m);
    expect(stdout).toContain('tank_level_pct: LL 10, L 15, H 85, HH 90');
  });
});

describe('fenghuo start', () => {
  it('refuses the password of the demo, and a configuration with errors, all of them at once', async () => {
    const data = { FENGHUO_DATA_DIR: temporaryDirectory() };
    const demo = await fenghuo(['start'], '', { ...data, FENGHUO_ADMIN_PASSWORD: 'fenghuo-demo' });
    expect(demo).toMatchObject({ code: 1, stderr: expect.stringContaining('demo password is refused') });
    const bad = await fenghuo(['start'], '', { ...data, FENGHUO_HTTP_PORT: 'x', FENGHUO_LOG_LEVEL: 'loud' });
    expect(bad.code).toBe(1);
    expect(bad.stderr).toMatch(/2 errors[\s\S]*FENGHUO_HTTP_PORT[\s\S]*logLevel/);
  });

  it('that cannot open its data says so and ends', async () => {
    const file = join(temporaryDirectory(), 'a-file');
    writeFileSync(file, '');
    const { code, stderr } = await fenghuo(['start'], '', { FENGHUO_DATA_DIR: file, FENGHUO_HTTP_PORT: '0' });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('fenghuo could not start') });
  });
});

describe('fenghuo log skip', () => {
  it('sets the damaged record aside, and says why nothing else is', async () => {
    const dataDir = temporaryDirectory();
    const settings = { FENGHUO_DATA_DIR: dataDir };
    const none = await fenghuo(['log', 'skip', '1'], '', settings);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining(`no log in ${dataDir}`) });
    const dir = join(dataDir, 'log');
    mkdirSync(dir);
    const log = await openLocalLog({
      dir,
      clock: new SimulatedClock(),
      segmentBytes: 1 << 20,
      reserveBytes: 0,
      preallocate: false,
    });
    for (const text of ['the first record', 'the second record', 'the third record']) {
      log.append(Buffer.from(text));
      await log.flush();
    }
    await log.close();
    const path = join(dir, segmentName(1));
    const bytes = readFileSync(path);
    bytes[4096 + 45] ^= 0xff;
    writeFileSync(path, bytes);
    const skip = (number: string) => fenghuo(['log', 'skip', number], '', settings);
    expect(await skip('9')).toMatchObject({ code: 1, stderr: 'the log ends before record 9\n' });
    expect(await skip('3')).toMatchObject({ code: 1, stderr: expect.stringContaining('can be read') });
    expect(await skip('1')).toMatchObject({ code: 1, stderr: expect.stringContaining('record 1') });
    expect(await skip('2')).toMatchObject({ code: 0, stdout: expect.stringContaining('records 2 to 2 set aside in') });
  });
});

describe('commands that speak to a service', () => {
  it('say that there is none, that a password is missing, and that a file is not there', async () => {
    const dir = temporaryDirectory();
    const file = join(dir, 'registry.json');
    writeFileSync(file, JSON.stringify(registryFile([{ id: 'yt-chem/GD-1' }])));
    const where = ['--url', 'http://127.0.0.1:9', '--password', 'x'];
    const nobody = await fenghuo(['import', 'registry', file, ...where]);
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('no service at http://127.0.0.1:9') });
    const bare = await fenghuo(['import', 'registry', file, '--url', '127.0.0.1:8080', '--password', 'x']);
    expect(bare).toMatchObject({ code: 1, stderr: expect.stringContaining('begins with http://') });
    const missing = await fenghuo(['import', 'registry', join(dir, 'none.json'), ...where]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('none.json: no such file') });
    const scenario = await fenghuo(['simulate', '--scenario', 'leak', '--registry', join(dir, 'none.yaml')]);
    expect(scenario).toMatchObject({ code: 1, stderr: expect.stringContaining('none.yaml: no such file') });
    const recorded = await fenghuo(['replay', join(dir, 'none.csv'), '--registry', file]);
    expect(recorded).toMatchObject({ code: 1, stderr: expect.stringContaining('none.csv: no such file') });
  });
});

describe('a file that is none', () => {
  const dir = temporaryDirectory();
  const folder = join(dir, 'folder.ndjson');
  mkdirSync(folder);
  const odd = join(dir, 'odd.yaml');
  writeFileSync(odd, 'points:\n  - { id: e/P }\n');
  const cut = join(dir, 'cut.yaml');
  writeFileSync(cut, 'points: [\n');
  const empty = join(dir, 'empty.json');
  writeFileSync(empty, '{"points":[]}');

  it.each([
    [['check', '--no-cases', '--registry', folder], '  is a folder'],
    [['check', '--config', folder], 'folder.ndjson: is a folder'],
    [['check', '--config', join(dir, 'none.yaml')], 'none.yaml: no such file'],
    [['replay', folder, '--registry', odd], 'folder.ndjson: is no file'],
    [['simulate', '--scenario', 'normal', '--registry', odd], 'odd.yaml: points[0] has no id, source, type or list of'],
    [['simulate', '--scenario', 'leak', '--registry', cut], 'cut.yaml: Flow sequence in block collection'],
  ])('%j is named, with what it is, and by no word of the system', async (args, words) => {
    const { code, stderr } = await fenghuo(args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(words) });
    expect(stderr).not.toMatch(/EISDIR|ENOENT|undefined|\n {4}at /);
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
  });

  it('and a registry without gateways has nobody who would send', async () => {
    const read = readRegistry(readFileSync(empty, 'utf8'));
    if (!read.ok) throw new Error(read.reason);
    const run = { url: 'mqtt://127.0.0.1:9', registry: read.registry, scenario: 'normal', now: () => 0 };
    expect(await runSimulation(run)).toEqual({
      ok: false,
      reason: expect.stringContaining('no point of this registry'),
    });
  });
});

describe('commands that speak to a broker', () => {
  it.each([[['simulate', '--scenario', 'leak']], [['load', '--points', '10', '--rate', '10', '--seconds', '2']]])(
    '%j says that there is none, and ends',
    async (args) => {
      const { code, stderr, stdout } = await fenghuo([...args, '--url', 'mqtt://127.0.0.1:9']);
      expect({ code, stdout, stderr }).toEqual({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^no broker at mqtt:\/\/127\.0\.0\.1:9: connect ECONNREFUSED/),
      });
    },
  );
});

describe('fenghuo demo', () => {
  it('that cannot begin leaves nothing behind', async () => {
    const tmp = temporaryDirectory();
    const { code } = await fenghuo(['demo'], '', { TMPDIR: tmp, FENGHUO_HTTP_PORT: 'x' });
    expect({ code, left: readdirSync(tmp) }).toEqual({ code: 1, left: [] });
  });
});
