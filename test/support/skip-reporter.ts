// Ends a test run with what was not proven: every skipped test by name with its reason, then the plain counts. It
// skips nothing itself; a test says why in its title, `… (skipped: no Docker)`.
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** One test that did not run; `reason` is undefined where its title does not give one. */
export type Skip = { readonly name: string; readonly reason: string | undefined };

/** What may be missing even where everything that can be installed is: see `failOnSkip`. */
const mayBeMissing: readonly string[] = ['no Docker', 'no CAP schema', 'no disk that can be frozen'];

/** Splits the reason off a full test name; the innermost one counts. */
export function readSkip(fullName: string): Skip {
  const reasons = [...fullName.matchAll(/ ?\(skipped: ([^)]+)\)/g)];
  return { name: fullName.replaceAll(/ ?\(skipped: [^)]+\)/g, ''), reason: reasons.at(-1)?.[1] };
}

/** The skips that a machine with everything installed must not have. */
export function findWrongSkips(skips: readonly Skip[]): Skip[] {
  return skips.filter((skip) => !skip.reason?.split(', ').every((part) => mayBeMissing.includes(part)));
}

/** The last line of a run, read by scripts: do not change its form. */
function countLine(passed: number, failed: number, skipped: number): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

export class SkipReporter implements Reporter {
  private readonly failOnSkip: boolean;

  /** @param failOnSkip whether a skip for anything else fails the run. */
  constructor(failOnSkip: boolean) {
    this.failOnSkip = failOnSkip;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
    // A file that cannot be loaded has no tests to count, and must not look like a success.
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const skips = tests.filter((test: TestCase) => test.result().state === 'skipped').map((t) => readSkip(t.fullName));
    const lines = skips.map(({ name, reason }) => `skipped: ${name} – ${reason ?? 'no reason given'}`);
    const wrong = this.failOnSkip ? findWrongSkips(skips) : [];
    if (wrong.length > 0) {
      lines.push(`${wrong.length} of these tests may not be skipped here`);
      process.exitCode = 1;
    }
    lines.push(countLine(count('passed'), count('failed') + broken, skips.length));
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}
