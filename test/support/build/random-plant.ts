// Random plants for property tests, in words a counterexample can be read in.
import fc from 'fast-check';
import type { PointConfig } from '../../../src/model/point.ts';
import type { SourceClass } from '../../../src/model/source.ts';
import { point } from './point.ts';
import type { Plant } from './registry.ts';

const HOUR = 3_600_000;

export const TAGS = ['GD-1', 'GD-2', 'TK-1', 'FD-1'] as const;
export type Tag = (typeof TAGS)[number];
/** Who publishes what: the tank gauge through both gateways. */
export const GATEWAY_OF: Readonly<Record<Tag, string>> = { 'GD-1': 'gw1', 'GD-2': 'gw2', 'TK-1': 'gw1', 'FD-1': 'gw1' };

export interface PlantOptions {
  /** Every reporting point once an hour: silence plays no part in the first three hours. */
  readonly slow?: boolean;
  /** The fire detector has an off-delay: time alone ends its alarm while its gateway is online. */
  readonly timed?: boolean;
}

const delay = fc.constantFrom(0, 0, 15_000, 40_000);

/** Two gas detectors, a tank gauge with both sides and trends, a fire detector that speaks only when something changes. */
export function plants({ slow = false, timed = false }: PlantOptions = {}): fc.Arbitrary<Plant> {
  return fc
    .record({
      sourceClass: fc.constantFrom<SourceClass>('A', 'B', 'C'),
      observers: fc.constantFrom(1, 2),
      onDelayMs: delay,
      offDelayMs: delay,
      deadband: fc.constantFrom(0, 3),
      latching: fc.boolean(),
      persistenceMs: fc.constantFrom(30_000, 600_000),
      transmitter: fc.boolean(),
    })
    .map((choice) => {
      const { onDelayMs, offDelayMs, deadband, latching, persistenceMs } = choice;
      const intervalMs = slow ? HOUR : 10_000;
      const same = { intervalMs, onDelayMs, offDelayMs, deadband, persistenceMs };
      const gas = { ...same, latching, transmitter: choice.transmitter ? 't1' : undefined };
      const points: PointConfig[] = [
        point('GD-1', gas),
        point('GD-2', { ...gas, gateways: ['gw2'] }),
        point('TK-1', {
          ...same,
          hazard: 'overfill',
          type: 'tank_level_pct',
          limits: { LL: 5, L: 10, H: 85, HH: 90 },
          gateways: ['gw1', 'gw2'],
          forecast: { windowMs: 120_000, minR2: 0.6 },
          rateOfChange: { windowMs: 60_000, perMinute: 20, direction: 'both' },
        }),
        point('FD-1', {
          ...same,
          hazard: 'fire',
          type: 'flame_detect',
          valueKind: 'boolean',
          unit: '',
          intervalMs: null,
          limits: {},
          criticalWhen: true,
          offDelayMs: timed ? offDelayMs : 0,
        }),
      ];
      const observers = { 'flammable-gas': choice.observers };
      return { points, class: choice.sourceClass, observers, gateways: ['gw1', 'gw2'] };
    });
}
