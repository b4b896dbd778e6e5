/** A slope on its way to failure, one that rain speeds up and that calms down again, and one that fog hides meanwhile. */
import type { SourceView } from '../site.ts';
import type { Scenario } from './scenario.ts';
import { MINUTE, sourcesWith } from './scenario.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const needs = 'a source with a slope displacement';
const isSlope = (type: string): boolean => type === 'slope_disp';

const worst = (sources: readonly SourceView[]): SourceView | undefined => sourcesWith(sources, isSlope, 1)[0];

export const slopeFailure: Scenario = {
  name: 'slope-failure',
  title: '边坡加速至失稳',
  durationMs: 14 * DAY,
  needs,
  plan: (sources) => {
    const slope = worst(sources);
    if (slope === undefined) return undefined;
    const times = { fromMs: 3 * DAY, untilMs: 14 * DAY, rampMs: 0 };
    return [{ kind: 'creep', source: slope.id, failsAfterMs: 10 * DAY, factor: 1, ...times }];
  },
};

export const slopeRain: Scenario = {
  name: 'slope-rain',
  title: '降雨使边坡加速后趋缓',
  durationMs: 12 * DAY,
  needs,
  plan: (sources) => {
    const slope = worst(sources);
    if (slope === undefined) return undefined;
    const times = { fromMs: 2 * DAY, untilMs: 5 * DAY, rampMs: DAY };
    return [
      { kind: 'creep', source: slope.id, failsAfterMs: null, factor: 4, ...times },
      { kind: 'seepage', source: slope.id, depthRatio: 1, ...times, rampMs: 6 * HOUR },
    ];
  },
};

export const slopeFog: Scenario = {
  name: 'slope-fog',
  title: '雾中雷达失测，边坡仍在变形',
  durationMs: 8 * DAY,
  needs,
  plan: (sources) => {
    const slope = worst(sources);
    if (slope === undefined) return undefined;
    const blind = { fromMs: 5 * DAY, untilMs: 5 * DAY + 40 * MINUTE, rampMs: 0 };
    const radar = slope.points.filter(({ type }) => isSlope(type)).map(({ id }) => id);
    return [
      {
        kind: 'creep',
        source: slope.id,
        failsAfterMs: 10 * DAY,
        factor: 1,
        fromMs: DAY,
        untilMs: 7 * DAY,
        rampMs: 0,
      },
      { kind: 'instrument', points: radar, fault: 'silent', ...blind },
    ];
  },
};
