// `npm run scenarios`: the scenarios alone, and what came of each.
import { defineConfig } from 'vitest/config';
import { ScenarioReport } from './report.ts';

export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/scenarios/**/*.test.ts'],
    reporters: ['default', new ScenarioReport(new URL('../../docs/scenarios.md', import.meta.url).pathname)],
    maxWorkers: 2,
    testTimeout: 300_000,
  },
});
