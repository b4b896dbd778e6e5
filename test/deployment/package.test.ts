// What an administrator gets from `npm pack`: the built program with its run bit, its data and documents, and nothing else.
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { run } from '../support/service.ts';
import { shippedMain } from '../support/shipped.ts';
import { temporaryDirectory } from '../support/temporary.ts';

interface Packed {
  readonly path: string;
  readonly mode: number;
}

let main: string;
let files: readonly Packed[];

beforeAll(async () => {
  main = await shippedMain();
  // Without scripts: packing builds, and other tests run the build meanwhile.
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']);
  files = (JSON.parse(stdout) as { files: Packed[] }[])[0].files;
});

describe('the package', () => {
  it('has the program that its command names, which may be run', () => {
    const { bin, scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(files.find(({ path }) => path === bin.fenghuo)?.mode).toBe(0o755);
    expect(statSync(main).mode & 0o111).toBe(0o111);
    expect(scripts.prepack).toMatch('build');
  });

  it('has the screen, packs, demo and documents that the program reads or names', () => {
    const paths = files.map(({ path }) => path);
    for (const wanted of ['dist/web/index.html', 'dist/simulators/simulate.js', 'seeds/demo/registry.yaml'])
      expect(paths).toContain(wanted);
    for (const wanted of ['docs/operating.md', 'docs/interface.md', 'mosquitto.conf', 'README.md', 'LICENSE'])
      expect(paths).toContain(wanted);
    expect(paths.filter((path) => /^seeds\/packs\/.+\.yaml$/.test(path)).length).toBeGreaterThan(2);
  });

  it('has no source, test or benchmark', () => {
    expect(files.filter(({ path }) => /^(src|test|bench|scripts|web|dist\/(bench|scripts))\//.test(path))).toEqual([]);
  });

  it('runs by its command in a built checkout, without asking any registry', async () => {
    const { code, stdout } = await npx(process.cwd(), temporaryDirectory());
    expect({ code, stdout: stdout.trim() }).toEqual({
      code: 0,
      stdout: JSON.parse(readFileSync('package.json', 'utf8')).version,
    });
  });

  // npm keeps the link that it makes the first time, so the answer before the build must not be the answer ever after.
  it('says so where nothing was built, and runs once it is', async () => {
    const checkout = temporaryDirectory();
    const cache = temporaryDirectory();
    for (const part of ['package.json', 'packaging']) cpSync(part, join(checkout, part), { recursive: true });
    expect(await npx(checkout, cache)).toMatchObject({ code: 1, stderr: expect.stringContaining('npm run build') });

    const program = join(checkout, 'dist', 'src', 'app', 'main.cjs');
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(program, "console.log('built');");
    expect(await npx(checkout, cache)).toMatchObject({ code: 0, stdout: 'built\n' });
  });
});

function npx(checkout: string, cache: string) {
  return run('npx', ['--cache', cache, '--no-install', '--prefix', checkout, 'fenghuo', '--version']);
}
