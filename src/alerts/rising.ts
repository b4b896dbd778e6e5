/** Where a number stands, or would stand, in a list that rises. Most that is asked for is newer than all there is. */

/** Index of the first number that is `value` or more; the length where there is none. */
export function firstFrom(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  if (high === 0 || list[high - 1] < value) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first number above `value`. */
export function firstAbove(list: readonly number[], value: number): number {
  let i = firstFrom(list, value);
  while (list[i] === value) i++;
  return i;
}
