/**
 * The engine's registry as the edges may see it: sorted lists for the API, and gateways with their tags for ingest. Lists
 * are made anew when the registry's version changes and are never changed in place.
 */
import type { RegisteredPoint, RegistryView } from '../../api/ports.ts';
import type { Registry } from '../../engine/registry.ts';
import type { EngineState } from '../../engine/state.ts';
import type { GatewayDirectory, GatewayEntry } from '../../ingest/directory.ts';
import { SECRET_FIELDS } from '../../model/loosening.ts';
import type { Division, Enterprise, Source } from '../../model/registry.ts';
import { baselinesThat } from '../../rules/view.ts';
import type { Registered, StoredSecrets } from '../seeds.ts';

const NO_TAGS: ReadonlyMap<string, number> = new Map();

interface Lists {
  readonly version: number;
  readonly divisions: readonly Division[];
  readonly enterprises: readonly Enterprise[];
  readonly sources: readonly Source[];
  readonly points: readonly RegisteredPoint[];
}

/** The registry object is replaced at restore, so it is asked of the state each time. */
export function registryView(state: EngineState): RegistryView {
  let lists: Lists | undefined;
  const current = (): Lists => {
    const { registry, staging } = state;
    if (lists?.version === registry.version) return lists;
    // An import that goes into force in parts is shown when all of it is: not sorted anew for every part.
    if (lists === undefined || staging?.complete !== true) lists = listsOf(registry, lists);
    return lists;
  };
  const registered = (number: number | undefined): RegisteredPoint | undefined =>
    number === undefined ? undefined : { number, config: state.registry.points[number] };
  return {
    divisions: () => current().divisions,
    enterprises: () => current().enterprises,
    sources: () => current().sources,
    points: () => current().points,
    division: (code) => state.registry.divisions.get(code),
    enterprise: (id) => state.registry.enterprises.get(id),
    source: (id) => state.registry.sources.get(id),
    linksFrom: (source) => [...(state.registry.links.get(source)?.values() ?? [])],
    point: (id) => registered(state.registry.pointNumbers.get(id)),
  };
}

/** Entries are kept by gateway number and made anew when the registry changes: one Map look-up a message. */
export function gatewayDirectory(state: EngineState): GatewayDirectory {
  let version = -1;
  const entries = new Map<string, GatewayEntry>();
  return {
    get version() {
      return state.registry.version;
    },
    find(enterprise, gateway) {
      const { registry } = state;
      if (registry.version !== version) {
        entries.clear();
        version = registry.version;
      }
      const key = `${enterprise}/${gateway}`;
      const kept = entries.get(key);
      if (kept !== undefined) return kept;
      const number = registry.gatewayNumbers.get(key);
      if (number === undefined) return undefined;
      const entry: GatewayEntry = {
        number,
        enterprise,
        id: gateway,
        secretHash: registry.gateways[number].secretHash,
        tags: registry.tags.get(enterprise) ?? NO_TAGS,
      };
      entries.set(key, entry);
      return entry;
    },
  };
}

/** What a registry file is compared with before it comes to the engine. */
export function registeredIn(state: EngineState): Registered {
  const { divisions, enterprises, sources, gateways } = state.registry;
  const names = {
    divisions: [...divisions.keys()],
    enterprises: [...enterprises.keys()],
    sources: [...sources.keys()],
    gateways: gateways.map(({ enterprise, id }) => `${enterprise}/${id}`),
  };
  return { secrets: secretsOf(state), names, learned: learnedIn(state), now: state.at };
}

/** Rules whose baseline stands: what their stretch was is no matter any more. */
function learnedIn({ registry, rules, at }: EngineState): ReadonlySet<string> {
  return new Set(
    baselinesThat(rules, 'learned', at).map(
      (slot) => `${registry.points[rules.pointOf(slot)].id} ${rules.ruleOf(slot)}`,
    ),
  );
}

/** What is stored of the credentials in force, and of those that wait. */
function secretsOf({ registry, pendingLoosenings }: EngineState): StoredSecrets {
  const stored = new Map<string, string[]>();
  for (const { enterprise, id, secretHash } of registry.gateways) stored.set(`${enterprise}/${id}`, [secretHash]);
  for (const { id, siteSecretHash } of registry.enterprises.values())
    if (siteSecretHash !== undefined) stored.set(id, [siteSecretHash]);
  for (const { item, field, to } of pendingLoosenings) if (SECRET_FIELDS.has(field)) stored.get(item)?.push(String(to));
  return stored;
}

/** Points are put in the order they had before, and what is new behind it: two runs are sorted far faster than none. */
function listsOf(registry: Registry, before: Lists | undefined): Lists {
  const byId = <T extends { readonly id: string }>(items: Iterable<T>) =>
    [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
  const kept = before?.points.map(({ number }) => number) ?? [];
  const added = registry.points.slice(kept.length).map((_point, i) => kept.length + i);
  return {
    version: registry.version,
    divisions: [...registry.divisions.values()].sort((a, b) => (a.code < b.code ? -1 : 1)),
    enterprises: byId(registry.enterprises.values()),
    sources: byId(registry.sources.values()),
    points: [...kept, ...added]
      .map((number) => ({ number, config: registry.points[number] }))
      .sort((a, b) => (a.config.id < b.config.id ? -1 : 1)),
  };
}
