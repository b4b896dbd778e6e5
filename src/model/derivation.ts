/**
 * How a derived point is computed from other points: an expression over their newest values, or a named function that
 * remembers. Configuration only; what is made of it stands in `rules/derived`.
 */

/** What an expression or a function takes under one name. */
export interface DerivedInput {
  /** Ids of the points, `{enterprise}/{tag}`: one, or several where `many`. All of the derived point's own enterprise. */
  readonly points: readonly string[];
  /** A list of values, in the order of the points. */
  readonly many: boolean;
  readonly valueKind: 'number' | 'boolean';
  /** UCUM unit that the points must have; empty for booleans. */
  readonly unit: string;
}

/** One of `expression` and `function` is there. JSON data. */
export interface Derivation {
  /** By the name that the expression or the function knows it by. */
  readonly inputs: Readonly<Record<string, DerivedInput>>;
  /** CEL over the inputs and parameters by name. */
  readonly expression?: string | undefined;
  /** Name of a function of `rules/derived/functions.ts`. */
  readonly function?: string | undefined;
  /** Figures of the site, by name: numbers in an expression, settings of a function. Durations end in `Ms`. */
  readonly parameters?: Readonly<Record<string, number>> | undefined;
}

/** Ids of all points that it takes, each once, in order. */
export function inputsOf({ inputs }: Derivation): string[] {
  return [...new Set(Object.values(inputs).flatMap(({ points }) => points))];
}
