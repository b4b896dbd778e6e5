/**
 * The four dynamic alert grades of the Emergency Response Law (level I–IV as red, orange, yellow, blue), as small numbers
 * that can be compared, and their outside names. The static risk colour of a source is another thing and never mixed in.
 */

/** 0 none, 1 blue 蓝, 2 yellow 黄, 3 orange 橙, 4 red 红. */
export type Grade = 0 | 1 | 2 | 3 | 4;
export type GradeName = 'red' | 'orange' | 'yellow' | 'blue';

export const GRADE_NAMES: readonly (GradeName | 'none')[] = ['none', 'blue', 'yellow', 'orange', 'red'];

export function gradeOf(name: GradeName | 'none'): Grade {
  return GRADE_NAMES.indexOf(name) as Grade;
}
