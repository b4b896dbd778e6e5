/**
 * Every point one after the other through all its limits and back, first the high side, then the low one; switches to their
 * critical state. It asks nothing of physics: for trying what a pack says.
 */
import type { Disturbance } from '../plant.ts';
import type { Scenario } from './scenario.ts';
import { MINUTE, SECOND } from './scenario.ts';

/** On the way for a minute, there for a minute, back for a minute. */
const THERE = 2 * MINUTE;
const WHOLE = THERE + MINUTE;

export const limits: Scenario = {
  name: 'limits',
  title: '逐点越限',
  durationMs: null,
  needs: 'a point with a limit or a critical state',
  plan: (sources) => {
    const ways = sources.flatMap(({ points }) =>
      points.flatMap(({ id, sides = [], onDelayMs = 0 }) => sides.map((side) => ({ id, side, onDelayMs }))),
    );
    const lastMs = ways.reduce((sum, { onDelayMs }) => sum + WHOLE + onDelayMs, 20 * SECOND);
    let fromMs = 20 * SECOND;
    const crossings = ways.map(({ id, side, onDelayMs }): Disturbance => {
      const untilMs = fromMs + THERE + onDelayMs;
      const episode = { fromMs, untilMs, rampMs: MINUTE, everyMs: lastMs + MINUTE };
      fromMs += WHOLE + onDelayMs;
      return { kind: 'crossing', point: id, side, ...episode };
    });
    return crossings.length > 0 ? crossings : undefined;
  },
};
