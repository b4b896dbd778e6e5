/**
 * The tour: within a minute alerts of every colour and a device alarm, in several enterprises; everything returns to
 * normal and comes again. What a registry has no source for is left out.
 */
import { isMethaneHead } from '../coal-face.ts';
import type { Disturbance } from '../plant.ts';
import type { SourceView } from '../site.ts';
import { isGasHead } from '../tank-farm.ts';
import type { Scenario } from './scenario.ts';
import { isLevelGauge, MINUTE, SECOND, sourcesWith } from './scenario.ts';

/** Ten minutes: long enough for every off-delay of the process points to end. */
const ROUND = 10 * MINUTE;
/** The dam needs a longer one: ten minutes of off-delay, ended by a reading of a ten-minute interval. */
const DAM_ROUND = 30 * MINUTE;

export const demo: Scenario = {
  name: 'demo',
  title: '综合演示',
  durationMs: null,
  needs: 'a tank farm, a tailings pond or a coal face',
  plan: (sources) => {
    const troubles = [...gas(sources), ...levels(sources), ...mine(sources), ...dam(sources), ...lost(sources)];
    return troubles.length > 0 ? troubles : undefined;
  },
};

/** Red: several heads over the second alarm at the greatest source. Yellow: the first alarm at a lesser one. */
function gas(sources: readonly SourceView[]): Disturbance[] {
  const farms = sourcesWith(sources, isGasHead, 2);
  const lesser = farms.slice(1).find(({ danger }) => danger >= 3);
  const troubles: Disturbance[] = [];
  if (farms[0] !== undefined) {
    const times = { fromMs: 12 * SECOND, untilMs: 150 * SECOND, rampMs: 10 * SECOND, everyMs: ROUND };
    troubles.push({ kind: 'leak', source: farms[0].id, strength: 1, ...times });
  }
  if (lesser !== undefined) {
    const times = { fromMs: 20 * SECOND, untilMs: 130 * SECOND, rampMs: 10 * SECOND, everyMs: ROUND };
    troubles.push({ kind: 'leak', source: lesser.id, strength: 0.55, ...times });
  }
  return troubles;
}

/** Orange: a tank up to HH. Blue: one that stops inside the band below H. */
function levels(sources: readonly SourceView[]): Disturbance[] {
  const tanks = sourcesWith(sources, isLevelGauge, 1);
  const middle = tanks.find(({ danger }) => danger === 2 || danger === 3);
  const small = tanks.filter((source) => source !== middle).findLast(({ danger }) => danger >= 3);
  const pump = { kind: 'overfill' as const, tank: 0, rampMs: 0, everyMs: ROUND };
  const troubles: Disturbance[] = [];
  if (middle !== undefined) {
    const times = { fromMs: 5 * SECOND, untilMs: 150 * SECOND };
    troubles.push({ ...pump, source: middle.id, fromPercent: 80, toPercent: 93, percentPerSecond: 0.3, ...times });
  }
  if (small !== undefined) {
    const times = { fromMs: 10 * SECOND, untilMs: 180 * SECOND };
    troubles.push({ ...pump, source: small.id, fromPercent: 80, toPercent: 84, percentPerSecond: 0.3, ...times });
  }
  return troubles;
}

function mine(sources: readonly SourceView[]): Disturbance[] {
  const [face] = sourcesWith(sources, isMethaneHead, 1);
  if (face === undefined) return [];
  const times = { fromMs: 25 * SECOND, untilMs: 150 * SECOND, rampMs: 20 * SECOND, everyMs: ROUND };
  return [{ kind: 'methane', source: face.id, factor: 4.6, fanStops: false, ...times }];
}

function dam(sources: readonly SourceView[]): Disturbance[] {
  const [pond] = sourcesWith(sources, (type) => type === 'phreatic_depth', 1);
  if (pond === undefined) return [];
  const times = { fromMs: 15 * SECOND, untilMs: 200 * SECOND, rampMs: 30 * SECOND, everyMs: DAM_ROUND };
  return [{ kind: 'seepage', source: pond.id, depthRatio: 0.92, ...times }];
}

/** A head that falls silent and, later, a whole gateway. */
function lost(sources: readonly SourceView[]): Disturbance[] {
  const farms = sourcesWith(sources, isGasHead, 4);
  const farm = farms[1];
  const face = sourcesWith(sources, isMethaneHead, 1).at(-1);
  const troubles: Disturbance[] = [];
  if (farm !== undefined) {
    const head = farm.points.find(({ type }) => isGasHead(type));
    const times = { fromMs: 10 * SECOND, untilMs: 4 * MINUTE, rampMs: 0, everyMs: ROUND };
    if (head !== undefined) troubles.push({ kind: 'instrument', points: [head.id], fault: 'silent', ...times });
  }
  if (face !== undefined) {
    const times = { fromMs: 3 * MINUTE, untilMs: 5 * MINUTE, rampMs: 0, everyMs: ROUND };
    for (const gateway of face.gateways) troubles.push({ kind: 'gateway-loss', gateway, ...times });
  }
  return troubles;
}
