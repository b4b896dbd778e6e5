/**
 * Whether the points that a derived point is bound to may stand for its inputs: they are there, of its enterprise, of the kind
 * and the unit that are asked for, no drill's unless it is one itself, and not derived from it. Asked of a file, and once more
 * of the registry it comes into.
 */
import type { Derivation } from '../../model/derivation.ts';
import { inputsOf } from '../../model/derivation.ts';
import type { PointConfig } from '../../model/point.ts';
import { ANY_UNIT } from './fn.ts';

/** So many derived points may stand one behind the other below one: no composite of the field needs ten. */
const DEPTH_MAX = 32;

/** A point by its id; undefined where there is none. */
type Lookup = (id: string) => PointConfig | undefined;

export interface InputError {
  /** Name of the input; undefined of a circle. */
  readonly input: string | undefined;
  readonly words: string;
}

/** `missing`: what is said of a point that is not there, undefined where it may be somewhere else. */
export function inputErrors(
  point: PointConfig,
  derive: Derivation,
  lookup: Lookup,
  missing: (id: string) => string | undefined,
): InputError[] {
  const errors: InputError[] = [];
  for (const [input, { points, valueKind, unit }] of Object.entries(derive.inputs)) {
    const wrong = (words: string | undefined): void => {
      if (words !== undefined) errors.push({ input, words: `inputs.${input}: ${words}` });
    };
    for (const id of points) {
      const bound = lookup(id);
      if (bound === undefined) wrong(missing(id));
      else if (bound.enterprise !== point.enterprise) wrong(`${id} is of another enterprise`);
      else if (unit !== ANY_UNIT && bound.valueKind !== valueKind)
        wrong(`must be a ${valueKind}, ${id} is a ${bound.valueKind}`);
      // What is played may be no alarm of what is real, nor calm one.
      else if (bound.exercise === true && point.exercise !== true) wrong(`${id} is of a drill, and this point is not`);
      else if (unit !== ANY_UNIT && bound.unit !== unit)
        wrong(`must be in ${unit || 'no unit'}, ${id} is in ${bound.unit}`);
    }
  }
  const chain = chainError(lookup, point.id);
  if (chain !== undefined) errors.push({ input: undefined, words: chain });
  return errors;
}

/**
 * What is wrong with the longest way from a point through what it is derived from: it comes back to the point, or is too long.
 * Level by level, so that a long chain costs each of its points no more than DEPTH_MAX steps.
 */
function chainError(lookup: Lookup, start: string): string | undefined {
  const reachedFrom = new Map<string, string>();
  let level = new Set([start]);
  for (let depth = 0; level.size > 0; depth++) {
    if (depth > DEPTH_MAX) return `stands on more than ${DEPTH_MAX} derived points one behind the other`;
    const next = new Set<string>();
    for (const id of level) {
      const derive = lookup(id)?.derive;
      for (const input of derive === undefined ? [] : inputsOf(derive)) {
        if (!reachedFrom.has(input)) reachedFrom.set(input, id);
        if (input === start) return `is derived from itself: ${wayTo(start, reachedFrom).join(' ← ')}`;
        if (lookup(input)?.derive !== undefined) next.add(input);
      }
    }
    level = next;
  }
  return undefined;
}

function wayTo(start: string, reachedFrom: ReadonlyMap<string, string>): string[] {
  const way = [start];
  let id = start;
  do {
    id = reachedFrom.get(id)!;
    way.unshift(id);
  } while (id !== start);
  return way;
}
