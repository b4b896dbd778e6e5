/**
 * Gauges of one sort go wrong side by side, each in its own way, while the plant is in order and the last of them stays well.
 * What has to learn first what is usual has nine minutes for it. At speed 1: single wild readings fall between faster looks.
 */
import type { Disturbance } from '../plant.ts';
import type { SourceView } from '../site.ts';
import { signalOf } from '../site.ts';
import type { Scenario } from './scenario.ts';
import { MINUTE } from './scenario.ts';

const LEARNED = 9 * MINUTE;
const MENDED = 20 * MINUTE;
const soon = { fromMs: MINUTE, untilMs: MENDED, rampMs: 0 };

/** By position among the gauges. */
const FAULTS: readonly Omit<Extract<Disturbance, { kind: 'instrument' }>, 'points'>[] = [
  { kind: 'instrument', fault: 'stuck', ...soon },
  { kind: 'instrument', fault: 'drift', size: 3, fromMs: LEARNED, untilMs: MENDED, rampMs: 3 * MINUTE },
  { kind: 'instrument', fault: 'spike', size: 25, ...soon },
  { kind: 'instrument', fault: 'noise', size: 1, fromMs: LEARNED, untilMs: MENDED, rampMs: MINUTE },
  { kind: 'instrument', fault: 'silent', ...soon },
  { kind: 'instrument', fault: 'not-a-number', ...soon },
];

export const instrumentFaults: Scenario = {
  name: 'instrument-faults',
  title: '仪表卡死、漂移、跳变、噪声、失联、非数值',
  durationMs: 25 * MINUTE,
  needs: `a source with ${FAULTS.length + 1} gauges of one type that has a plant model`,
  plan: (sources) => {
    const [gauges] = [...sources].sort((a, b) => a.danger - b.danger).flatMap(gaugesOf);
    return gauges && FAULTS.map((fault, k) => ({ ...fault, points: [gauges[k]] }));
  },
};

/** Ids of the gauges of the source that are of its first type with enough of them; nothing where there is none. */
function gaugesOf({ points }: SourceView): string[][] {
  const types = new Set(points.flatMap(({ type }) => (signalOf(type)?.intervalMs ? [type] : [])));
  const alike = [...types].map((wanted) => points.filter(({ type }) => type === wanted).map(({ id }) => id));
  return alike.filter(({ length }) => length > FAULTS.length);
}
