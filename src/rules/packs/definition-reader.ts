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

/** A field of an item that does not fit the others; told at its line. */
export interface WrongField {
  readonly path: Path;
  readonly message: string;
}

/** What can be read of an item, and all of it as it was stated. */
type WrongIn<S extends z.ZodObject> = (item: Partial<z.infer<S>>, stated: object) => readonly WrongField[];

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

  /** `wrongIn`: what is wrong in an item beyond its single fields, asked also where some of these are wrong themselves. */
  items<S extends z.ZodObject>(
    section: string,
    key: string,
    items: readonly unknown[],
    schema: S,
    wrongIn?: WrongIn<S>,
  ): z.infer<S>[] {
    return items.flatMap((item, i) => {
      const base = [section, i];
      const parsed = schema.safeParse(item);
      const issues = [...(parsed.error?.issues ?? []), ...beyondFields(item, parsed, schema, wrongIn)];
      if (parsed.success && issues.length === 0) {
        this.paths.set(parsed.data, base);
        return [parsed.data];
      }
      const name: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, key) : undefined;
      const words = `${section}[${i}]${typeof name === 'string' ? ` ${name}` : ''}`;
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

/** Of what can be read of the item, as issues like those of its fields. */
function beyondFields<S extends z.ZodObject>(
  item: unknown,
  parsed: z.ZodSafeParseResult<z.infer<S>>,
  schema: S,
  wrongIn: WrongIn<S> | undefined,
): z.core.$ZodIssueCustom[] {
  if (wrongIn === undefined) return [];
  const rest = parsed.success ? parsed : schema.partial().safeParse(withoutWrong(item, parsed.error.issues));
  if (!rest.success) return [];
  const found = wrongIn(rest.data as Partial<z.infer<S>>, Object(item));
  return found.map(({ path, message }) => ({ code: 'custom', path: [...path], message, input: undefined }));
}

/** The item without the keys in which something is wrong; without no more than the key itself where nobody knows that one. */
function withoutWrong(item: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const wrong = issues.flatMap((issue): Path[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key]);
    return issue.path.length > 0 ? [issue.path.slice(0, 1)] : [];
  });
  return wrong.reduce(withoutKey, item);
}

function withoutKey(data: unknown, [key, ...below]: Path): unknown {
  if (Array.isArray(data)) return data.map((one, i) => (i === key ? withoutKey(one, below) : one));
  if (typeof data !== 'object' || data === null || !(key in data)) return data;
  const { [key]: found, ...rest } = data as Record<PropertyKey, unknown>;
  return below.length === 0 ? rest : { ...rest, [key]: withoutKey(found, below) };
}

/** The items of a section, of whatever shape; none where it is no list. */
export function listOf(data: unknown, name: string): unknown[] {
  const list: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
  return Array.isArray(list) ? list : [];
}
