/**
 * Fixed limits as a screen names and orders them: the quick pair of a side (`H`, `HH`) and those named by their grade
 * (`high.red`). It knows no alert and draws nothing.
 */
import type { Limits } from '../../../src/api/schemas/registry.ts';
import { alertWords } from '../../words/alerts.ts';

const GRADED = /^limit-(high|low)-(\w+)$/;
const PAIR = ['H', 'HH', 'L', 'LL'] as const;
const SIDES = ['high', 'low'] as const;
const GRADES = ['blue', 'yellow', 'orange', 'red'] as const;

/** The two of a pair that are drawn heavily. */
const HEAVY: ReadonlySet<string> = new Set(['HH', 'LL', 'high.orange', 'high.red', 'low.orange', 'low.red']);

export interface LimitMark {
  readonly name: string;
  readonly value: number;
}

/** All of them, the pairs first. */
export function limitMarks(limits: Limits): LimitMark[] {
  const marks: LimitMark[] = [];
  const put = (name: string, value: number | undefined): void => {
    if (value !== undefined) marks.push({ name, value });
  };
  for (const name of PAIR) put(name, limits[name]);
  for (const side of SIDES) for (const grade of GRADES) put(`${side}.${grade}`, limits[side]?.[grade]);
  return marks;
}

export const isLowLimit = (name: string): boolean => name === 'L' || name === 'LL' || name.startsWith('low.');
export const isHeavyLimit = (name: string): boolean => HEAVY.has(name);

/** True of a rule that stands at a limit of its own grade. */
export const isGradedRule = (rule: string): boolean => GRADED.test(rule);

/** `high.red` of the rule `limit-high-red`; undefined of every other. */
export function gradedLimitOf(rule: string): string | undefined {
  const [, side, grade] = GRADED.exec(rule) ?? [];
  return side === undefined ? undefined : `${side}.${grade}`;
}

/** The name of a limit that somebody calls by the pair (`H`), where the point has none such but one of a grade of that value. */
export function namedAs(limits: Limits, name: string, value: number): string {
  if (name === '' || name.includes('.') || limits[name as keyof Limits] !== undefined) return name;
  return (
    limitMarks(limits).find((mark) => isLowLimit(mark.name) === isLowLimit(name) && mark.value === value)?.name ?? name
  );
}

/** `红色高限`, `高高限`. */
export function limitWord(name: string): string {
  return (alertWords.value.limits as Readonly<Record<string, string>>)[name] ?? name;
}
