/**
 * Which limits of a point are in force now, and at which value: some hold only while another point says so, some are stricter in
 * a part of the year. It asks, and remembers nothing; when to ask again is the engine's.
 */
import type { MonthDay, Period } from '../../model/calendar.ts';
import { isWithin } from '../../model/calendar.ts';
import type { GradedLimit } from '../../model/graded-limit.ts';
import { isGradedLimit } from '../../model/graded-limit.ts';
import type { PointConfig, RuleConfig } from '../../model/point.ts';

/** What it depends on. */
export interface Circumstances {
  readonly day: MonthDay;
  /** A boolean point is known to say off. */
  isOff(point: string): boolean;
}

type Ruled = Pick<PointConfig, 'rules'>;

/** The points whose word limits of it depend on, each once. */
export function conditionsOf({ rules }: Ruled): string[] {
  const points = rules.flatMap((rule) => (isGradedLimit(rule) && rule.while !== undefined ? [rule.while] : []));
  return [...new Set(points)];
}

export function seasonsOf({ rules }: Ruled): readonly Period[] {
  return rules.flatMap((rule) => (isGradedLimit(rule) ? (rule.seasons ?? []) : []));
}

/** The point with what is in force of its limits: itself, where none depends on anything. */
export function limitsInForce<P extends Ruled>(point: P, now: Circumstances): P {
  if (!point.rules.some((rule) => isGradedLimit(rule) && (rule.while ?? rule.seasons) !== undefined)) return point;
  const rules = point.rules.flatMap((rule): RuleConfig[] => {
    if (!isGradedLimit(rule)) return [rule];
    if (rule.while !== undefined && now.isOff(rule.while)) return [];
    return [inSeason(rule, now.day)];
  });
  return { ...point, rules };
}

/** Of all that count the strictest: a season never makes a limit milder. */
export function inSeason(limit: GradedLimit, day: MonthDay): GradedLimit {
  const sign = limit.kind === 'limit-high' ? 1 : -1;
  let strict = limit;
  for (const season of limit.seasons ?? []) {
    if (!isWithin(season, day) || (season.value - strict.value) * sign >= 0) continue;
    const { clear: _clear, ...rest } = strict;
    const { value, clear } = season;
    strict = clear === undefined ? { ...rest, value } : { ...rest, value, clear };
  }
  return strict;
}
