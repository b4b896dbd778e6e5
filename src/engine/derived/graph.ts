/**
 * Which points are computed from which: for every point the derived ones that look at it, and an order in which each comes
 * behind its inputs. An index of the registry; it computes no value and checks nothing.
 */

/** Of nothing that looks at a point. */
const NONE: readonly number[] = [];

export class DerivedGraph {
  /** By point number; absent where nothing looks at it. */
  private readonly dependents: (number[] | undefined)[] = [];
  /** By number of a derived point: the numbers of its inputs, in the order of its derivation. */
  private readonly inputs = new Map<number, readonly number[]>();
  private readonly ranks = new Map<number, number>();
  /** By point number: those whose limits hold only while it says so; and by their number, what they depend on. */
  private readonly limited = new Map<number, number[]>();
  private readonly conditions = new Map<number, readonly number[]>();

  /** The derived point looks at these from now on; `undefined` where it is a measured one. */
  put(number: number, inputs: readonly number[] | undefined): void {
    const before = this.inputs.get(number);
    if (before === undefined && inputs === undefined) return;
    for (const input of before ?? NONE)
      this.dependents[input] = this.dependentsOf(input).filter((one) => one !== number);
    this.ranks.clear();
    if (inputs === undefined) {
      this.inputs.delete(number);
      return;
    }
    this.inputs.set(number, inputs);
    // In order of numbers: a registry read back from its image walks the same way.
    for (const input of new Set(inputs)) {
      this.dependents[input] = [...this.dependentsOf(input), number].sort((a, b) => a - b);
    }
  }

  /** Limits of the point hold only while these say so, from now on. */
  limit(number: number, conditions: readonly number[]): void {
    const before = this.conditions.get(number) ?? NONE;
    if (before.length === 0 && conditions.length === 0) return;
    for (const one of before)
      this.limited.set(
        one,
        this.limitedBy(one).filter((other) => other !== number),
      );
    this.conditions.set(number, conditions);
    for (const one of conditions) {
      this.limited.set(
        one,
        [...this.limitedBy(one), number].sort((a, b) => a - b),
      );
      this.dependents[one] ??= [];
    }
  }

  /** The points whose limits hold only while it says so. */
  limitedBy(number: number): readonly number[] {
    return this.limited.get(number) ?? NONE;
  }

  /** The derived points that look at it. */
  dependentsOf(number: number): readonly number[] {
    return this.dependents[number] ?? NONE;
  }

  /** Whether anything looks at it: asked for every reading. */
  isLookedAt(number: number): boolean {
    return this.dependents[number] !== undefined;
  }

  isDerived(number: number): boolean {
    return this.inputs.has(number);
  }

  /** The measured points that it rests on, each once, in the order of the derivations; a measured one rests on itself. */
  measuredUnder(number: number): number[] {
    const seen = new Set<number>();
    const open = [number];
    // Each point once: what two inputs have in common is not walked twice, and a circle has an end.
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...[...this.inputsOf(next)].reverse());
    }
    return [...seen].filter((one) => !this.isDerived(one));
  }

  inputsOf(number: number): readonly number[] {
    return this.inputs.get(number) ?? NONE;
  }

  /** 0 of a measured point; of a derived one more than that of each of its inputs. */
  rankOf(number: number): number {
    const rank = this.ranks.get(number);
    if (rank !== undefined || !this.inputs.has(number)) return rank ?? 0;
    const open = [number];
    // Not by calling itself: a chain may be longer than the stack.
    while (!this.ranks.has(number)) {
      const next = open[open.length - 1];
      const unknown = this.inputsOf(next).filter((input) => this.inputs.has(input) && !this.ranks.has(input));
      open.push(...unknown);
      if (unknown.length > 0) continue;
      open.pop();
      this.ranks.set(next, 1 + Math.max(0, ...this.inputsOf(next).map((input) => this.ranks.get(input) ?? 0)));
    }
    return this.ranks.get(number)!;
  }
}
