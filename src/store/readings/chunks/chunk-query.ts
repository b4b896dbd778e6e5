/**
 * History of one point out of sealed chunks, open rows and late rows, merged in order of time. Down-sampling takes the
 * header of a chunk that lies in one bucket and decodes only the others.
 */
import { sentQualityOf } from '../../../model/reading.ts';
import type { Pace } from '../../pace.ts';
import { Buckets, bucketWidthMs } from '../buckets.ts';
import type { FirstRows } from '../first-rows.ts';
import type { BucketItem, RawItem, ReadingsQuery } from '../port.ts';
import type { ChunkFile, ChunkHeader } from './chunk-file.ts';
import type { ChunkColumns } from './codec.ts';
import type { OpenRow } from './open-rows.ts';

/** What is known of the range when the question is asked: all of it taken at one moment. */
export interface RangeView {
  /** The last chunk that begins in the range or before it: of what is sealed later the rows stand in `open`. */
  readonly newest: ChunkHeader | undefined;
  /** No chunk is longer. */
  readonly spanMs: number;
  /** Rows in memory, newer than every chunk. */
  readonly open: ChunkColumns;
  /** Late rows by time, one an instant. */
  readonly late: readonly OpenRow[];
}

export type RangeItems =
  | { readonly downsampled: false; readonly items: RawItem[] }
  | { readonly downsampled: true; readonly bucketMs: number; readonly items: BucketItem[] };

const SLICE_MS = 5;
/** Headers read at once; three years at one reading a second are 160 000 of them. */
const HEADERS = 500;

/** Undefined when a chunk was replaced or removed while the loop went on: ask again with a new view. */
export async function readRange(
  file: ChunkFile,
  pace: Pace,
  query: ReadingsQuery,
  view: RangeView,
): Promise<RangeItems | undefined> {
  const { from, to } = query;
  const surely = await surelyInside(file, pace, query, view);
  const bucketMs = bucketWidthMs(from, to, query.max);
  if (surely > query.max) {
    const buckets = new Buckets(from, bucketMs);
    const done = await walk(file, pace, query, view, {
      row: (at, value) => buckets.add(at, value),
      chunk: (header) => takeWhole(buckets, query, header),
    });
    return done ? { downsampled: true, bucketMs, items: buckets.finish() } : undefined;
  }
  const items: RawItem[] = [];
  const done = await walk(file, pace, query, view, {
    row: (at, value, quality, flags) => items.push({ at, value, quality, sentQuality: sentQualityOf(flags, quality) }),
    chunk: () => false,
  });
  if (!done) return undefined;
  if (items.length <= query.max) return { downsampled: false, items };
  const buckets = new Buckets(from, bucketMs);
  for (const item of items) buckets.add(item.at, item.value);
  return { downsampled: true, bucketMs, items: buckets.finish() };
}

/** Pages of the headers in the range, oldest first. */
function* headerPages(file: ChunkFile, { point, from }: ReadingsQuery, { newest, spanMs }: RangeView) {
  if (newest === undefined) return;
  for (let after = from - spanMs - 1; ; ) {
    const page = file.headers(point, { after, upTo: newest.start, endFrom: from, limit: HEADERS });
    yield page;
    if (page.length < HEADERS) return;
    after = page[page.length - 1].start;
  }
}

/** How many rows lie in the range for sure, by whole chunks; counting ends above `max`. */
async function surelyInside(file: ChunkFile, pace: Pace, query: ReadingsQuery, view: RangeView): Promise<number> {
  let count = 0;
  for (const page of headerPages(file, query, view)) {
    for (const { start, end, count: rows } of page) if (start >= query.from && end < query.to) count += rows;
    if (count > query.max) break;
    await pace.pause();
  }
  return count;
}

function takeWhole(buckets: Buckets, query: ReadingsQuery, header: ChunkHeader): boolean {
  if (header.start < query.from || header.end >= query.to) return false;
  const index = buckets.indexOf(header.start);
  if (index !== buckets.indexOf(header.end)) return false;
  buckets.addStretch(index, header.count, header.min, header.max, header.sum);
  return true;
}

/** The rows of one point into `first`, up to where it ends by then. False: the point is to be asked again with a new view. */
export async function gatherFirst(
  file: ChunkFile,
  pace: Pace,
  { point, from, view }: { readonly point: number; readonly from: number; readonly view: RangeView },
  first: FirstRows,
): Promise<boolean> {
  const done = await walk(file, pace, { point, from, to: first.upTo, max: 0 }, view, {
    row: (at, value, quality, flags) => first.add(point, at, value, sentQualityOf(flags, quality)),
    // One that lies behind the end is not looked into.
    chunk: ({ start }) => start >= first.upTo,
  });
  if (!done) first.drop(point);
  return done;
}

interface Visitor {
  row(at: number, value: number, quality: number, flags: number): void;
  /** Takes the chunk by its header alone, or says that it wants the rows. */
  chunk(header: ChunkHeader): boolean;
}

/** Visits everything in the range in order of time; a late row yields to a row of the same instant. */
async function walk(
  file: ChunkFile,
  pace: Pace,
  query: ReadingsQuery,
  view: RangeView,
  visitor: Visitor,
): Promise<boolean> {
  const { late } = view;
  let next = 0;
  let start = pace.now();

  function rows(columns: ChunkColumns): void {
    for (let row = 0; row < columns.count; row += 1) {
      const at = columns.at[row];
      if (at < query.from) continue;
      if (at >= query.to) break;
      lateBefore(at);
      if (next < late.length && late[next].at === at) next += 1;
      visitor.row(at, columns.value[row], columns.quality[row], columns.flags[row]);
    }
  }

  function lateBefore(at: number): void {
    for (; next < late.length && late[next].at < at; next += 1) {
      const { at: lateAt, value, quality, flags } = late[next];
      visitor.row(lateAt, value, quality, flags);
    }
  }

  for (const page of headerPages(file, query, view)) {
    for (const header of page) {
      // It was taken up again since: its rows would come twice.
      if (header.start === view.newest?.start && header.blob !== view.newest.blob) return false;
      lateBefore(header.start);
      const hasLate = next < late.length && late[next].at <= header.end;
      if (hasLate || !visitor.chunk(header)) {
        const columns = file.rows(header.blob);
        if (columns === undefined) return false;
        rows(columns);
      }
      if (pace.now() - start < SLICE_MS) continue;
      await pace.pause();
      start = pace.now();
    }
  }
  rows(view.open);
  lateBefore(Number.POSITIVE_INFINITY);
  return true;
}
