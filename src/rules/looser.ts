/**
 * How strictness is told field by field: a change of any field is a loosening unless it is proven that alarms come no later,
 * stay no shorter and grade no milder. Comparisons for the tables; it knows no field itself.
 */

/** Proven: with `next`, nothing alarms later, shorter or milder than with `old`. */
export interface Strictness<T> {
  atLeast(old: T, next: T): boolean;
  /** What is as strict as both where neither is as strict as the other; absent, or undefined: the old one stays whole. */
  strictest?(old: T, next: T): unknown;
}

/** A table for every field of a shape: a new field without an entry does not compile. */
export type Strictnesses<T> = { readonly [K in keyof T]-?: Strictness<T[K]> };

/** A field that was changed to something not proven stricter. JSON data; an absent value is null. */
export interface Loosened {
  /** Of a rule `{rule id}.{field}`, or the rule id where the whole rule is another one or gone. */
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Nothing but the same is proven. */
export const same: Strictness<unknown> = { atLeast: (old, next) => sameData(old, next) };

/** Says what the thing is called or who answers for it, and moves no alarm. */
export const describes: Strictness<unknown> = { atLeast: () => true };

/** Less is stricter; absent is the most there is. */
export const lower: Strictness<number | null | undefined> = {
  atLeast: (old, next) => (next ?? Number.POSITIVE_INFINITY) <= (old ?? Number.POSITIVE_INFINITY),
};

/** More is stricter; absent is the least there is. */
export const higher: Strictness<number | undefined> = {
  atLeast: (old, next) => (next ?? Number.NEGATIVE_INFINITY) >= (old ?? Number.NEGATIVE_INFINITY),
};

/** Only one way is stricter: to this value. */
export function only<T>(strict: T): Strictness<T> {
  return { atLeast: (old, next) => next === strict || next === old };
}

/** What nobody had may be given; what somebody has stays theirs. */
export const firstOnly: Strictness<string | undefined> = {
  atLeast: (old, next) => old === undefined || old === '' || next === old,
};

/**
 * The new statement with every loosening of the old one taken back, field by field, so that the stricter value stays in
 * force; what was taken back is added to `found`.
 */
export function stricterOf<T extends object>(
  table: Readonly<Record<string, Strictness<unknown>>>,
  old: T,
  next: T,
  found: Loosened[],
): T {
  const result = { ...next };
  for (const field of new Set([...Object.keys(old), ...Object.keys(next)]) as Set<keyof T & string>) {
    if (Object.is(old[field], next[field])) continue;
    // A field that no table knows is not proven to be harmless.
    const { [field]: strictness = same } = table;
    if (strictness.atLeast(old[field], next[field])) continue;
    found.push({ field, from: old[field] ?? null, to: next[field] ?? null });
    const stays = (strictness.strictest?.(old[field], next[field]) ?? old[field]) as T[typeof field];
    if (stays === undefined) delete result[field];
    else result[field] = stays;
  }
  return result;
}

/** Equal as data: an absent field is one that is undefined, and the order of fields says nothing. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  return (
    Object.keys(a).every((key) => sameData(Reflect.get(a, key), Reflect.get(b, key))) &&
    Object.keys(b).every((key) => key in a || Reflect.get(b, key) === undefined)
  );
}
