/**
 * From the fields by which files state rules to the list of rules on a point: the same way for a pack's type and for a
 * resolved point. It checks nothing: see check.ts.
 */
import type { RuleConfig } from '../../model/point.ts';
import type { Delays, RuleDefinition } from '../definition.ts';
import { KINDS } from '../kinds.ts';
import { inFormOf } from '../points/limits-definition.ts';
import type { Restated, Stated } from './rule-shapes-definition.ts';
import { packShape } from './rule-shapes-definition.ts';

type Fields = Readonly<Record<string, unknown>>;

export const definitions: readonly RuleDefinition[] = KINDS.map(({ definition }) => definition);

const byKind = new Map(definitions.map((definition) => [definition.kind, definition]));

export const definitionOf = (kind: string): RuleDefinition | undefined => byKind.get(kind);

/** The rules that merged fields make, in judging order; a field that is not there stands nowhere in them. `delays`: the point's. */
export function rulesOf(stated: Stated, delays: Delays = {}): RuleConfig[] {
  return definitions
    .flatMap((definition) => definition.rulesOf(stated, delays))
    .map((rule) => withoutAbsent(rule) as RuleConfig);
}

/** Down to here what a field holds is stated field by field (`limits.high.red.clear`); below it is one figure, stated whole. */
const FIELDS_DEEP = 3;

/** Field by field what the point states, else what its type does; inside a field likewise. null is nothing. */
export function mergeStated(type: Stated, point: Restated): Stated {
  const merged: Record<string, unknown> = {};
  const own: Fields = { ...point, limits: inFormOf(type.limits, point.limits) };
  for (const field of Object.keys(packShape)) merged[field] = merge((type as Fields)[field], own[field], FIELDS_DEEP);
  return withoutAbsent(merged);
}

/** Everything but what states rules. */
export function withoutStated<T extends object>(item: T): Omit<T, keyof Stated> {
  return Object.fromEntries(Object.entries(item).filter(([field]) => !(field in packShape))) as Omit<T, keyof Stated>;
}

function merge(template: unknown, stated: unknown, deep: number): unknown {
  if (stated === undefined) return template;
  if (!isFields(stated) || deep === 0) return stated ?? undefined;
  const merged: Record<string, unknown> = { ...(isFields(template) ? template : {}) };
  for (const [field, value] of Object.entries(stated)) merged[field] = merge(merged[field], value, deep - 1);
  return withoutAbsent(merged);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutAbsent<T extends object>(item: T): T {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as T;
}
