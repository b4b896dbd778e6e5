// Points as people state them: rules by the fields of pack and registry files, so that a story says `limits: { H: 25 }`
// and the point it tells of is the one the service would make of it.
import type { PointConfig } from '../../src/model/point.ts';
import type { Stated } from '../../src/rules/packs/rule-shapes-definition.ts';
import { packShape } from '../../src/rules/packs/rule-shapes-definition.ts';
import { rulesOf, withoutStated } from '../../src/rules/packs/rules-of.ts';

export type StatedPoint = Omit<PointConfig, 'rules'> & Stated;

/** The point that these fields make. */
export function pointFrom(stated: StatedPoint): PointConfig {
  return { ...withoutStated(stated), rules: rulesOf(stated) };
}

/** A point with other fields: each one stated replaces the whole of what was. */
export function restated(config: PointConfig, over: Partial<StatedPoint>): PointConfig {
  const { rules: _rules, ...rest } = config;
  return pointFrom({ ...rest, ...statedOf(config), ...over });
}

/** The fields that would make the rules of a point. */
function statedOf({ rules }: PointConfig): Stated {
  const stated: Record<string, unknown> = {};
  for (const { id: _id, kind, ...own } of rules) {
    if (kind === 'boolean') stated.criticalWhen = own.criticalWhen === 1;
    else if (kind === 'forecast') stated.forecast = own;
    else if (kind === 'rate-of-change') stated.rateOfChange = own;
    else {
      const { deadband, preBand, ...limits } = own;
      stated.limits = { ...(stated.limits as object), ...limits };
      Object.assign(stated, { deadband, preBand });
    }
  }
  return Object.fromEntries(Object.entries(stated).filter(([field]) => field in packShape));
}
