/** A gateway drops off the network without a word, while gas leaks behind it, and back-fills when it is back. */
import { isGasHead } from '../tank-farm.ts';
import type { Scenario } from './scenario.ts';
import { MINUTE, SECOND, sourcesWith } from './scenario.ts';

export const gatewayLoss: Scenario = {
  name: 'gateway-loss',
  title: '网关掉线与补传',
  durationMs: 10 * MINUTE,
  needs: 'a source with two gas heads behind one gateway',
  plan: (sources) => {
    const candidates = sourcesWith(sources, isGasHead, 2);
    // A second gateway would carry on for it: take a source that has only one, if there is any.
    const source = candidates.find(({ gateways }) => gateways.length === 1) ?? candidates[0];
    if (source === undefined) return undefined;
    const times = { fromMs: 30 * SECOND, untilMs: 3 * MINUTE, rampMs: 0 };
    return [
      ...source.gateways.map((gateway) => ({ kind: 'gateway-loss' as const, gateway, ...times })),
      {
        kind: 'leak',
        source: source.id,
        strength: 1,
        fromMs: MINUTE,
        untilMs: 5 * MINUTE,
        rampMs: 15 * SECOND,
      },
    ];
  },
};
