/**
 * What is wrong in a file, in words for who wrote it: where it stands, what stands there, and what to write instead. It finds
 * nothing itself; the shapes do (definition.ts).
 */
import { nearby } from '../../model/nearest-names.ts';

export type Path = readonly PropertyKey[];

/** The text that data was read from. */
export interface Places {
  /** `line 3, column 5`; of what is not there, the nearest that is around it. Undefined where nothing is known. */
  at(path: Path): string | undefined;
  /** A single value as it is written: leading zeros and all. */
  written(path: Path): string | undefined;
}

/** Of data that comes from no text. */
export const NOWHERE: Places = { at: () => undefined, written: () => undefined };

/** `line 3, column 5: `, or nothing. */
export function placed(places: Places, path: Path, words: string): string {
  const at = places.at(path);
  return at === undefined ? words : `${at}: ${words}`;
}

/** `limits.high.red` of words that begin with the field they are about; empty where they do not. */
export function pathOfWords(words: string): Path {
  return /^([A-Za-z]\w*(?:\.\w+)*): /.exec(words)?.[1].split('.') ?? [];
}

/** What is told of, and from where: `data` stands at `base` of the file. */
export interface Told {
  readonly item: string;
  readonly data: unknown;
  readonly base: Path;
  readonly places: Places;
  /** Keys that may stand there. */
  readonly keys: readonly string[];
}

/** What the shapes find wrong (an issue of zod). */
interface Issue {
  readonly code: string;
  readonly path: Path;
  readonly message: string;
  readonly expected?: string;
  readonly keys?: readonly string[];
  /** Of each form that would do, why it does not. */
  readonly errors?: readonly (readonly Issue[])[];
}

/** One text for each issue: `line 3, column 5: points[0] yt/GD-1: onDelayMs: …`. */
export function tellIssues(issues: readonly Issue[], told: Told): string[] {
  return issues.map((issue) => {
    const path = [...told.base, ...issue.path];
    const at = issue.keys === undefined ? path : [...path, issue.keys[0]];
    const words = [told.item, issue.path.join('.'), wordsOf(issue, told)].filter((part) => part !== '').join(': ');
    return placed(told.places, at, words);
  });
}

function wordsOf(issue: Issue, { data, base, places, keys }: Told): string {
  const { path, message } = issue;
  if (issue.keys !== undefined) return path.length > 0 ? message : message + nearby(issue.keys[0], keys);
  const value = path.reduce<unknown>((node, key) => Object(node)[key], data);
  const expected = expectedBy(issue);
  if (expected === undefined) return message;
  if (value === undefined) return path.length > 0 ? 'is missing' : message;
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    const written = places.written([...base, ...path]) ?? String(value);
    return `${written} without quotes is read as a ${typeof value}, a text is expected: write "${written}"`;
  }
  if (expected === 'array') return `a list is expected: each item on a line of its own that begins with "- "`;
  if (Array.isArray(value)) return 'a list stands where keys are expected: write "key: value", without "- " before it';
  if (expected === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return `${JSON.stringify(value)} is a text, a number is expected: write ${Number(value)}, without quotes`;
  return message;
}

/** The one kind of value that would do; of several forms, a text where one of them is. */
function expectedBy(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return issue.expected;
  return (issue.errors ?? []).flat().some((one) => expectedBy(one) === 'string') ? 'string' : undefined;
}
