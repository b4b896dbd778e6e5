/**
 * Which of two statements of a limit that follows an attribute of its source is the stricter one at every value of the
 * attribute, and what the stricter of both is everywhere, where it is neither. A plain figure is one at every value. Straight
 * stretches are compared at their ends. It looks nothing up: what an attribute gives is attribute-figure.ts's.
 */
import type { AttributeFigure, GradedLimit, StatedFigures } from '../../model/graded-limit.ts';
import { isGradedLimit } from '../../model/graded-limit.ts';
import type { RuleConfig } from '../../model/point.ts';
import { sameData } from '../looser.ts';
import { figureFrom } from './attribute-figure.ts';

/** 1 where a higher figure is stricter (limits of too little), −1 where a lower one is. */
export type Stricter = 1 | -1;

/** A figure by the attribute, level beyond its ends; `otherwise`: of which attribute where the source states none, if it may. */
interface Course {
  readonly attribute: string | undefined;
  readonly ends: readonly number[];
  readonly otherwise: number | undefined;
  at(attribute: number): number;
}

/** `by` is what the figure is moved by: as far as the limit stands. Undefined of what runs on without an end. */
function courseOf(stated: number | AttributeFigure, by = 0): Course | undefined {
  if (typeof stated === 'number')
    return { attribute: undefined, ends: [], otherwise: undefined, at: () => stated + by };
  const { attribute, curve, otherwise } = stated;
  if (curve === undefined) return undefined;
  return { attribute, ends: curve.map(([x]) => x), otherwise, at: (x) => figureFrom(stated, x) + by };
}

function coursesOf({ value, clear, deadband }: StatedFigures, stricter: Stricter) {
  return {
    value: courseOf(value),
    clear: clear === undefined ? courseOf(value, stricter * deadband) : courseOf(clear),
  };
}

/** Undefined where the two cannot be compared: they follow two attributes, or run on without an end. */
function endsOf(a: Course | undefined, b: Course | undefined): readonly number[] | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.attribute !== undefined && b.attribute !== undefined && a.attribute !== b.attribute) return undefined;
  const ends = [...new Set([...a.ends, ...b.ends])].sort((x, y) => x - y);
  return ends.length > 0 ? ends : [0];
}

function courseAtLeast(old: Course | undefined, next: Course | undefined, stricter: Stricter): boolean {
  const ends = endsOf(old, next);
  if (ends === undefined) return false;
  if (!ends.every((x) => stricter * (next!.at(x) - old!.at(x)) >= 0)) return false;
  // A pond that does not state its height was judged; it still is, and no milder.
  if (old!.otherwise === undefined || next!.attribute === undefined) return true;
  return next!.otherwise !== undefined && stricter * (next!.at(next!.otherwise) - old!.at(old!.otherwise)) >= 0;
}

/** Nothing is met later, or left sooner, at whatever value of the attribute. */
export function statedAtLeast(
  stricter: Stricter,
  old: StatedFigures | undefined,
  next: StatedFigures | undefined,
): boolean {
  if (sameData(old, next)) return true;
  if (old === undefined || next === undefined) return false;
  const [before, after] = [coursesOf(old, stricter), coursesOf(next, stricter)];
  return courseAtLeast(before.value, after.value, stricter) && courseAtLeast(before.clear, after.clear, stricter);
}

/** Where the later statement is milder, with both figures there; undefined where the two cannot be compared by the value. */
export function milderAt(stricter: Stricter, old: StatedFigures, next: StatedFigures) {
  const [before, after] = [courseOf(old.value), courseOf(next.value)];
  const at = endsOf(before, after)?.find((x) => stricter * (after!.at(x) - before!.at(x)) < 0);
  if (at === undefined) return undefined;
  return { attribute: before!.attribute ?? after!.attribute, at, old: before!.at(at), next: after!.at(at) };
}

/** The stricter of both at every value of the attribute; undefined where they cannot be compared. */
export function strictestStated(
  stricter: Stricter,
  old: StatedFigures | undefined,
  next: StatedFigures | undefined,
): StatedFigures | undefined {
  if (old === undefined || next === undefined) return undefined;
  const [before, after] = [coursesOf(old, stricter), coursesOf(next, stricter)];
  const value = envelope(before.value, after.value, stricter);
  const clear = envelope(before.clear, after.clear, stricter);
  return value === undefined || clear === undefined ? undefined : { value, clear, deadband: 0 };
}

function envelope(
  a: Course | undefined,
  b: Course | undefined,
  stricter: Stricter,
): StatedFigures['value'] | undefined {
  const ends = endsOf(a, b);
  if (ends === undefined) return undefined;
  const attribute = a!.attribute ?? b!.attribute;
  const strictest = (x: number): number => (stricter > 0 ? Math.max(a!.at(x), b!.at(x)) : Math.min(a!.at(x), b!.at(x)));
  if (attribute === undefined) return strictest(ends[0]);
  const curve = ends.flatMap((x, i) => {
    const before = i === 0 ? [] : crossing(a!, b!, ends[i - 1], x);
    return [...before, x].map((at) => [at, strictest(at)] as const);
  });
  const taken = [a!.otherwise, b!.otherwise].filter((one) => one !== undefined);
  const otherwise = taken.length === 0 ? undefined : taken.sort((x, y) => stricter * (strictest(y) - strictest(x)))[0];
  return { attribute, curve, otherwise };
}

/** Where two straight stretches between these values cross; none at the ends. */
function crossing(a: Course, b: Course, from: number, to: number): number[] {
  const [first, last] = [a.at(from) - b.at(from), a.at(to) - b.at(to)];
  return first * last < 0 ? [from + ((to - from) * first) / (first - last)] : [];
}

/**
 * Two statements of one limit in a form in which they can be compared: where one follows an attribute, a plain figure of the
 * other is one at every value. What a figure is now is left out of it as long as nobody knows.
 */
export function comparable(old: RuleConfig, next: RuleConfig): readonly [RuleConfig, RuleConfig] {
  if (!isGradedLimit(old) || !isGradedLimit(next)) return [old, next];
  if (old.stated === undefined && next.stated === undefined) return [old, next];
  // What nobody knows yet is no number; in what comes out of the log it is null.
  const isOpen = !Number.isFinite(old.value) || !Number.isFinite(next.value);
  const of = (rule: GradedLimit): GradedLimit => {
    const { clear, ...rest } = rule;
    const stated = rule.stated ?? { value: rule.value, clear, deadband: 0 };
    return isOpen ? { ...rest, value: Number.NaN, stated } : { ...rule, stated };
  };
  return [of(old), of(next)];
}

/** Back from there: what follows no attribute says so by stating none. */
export function plain(rule: RuleConfig): RuleConfig {
  if (!isGradedLimit(rule) || rule.stated === undefined) return rule;
  const { stated, clear: _clear, ...rest } = rule;
  const { value, clear } = stated;
  if (typeof value !== 'number' || typeof clear === 'object') return rule;
  return clear === undefined ? { ...rest, value } : { ...rest, value, clear };
}
