/** Points in random order, so that every reading misses the cache as it does in service. */

/** Fisher–Yates with a fixed generator: the same order in every run. */
export function shuffled(length: number): number[] {
  const order = Array.from({ length }, (_, i) => i);
  let seed = 12_345;
  for (let i = length - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const j = seed % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
