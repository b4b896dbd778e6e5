/**
 * A configuration change inside the fold: checked whole against what is registered, loosenings held back, the rest
 * applied and judged again at once. All or nothing, every error at once; it removes nothing.
 */
import { RESERVED_GATEWAY_IDS, TAG } from '../../model/ids.ts';
import type { Loosening } from '../../model/loosening.ts';
import type { PointConfig } from '../../model/point.ts';
import type { RegistryChange } from '../../model/registry.ts';
import type { Loosened } from '../../rules/looser.ts';
import { sameData } from '../../rules/looser.ts';
import { stricterPoint, stricterSource } from '../../rules/packs/looser.ts';
import { changesOf } from '../changes.ts';
import { reviewObservers } from '../coverage.ts';
import type { Fold } from '../fold.ts';
import type { ConfigurationInput } from '../input.ts';
import { initPointRow } from '../points.ts';
import type { ObserverGroup, Registry } from '../registry.ts';
import { listen, listenAfresh } from '../sight.ts';
import { installAnew } from './install.ts';

const UNSAVED = 'unsaved-mode: the storage takes nothing at present, so nothing may be changed; try again when it does';

export function foldConfiguration(fold: Fold, input: ConfigurationInput): void {
  const { state } = fold;
  const { commandId, actor } = input;
  // What a person changes must be there after a restart; only the answer to an alarm cannot wait for the storage.
  const errors = state.unsaved ? [UNSAVED] : checkChange(state.registry, input.change);
  if (errors.length > 0) {
    fold.out.configurations.push({ commandId, actor, applied: false, errors, pending: [], changes: [] });
    return;
  }
  const held: Held[] = [];
  const change = stricterChange(state.registry, completed(state.registry, input.change), held);
  const changes = changesOf(state.registry, change);
  const observed = groupsOf(state.registry, change);
  const before = state.registry.points.length;
  const touched = state.registry.apply(change);
  state.gateways.ensure(state.registry.gateways.length);
  for (const number of touched) {
    if (number >= before) initPointRow(state.points, number, fold.at);
    if (number >= before) {
      state.rules.install(state.registry.points[number], number);
      listenAfresh(fold, number);
      continue;
    }
    listen(fold, number);
    installAnew(fold, number);
  }
  // Where a point moved, the source it left is looked at too; the same order whatever the registry's history.
  for (const [key, group] of groupsOf(state.registry, change)) observed.set(key, group);
  for (const key of [...observed.keys()].sort()) reviewObservers(fold, observed.get(key)!, 'limit-changed');
  const pending = held.map((one, i) => loosening(fold, one, { actor, index: i }));
  state.pendingLoosenings = [...othersOf(state.pendingLoosenings, change), ...pending];
  fold.out.configurations.push({ commandId, actor, applied: true, errors: [], pending, changes });
}

/** An import never removes: what an item does not state, it keeps. A point takes it from its type instead. */
function completed(registry: Registry, change: RegistryChange): RegistryChange {
  return {
    ...change,
    divisions: change.divisions.map((division) => ({ ...registry.divisions.get(division.code), ...division })),
    enterprises: change.enterprises.map((enterprise) => ({
      ...registry.enterprises.get(enterprise.id),
      ...enterprise,
    })),
    sources: change.sources.map((source) => ({ ...registry.sources.get(source.id), ...source })),
    gateways: change.gateways.map((gateway) => {
      const number = registry.gatewayNumbers.get(`${gateway.enterprise}/${gateway.id}`);
      return number === undefined ? gateway : { ...registry.gateways[number], ...gateway };
    }),
  };
}

/** The change with every loosening of what is registered taken back, and named in `held`. */
function stricterChange(registry: Registry, change: RegistryChange, held: Held[]): RegistryChange {
  const points = change.points.map((point) => {
    const known = registry.pointNumbers.get(point.id);
    if (known === undefined) return point;
    const stricter = stricterPoint(registry.points[known], point);
    held.push(...stricter.held.map((one) => ({ kind: 'point' as const, item: point.id, ...one })));
    return stricter.inForce;
  });
  const sources = change.sources.map((source) => {
    const known = registry.sources.get(source.id);
    if (known === undefined) return source;
    const stricter = stricterSource(known, source);
    held.push(...stricter.held.map((one) => ({ kind: 'source' as const, item: source.id, ...one })));
    return stricter.inForce;
  });
  return { ...change, points, sources };
}

/** A loosening found, of one item. */
interface Held extends Loosened {
  readonly kind: Loosening['kind'];
  readonly item: string;
}

/** One that waits already is the same one: asking again is no second person. */
function loosening(fold: Fold, held: Held, { actor, index }: { actor: string; index: number }): Loosening {
  const waiting = fold.state.pendingLoosenings.find(
    (one) => isSameItem(one, held) && one.field === held.field && sameData(one.to, held.to),
  );
  if (waiting !== undefined) return { ...waiting, from: held.from };
  const { kind, item, field, from, to } = held;
  return { id: `l${fold.input.toString(36)}-${index}`, kind, item, field, from, to, actor, at: fold.at };
}

const isSameItem = (a: Pick<Held, 'kind' | 'item'>, b: Pick<Held, 'kind' | 'item'>): boolean =>
  a.kind === b.kind && a.item === b.item;

/** By key: the groups of observers that a change concerns, as the registry stands. */
function groupsOf(registry: Registry, change: RegistryChange): Map<string, ObserverGroup> {
  const groups = new Map<string, ObserverGroup>();
  for (const { id } of change.points) {
    const number = registry.pointNumbers.get(id);
    if (number !== undefined) groups.set(registry.observerOf[number].key, registry.observerOf[number]);
  }
  const sources = new Set(change.sources.map(({ id }) => id));
  if (sources.size === 0) return groups;
  for (const group of registry.observers.values()) if (sources.has(group.source)) groups.set(group.key, group);
  return groups;
}

/** What waits for items that are not stated anew. */
function othersOf(waiting: readonly Loosening[], change: RegistryChange): Loosening[] {
  const points = new Set(change.points.map(({ id }) => id));
  const sources = new Set(change.sources.map(({ id }) => id));
  return waiting.filter(({ kind, item }) => !(kind === 'point' ? points : sources).has(item));
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
    if (RESERVED_GATEWAY_IDS.includes(id)) errors.push(`gateway ${enterprise}/${id}: the id is reserved`);
  }
  for (const { from, to, kind } of change.links ?? []) {
    const at = `link ${from} ${kind} ${to}`;
    if (!sources.has(from)) errors.push(`${at}: source ${from} is not registered`);
    if (!divisions.has(to) && !enterprises.has(to))
      errors.push(`${at}: no division and no enterprise ${to} is registered`);
  }
  const seen = new Set<string>();
  for (const point of change.points) {
    if (seen.has(point.id)) errors.push(`point ${point.id}: stated twice`);
    seen.add(point.id);
    errors.push(...checkPoint(registry, point, sources.get(point.source)?.enterprise, gateways));
  }
  return errors;
}

function checkPoint(
  registry: Registry,
  point: PointConfig,
  sourceEnterprise: string | undefined,
  gateways: Set<string>,
) {
  const errors: string[] = [];
  const at = `point ${point.id}`;
  if (point.id !== `${point.enterprise}/${point.tag}`)
    errors.push(`${at}: the id must be ${point.enterprise}/${point.tag}`);
  if (!TAG.test(point.tag)) errors.push(`${at}: the tag must be 1–64 characters without space, "/", "+" and "#"`);
  if (sourceEnterprise === undefined) errors.push(`${at}: source ${point.source} is not registered`);
  else if (sourceEnterprise !== point.enterprise) errors.push(`${at}: source ${point.source} is of another enterprise`);
  if (point.gateways.length === 0) errors.push(`${at}: no gateway may publish it`);
  for (const id of point.gateways) {
    if (!gateways.has(`${point.enterprise}/${id}`)) errors.push(`${at}: gateway ${id} is not registered`);
  }
  const known = registry.pointNumbers.get(point.id);
  if (known !== undefined && registry.points[known].valueKind !== point.valueKind) {
    errors.push(
      `${at}: was ${registry.points[known].valueKind}, cannot become ${point.valueKind}; register it under another tag`,
    );
  }
  return errors;
}
