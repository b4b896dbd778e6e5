/** Small pieces of statistics and algebra that the bands are made of. */

/** One-sided 95 % points of Student's t by degrees of freedom, from 3 on: with both sides, 90 % lie between. */
const STUDENT = [2.35, 2.13, 2.02, 1.94, 1.89, 1.86, 1.83, 1.81];

/**
 * What is left of a bend once its own error is taken off (James and Stein): slow noise bends as well, and a bend that is no
 * more than its error is none.
 */
export function shareOf(bend: number, error: number): number {
  if (error === 0) return 1;
  return Math.max(0, 1 - (error / bend) ** 2);
}

export function studentOf(freedom: number): number {
  return STUDENT[Math.min(Math.max(freedom, 3), STUDENT.length + 2) - 3];
}

/** Real roots of a·x² + b·x + c. */
export function rootsOf(a: number, b: number, c: number): number[] {
  if (a === 0) return b === 0 ? [] : [-c / b];
  const root = b * b - 4 * a * c;
  if (root < 0) return [];
  const half = -(b + Math.sign(b || 1) * Math.sqrt(root)) / 2;
  return half === 0 ? [0] : [half / a, c / half];
}
