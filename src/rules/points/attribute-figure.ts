/**
 * Limits whose figures follow an attribute of the source: what the attribute gives, for every such limit of a point. It looks
 * nothing up and holds nothing back.
 */
import type { AttributeFigure, GradedLimit } from '../../model/graded-limit.ts';
import { isGradedLimit, limitName, sideOfLimit } from '../../model/graded-limit.ts';
import type { PointConfig, RuleConfig } from '../../model/point.ts';

/** Name of an attribute, its unit last. */
export const ATTRIBUTE = /^[a-z][A-Za-z0-9]{0,63}$/;

/** Figures are stated with few digits: what arithmetic adds behind them is no part of a limit. */
const DIGITS = 12;

/** What the attribute gives. */
export function figureFrom({ curve, times = 1 }: AttributeFigure, attribute: number): number {
  const figure = curve === undefined ? attribute : onCurve(curve, attribute);
  return Number((figure * times).toPrecision(DIGITS));
}

/** Straight between the points that are stated, level beyond the first and the last. */
function onCurve(curve: NonNullable<AttributeFigure['curve']>, at: number): number {
  const next = curve.findIndex(([x]) => x >= at);
  if (next < 0) return curve[curve.length - 1][1];
  if (next === 0) return curve[0][1];
  const [[x0, y0], [x1, y1]] = [curve[next - 1], curve[next]];
  return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0);
}

/** True where a limit of the point follows an attribute of its source. */
export function followsAttributes({ rules }: Pick<PointConfig, 'rules'>): boolean {
  return rules.some((rule) => isGradedLimit(rule) && rule.stated !== undefined);
}

/**
 * The point with the figures that the attributes of its source give. An attribute that the source does not state, and for
 * which the figure has no `otherwise`, is named in `wrong`: such a limit has no figure, and may not go into force.
 */
export function withAttributes<P extends Pick<PointConfig, 'rules'>>(
  point: P,
  attributeOf: (name: string) => number | undefined,
  wrong: (words: string) => void,
): P {
  if (!followsAttributes(point)) return point;
  const rules = point.rules.map((rule): RuleConfig => {
    if (!isGradedLimit(rule) || rule.stated === undefined) return rule;
    return figured(rule, rule.stated, (stated) => {
      if (typeof stated === 'number') return stated;
      const attribute = attributeOf(stated.attribute) ?? stated.otherwise;
      if (attribute !== undefined) return figureFrom(stated, attribute);
      const limit = limitName(sideOfLimit(rule), rule.grade);
      wrong(`limits.${limit} follows ${stated.attribute}, which its source does not state`);
      return Number.NaN;
    });
  });
  return { ...point, rules };
}

/** Attributes that its limits follow and that may be left out: what they are taken for then, the first figure of each. */
export function takenFor({ rules }: Pick<PointConfig, 'rules'>): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const rule of rules) {
    if (!isGradedLimit(rule) || typeof rule.stated?.value !== 'object') continue;
    const { attribute, otherwise } = rule.stated.value;
    if (otherwise !== undefined && !taken.has(attribute)) taken.set(attribute, otherwise);
  }
  return taken;
}

function figured(
  rule: GradedLimit,
  { value: statedValue, clear: statedClear, deadband }: NonNullable<GradedLimit['stated']>,
  figure: (stated: number | AttributeFigure) => number,
): GradedLimit {
  const value = figure(statedValue);
  const { clear: _before, ...rest } = rule;
  const clear = statedClear === undefined ? clearBy(rule.kind, value, deadband) : figure(statedClear);
  return clear === undefined ? { ...rest, value } : { ...rest, value, clear };
}

/** As far as what a limit stands that states no clear value. */
export function clearBy(kind: GradedLimit['kind'], value: number, deadband: number): number | undefined {
  if (deadband === 0) return undefined;
  return Number((kind === 'limit-high' ? value - deadband : value + deadband).toPrecision(DIGITS));
}
