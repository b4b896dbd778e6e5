/** What a benchmark hands back, and the little statistics it needs. It measures nothing. */

/** One row of bench/results.json. `reference` is null where the target is an absolute figure. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly reference: number | null;
  /** ours / reference, where there is one. */
  readonly ratio: number | null;
  /** In words, e.g. `ratio >= 0.8`; null for a figure that is given for scale only. */
  readonly target: string | null;
  readonly ok: boolean;
}

export interface Floor {
  readonly compares: 'ratio' | 'ours';
  readonly is: '>=' | '<=';
  readonly limit: number;
}

/** A row whose `ok` is decided by its floor; without one it only tells. */
export function row(name: string, unit: string, ours: number, reference?: number, floor?: Floor): Row {
  const ratio = reference === undefined ? null : round(ours / reference, 3);
  const measured = floor?.compares === 'ratio' ? (ratio ?? Number.NaN) : ours;
  const holds = floor === undefined || (floor.is === '>=' ? measured >= floor.limit : measured <= floor.limit);
  return {
    name,
    unit,
    ours: round(ours, 2),
    reference: reference === undefined ? null : round(reference, 2),
    ratio,
    target: floor === undefined ? null : `${floor.compares === 'ratio' ? 'ratio ' : ''}${floor.is} ${floor.limit}`,
    ok: holds,
  };
}

export const atLeast = (limit: number): Floor => ({ compares: 'ours', is: '>=', limit });
export const atMost = (limit: number): Floor => ({ compares: 'ours', is: '<=', limit });
export const ratioAtLeast = (limit: number): Floor => ({ compares: 'ratio', is: '>=', limit });

/** Of an odd number of runs the middle one, of an even number the worse of the two in the middle is not guessed at. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Nearest rank: a value that was really measured. NaN of an empty list. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

function round(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor;
}
