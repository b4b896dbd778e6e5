/**
 * A configuration change inside the fold: checked whole against what is registered, loosenings held back, the rest
 * applied and judged again at once. All or nothing, every error at once; it removes nothing. A large change comes in parts
 * and, once all of it is here and right, goes into force part by part, so that judging never waits for it.
 */
import type { Loosening } from '../../model/loosening.ts';
import { toldLoosening } from '../../model/loosening.ts';
import type { RegistryChange } from '../../model/registry.ts';
import type { Loosened } from '../../rules/looser.ts';
import { sameData } from '../../rules/looser.ts';
import { stricterEnterprise, stricterGateway, stricterPoint, stricterSource } from '../../rules/packs/looser.ts';
import { completedSource, followAttributes, kept } from '../attributes.ts';
import { changesOf, newCounts } from '../changes.ts';
import { forgetObservers, reviewCoverage } from '../coverage.ts';
import { tellAnew } from '../device-alarms.ts';
import type { ConfigurationOutcome } from '../effect.ts';
import type { Fold } from '../fold.ts';
import { inForce } from '../in-force.ts';
import type { ApplyInput, ConfigurationInput } from '../input.ts';
import { awaitTurn } from '../limit-changes.ts';
import { SEEN } from '../observers.ts';
import { initPointRow } from '../points.ts';
import type { ObserverGroup, Registry } from '../registry.ts';
import { gatewayDue, listen, listenAfresh } from '../sight.ts';
import { Staging } from '../staging.ts';
import type { EngineState } from '../state.ts';
import { gatewaySubject } from '../subjects.ts';
import { installAnew } from './install.ts';

const UNSAVED = 'unsaved-mode: the storage takes nothing at present, so nothing may be changed; try again when it does';
const GIVEN_UP = 'the import was given up before all of it had come, and nothing was changed: import it again';

/** Takes a change, or the next part of one; a change that came whole goes into force at once. */
export function foldConfiguration(fold: Fold, input: ConfigurationInput): void {
  fold.out.configurations.push(taken(fold, input));
}

/** Puts the next part of a change into force that was found right as a whole. */
export function foldApply(fold: Fold, input: ApplyInput): void {
  fold.out.configurations.push(goneOn(fold, input));
}

/** What did not come whole is given up: nothing of it was in force. */
export function dropStaging(fold: Fold): void {
  const { staging } = fold.state;
  if (staging === undefined || staging.complete) return;
  fold.state.staging = undefined;
  fold.out.configurations.push(answer(staging, { errors: [GIVEN_UP] }));
}

function taken(fold: Fold, input: ConfigurationInput): ConfigurationOutcome {
  const { state } = fold;
  const refusal = whyNot(state, input);
  if (refusal !== undefined) return answer(input, { errors: [refusal] });
  const staging = state.staging ?? new Staging(input.commandId, input.actor);
  staging.add(state.registry, input.change);
  state.staging = staging;
  if (input.part?.last === false) return answer(input, { progress: 'staged' });
  const errors = staging.allErrors();
  if (errors.length > 0) {
    state.staging = undefined;
    return answer(input, { errors });
  }
  staging.complete = true;
  return input.part === undefined ? applyNext(fold, staging) : answer(input, { progress: 'staged' });
}

function goneOn(fold: Fold, input: ApplyInput): ConfigurationOutcome {
  const { state } = fold;
  const { staging, unsaved } = state;
  if (staging?.commandId !== input.commandId)
    return answer({ commandId: input.commandId, actor: '' }, { errors: [GIVEN_UP] });
  if (!staging.complete) {
    state.staging = undefined;
    return answer(staging, { errors: [GIVEN_UP] });
  }
  return unsaved ? answer(staging, { progress: 'waiting' }) : applyNext(fold, staging);
}

function whyNot({ staging, unsaved }: EngineState, { commandId, part }: ConfigurationInput): string | undefined {
  // What a person changes must be there after a restart; only the answer to an alarm cannot wait for the storage.
  if (unsaved) return UNSAVED;
  const n = part?.n ?? 0;
  if (staging === undefined) return n === 0 ? undefined : GIVEN_UP;
  const isNext = staging.commandId === commandId && !staging.complete && n === staging.parts.length;
  return isNext ? undefined : `another import is under way, by ${staging.actor}: try again when it has ended`;
}

function answer(
  { commandId, actor }: Pick<ConfigurationOutcome, 'commandId' | 'actor'>,
  said: Partial<ConfigurationOutcome>,
): ConfigurationOutcome {
  const nothing = { commandId, actor, applied: false, errors: [], pending: [], changes: [], counts: newCounts() };
  return { ...nothing, ...said };
}

function applyNext(fold: Fold, staging: Staging): ConfigurationOutcome {
  const { state } = fold;
  const part = staging.parts[staging.applied++];
  const isLast = staging.applied === staging.parts.length;
  if (isLast) state.staging = undefined;
  const held: Held[] = [];
  const stated = followAttributes(state.registry, completed(state.registry, part));
  const change = asDrafted(state, stricterChange(state.registry, stated, held));
  const counts = newCounts();
  const changes = changesOf(state.registry, change, counts);
  growAhead(state);
  putInForce(fold, change);
  const { ofStated, others } = waitingOf(state.pendingLoosenings, change);
  const waiting = byItem(ofStated);
  const pending = held.map((one, i) => loosening(fold, one, waiting, { actor: staging.actor, index: i }));
  state.pendingLoosenings = [...others, ...pending];
  const told = pending.map(toldLoosening);
  return answer(staging, { applied: true, pending: told, changes, counts, progress: isLast ? undefined : 'applying' });
}

function takeUpDerived({ state, toDerive }: Fold, number: number): void {
  if (!state.registry.graph.isDerived(number)) return;
  state.derived.install(state.registry.points[number], number);
  toDerive.add(number);
}

/** One table a part: all of them are full at the same number of points, and grown at once they would hold judging. */
function growAhead({ points, timers, rules, derived }: EngineState): void {
  if (!points.growAhead() && !timers.heap.growAhead() && !rules.growAhead()) derived.growAhead();
}

function putInForce(fold: Fold, change: RegistryChange): void {
  const { state } = fold;
  const observed = groupsOf(state.registry, change);
  const before = state.registry.points.length;
  const drills = gatewaysOf(state).filter((gateway) => state.groups.isOfDrill(gateway));
  const touched = state.registry.apply(change);
  state.gateways.ensure(state.registry.gateways.length);
  for (const number of touched) {
    takeUpDerived(fold, number);
    awaitTurn(fold, number);
    if (number >= before) initPointRow(state.points, number, fold.at);
    if (number >= before) {
      state.rules.install(inForce(state, number), number);
      listenAfresh(fold, number);
      continue;
    }
    listen(fold, number);
    installAnew(fold, number);
  }
  // Where a point moved, the source it left is looked at too; the same order whatever the registry's history.
  for (const [key, group] of groupsOf(state.registry, change)) observed.set(key, group);
  for (const key of [...observed.keys()].sort()) {
    if (state.registry.observers.has(key)) fold.unobserved.set(key, fold.unobserved.get(key) ?? SEEN);
    else forgetObservers(fold, observed.get(key)!);
  }
  reviewCoverage(fold, 'limit-changed');
  // Something real stands behind it from now on: what it tells is real.
  for (const gateway of drills) {
    if (state.groups.isOfDrill(gateway)) continue;
    tellAnew(fold, gatewaySubject(fold, gateway));
    gatewayDue(fold, gateway);
  }
  for (const { id } of change.enterprises) state.book.moved(id, state.registry.divisionOf(id), fold);
}

const gatewaysOf = ({ registry }: EngineState): number[] => registry.gateways.map((_, gateway) => gateway);

/** An import never removes: what an item does not state, it keeps. A point takes it from its type instead. */
function completed(registry: Registry, change: RegistryChange): RegistryChange {
  return {
    ...change,
    divisions: change.divisions.map((division) => kept(registry.divisions.get(division.code), division)),
    enterprises: change.enterprises.map((enterprise) => kept(registry.enterprises.get(enterprise.id), enterprise)),
    sources: change.sources.map((source) => completedSource(registry, source)),
    gateways: change.gateways.map((gateway) => {
      const number = registry.gatewayNumbers.get(`${gateway.enterprise}/${gateway.id}`);
      return kept(registry.gateways[number ?? -1], gateway);
    }),
  };
}

/**
 * The change with every loosening of what is registered taken back, and named in `held`; of what is new, every loosening of its
 * pack.
 */
function stricterChange(registry: Registry, change: RegistryChange, held: Held[]): RegistryChange {
  const points = change.points.map(({ byPack, ...point }) => {
    const before = registry.points[registry.pointNumbers.get(point.id) ?? -1] ?? byPack;
    if (before === undefined) return point;
    const stricter = stricterPoint(before, point);
    held.push(...stricter.held.map((one) => ({ kind: 'point' as const, item: point.id, ...one })));
    return stricter.inForce;
  });
  const sources = change.sources.map(({ byPack, ...source }) => {
    const before = registry.sources.get(source.id) ?? byPack;
    if (before === undefined) return source;
    const stricter = stricterSource(before, source);
    held.push(...stricter.held.map((one) => ({ kind: 'source' as const, item: source.id, ...one })));
    return stricter.inForce;
  });
  const gateways = change.gateways.map((gateway) => {
    const item = `${gateway.enterprise}/${gateway.id}`;
    const known = registry.gatewayNumbers.get(item);
    if (known === undefined) return gateway;
    const stricter = stricterGateway(registry.gateways[known], gateway);
    held.push(...stricter.held.map((one) => ({ kind: 'gateway' as const, item, ...one })));
    return stricter.inForce;
  });
  const enterprises = change.enterprises.map((enterprise) => {
    const known = registry.enterprises.get(enterprise.id);
    if (known === undefined) return enterprise;
    const stricter = stricterEnterprise(known, enterprise);
    held.push(...stricter.held.map((one) => ({ kind: 'enterprise' as const, item: enterprise.id, ...one })));
    return stricter.inForce;
  });
  return { ...change, enterprises, points, sources, gateways };
}

/** What goes into force, with what a draft has instead: of everything else the draft's side has what was in force then. */
function asDrafted({ registry, drafted }: EngineState, change: RegistryChange): RegistryChange {
  if (drafted.size === 0) return change;
  const points = change.points.map((point) => ({ ...point, ...drafted.get(point.id) }));
  return followAttributes(registry, { ...change, points });
}

/** A loosening found, of one item. */
interface Held extends Loosened {
  readonly kind: Loosening['kind'];
  readonly item: string;
}

/** One that waits already is the same one: asking again is no second person. */
function loosening(
  fold: Fold,
  held: Held,
  waiting: ReadonlyMap<string, readonly Loosening[]>,
  { actor, index }: { actor: string; index: number },
): Loosening {
  const known = waiting.get(itemOf(held))?.find((one) => one.field === held.field && sameData(one.to, held.to));
  if (known !== undefined) return { ...known, from: held.from };
  const { kind, item, field, from, to } = held;
  return { id: `l${fold.input.toString(36)}-${index}`, kind, item, field, from, to, actor, at: fold.at };
}

const itemOf = ({ kind, item }: Pick<Held, 'kind' | 'item'>): string => `${kind} ${item}`;

/** What waits, by item. */
function byItem(waiting: readonly Loosening[]): Map<string, Loosening[]> {
  const found = new Map<string, Loosening[]>();
  for (const one of waiting) {
    const own = found.get(itemOf(one));
    if (own === undefined) found.set(itemOf(one), [one]);
    else own.push(one);
  }
  return found;
}

/** By key: the groups of observers that a change concerns, as the registry stands. */
function groupsOf(registry: Registry, change: RegistryChange): Map<string, ObserverGroup> {
  const groups = new Map<string, ObserverGroup>();
  const stated = change.points.flatMap(({ id }) => registry.pointNumbers.get(id) ?? []);
  for (const number of registry.concerned(stated)) {
    const group = registry.observerOf[number];
    groups.set(group.key, group);
  }
  const sources = new Set(change.sources.map(({ id }) => id));
  if (sources.size === 0) return groups;
  for (const group of registry.observers.values()) if (sources.has(group.source)) groups.set(group.key, group);
  return groups;
}

/** What waits for items that are stated anew, and for the others: there may be as much of it as there are points. */
function waitingOf(waiting: readonly Loosening[], change: RegistryChange) {
  const stated: Readonly<Record<Loosening['kind'], ReadonlySet<string>>> = {
    point: new Set(change.points.map(({ id }) => id)),
    source: new Set(change.sources.map(({ id }) => id)),
    gateway: new Set(change.gateways.map(({ enterprise, id }) => `${enterprise}/${id}`)),
    enterprise: new Set(change.enterprises.map(({ id }) => id)),
  };
  const ofStated: Loosening[] = [];
  const others: Loosening[] = [];
  for (const one of waiting) (stated[one.kind].has(one.item) ? ofStated : others).push(one);
  return { ofStated, others };
}
