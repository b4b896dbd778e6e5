// Points as people state them: rules by the fields of pack and registry files, so that a story says `limits: { H: 25 }`
// and the point it tells of is the one the service would make of it.
import type { PointConfig } from '../../../src/model/point.ts';
import type { Stated } from '../../../src/rules/packs/rule-shapes-definition.ts';
import { packShape } from '../../../src/rules/packs/rule-shapes-definition.ts';
import { rulesOf, withoutStated } from '../../../src/rules/packs/rules-of.ts';

export type StatedPoint = Omit<PointConfig, 'rules'> & Stated;

/** The point that these fields make. */
function pointFrom(stated: StatedPoint): PointConfig {
  return { ...withoutStated(stated), rules: rulesOf(stated, stated) };
}

/** A point with other fields: each one stated replaces the whole of what was. */
export function restated(config: PointConfig, over: Partial<StatedPoint>): PointConfig {
  const { rules: _rules, ...rest } = config;
  return pointFrom({ ...rest, ...statedOf(config), ...over });
}

/** Of kinds that are stated under another word than their own. */
const FIELDS: Readonly<Record<string, string>> = {
  'tangent-angle': 'tangentAngle',
  'inverse-velocity': 'inverseVelocity',
  'run-away': 'runAway',
};

/** A rule of its own for red is stated with the others. */
const withoutGrade = ({ grade: _grade, ...own }: Readonly<Record<string, unknown>>): object => own;

/** The fields that would make the rules of a point. */
function statedOf({ rules }: PointConfig): Stated {
  const stated: Record<string, unknown> = {};
  for (const { id: _id, kind, ...own } of rules) {
    if (kind === 'limit-high' || kind === 'limit-low') {
      const side = kind === 'limit-high' ? 'high' : 'low';
      const { grade, ...limit } = own;
      const limits = (stated.limits ?? {}) as Record<string, object>;
      stated.limits = { ...limits, [side]: { ...limits[side], [String(grade)]: limit } };
    } else if (kind === 'boolean') stated.criticalWhen = own.criticalWhen === 1;
    else if (FIELDS[kind] !== undefined) stated[FIELDS[kind]] = withoutGrade(own);
    else if (kind === 'event') {
      const { name, ...figures } = own;
      stated.events = { ...(stated.events as object), [String(name)]: figures };
    } else if (kind === 'periodic-forecast') stated.forecast = own;
    else if (kind in packShape) stated[kind] = own;
    else if (kind === 'rate-of-change') stated.rateOfChange = own;
    else {
      const { deadband, preBand, ...limits } = own;
      stated.limits = { ...(stated.limits as object), ...limits };
      Object.assign(stated, { deadband, preBand });
    }
  }
  return Object.fromEntries(Object.entries(stated).filter(([field]) => field in packShape));
}

/** A gas head of `{enterprise}/{tag}`, without delays and with both of its high limits. */
export function buildPoint(id: string, over: Partial<StatedPoint> = {}): PointConfig {
  const [enterprise, tag] = id.split('/');
  return pointFrom({
    id,
    enterprise,
    tag,
    source: `${enterprise}/farm`,
    // Not its tag: what shows the one for the other must be seen.
    name: `点 ${tag}`,
    type: 'gas_lel',
    hazard: 'flammable-gas',
    valueKind: 'number',
    unit: '%{LEL}',
    gateways: ['gw1'],
    intervalMs: 10_000,
    limits: { H: 25, HH: 50 },
    deadband: 0,
    onDelayMs: 0,
    offDelayMs: 0,
    latching: false,
    response: 'process',
    persistenceMs: 600_000,
    responseMs: 900_000,
    floors: [],
    basis: { source: 'GB/T 50493-2019', mark: 'V' },
    ...over,
  });
}

/** A tank gauge with both of its sides, delays and a forecast: every kind of work that one reading can make. */
export function buildGauge(id: string, over: Partial<StatedPoint> = {}): PointConfig {
  return buildPoint(id, {
    type: 'tank_level_pct',
    hazard: 'overfill',
    unit: '%',
    span: { min: -1.25, max: 103.1 },
    plausible: { min: 0, max: 100 },
    limits: { LL: 10, L: 15, H: 85, HH: 90 },
    deadband: 1,
    forecast: { windowMs: 600_000, minR2: 0.7 },
    onDelayMs: 5_000,
    offDelayMs: 60_000,
    ...over,
  });
}

/** A gas head of the enterprise `yt`, with its span. */
export function point(tag: string, over: Partial<StatedPoint> = {}): PointConfig {
  return buildPoint(`yt/${tag}`, { span: { min: 0, max: 100 }, plausible: { min: -5, max: 100 }, ...over });
}

/** The same point at the neighbour's: another enterprise, another source, another gateway. */
export function neighbour(tag: string, over: Partial<StatedPoint> = {}): PointConfig {
  return point(tag, { id: `xh/${tag}`, enterprise: 'xh', source: 'xh/farm', ...over });
}
