/** An inlet valve does not close: the tank rises through the pre-alarm band, H and HH, until somebody stops the pump. */
import type { Scenario } from './scenario.ts';
import { isLevelGauge, MINUTE, SECOND, sourcesWith } from './scenario.ts';

export const overfill: Scenario = {
  name: 'overfill',
  title: '储罐超装',
  durationMs: 15 * MINUTE,
  needs: 'a source with a tank level',
  plan: (sources) => {
    const [source] = sourcesWith(sources, isLevelGauge, 1);
    if (source === undefined) return undefined;
    return [
      {
        kind: 'overfill',
        source: source.id,
        tank: 0,
        fromPercent: 78,
        toPercent: 94,
        percentPerSecond: 0.1,
        fromMs: 20 * SECOND,
        untilMs: 6 * MINUTE,
        rampMs: 0,
      },
    ];
  },
};
