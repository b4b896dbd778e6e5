/**
 * A configuration change inside the fold: checked whole against what is registered, loosenings held back, the rest
 * applied and judged again at once. All or nothing, every error at once; it removes nothing.
 */
import type { Limits, PointConfig } from '../model/point.ts';
import type { RegistryChange } from '../model/registry.ts';
import type { ConfigurationInput } from './input.ts';
import { initPointRow } from './admit.ts';
import type { Fold } from './fold.ts';
import type { Registry } from './registry.ts';
import { settle } from './settle.ts';
import { listenAfresh } from './silence.ts';

const RESERVED_GATEWAYS = new Set(['alerts', 'service']);
const TAG = /^[^\s/+#]{1,64}$/;

export function foldConfiguration(fold: Fold, input: ConfigurationInput): void {
  const { state } = fold;
  const errors = checkChange(state.registry, input.change);
  if (errors.length > 0) {
    fold.out.configurations.push({ commandId: input.commandId, applied: false, errors, pending: [] });
    return;
  }
  const pending: string[] = [];
  const points = input.change.points.map((point) => {
    const known = state.registry.pointNumbers.get(point.id);
    return known === undefined ? point : stricterOf(state.registry.points[known], point, pending);
  });
  const before = state.registry.points.length;
  const touched = state.registry.apply({ ...input.change, points });
  state.gateways.ensure(state.registry.gateways.length);
  for (const number of touched) {
    const isNew = number >= before && state.points.rows <= number;
    if (isNew) initPointRow(state.points, number, fold.at);
    state.rules.install(state.registry.points[number], number);
    if (isNew) listenAfresh(fold, number);
    else state.rules.rejudge(number, fold.at, fold.sink);
    settle(fold, 'limit-changed');
  }
  state.pendingLoosenings = [...new Set([...state.pendingLoosenings, ...pending])];
  fold.out.configurations.push({ commandId: input.commandId, applied: true, errors: [], pending });
}

/** Everything that is wrong with a change against a registry, in words that name the item. Empty when it may be applied. */
export function checkChange(registry: Registry, change: RegistryChange): string[] {
  const errors: string[] = [];
  const enterprises = new Set([...registry.enterprises.keys(), ...change.enterprises.map(({ id }) => id)]);
  const divisions = new Set([...registry.divisions.keys(), ...change.divisions.map(({ code }) => code)]);
  const sources = new Map([...registry.sources.values(), ...change.sources].map((source) => [source.id, source]));
  const gateways = new Set([
    ...registry.gatewayNumbers.keys(),
    ...change.gateways.map(({ enterprise, id }) => `${enterprise}/${id}`),
  ]);
  for (const { id, division } of change.enterprises) {
    if (!divisions.has(division)) errors.push(`enterprise ${id}: division ${division} is not registered`);
  }
  for (const { id, enterprise } of change.sources) {
    if (!enterprises.has(enterprise)) errors.push(`source ${id}: enterprise ${enterprise} is not registered`);
  }
  for (const { id, enterprise } of change.gateways) {
    if (!enterprises.has(enterprise)) errors.push(`gateway ${enterprise}/${id}: enterprise is not registered`);
    if (RESERVED_GATEWAYS.has(id)) errors.push(`gateway ${enterprise}/${id}: the id is reserved`);
  }
  const seen = new Set<string>();
  for (const point of change.points) {
    if (seen.has(point.id)) errors.push(`point ${point.id}: stated twice`);
    seen.add(point.id);
    errors.push(...checkPoint(registry, point, sources.get(point.source)?.enterprise, gateways));
  }
  return errors;
}

function checkPoint(registry: Registry, point: PointConfig, sourceEnterprise: string | undefined, gateways: Set<string>) {
  const errors: string[] = [];
  const at = `point ${point.id}`;
  if (!TAG.test(point.tag)) errors.push(`${at}: the tag must be 1–64 characters without space, "/", "+" and "#"`);
  if (sourceEnterprise === undefined) errors.push(`${at}: source ${point.source} is not registered`);
  else if (sourceEnterprise !== point.enterprise) errors.push(`${at}: source ${point.source} is of another enterprise`);
  if (point.gateways.length === 0) errors.push(`${at}: no gateway may publish it`);
  for (const id of point.gateways) {
    if (!gateways.has(`${point.enterprise}/${id}`)) errors.push(`${at}: gateway ${id} is not registered`);
  }
  const known = registry.pointNumbers.get(point.id);
  if (known !== undefined && registry.points[known].valueKind !== point.valueKind) {
    errors.push(`${at}: was ${registry.points[known].valueKind}, cannot become ${point.valueKind}; register it under another tag`);
  }
  return errors;
}

/** The new point with every loosening against the old one taken back and named: the stricter value stays in force. */
export function stricterOf(old: PointConfig, next: PointConfig, pending: string[]): PointConfig {
  const kept: { -readonly [K in keyof PointConfig]?: PointConfig[K] } = {};
  const keep = <K extends keyof PointConfig>(key: K, loosened: boolean): void => {
    if (!loosened) return;
    kept[key] = old[key];
    pending.push(`${next.id} ${key}: ${JSON.stringify(old[key])} → ${JSON.stringify(next[key] ?? null)}`);
  };
  const limits = stricterLimits(old.limits, next.limits);
  if (limits !== undefined) {
    pending.push(`${next.id} limits: ${JSON.stringify(old.limits)} → ${JSON.stringify(next.limits)}`);
    kept.limits = limits;
  }
  keep('onDelayMs', next.onDelayMs > old.onDelayMs);
  keep('offDelayMs', next.offDelayMs < old.offDelayMs);
  keep('deadband', next.deadband < old.deadband);
  keep('latching', old.latching && !next.latching);
  keep('criticalWhen', old.criticalWhen !== undefined && next.criticalWhen !== old.criticalWhen);
  keep('forecast', old.forecast !== undefined && next.forecast === undefined);
  keep('rateOfChange', old.rateOfChange !== undefined && (next.rateOfChange?.perMinute ?? Number.POSITIVE_INFINITY) > old.rateOfChange.perMinute);
  keep('floors', old.floors.some(({ id }) => !next.floors.some((floor) => floor.id === id)));
  keep('intervalMs', (next.intervalMs ?? Number.POSITIVE_INFINITY) > (old.intervalMs ?? Number.POSITIVE_INFINITY));
  return { ...next, ...kept };
}

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
