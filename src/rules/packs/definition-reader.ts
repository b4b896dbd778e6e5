/**
 * How a file that people write is read: its head, then its sections item by item; all that is wrong is told at once, each with
 * the item and the line it is in, and the rest of an item is looked at all the same. It knows no shape of its own.
 */
import type { z } from 'zod';
import type { Path, Places } from './told.ts';
import { placed, tellIssues } from './told.ts';

/** What could be read, and everything that could not. */
export interface Read<T> {
  readonly value: T;
  readonly errors: readonly string[];
  /** Where an item of `value` stands. */
  pathOf(item: object): Path;
}

/** One file, read section by section; what is wrong in it is gathered. */
export class Reader {
  private readonly errors: string[] = [];
  private readonly paths = new Map<object, Path>();
  private readonly data: unknown;
  private readonly places: Places;
  private readonly instead: string;

  /** `instead`: what to write where the file is not even a map of keys. */
  constructor(data: unknown, places: Places, instead: string) {
    this.data = data;
    this.places = places;
    this.instead = instead;
  }

  /** Found by somebody else. */
  wrong(errors: readonly string[]): void {
    this.errors.push(...errors);
  }

  head<S extends z.ZodObject>(schema: S): z.infer<S> | undefined {
    const { data, places } = this;
    if (data === null || data === undefined) this.errors.push(`the file is empty: ${this.instead}`);
    else if (typeof data !== 'object' || Array.isArray(data)) {
      const what = Array.isArray(data) ? 'a list' : 'a single value';
      this.errors.push(placed(places, [], `${what} stands where keys are expected: ${this.instead}`));
    } else {
      const parsed = schema.safeParse(data);
      if (parsed.success) return parsed.data;
      const keys = Object.keys(schema.shape);
      this.errors.push(...tellIssues(parsed.error.issues, { item: '', data, base: [], places, keys }));
    }
    return undefined;
  }

  items<S extends z.ZodObject>(section: string, key: string, items: readonly unknown[], schema: S): z.infer<S>[] {
    return items.flatMap((item, i) => {
      const base = [section, i];
      const parsed = schema.safeParse(item);
      if (parsed.success) {
        this.paths.set(parsed.data, base);
        return [parsed.data];
      }
      const name: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, key) : undefined;
      const words = `${section}[${i}]${typeof name === 'string' ? ` ${name}` : ''}`;
      const { issues } = parsed.error;
      const { places } = this;
      const keys = Object.keys(schema.shape);
      this.errors.push(...tellIssues(issues, { item: words, data: item, base, places, keys }));
      const rest = schema.safeParse(withoutWrong(item, issues));
      if (!rest.success) return [];
      this.paths.set(rest.data, base);
      return [rest.data];
    });
  }

  read<T>(value: T): Read<T> {
    return { value, errors: this.errors, pathOf: (item) => this.paths.get(item) ?? [] };
  }
}

/** The item without the keys in which something is wrong. */
function withoutWrong(item: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const wrong = new Set<PropertyKey>();
  for (const issue of issues) {
    if (issue.path.length > 0) wrong.add(issue.path[0]);
    else if (issue.code === 'unrecognized_keys') for (const key of issue.keys) wrong.add(key);
  }
  return Object.fromEntries(Object.entries(Object(item)).filter(([key]) => !wrong.has(key)));
}

/** The items of a section, of whatever shape; none where it is no list. */
export function listOf(data: unknown, name: string): unknown[] {
  const list: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
  return Array.isArray(list) ? list : [];
}
