/** Days of rain soak a dam: the phreatic line rises past the least depth it must keep, and sinks again. */
import type { Scenario } from './scenario.ts';
import { MINUTE, SECOND, sourcesWith } from './scenario.ts';

const HOUR = 60 * MINUTE;

export const risingPhreatic: Scenario = {
  name: 'rising-phreatic',
  title: '尾矿库浸润线抬升',
  durationMs: 12 * HOUR,
  needs: 'a source with a phreatic depth',
  plan: (sources) => {
    const [source] = sourcesWith(sources, (type) => type === 'phreatic_depth', 1);
    if (source === undefined) return undefined;
    return [
      {
        kind: 'seepage',
        source: source.id,
        depthRatio: 0.9,
        fromMs: 30 * SECOND,
        untilMs: 6 * HOUR,
        rampMs: 3 * HOUR,
      },
    ];
  },
};
