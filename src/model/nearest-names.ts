/**
 * Which known names somebody may have meant by one that nobody knows: those that begin with it, then few slips away, nearest first. Words only; it decides
 * nothing by them.
 */

const NAMED_MAX = 3;
/** Names longer than this are compared by their beginning. */
const COMPARED_MAX = 64;
/** What begins with fewer letters than these was not begun by them. */
const BEGUN_MIN = 2;
/** Fewer slips than any: `ch4` is the beginning of `ch4_t0`, not `c2h4` with a slip. */
const BEGUN = 0;

/** At most three of `names`, nearest first; none where nothing is near. Costs |names| × the square of their length. */
export function nearestNames(name: string, names: Iterable<string>): string[] {
  const wanted = name.slice(0, COMPARED_MAX).toLowerCase();
  const reach = Math.max(1, Math.floor(wanted.length / 3));
  const found: { readonly name: string; readonly slips: number }[] = [];
  for (const known of names) {
    const compared = known.slice(0, COMPARED_MAX).toLowerCase();
    if (wanted.length >= BEGUN_MIN && compared.startsWith(wanted)) {
      found.push({ name: known, slips: BEGUN });
      continue;
    }
    if (Math.abs(known.length - name.length) > reach) continue;
    const slips = slipsBetween(wanted, compared);
    if (slips <= reach) found.push({ name: known, slips });
  }
  found.sort((a, b) => a.slips - b.slips || (a.name < b.name ? -1 : 1));
  return found.slice(0, NAMED_MAX).map(({ name: known }) => known);
}

/** `; near it: yt/farm, yt/farm-2`, or nothing. */
export function nearby(name: string, names: Iterable<string>): string {
  const near = nearestNames(name, names);
  return near.length === 0 ? '' : `; near it: ${near.join(', ')}`;
}

/** Letters put in, left out or taken for another, and neighbours that changed places. */
function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const other = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + other);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}
