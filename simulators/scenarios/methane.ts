/** Methane pours into a face faster than the air carries it away: the heads pass the alarm and the power-cut value. */
import { isMethaneHead } from '../coal-face.ts';
import type { Scenario } from './scenario.ts';
import { MINUTE, SECOND, sourcesWith } from './scenario.ts';

export const methane: Scenario = {
  name: 'methane',
  title: '采煤工作面瓦斯积聚',
  durationMs: 30 * MINUTE,
  needs: 'a source with a methane head',
  plan: (sources) => {
    const [source] = sourcesWith(sources, isMethaneHead, 1);
    if (source === undefined) return undefined;
    return [
      {
        kind: 'methane',
        source: source.id,
        factor: 4.6,
        fanStops: false,
        fromMs: 30 * SECOND,
        untilMs: 12 * MINUTE,
        rampMs: 3 * MINUTE,
      },
    ];
  },
};
