/**
 * Pages of lists that stand in memory, and cursors: opaque text that names the last item given, so that a list which
 * changes between two pages neither repeats nor skips what stayed.
 */
import type { z } from 'zod';
import { ApiError } from './errors.ts';
import type { Page } from './schemas/scalars.ts';
import { DEFAULT_PAGE } from './schemas/scalars.ts';

export function encodeCursor(last: readonly (string | number | boolean)[]): string {
  return Buffer.from(JSON.stringify(last)).toString('base64url');
}

/** Reads a cursor of ours back; one that was made up is an invalid request. */
export function decodeCursor<S extends z.ZodType>(cursor: string, shape: S): z.output<S> {
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new ApiError('invalid-request', 'The cursor is not one that this list gave');
  }
}

/** A page of a list that is sorted by `idOf`, of the items that `keep`; the cursor is the id of the last one given. */
export function pageById<T, R>(
  sorted: readonly T[],
  query: { readonly cursor?: string; readonly limit?: number },
  idOf: (item: T) => string,
  keep: (item: T) => boolean,
  show: (item: T) => R,
): Page<R> {
  const limit = query.limit ?? DEFAULT_PAGE;
  const items: R[] = [];
  let last = '';
  for (let i = query.cursor === undefined ? 0 : after(sorted, query.cursor, idOf); i < sorted.length; i++) {
    if (!keep(sorted[i])) continue;
    // One more was found than fits: only then is there a next page.
    if (items.length === limit) return { items, nextCursor: last };
    last = idOf(sorted[i]);
    items.push(show(sorted[i]));
  }
  return { items };
}

/** Index of the first item whose id is above `id`. */
function after<T>(sorted: readonly T[], id: string, idOf: (item: T) => string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (idOf(sorted[middle]) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
