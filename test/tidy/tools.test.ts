// The rules that are left to Biome and to the compiler are switched on: each is shown a file that breaks it.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/temporary.ts';

const bin = (name: string): string => join(process.cwd(), 'node_modules', '.bin', name);

function writeProject(files: readonly [string, string][]): string {
  const folder = temporaryDirectory('tools');
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('Biome', () => {
  // One project with a file for each rule: Biome starts once.
  const broken: [string, string, string][] = [
    ['src/model/clock.ts', 'export const at = new Date(0).getTime();\n', 'noRestrictedGlobals'],
    ['src/rules/clock.ts', 'export const at = performance.now();\n', 'noRestrictedGlobals'],
    ['src/alerts/clock.ts', 'setTimeout(() => {}, 1);\n', 'noRestrictedGlobals'],
    ['src/engine/clock.ts', 'export const at = Date.now();\n', 'noRestrictedGlobals'],
    ['src/app/default.ts', 'export default 1;\n', 'noDefaultExport'],
    ['src/app/any.ts', 'export const a = (b: any) => b;\n', 'noExplicitAny'],
    ['src/app/badName.ts', 'export const a = 1;\n', 'useFilenamingConvention'],
    ['src/app/barrel.ts', "export * from './any.ts';\n", 'noReExportAll'],
    ['src/app/enum.ts', 'export enum A { b }\n', 'noEnum'],
    ['src/app/floating.ts', 'const go = async (): Promise<void> => {};\ngo();\n', 'noFloatingPromises'],
    ['src/app/long.ts', `export const a = (): void => {\n${'  a();\n'.repeat(71)}};\n`, 'noExcessiveLinesPerFunction'],
    ['src/app/cycle-one.ts', "import type { B } from './cycle-two.ts';\nexport type A = B;\n", 'noImportCycles'],
    ['src/app/cycle-two.ts', "import type { A } from './cycle-one.ts';\nexport type B = A;\n", 'noImportCycles'],
    ['test/long.test.ts', 'a();\n'.repeat(401), 'noExcessiveLinesPerFile'],
    ['test/only.test.ts', "it.only('a', () => {});\n", 'noFocusedTests'],
    ['test/skip.test.ts', "it.skip('a', () => {});\n", 'noSkippedTests'],
  ];
  const fine: [string, string][] = [
    ['src/notify/date.ts', 'export const at = new Date(0).toISOString();\n'],
    ['test/skip-if.test.ts', "it.skipIf(true)('a (skipped: no strace)', () => {});\n"],
    ['vite.config.ts', 'export default {};\n'],
  ];
  let found: string[];

  beforeAll(() => {
    const folder = writeProject([...broken.map(([path, text]): [string, string] => [path, text]), ...fine]);
    copyFileSync('biome.json', join(folder, 'biome.json'));
    const args = ['lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none'];
    const run = spawnSync(bin('biome'), args, { cwd: folder, encoding: 'utf8' });
    found = run.stdout.split('\n').filter((line) => line.startsWith('::error'));
  });

  it.each(broken)('refuses %s', (path, _, rule) => {
    expect(found.filter((line) => line.includes(path) && line.includes(rule))).not.toEqual([]);
  });
  it.each(fine)('takes %s', (path) => expect(found.filter((line) => line.includes(path))).toEqual([]));
});

describe('the pure-core compile', () => {
  function compile(text: string): string {
    const folder = writeProject([
      ['sample.ts', text],
      ['package.json', '{ "type": "module" }'],
      [
        'tsconfig.json',
        JSON.stringify({
          extends: join(process.cwd(), 'tsconfig.core.json'),
          compilerOptions: { rootDir: '.' },
          include: ['sample.ts'],
        }),
      ],
    ]);
    return spawnSync(bin('tsc'), ['-p', folder], { encoding: 'utf8' }).stdout;
  }

  it('takes what needs nothing', () => expect(compile('export const a = Math.max(1, 2);\n')).toBe(''));

  const impure = ["import 'node:fs';", 'process.exit();', 'setTimeout(() => {}, 1);', "fetch('');", 'document.title;'];
  it.each(impure)('refuses %s', (text) => expect(compile(`${text}\nexport {};\n`)).toMatch(/error TS2/));
});
