/**
 * From the fields by which files state rules to the list of rules on a point: the same way for a pack's type and for a
 * resolved point. It checks nothing: see check.ts.
 */
import type { RuleConfig } from '../../model/point.ts';
import type { RuleDefinition } from '../definition.ts';
import { KINDS } from '../kinds.ts';
import type { Restated, Stated } from './rule-shapes-definition.ts';
import { packShape } from './rule-shapes-definition.ts';

type Fields = Readonly<Record<string, unknown>>;

export const definitions: readonly RuleDefinition[] = KINDS.map(({ definition }) => definition);

/** The rules that merged fields make, in judging order; a field that is not there stands nowhere in them. */
export function rulesOf(stated: Stated): RuleConfig[] {
  return definitions
    .flatMap((definition) => definition.rulesOf(stated))
    .map((rule) => withoutAbsent(rule) as RuleConfig);
}

/** Field by field what the point states, else what its type does; inside a field likewise. null is nothing. */
export function mergeStated(type: Stated, point: Restated): Stated {
  const merged: Record<string, unknown> = {};
  for (const field of Object.keys(packShape)) {
    merged[field] = merge((type as Fields)[field], (point as Fields)[field]);
  }
  return withoutAbsent(merged);
}

/** Everything but what states rules. */
export function withoutStated<T extends object>(item: T): Omit<T, keyof Stated> {
  return Object.fromEntries(Object.entries(item).filter(([field]) => !(field in packShape))) as Omit<T, keyof Stated>;
}

function merge(template: unknown, stated: unknown): unknown {
  if (stated === undefined) return template;
  if (!isFields(stated)) return stated ?? undefined;
  const merged = { ...(isFields(template) ? template : {}), ...withoutAbsent(stated) };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutAbsent<T extends object>(item: T): T {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as T;
}
