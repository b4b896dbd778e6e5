// The plant that a whole day happens at: every kind of point the engine knows, behind three gateways.
import fc from 'fast-check';
import type { Floor, PointConfig } from '../../../src/model/point.ts';
import type { Gateway } from '../../../src/model/registry.ts';
import type { SourceClass } from '../../../src/model/source.ts';
import { derivedPoint } from '../build/derived.ts';
import type { StatedPoint } from '../build/point.ts';
import { point } from '../build/point.ts';

type GatewayPresence = NonNullable<Gateway['presence']>;

export interface Site {
  readonly sourceClass: SourceClass;
  /** How many observers of gas are asked for. */
  readonly observers: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly deadband: number;
  readonly latching: boolean;
  readonly persistenceMs: number;
  /** The gas heads hang on one transmitter. */
  readonly shared: boolean;
  /** Two gas heads at HH are red, whatever the ladder says. */
  readonly floor: boolean;
  /** How one knows that the second gateway is there. */
  readonly presence: GatewayPresence;
  /** Everybody has said his first word before the day begins. */
  readonly seen: boolean;
  /** A vote, an average, a condition and a coupling are computed from the points. */
  readonly derived: boolean;
  /** The tank and a gas head have limits by grade beside the pair, one of them while the fire detector says so. */
  readonly graded: boolean;
}

/** The calmest first: what a failing day does not need shrinks to it. */
export const sites: fc.Arbitrary<Site> = fc.record({
  sourceClass: fc.constantFrom<SourceClass>('C', 'B', 'A'),
  observers: fc.constantFrom(1, 2),
  onDelayMs: fc.constantFrom(0, 15_000, 40_000),
  offDelayMs: fc.constantFrom(0, 15_000, 40_000),
  deadband: fc.constantFrom(0, 3),
  latching: fc.boolean(),
  persistenceMs: fc.constantFrom(600_000, 30_000),
  shared: fc.boolean(),
  floor: fc.boolean(),
  presence: fc.constantFrom<GatewayPresence>('connection', 'reports'),
  seen: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  derived: fc.boolean(),
  graded: fc.boolean(),
});

export const REPORTS_MS = 10_000;

/** Gas heads, a tank with both sides and trends, oxygen, a counter, a fire detector, a drill, a gauge that is watched. */
export const TAGS = ['GD-1', 'GD-2', 'TK-1', 'O2-1', 'CT-1', 'FD-1', 'DR-1', 'WG-1'] as const;
export type Tag = (typeof TAGS)[number];

/** What each gateway publishes: the tank through two of them. */
export const PUBLISHED: Readonly<Record<string, readonly Tag[]>> = {
  gw1: ['GD-1', 'TK-1', 'CT-1', 'FD-1', 'WG-1'],
  gw2: ['GD-2', 'TK-1', 'O2-1'],
  gw3: ['DR-1'],
};
export const GATEWAYS = Object.keys(PUBLISHED);

/** Value of a quiet day. */
export const CALM: Readonly<Record<Tag, number>> = {
  'GD-1': 1,
  'GD-2': 1,
  'TK-1': 50,
  'O2-1': 21,
  'CT-1': 100,
  'FD-1': 0,
  'DR-1': 1,
  'WG-1': 40,
};

const gas = fc.constantFrom(1, 23, 24, 25, 30, 49, 51, 60, 99, 130, 130, -20);
const VALUES: Readonly<Record<Tag, fc.Arbitrary<number>>> = {
  'GD-1': gas,
  'GD-2': gas,
  'TK-1': fc.constantFrom(50, 12, 84, 86, 91, 104, 9, 7, 3, -1),
  'O2-1': fc.constantFrom(21, 20, 19, 24, 16, 23),
  'CT-1': fc.constantFrom(100, 110, 130, 500),
  'FD-1': fc.constantFrom(0, 1),
  'DR-1': gas,
  'WG-1': fc.constantFrom(40, 40.2, 41, 43, 60, 81, 90),
};
export const showable = (tag: Tag): fc.Arbitrary<number> => VALUES[tag];

/** Which grade a limit gives is all that it must have: the rest is its own, or the point's. */
const GRADED_GAS = {
  blue: { value: 23 },
  red: { value: 99, clear: 60, inARow: 2, onDelayMs: 15_000, offDelayMs: 60_000 },
};
const GRADED_TANK = {
  high: {
    blue: { value: 84, beyond: true, seasons: [{ from: '11-01', to: '12-31', value: 80, clear: 79 }] },
    red: { value: 104, clear: 91, offDelayMs: 0 },
  },
  low: { blue: { value: 12, while: 'yt/FD-1' } },
};

export function pointsOf(site: Site): PointConfig[] {
  const { onDelayMs, offDelayMs, deadband, latching, persistenceMs } = site;
  const same: Partial<StatedPoint> = { intervalMs: REPORTS_MS, onDelayMs, offDelayMs, deadband, persistenceMs };
  const floors: Floor[] = [{ id: 'two heads', level: 3, points: 2, grade: 4, basis: { source: 'ours', mark: 'OURS' } }];
  const head = {
    ...same,
    latching,
    transmitter: site.shared ? 't1' : undefined,
    floors: site.floor ? floors : [],
  };
  const measured = [
    point('GD-1', site.graded ? { ...head, limits: { H: 25, HH: 50, high: GRADED_GAS } } : head),
    point('GD-2', { ...head, gateways: ['gw2'] }),
    point('TK-1', {
      ...same,
      hazard: 'overfill',
      hazardLow: 'low-level',
      type: 'tank_level_pct',
      span: { min: -1.25, max: 103.1 },
      plausible: { min: 0, max: 100 },
      limits: { LL: 5, L: 10, H: 85, HH: 90, ...(site.graded ? GRADED_TANK : {}) },
      gateways: ['gw1', 'gw2'],
      forecast: { windowMs: 120_000, minR2: 0.6 },
      rateOfChange: { windowMs: 60_000, perMinute: 20, direction: 'both' },
    }),
    point('O2-1', {
      ...same,
      hazard: 'oxygen',
      type: 'o2_vol',
      span: { min: 0, max: 30 },
      plausible: { min: 0, max: 30 },
      deadband: 0,
      limits: { LL: 18, L: 19.5, H: 23.5 },
      gateways: ['gw2'],
    }),
    point('CT-1', {
      ...same,
      hazard: 'equipment',
      type: 'flow_total',
      span: undefined,
      plausible: undefined,
      limits: {},
      rateOfChange: { windowMs: 60_000, perMinute: 60, direction: 'up' },
    }),
    point('FD-1', {
      ...same,
      hazard: 'fire',
      type: 'flame_detect',
      valueKind: 'boolean',
      unit: '',
      span: undefined,
      plausible: undefined,
      intervalMs: null,
      limits: {},
      criticalWhen: true,
    }),
    point('DR-1', { ...head, exercise: true, gateways: ['gw3'] }),
    point('WG-1', {
      ...same,
      hazard: 'structure',
      type: 'gauge',
      deadband: 0,
      limits: { H: 80 },
      band: {},
      stuck: { range: 0.5, forMs: 60_000, samples: 4 },
      spike: { times: 1, withinMs: 120_000 },
      drift: { everyMs: 30_000 },
      tangentAngle: { constantPerDay: 20_000, version: '1', everyMs: 20_000 },
      inverseVelocity: { everyMs: 10_000, noisePerDay: 5_000 },
      runAway: { everyMs: 10_000 },
      novelty: { quietFor: 20 },
    }),
  ];
  return site.derived ? [...measured, ...derivedFrom(measured, same)] : measured;
}

/** In an alert of their own: what is measured is judged as if they were not there. */
function derivedFrom(
  [first, second, tank, , , fire]: readonly PointConfig[],
  same: Partial<StatedPoint>,
): PointConfig[] {
  const own = { ...same, hazard: 'toxic-gas', intervalMs: null } as const;
  const vote = derivedPoint('VT-1', {
    ...own,
    of: { heads: [first, second] },
    function: 'kOfN',
    parameters: { k: 2, above: 25 },
  });
  const average = derivedPoint('AV-1', {
    ...own,
    of: { head: first },
    function: 'twa',
    parameters: { windowMs: 120_000 },
    limits: { H: 25, HH: 50 },
  });
  const either = derivedPoint('EX-1', { ...own, of: { vote, tank, fire }, expression: 'vote || (fire && tank > 60)' });
  // One step more for the alert of the three, also where nobody knows the tank.
  const coupled = derivedPoint('CP-1', {
    ...own,
    of: { head: first, tank },
    expression: 'head >= 20.0 && (!known(tank) || tank > 60.0)',
    step: 'coupling',
  });
  return [vote, average, either, coupled];
}
