/** Under the street: gas in a manhole, with and without the sensor falling silent in it; a burst main; a low spot under water. */
import type { SourceView } from '../site.ts';
import type { Scenario } from './scenario.ts';
import { MINUTE, sourcesWith } from './scenario.ts';

const HOUR = 60 * MINUTE;

const withType = (sources: readonly SourceView[], type: string): SourceView | undefined =>
  sourcesWith(sources, (one) => one === type, 1)[0];

const SEEPS = { percent: 7, fromMs: 2 * MINUTE, untilMs: 40 * MINUTE, rampMs: 0 } as const;

export const manholeGas: Scenario = {
  name: 'manhole-gas',
  title: '燃气窜入地下空间',
  durationMs: 2 * HOUR,
  needs: 'a source with methane in an underground space',
  plan: (sources) => {
    const space = withType(sources, 'manhole_ch4');
    return space && [{ kind: 'seeping-gas', source: space.id, ...SEEPS }];
  },
};

export const manholeSilent: Scenario = {
  name: 'manhole-silent',
  title: '燃气积聚时传感器失联',
  durationMs: HOUR,
  needs: 'a source with methane in an underground space',
  plan: (sources) => {
    const space = withType(sources, 'manhole_ch4');
    if (space === undefined) return undefined;
    const heads = space.points.filter(({ type }) => type === 'manhole_ch4').map(({ id }) => id);
    const times = { fromMs: 9 * MINUTE, untilMs: 30 * MINUTE, rampMs: 0 };
    return [
      { kind: 'seeping-gas', source: space.id, ...SEEPS },
      { kind: 'instrument', points: heads, fault: 'silent', ...times },
    ];
  },
};

export const waterBurst: Scenario = {
  name: 'water-burst',
  title: '供水管爆裂',
  durationMs: HOUR,
  needs: 'a source with a water pressure',
  plan: (sources) => {
    const network = withType(sources, 'water_pressure');
    const times = { fromMs: 10 * MINUTE, untilMs: 40 * MINUTE, rampMs: 2 * MINUTE };
    return network && [{ kind: 'burst', source: network.id, dropMpa: 0.24, ...times }];
  },
};

export const ponding: Scenario = {
  name: 'ponding',
  title: '暴雨积水',
  durationMs: 4 * HOUR,
  needs: 'a source with a ponding depth',
  plan: (sources) => {
    const spot = withType(sources, 'ponding_depth');
    const times = { fromMs: 10 * MINUTE, untilMs: 70 * MINUTE, rampMs: 5 * MINUTE };
    return spot && [{ kind: 'cloudburst', source: spot.id, mmPerHour: 110, ...times }];
  },
};
