// A run says what it did not prove, and where everything is installed such a gap fails it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findWrongSkips, readSkip } from './skip-reporter.ts';

describe('a skipped test', () => {
  it('carries its reason in its title', () => {
    expect(readSkip('broker (skipped: no mosquitto) > queues')).toEqual({
      name: 'broker > queues',
      reason: 'no mosquitto',
    });
    expect(readSkip('broker > queues')).toEqual({ name: 'broker > queues', reason: undefined });
  });

  it('may lack only Docker and the CAP schema where everything is installed', () => {
    const skips = ['a (skipped: no Docker)', 'b (skipped: no CAP schema)', 'c (skipped: no strace)', 'd'].map(readSkip);
    skips.push(readSkip('e (skipped: no Docker, no strace)'));
    expect(findWrongSkips(skips).map((skip) => skip.name)).toEqual(['c', 'd', 'e']);
  });
});

describe('a whole run', () => {
  // Inside the project, because it needs the project's modules; the name keeps it out of every other run.
  const folder = join(process.cwd(), 'node_modules', '.fenghuo-skip-test');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(failOnSkip: boolean, text: string): { status: number | null; output: string } {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'sample.test.mjs'), `import { describe, it } from 'vitest';\n${text}`);
    const config = join(folder, 'vitest.config.mjs');
    const reporter = join(process.cwd(), 'test/support/skip-reporter.ts');
    writeFileSync(
      config,
      `import { SkipReporter } from '${reporter}';
       export default { test: { include: ['*.test.mjs'], reporters: [new SkipReporter(${failOnSkip})] } };`,
    );
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--root', folder, '--config', config];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}`.trim() };
  }

  const skipping = `describe.skipIf(true)('broker (skipped: no mosquitto)', () => { it('queues', () => {}); });
    it('stands', () => {});`;

  it('names the skip and ends with the counts', () => {
    const { status, output } = run(false, skipping);
    expect(output.split('\n')).toEqual(['skipped: broker > queues – no mosquitto', '1 passed, 0 failed, 1 skipped']);
    expect(status).toBe(0);
  });

  it('fails where nothing may be missing', () => {
    const { status, output } = run(true, skipping);
    expect(output).toContain('1 of these tests may not be skipped here');
    expect(status).toBe(1);
  });

  it('counts a file that cannot be loaded as failed', () => {
    const { status, output } = run(false, "throw new Error('broken');");
    expect(output.split('\n').at(-1)).toBe('0 passed, 1 failed, 0 skipped');
    expect(status).toBe(1);
  });
});
