/** An ordinary day: everything moves, nothing comes near a limit. */
import type { Scenario } from './scenario.ts';

export const normal: Scenario = {
  name: 'normal',
  title: '正常工况',
  durationMs: null,
  needs: 'any source',
  plan: () => [],
};
