import { defineConfig } from 'vitest/config';
import { SkipReporter } from './test/support/skip-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', new SkipReporter(process.env.FENGHUO_FAIL_ON_SKIP !== undefined)],
    // Two cores: more workers only make real brokers and browsers starve each other.
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What is waited for is asserted, never how soon it comes: the default second fails on a busy machine.
    expect: { poll: { timeout: 60_000 } },
  },
});
