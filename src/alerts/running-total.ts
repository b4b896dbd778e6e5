/**
 * A total over numbered places that stays right while single places change: totals of sixteen places, of sixteen of these,
 * and so on, of which a change makes only those above its place anew. So one change among thousands costs a few dozen joins.
 * What is joined, and when a place has changed, its owner says.
 */

/** Places under one kept total: 16. */
const BITS = 4;

export class RunningTotal<T> {
  private readonly at: (place: number) => T | null;
  private readonly join: (left: T, right: T) => T;
  private places = 0;
  /** Kept totals, of the fewest places first; undefined is to be made anew, null has nothing under it. */
  private readonly kept: (T | null | undefined)[][] = [];

  /** `at`: what stands at a place, null for nothing. `join` is associative; places are joined in their order. */
  constructor(at: (place: number) => T | null, join: (left: T, right: T) => T) {
    this.at = at;
    this.join = join;
  }

  /** Something else stands at this place now. A place beyond the last one is a new one. */
  changed(place: number): void {
    this.places = Math.max(this.places, place + 1);
    let above = place;
    for (const totals of this.kept) {
      above >>= BITS;
      totals[above] = undefined;
    }
  }

  /** Null where nothing stands anywhere. */
  get total(): T | null {
    if (this.places === 0) return null;
    let depth = 0;
    while (this.places > 1 << (BITS * (depth + 1))) depth++;
    return this.under(depth, 0);
  }

  private under(depth: number, above: number): T | null {
    this.kept[depth] ??= [];
    const totals = this.kept[depth];
    const known = totals[above];
    if (known !== undefined) return known;
    const below = Math.ceil(this.places / (1 << (BITS * depth)));
    const end = Math.min(below, (above + 1) << BITS);
    let total: T | null = null;
    for (let i = above << BITS; i < end; i++) {
      const part = depth === 0 ? this.at(i) : this.under(depth - 1, i);
      if (part !== null) total = total === null ? part : this.join(total, part);
    }
    totals[above] = total;
    return total;
  }
}
