/**
 * What a configuration change changes, item by item and field by field, before and after: the trace from which one can say
 * years later which limit was in force. It compares and applies nothing.
 */
import { SECRET, SECRET_FIELDS } from '../model/loosening.ts';
import type { RegistryChange } from '../model/registry.ts';
import { sourceInWords } from '../model/registry.ts';
import { sameData } from '../rules/looser.ts';
import { linkKey, Registry } from './registry.ts';

type ConfiguredItem = 'division' | 'enterprise' | 'source' | 'gateway' | 'point' | 'link';

/** `from` is absent where the field was not there, `to` where it is not any more. */
interface FieldChange {
  readonly from?: unknown;
  readonly to?: unknown;
}

export interface ItemChange {
  readonly item: ConfiguredItem;
  readonly id: string;
  readonly fields: Readonly<Record<string, FieldChange>>;
}

type CountPerItem = Record<ConfiguredItem, number>;

/** How many items a change adds, changes and leaves as they are. */
export interface Counts {
  readonly added: CountPerItem;
  readonly changed: CountPerItem;
  readonly unchanged: CountPerItem;
}

export function newCounts(): Counts {
  const none = (): CountPerItem => ({ division: 0, enterprise: 0, source: 0, gateway: 0, point: 0, link: 0 });
  return { added: none(), changed: none(), unchanged: none() };
}

/** Adds what one part of a change counted to what the parts before it did. */
export function addCounts(sum: Counts, more: Counts): void {
  for (const kind of ['added', 'changed', 'unchanged'] as const)
    for (const item of Object.keys(more[kind]) as ConfiguredItem[]) sum[kind][item] += more[kind][item];
}

/** To be asked before the change is applied. Items that stay as they are, are left out. */
export function changesOf(registry: Registry, change: RegistryChange, counts = newCounts()): ItemChange[] {
  const changes: ItemChange[] = [];
  const compare = (item: ConfiguredItem, id: string, before: object | undefined, after: object): void => {
    const fields = fieldsChanged(before ?? {}, after);
    const isChanged = Object.keys(fields).length > 0;
    counts[before === undefined ? 'added' : isChanged ? 'changed' : 'unchanged'][item]++;
    if (isChanged) changes.push({ item, id, fields });
  };
  for (const division of change.divisions)
    compare('division', division.code, registry.divisions.get(division.code), division);
  for (const enterprise of change.enterprises)
    compare('enterprise', enterprise.id, registry.enterprises.get(enterprise.id), enterprise);
  for (const source of change.sources) {
    const known = registry.sources.get(source.id);
    compare('source', source.id, known && sourceInWords(known), sourceInWords(source));
  }
  for (const gateway of change.gateways) {
    const key = `${gateway.enterprise}/${gateway.id}`;
    compare('gateway', key, registry.gateways[registry.gatewayNumbers.get(key) ?? -1], gateway);
  }
  for (const point of change.points)
    compare('point', point.id, registry.points[registry.pointNumbers.get(point.id) ?? -1], point);
  for (const link of change.links ?? []) {
    const key = linkKey(link);
    compare('link', key, registry.links.get(link.from)?.get(key), link);
  }
  return changes;
}

/** All that is registered, as if it had just been stated. */
export function allOf(registry: Registry): ItemChange[] {
  return changesOf(new Registry(), registry.image());
}

function fieldsChanged(before: object, after: object): Record<string, FieldChange> {
  const fields: Record<string, FieldChange> = {};
  for (const name of Object.keys({ ...before, ...after })) {
    const old: unknown = Reflect.get(before, name);
    const next: unknown = Reflect.get(after, name);
    if (sameData(old, next)) continue;
    const shown = (value: unknown) => (value !== undefined && SECRET_FIELDS.has(name) ? SECRET : value);
    fields[name] = { from: shown(old), to: shown(next) };
  }
  return fields;
}
