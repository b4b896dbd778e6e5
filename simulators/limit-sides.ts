/**
 * The limits of a point as a driver needs them: the values of each side from the mildest to the worst, whichever form of the
 * files states them. It judges nothing, and leaves out what is not a plain number.
 */

/** Limits as pack and registry files state them; null switches one off. */
export interface StatedLimits {
  readonly LL?: number | null | undefined;
  readonly L?: number | null | undefined;
  readonly H?: number | null | undefined;
  readonly HH?: number | null | undefined;
  /** By grade: a number, or an object with its `value`. */
  readonly high?: unknown;
  readonly low?: unknown;
}

export interface LimitSides {
  /** Falling: each lower than the one before. */
  readonly low: readonly number[];
  /** Rising. */
  readonly high: readonly number[];
}

/** Of a type, with what a point states otherwise. */
export function sidesOf(type: StatedLimits = {}, point: StatedLimits = {}): LimitSides {
  const { LL, L, H, HH } = { ...type, ...point };
  const side = (name: 'high' | 'low'): unknown[] =>
    Object.values({ ...asRecord(type[name]), ...asRecord(point[name]) });
  const rising = (a: number, b: number): number => a - b;
  return {
    low: numbersOf([L, LL, ...side('low')])
      .sort(rising)
      .reverse(),
    high: numbersOf([H, HH, ...side('high')]).sort(rising),
  };
}

function asRecord(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function numbersOf(values: readonly unknown[]): number[] {
  return values.flatMap((value) => {
    const figure: unknown = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
    return typeof figure === 'number' ? [figure] : [];
  });
}
