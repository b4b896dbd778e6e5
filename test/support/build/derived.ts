// Points that are computed from others, as a pack type and a registry would make them.
import type { Derivation } from '../../../src/model/derivation.ts';
import type { PointConfig } from '../../../src/model/point.ts';
import type { StatedPoint } from './point.ts';
import { point } from './point.ts';

interface Derived extends Partial<StatedPoint> {
  /** By name: the points it takes, of the same plant. */
  readonly of: Readonly<Record<string, PointConfig | readonly PointConfig[]>>;
  readonly expression?: string;
  readonly function?: string;
  readonly parameters?: Derivation['parameters'];
}

/** A derived point of the enterprise `yt`: a switch that alarms while it is on, unless limits are stated. */
export function derivedPoint(
  tag: string,
  { of, expression, function: called, parameters, ...over }: Derived,
): PointConfig {
  const inputs = Object.fromEntries(
    Object.entries(of).map(([name, taken]) => {
      const list = Array.isArray(taken) ? (taken as readonly PointConfig[]) : [taken as PointConfig];
      const [{ valueKind, unit }] = list;
      return [name, { points: list.map(({ id }) => id), many: Array.isArray(taken), valueKind, unit }];
    }),
  );
  const asSwitch = { valueKind: 'boolean', unit: '', limits: undefined, criticalWhen: true } as const;
  return point(tag, {
    type: 'derived',
    gateways: [],
    span: undefined,
    plausible: undefined,
    ...(over.limits === undefined ? asSwitch : {}),
    ...over,
    derive: { inputs, expression, function: called, parameters },
  });
}

/** Sent on change only. */
export const switchPoint = (tag: string, over: Partial<StatedPoint> = {}): PointConfig =>
  point(tag, {
    type: 'switch',
    valueKind: 'boolean',
    unit: '',
    limits: undefined,
    span: undefined,
    plausible: undefined,
    intervalMs: null,
    ...over,
  });
