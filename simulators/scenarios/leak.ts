/** A leak in a tank farm: the heads around it pass their second alarm within a minute, in the order of the wind. */
import { isGasHead } from '../tank-farm.ts';
import type { Scenario } from './scenario.ts';
import { MINUTE, SECOND, sourcesWith } from './scenario.ts';

export const leak: Scenario = {
  name: 'leak',
  title: '罐区可燃（有毒）气体泄漏',
  durationMs: 12 * MINUTE,
  needs: 'a source with two gas heads',
  plan: (sources) => {
    const [source] = sourcesWith(sources, isGasHead, 2);
    if (source === undefined) return undefined;
    return [
      { kind: 'leak', source: source.id, strength: 1, fromMs: 20 * SECOND, untilMs: 6 * MINUTE, rampMs: 20 * SECOND },
    ];
  },
};
