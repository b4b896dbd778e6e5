/**
 * What a change may put in force by itself: everything that makes alarms earlier, wider or longer. Each loosening is taken
 * back field by field and named, and waits for a second person. It knows two statements of one item, and no state.
 */
import type { Floor, Limits, PointConfig } from '../model/point.ts';
import type { Source } from '../model/registry.ts';

type Keep<T> = <K extends keyof T>(key: K, loosened: boolean) => void;

/** The new point with every loosening against the old one taken back and named: the stricter value stays in force. */
export function stricterPoint(old: PointConfig, next: PointConfig, pending: string[]): PointConfig {
  const { result, keep } = keeper(old, next, pending);
  const limits = stricterLimits(old.limits, next.limits);
  if (limits !== undefined) {
    pending.push(`${next.id} limits: ${JSON.stringify(old.limits)} → ${JSON.stringify(next.limits)}`);
    result.limits = limits;
  }
  keepDelays(old, next, keep);
  keepRules(old, next, keep);
  const floors = stricterFloors(old.floors, next.floors);
  if (floors !== undefined) {
    pending.push(`${next.id} floors: ${JSON.stringify(old.floors)} → ${JSON.stringify(next.floors)}`);
    result.floors = floors;
  }
  return result;
}

/** Fewer declared observers, or a lower class, wait like a limit: they would end or calm an alert of blindness. */
export function stricterSource(old: Source, next: Source, pending: string[]): Source {
  const { result, keep } = keeper(old, next, pending);
  // Classes are letters, A the strictest.
  keep('class', next.class > old.class);
  const observers = { ...next.observers };
  for (const [hazard, declared] of Object.entries(old.observers) as [keyof Source['observers'], number][]) {
    if ((next.observers[hazard] ?? 1) < declared) observers[hazard] = declared;
  }
  if (JSON.stringify(observers) === JSON.stringify(next.observers)) return result;
  pending.push(`${next.id} observers: ${JSON.stringify(old.observers)} → ${JSON.stringify(next.observers)}`);
  return { ...result, observers };
}

function keeper<T extends { readonly id: string }>(old: T, next: T, pending: string[]) {
  const result: { -readonly [K in keyof T]: T[K] } = { ...next };
  const keep: Keep<T> = (key, loosened) => {
    if (!loosened) return;
    result[key] = old[key];
    pending.push(`${next.id} ${String(key)}: ${JSON.stringify(old[key])} → ${JSON.stringify(next[key] ?? null)}`);
  };
  return { result, keep };
}

function keepDelays(old: PointConfig, next: PointConfig, keep: Keep<PointConfig>): void {
  keep('onDelayMs', next.onDelayMs > old.onDelayMs);
  keep('offDelayMs', next.offDelayMs < old.offDelayMs);
  keep('deadband', next.deadband < old.deadband);
  keep('persistenceMs', next.persistenceMs > old.persistenceMs);
  keep('responseMs', next.responseMs < old.responseMs);
  keep('response', old.response === 'geotechnical' && next.response === 'process');
  keep('intervalMs', (next.intervalMs ?? Number.POSITIVE_INFINITY) > (old.intervalMs ?? Number.POSITIVE_INFINITY));
}

function keepRules(old: PointConfig, next: PointConfig, keep: Keep<PointConfig>): void {
  keep('latching', old.latching && !next.latching);
  keep('criticalWhen', old.criticalWhen !== undefined && next.criticalWhen !== old.criticalWhen);
  keep('preBand', (next.preBand ?? 0) < (old.preBand ?? 0));
  keep(
    'forecast',
    old.forecast !== undefined && (next.forecast?.minR2 ?? Number.POSITIVE_INFINITY) > old.forecast.minR2,
  );
  const rate = next.rateOfChange;
  const slower =
    (rate?.perMinute ?? Number.POSITIVE_INFINITY) > (old.rateOfChange?.perMinute ?? Number.POSITIVE_INFINITY);
  const narrower = rate !== undefined && rate.direction !== 'both' && rate.direction !== old.rateOfChange?.direction;
  keep('rateOfChange', old.rateOfChange !== undefined && (slower || narrower));
}

/** The limits to be in force where the new ones loosen something; undefined where they do not. */
function stricterLimits(old: Limits, next: Limits): Limits | undefined {
  const high = (a?: number, b?: number) => (a === undefined || (b !== undefined && b <= a) ? b : a);
  const low = (a?: number, b?: number) => (a === undefined || (b !== undefined && b >= a) ? b : a);
  const kept = {
    LL: low(old.LL, next.LL),
    L: low(old.L, next.L),
    H: high(old.H, next.H),
    HH: high(old.HH, next.HH),
  };
  const same = kept.LL === next.LL && kept.L === next.L && kept.H === next.H && kept.HH === next.HH;
  if (same) return undefined;
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

/** All new floors, and the old ones that none of the new replaces by one at least as strict. */
function stricterFloors(old: readonly Floor[], next: readonly Floor[]): Floor[] | undefined {
  const covers = (floor: Floor, before: Floor) =>
    floor.id === before.id &&
    floor.grade >= before.grade &&
    floor.points <= before.points &&
    floor.level <= before.level;
  const lost = old.filter((before) => !next.some((floor) => covers(floor, before)));
  if (lost.length === 0) return undefined;
  return [...next.filter((floor) => !lost.some((before) => covers(before, floor))), ...lost];
}
