/** Instruments of one source fail one after the other, each in its own way: silence, bad, stuck, over-range. */
import { isGasHead } from '../tank-farm.ts';
import type { Scenario } from './scenario.ts';
import { MINUTE, SECOND, sourcesWith } from './scenario.ts';

const FAULTS = ['silent', 'bad', 'stuck', 'over-range'] as const;

export const sensorDropout: Scenario = {
  name: 'sensor-dropout',
  title: '传感器失效',
  durationMs: 12 * MINUTE,
  needs: 'a source with four gas heads',
  plan: (sources) => {
    const [source] = sourcesWith(sources, isGasHead, FAULTS.length);
    const heads = source?.points.filter(({ type }) => isGasHead(type));
    if (heads === undefined) return undefined;
    return FAULTS.map((fault, k) => ({
      kind: 'instrument' as const,
      points: [heads[k].id],
      fault,
      fromMs: (20 + 30 * k) * SECOND,
      untilMs: 6 * MINUTE,
      rampMs: 0,
    }));
  },
};
