/**
 * Cursors of paged lists: the sort key of the last row, opaque to the caller. A text that is not one of ours is told from
 * a good one, and never reaches a query.
 */

/** `at` and id of the last row of a page. */
export interface PageKey {
  readonly at: number;
  readonly id: string;
}

export function encodeCursor(key: PageKey): string {
  return Buffer.from(JSON.stringify([key.at, key.id])).toString('base64url');
}

export function decodeCursor(cursor: string): PageKey | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [at, id] = value as unknown[];
    return typeof at === 'number' && typeof id === 'string' ? { at, id } : undefined;
  } catch {
    return undefined;
  }
}

const PAGE_ROWS_MAX = 2_000;

/** A limit within 1 … 2 000. */
export function pageLimit(limit: number): number {
  return Math.min(Math.max(Math.trunc(limit) || 1, 1), PAGE_ROWS_MAX);
}
